package bot

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/await"
	"github.com/dipcast/dipcast/works/workstest"
)

// BenchmarkCards sends ring cards at 50 a second, and reports how long it took
// from the moment a card was to be made to the request at NAVER WORKS, in ms.
func BenchmarkCards(b *testing.B) {
	w := newWorld(b, workstest.Options{})
	w.rings.Store(true)
	w.arrives("u-0", w.send("u-0", LabelRing)) // the token is there
	due := map[string]time.Time{}
	pace := time.NewTicker(time.Second / 50)
	defer pace.Stop()
	for i := 0; b.Loop(); i++ {
		<-pace.C
		at := time.Now()
		due[w.send(fmt.Sprintf("u-%d", i%faultPeople), LabelRing)] = at
	}
	var took []time.Duration
	await.That(b, "all cards", func() bool { return len(w.sandbox.Requests(workstest.OpSendUser)) == len(due)+1 })
	for _, r := range w.sandbox.Requests(workstest.OpSendUser) {
		_, text, _ := strings.Cut(string(r.Body), `"text":"`)
		text, _, _ = strings.Cut(text, `"`)
		if at, ok := due[text]; ok {
			took = append(took, r.Time.Sub(at))
		}
	}
	slices.Sort(took)
	for name, part := range map[string]int{"p50-ms": 50, "p99-ms": 99, "max-ms": 100} {
		b.ReportMetric(float64(took[min(len(took)-1, len(took)*part/100)])/1e6, name)
	}
}
