package faults_test

import (
	"bytes"
	"fmt"
	"maps"
	"regexp"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"

	"github.com/dipcast/dipcast/internal/dialplan"
)

var (
	record = regexp.MustCompile(`^(\d+) @`)
	frame0 = regexp.MustCompile(`^#\t0x[0-9a-f]+\t(\S+)\+0x`)
)

// goroutines counts the gateway's own, by what they were started to do. They
// are known by their label, which a goroutine hands on to those it starts.
func (s *site) goroutines() map[string]int {
	var b bytes.Buffer
	if err := pprof.Lookup("goroutine").WriteTo(&b, 1); err != nil {
		s.t.Fatal(err)
	}
	counts := map[string]int{}
	n, entry, labelled := 0, "", false
	within := false // a frame of ours was seen: what began it is not wanted
	flush := func() {
		if labelled && n > 0 {
			counts[entry] += n
		}
		n, entry, labelled, within = 0, "", false, false
	}
	for text := range strings.Lines(b.String()) {
		text = strings.TrimSuffix(text, "\n")
		switch m := record.FindStringSubmatch(text); {
		case m != nil:
			flush()
			n, _ = strconv.Atoi(m[1])
		case strings.HasPrefix(text, "# labels: "):
			labelled = strings.Contains(text, fmt.Sprintf("%q", s.name))
		default:
			// The last frame of ours is where it began, else the last at all.
			if m := frame0.FindStringSubmatch(text); m != nil && (!within || ours(m[1])) {
				entry, within = m[1], within || ours(m[1])
			}
		}
	}
	flush()
	return counts
}

func ours(function string) bool { return strings.HasPrefix(function, "github.com/dipcast/dipcast/") }

// lasting are those without what comes and goes by itself: tasks of package
// pbx, such as what is done at a new server, and the database's.
func (s *site) lasting() map[string]int {
	all := s.goroutines()
	maps.DeleteFunc(all, func(entry string, _ int) bool {
		return strings.Contains(entry, "pbx.(*tasks)") || !ours(entry) && !strings.HasPrefix(entry, "net/http.")
	})
	return all
}

// steady returns the gateway's goroutines once their number rests, and what is
// done at new servers is done.
func (s *site) steady() map[string]int {
	s.t.Helper()
	s.until("the defaults of the extensions", func() bool {
		for _, srv := range s.servers {
			for family, exts := range map[string][]string{two: {"1010", "1013", "1018"}, ten: {"1010", "1013"}} {
				for _, ext := range exts {
					if _, ok := srv.DB().Get(family, dialplan.GateKey(ext)); !ok {
						return false
					}
				}
			}
		}
		return true
	})
	last, same := map[string]int{}, 0
	s.until("steady goroutines", func() bool {
		now := s.lasting()
		if !maps.Equal(last, now) {
			last, same = now, 0
		}
		same++
		return same > 20
	})
	return last
}

// settled waits until the gateway's goroutines are those of before again.
func (s *site) settled(before map[string]int) {
	s.t.Helper()
	var now map[string]int
	ok := func() bool {
		now = s.lasting()
		return maps.Equal(before, now)
	}
	defer func() {
		if !maps.Equal(before, now) {
			for _, k := range slices.Sorted(maps.Keys(now)) {
				if before[k] != now[k] {
					s.t.Logf("goroutines of %s: %d, now %d", k, before[k], now[k])
				}
			}
			for k, n := range before {
				if now[k] == 0 {
					s.t.Logf("goroutines of %s: %d, now none", k, n)
				}
			}
		}
	}()
	s.until("the goroutines of before", ok)
}
