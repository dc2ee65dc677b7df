package rest_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/sipphone"
)

// TestDocumentedCommands sends every curl command of docs/rest.md, in its order.
func TestDocumentedCommands(t *testing.T) {
	text, err := os.ReadFile("../../docs/rest.md")
	if err != nil {
		t.Fatal(err)
	}
	s := start(t)
	s.demo.Phone(2, "1010").SetBehaviour(sipphone.Ring())
	command := regexp.MustCompile(`(?m)^call (?:-X (\w+) )?"\$API(/[^"]*)"(?: -d '([^']*)')?$`)
	all := command.FindAllStringSubmatch(string(text), -1)
	if n := strings.Count(string(text), "\ncall \"") + strings.Count(string(text), "\ncall -"); len(all) != n || n < 20 {
		t.Errorf("%d of %d commands are understood", len(all), n)
	}
	id := ""
	for _, c := range all {
		method, path, body := c[1], c[2], c[3]
		if method == "" {
			method = "GET"
		}
		if strings.Contains(path, "$CALL_ID") {
			if id == "" {
				s.allOver() // the cancelled one before
				s.incoming(did1010)
				id = s.live("state=ringing").CallID
			}
			path = strings.Replace(path, "$CALL_ID", id, 1)
		}
		if r := s.do(method, prefix+path, body); r.status != 200 && r.status != 201 {
			t.Errorf("%s: %d %s", c[0], r.status, r.raw)
		}
	}
}
