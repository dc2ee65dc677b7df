package fastagi_test

import (
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/fastagi"
)

// FuzzRequest: no bytes make it panic, and what it accepts was sent line by
// line and holds no line break.
func FuzzRequest(f *testing.F) {
	f.Add(recorded)
	f.Add("agi_arg_1: 1\r\nagi_arg_2:\r\n\r\n")
	f.Add("agi_channel: x\x00y\n\n")
	f.Add("\n")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := fastagi.Parse(text)
		if err != nil {
			if r != nil {
				t.Error("a request with an error")
			}
			return
		}
		if len(r.Args) > fastagi.MaxLines {
			t.Errorf("%d arguments", len(r.Args))
		}
		for _, v := range append([]string{r.Script, r.Channel, r.UniqueID, r.Context}, r.Args...) {
			if strings.Contains(v, "\n") || !strings.Contains(text, v) {
				t.Errorf("%q was not sent", v)
			}
		}
	})
}
