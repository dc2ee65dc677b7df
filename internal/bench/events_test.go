package bench

import (
	"strings"
	"testing"
	"time"
)

func TestEvents(t *testing.T) {
	for _, g := range []generator{{}, {prefix: "T2_"}} {
		total := 0
		for n := range 600 {
			m := string(appendMessage(nil, g.event(n)))
			total += len(m)
			if len(m) < 400 || len(m) > 700 {
				t.Fatalf("event %d has %d bytes:\n%s", n, len(m), m)
			}
			if !strings.HasPrefix(m, "Event: ") || !strings.HasSuffix(m, "\r\n\r\n") || strings.Contains(m, "T2_") != (g.prefix != "") {
				t.Fatalf("event %d:\n%s", n, m)
			}
		}
		if s := g.stream(600); len(s.bytes) != total || s.ends[599] != total {
			t.Errorf("a stream of %d bytes, not %d", len(s.bytes), total)
		}
	}
}

// TestCheck: a frame is right only as it was sent.
func TestCheck(t *testing.T) {
	var g generator
	for n := range 12 {
		frame := g.appendFrame(nil, n)[4:]
		if err := g.check(frame); err != nil {
			t.Errorf("event %d: %v", n, err)
		}
		for _, change := range [][2]string{
			{"김", "박"}, {`"Language":"ko",`, ""}, {`"Language"`, `"X"`}, {`"type":3`, `"type":4`}, {`}}`, `}`},
		} {
			broken := strings.Replace(string(frame), change[0], change[1], 1)
			if broken != string(frame) && g.check([]byte(broken)) == nil {
				t.Errorf("event %d with %q for %q is accepted", n, change[1], change[0])
			}
		}
	}
	for _, frame := range []string{"", "{}", `{"BenchNumber":"x"}`, `{"BenchNumber":"`, `{"BenchNumber":"12`, `{"BenchNumber":""}`} {
		if n, ok := numberOf([]byte(frame)); ok {
			t.Errorf("%s: number %d", frame, n)
		}
	}
}

func TestLatencies(t *testing.T) {
	var l, m latencies
	for i := range 1000 {
		l.add(time.Duration(i+1) * time.Microsecond)
	}
	m.merge(&l)
	for _, tt := range []struct {
		q    float64
		want time.Duration
	}{{0, time.Microsecond}, {.5, 500 * time.Microsecond}, {.99, 990 * time.Microsecond}} {
		if got := m.quantile(tt.q); got > tt.want || got < tt.want*95/100 {
			t.Errorf("quantile %v is %v, not about %v", tt.q, got, tt.want)
		}
	}
	for d := time.Duration(1); d < time.Hour; d = d*5/4 + 1 {
		if f := floor(step(d)); f > d || f < d*96/100-1 {
			t.Errorf("%v is counted as %v", d, f)
		}
	}
}

func TestTable(t *testing.T) {
	r := Report{Version: "1", Rows: []Row{
		{Name: "idle", ClientKiB: 5.04},
		{Name: "burst-200", PerSecond: 3.2e6, LimitPerSecond: 4e6, Percent: 80, CPUMicros: .17},
		{Name: "stalled", PerSecond: 16000, GrowthMiB: 3, P50Millis: 1, P99Millis: 2, WithoutP99Millis: 1.9},
		{Name: "dead-server", PerSecond: 9000, P50Millis: .1, P99Millis: .2, WithoutP50Millis: .1, WithoutP99Millis: .2},
		{Name: "tls", Error: "3 lost"},
	}}
	for _, korean := range []bool{false, true} {
		var b strings.Builder
		if err := r.WriteTable(&b, korean); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(b.String(), "\n")
		at := map[int]bool{}
		for _, l := range lines[3:5] {
			for _, v := range []string{"5.0 KiB", "3.20 M/s"} {
				if i := strings.Index(l, v); i >= 0 {
					at[width(l[:i])] = true
				}
			}
		}
		if len(at) != 1 || !strings.Contains(b.String(), "80 %") || !strings.Contains(b.String(), ": 3 lost") {
			t.Errorf("columns at %v:\n%s", at, &b)
		}
	}
	for _, name := range Names() {
		if labels[name][0] == "" || labels[name][1] == "" {
			t.Errorf("%s has no label", name)
		}
	}
}
