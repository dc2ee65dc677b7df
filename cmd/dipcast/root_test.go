package main

import (
	"strings"
	"testing"
)

// TestArgumentsTellTheUse: who gets the arguments wrong reads what to write.
func TestArgumentsTellTheUse(t *testing.T) {
	for line, want := range map[string]string{
		"tenant unlock": "use: dipcast tenant unlock EXT [flags]",
		"restore":       "use: dipcast restore FILE [flags]",
		"log find":      "use: dipcast log find ACTIONID [LOGFILE...] [flags]",
		"serve twice":   "use: dipcast serve [flags]",
		"extension lst": `"lst" is no command of dipcast extension; did you mean list?`,
		"extension xyz": `"xyz" is no command of dipcast extension; see dipcast extension --help`,
	} {
		c := root()
		c.SetArgs(strings.Fields(line))
		if err := c.Execute(); err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%s: %v", line, err)
		}
	}
}
