package calls_test

import (
	"flag"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var (
	record = flag.Bool("record", false, "write recordings to internal/call/testdata")
	only   = flag.String("only", "", "make these calls only, by the beginnings of their names: 1,310")
)

// TestCalls makes every call on both versions. What package call tells of it now
// is what it tells of the recording, whose golden file was read by people.
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
						l.tape.write(t, recording(version, s.name), s.comment)
					}
					want := follow(t, recorded(t, version, s.name))
					if d := cmp.Diff(want, follow(t, l.tape.all)); d != "" {
						t.Errorf("- as recorded, + now:\n%s", d)
						for _, h := range l.tape.all {
							t.Logf("heard %s %s exten %s %s", h.m.Get("Event"), h.m.Get("Uniqueid"), h.m.Get("Exten"), h.m.Get("Response"))
						}
					}
				})
				if l.t = t; !ok {
					l.clear()
				}
			}
		})
	}
}
