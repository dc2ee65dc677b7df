package dialplan_test

import (
	"fmt"
	"strconv"
	"sync"
	"testing"

	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/sipphone"
)

// The time groups of table's company: one that holds always, one that never does.
const (
	always = 1
	never  = 2
)

// hours gives tenant 2 the two time groups.
func hours(in *asteriskconf.Input) {
	in.Companies[0].TimeGroups = []company.TimeGroup{
		{ID: always, Name: "항상; [always]", Spans: []company.Span{{From: "00:00", To: "24:00"}}, OnHolidays: true},
		{ID: never},
	}
}

// cell is one combination of a diversion's entries. "" is an entry that is
// missing.
type cell struct{ enable, destination, gate, hours string }

// diverts tells whether calls are to be diverted: everything says so, and only
// what is a number is gone to.
func (c cell) diverts() bool {
	return c.enable == "yes" && c.destination == "sub-custom-numbers,"+mobile+",1" && c.gate == "yes" && (c.hours == "" || c.hours == strconv.Itoa(always))
}

func cells() []cell {
	var all []cell
	for _, enable := range []string{"yes", "no", ""} {
		for _, destination := range []string{"sub-custom-numbers," + mobile + ",1", "", "T10_cos-all,1010,1"} {
			for _, gate := range []string{"yes", "no"} {
				for _, hours := range []string{"", strconv.Itoa(always), strconv.Itoa(never), "99", "x"} {
					all = append(all, cell{enable, destination, gate, hours})
				}
			}
		}
	}
	return all
}

// TestDiversionTable: every combination of enable, destination, gate and time
// group, for every kind, each by a call. What the caller hears in the end tells
// who answered.
func TestDiversionTable(t *testing.T) {
	t.Parallel()
	// Each kind has extensions of its own, so that kinds and parts of the table
	// are tried side by side.
	const parts = 3
	kinds := map[dialplan.Diversion]struct {
		behaviour sipphone.Behaviour // nil: not registered
		code      int                // the end without diversion; 0: the phone answers
	}{
		dialplan.CFI: {sipphone.Answer(0), 0},
		dialplan.CFB: {sipphone.Busy(), 486},
		dialplan.CFN: {sipphone.Ring(), 480},
		dialplan.CFU: {nil, 480},
	}
	number := func(kind, part int) string { return fmt.Sprint(3000 + 10*kind + part) }
	l := newLab(t, 22, hours, func(in *asteriskconf.Input) {
		for kind := range dialplan.Diversions {
			ring := 30 // more than a slow machine's phones take to say what they do
			if dialplan.Diversions[kind] == dialplan.CFN {
				ring = 1
			}
			for part := range parts {
				n := number(kind, part)
				in.Companies[0].Extensions = append(in.Companies[0].Extensions, company.Extension{Number: n, Devices: company.Phone("s3;cret " + n), RingSeconds: ring})
			}
		}
	})
	// Two, because a phone has at most eight calls.
	callers := []*sipphone.Phone{l.phone("T2_1013", sipphone.Answer(0)), l.phone("T2_1018", sipphone.Answer(0))}
	for i, kind := range dialplan.Diversions {
		for part := range parts {
			if b := kinds[kind].behaviour; b != nil {
				l.phone("T2_"+number(i, part), b)
			}
		}
	}
	// Not t.Parallel, which runs as many as there are processors: they wait.
	var running sync.WaitGroup
	for i, kind := range dialplan.Diversions {
		for part := range parts {
			ext := number(i, part)
			running.Go(func() {
				t.Run(fmt.Sprintf("%s/%d", kind, part), func(t *testing.T) {
					l, before := l.in(t), map[string]string{}
					for n, c := range cells() {
						if n%parts == part && (c.hours != "x" || kind == dialplan.CFI) {
							l.set(ext, kind, before, c)
							l.ends(callers[i%2], ext, c, kinds[kind].code)
						}
					}
				})
			})
		}
	}
	running.Wait()
	l.quiet("WARNING", "ERROR")
}

// ends calls an extension and checks who answers, or how it ends.
func (l *lab) ends(caller *sipphone.Phone, ext string, c cell, code int) {
	l.t.Helper()
	out := l.dial(caller, ext)
	if !c.diverts() && code != 0 {
		if end := l.ended(out); end.Code != code {
			l.t.Errorf("%+v: %+v, want %d", c, end, code)
		}
		return
	}
	tone := toneOf(ext)
	if c.diverts() {
		tone = 1000
	}
	if err := out.WaitTone(l.ctx(), tone); err != nil {
		l.t.Errorf("%+v: hears %v, not %d Hz", c, out.Heard(), tone)
	}
	if err := out.Hangup(l.ctx()); err != nil {
		l.t.Error(err)
	}
}

// toneOf is the tone of an extension's phone.
func toneOf(extension string) int {
	n, _ := strconv.Atoi(extension)
	return 400 + n%100*10
}

// set writes one combination, and removes what the one before had more.
func (l *lab) set(extension string, kind dialplan.Diversion, before map[string]string, c cell) {
	l.t.Helper()
	for key, value := range map[string]string{
		dialplan.DiversionKey(extension, kind, dialplan.Enable):      c.enable,
		dialplan.DiversionKey(extension, kind, dialplan.Destination): c.destination,
		dialplan.DiversionKey(extension, kind, dialplan.TimeGroup):   c.hours,
		dialplan.GateKey(extension):                                  c.gate,
	} {
		if value != "" {
			l.put(tenant2, key, value)
		} else if before[key] != "" {
			l.remove(tenant2, key)
		}
		before[key] = value
	}
}
