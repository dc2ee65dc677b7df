package dialplan_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/number"
)

// ask has Asterisk run subroutines, given as the data of Gosub, and returns what
// each returns. They run in a context that is added by hand.
func (l *lab) ask(subroutines []string) []string {
	l.t.Helper()
	var b strings.Builder
	b.WriteString("[T2_ask]\nexten => s,1,Answer()\n")
	for i, s := range subroutines {
		fmt.Fprintf(&b, " same => n,Set(GOSUB_RETVAL=)\n same => n,Gosub(%s)\n same => n,UserEvent(Asked,Nr: %d,Result: ${GOSUB_RETVAL})\n", s, i)
	}
	b.WriteString(" same => n,UserEvent(AskedAll)\n same => n,Hangup()\nexten => wait,1,Answer()\n same => n,Echo()\n")
	dir := filepath.Join(l.server.Input.Dirs.Base, "etc", "custom")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		l.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "extensions.conf"), []byte(b.String()), 0o644); err != nil {
		l.t.Fatal(err)
	}
	l.do(ami.NewAction("Command").Add("Command", "dialplan reload"))
	l.do(ami.NewAction("Originate").Add("Channel", "Local/wait@T2_ask").Add("Context", "T2_ask").Add("Exten", "s").Add("Priority", "1").Add("Async", "true"))
	l.wait("Event", "UserEvent", "UserEvent", "AskedAll")
	out := make([]string, len(subroutines))
	for _, m := range l.events.All("UserEvent", "Asked") {
		var i int
		if _, err := fmt.Sscan(m.Get("Nr"), &i); err != nil {
			l.t.Fatal(err)
		}
		out[i] = m.Get("Result")
	}
	return out
}

// someHours are time groups and holidays of every form, by chance.
func someHours(r *rand.Rand, c *company.Company) {
	c.Holidays = []company.Holiday{{Date: "03-01", Name: "삼일절"}, {Date: "2026-09-25"}, {Date: "12-31"}, {Date: "2028-02-29"}}
	clock := func() string { return fmt.Sprintf("%02d:%02d", r.IntN(24), r.IntN(60)) }
	for id := 1; id <= 20; id++ {
		g := company.TimeGroup{ID: id, OnHolidays: r.IntN(3) == 0}
		for range r.IntN(4) {
			s := company.Span{From: clock(), To: clock()}
			switch {
			case r.IntN(5) == 0:
				s.From, s.To = "00:00", "24:00"
			case r.IntN(5) == 0:
				s.To = "24:00"
			}
			for _, d := range company.Days {
				if r.IntN(2) == 0 {
					s.Days = append(s.Days, d)
				}
			}
			if s.From != s.To {
				g.Spans = append(g.Spans, s)
			}
		}
		c.TimeGroups = append(c.TimeGroups, g)
	}
}

// TestHours: Asterisk and company.Holds agree about every time group at every
// time.
func TestHours(t *testing.T) {
	both(t, func(l *lab) {
		r := rand.New(rand.NewPCG(1, 2))
		c := &l.server.Input.Companies[0]
		var asked []string
		var want []bool
		for range 600 {
			g := &c.TimeGroups[r.IntN(len(c.TimeGroups))]
			at := time.Date(2026, time.January, 1, 0, 0, 0, 0, time.Local).Add(time.Duration(r.IntN(3*365*24*60)) * time.Minute)
			switch r.IntN(3) {
			case 0: // at the turn of a span
				if len(g.Spans) > 0 {
					from, to, err := g.Spans[r.IntN(len(g.Spans))].Minutes()
					if err != nil {
						l.t.Fatal(err)
					}
					turn := []int{from, from - 1, to, to - 1}[r.IntN(4)]
					at = time.Date(at.Year(), at.Month(), at.Day(), 0, turn, r.IntN(60), 0, time.Local)
				}
			case 1: // around a holiday
				d := [][3]int{{2026, 3, 1}, {2026, 9, 25}, {2027, 9, 25}, {2027, 12, 31}, {2028, 2, 29}}[r.IntN(5)]
				at = time.Date(d[0], time.Month(d[1]), d[2]+r.IntN(2), r.IntN(24), r.IntN(60), 0, 0, time.Local)
			}
			asked = append(asked, fmt.Sprintf("T2_time-groups,g%d,1(%d)", g.ID, at.Unix()))
			want = append(want, c.Holds(g, at))
		}
		for i, got := range l.ask(asked) {
			if got != map[bool]string{true: "yes", false: "no"}[want[i]] {
				l.t.Errorf("%s: %q, want %t", asked[i], got, want[i])
			}
		}
		l.quiet("ERROR")
	}, func(in *asteriskconf.Input) { someHours(rand.New(rand.NewPCG(3, 4)), &in.Companies[0]) })
}

// TestKinds: what the dialplan takes a number for is what package number does.
func TestKinds(t *testing.T) {
	newest(t, func(l *lab) {
		r := rand.New(rand.NewPCG(5, 6))
		begin := []string{"", "0", "00", "001", "007", "00700", "01", "010", "011", "015", "02", "031", "06", "060", "070", "1", "114", "15", "1588", "2", "+", "+1", "+8", "+82", "+821", "+8210", "+8260", "+82060", "+8200", "+82119", "112", "02119"}
		mobile := regexp.MustCompile(`^01[016789]`)
		var numbers, asked []string
		for range 400 {
			n := begin[r.IntN(len(begin))]
			for range r.IntN(9) {
				n += fmt.Sprint(r.IntN(10))
			}
			if n == "" || n == "+" {
				continue
			}
			numbers, asked = append(numbers, n), append(asked, "T2_national,s,1("+n+")")
		}
		national := l.ask(asked)
		asked = nil
		for _, n := range national {
			asked = append(asked, "T2_kind,s,1("+n+")")
		}
		l.events.Forget()
		for i, got := range l.ask(asked) {
			want := number.Cost(numbers[i])
			switch {
			case want == number.Emergency: // told apart before
				continue
			case want == number.National && mobile.MatchString(national[i]):
				want = number.Mobile
			}
			if _, kind, _ := strings.Cut(got, "-"); kind != want.String() {
				l.t.Errorf("%s, as %s: %s, want %s", numbers[i], national[i], got, want)
			}
		}
	})
}
