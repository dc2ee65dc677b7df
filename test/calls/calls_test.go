package calls_test

import (
	"flag"
	"fmt"
	"path/filepath"
	"testing"
)

var (
	record = flag.Bool("record", false, "write recordings to internal/call/testdata")
	only   = flag.String("only", "", "make these calls only, by the beginnings of their names: 1,310")
)

// TestCalls makes every call on both versions.
func TestCalls(t *testing.T) {
	for _, version := range []int{22, 16} {
		t.Run(fmt.Sprint(version), func(t *testing.T) {
			t.Parallel() // they mostly wait
			l := newLab(t, version)
			for _, s := range all() {
				if !s.named(*only) {
					continue
				}
				ok := t.Run(s.name, func(t *testing.T) {
					l.t = t
					stop := l.link()
					s.run(l)
					l.idle()
					stop()
					if *record {
						path := filepath.Join("..", "..", "internal", "call", "testdata", fmt.Sprintf("asterisk-%d", version), s.name+".txt")
						l.tape.write(t, path, s.comment)
					}
				})
				if l.t = t; !ok {
					l.clear()
				}
			}
		})
	}
}
