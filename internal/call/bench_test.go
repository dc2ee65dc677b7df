package call_test

import (
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/attribution"
	"github.com/dipcast/dipcast/internal/call"
)

// BenchmarkEvent is the cost of one event, over all recordings, with a Flush
// after each ten; attribution is not part of it.
func BenchmarkEvent(b *testing.B) {
	type heard struct {
		timed
		r attribution.Result
	}
	var all []heard
	for _, r := range recordings(b) {
		a := attribution.New(attribution.NewView(view(r)))
		for _, e := range r.events {
			all = append(all, heard{e, a.Event(e.m, time.Now())})
		}
	}
	b.ReportAllocs()
	tr := call.NewTracker(call.Options{Server: 1})
	i := 0
	for b.Loop() {
		e := &all[i%len(all)]
		if i%len(all) == 0 { // the same ids again are another server
			tr = call.NewTracker(call.Options{Server: 1})
		}
		tr.Event(e.m, e.r, e.at)
		if i%10 == 0 {
			tr.Flush(e.at)
		}
		i++
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(i), "ns/event")
}
