package bot

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/call"
	"github.com/dipcast/dipcast/internal/edge"
	"github.com/dipcast/dipcast/internal/policy"
	"github.com/dipcast/dipcast/internal/tenant"
	"github.com/dipcast/dipcast/works"
)

// timed tells when a call is about to be moved.
type timed struct {
	*lines
	took chan time.Time
}

func (l *timed) Take(*tenant.Tenant, *call.Call, policy.Take) error {
	l.took <- time.Now()
	return nil
}

// BenchmarkPress is the way from a callback's first byte to the action that moves
// the caller, over a database on disk: it is kept, read, claimed. What is beyond
// is the action's own way on the link.
func BenchmarkPress(b *testing.B) {
	d := newDesk(b)
	l := &timed{lines: d.lines, took: make(chan time.Time, 1)}
	d.o.Calls = l
	c := NewCallbacks(CallbackOptions{
		Store: d.store, Now: d.o.Now, Logger: d.o.Logger, Work: d.Work, Refused: func(edge.Refusal) {},
		Account: func(string) (Account, bool) {
			return Account{Tenant: d.two, Bot: "7", Secrets: []string{secretNow}}, true
		},
		Number: func(int) *tenant.Tenant { return d.two },
	})
	mux := http.NewServeMux()
	mux.Handle(CallbackPattern, c)
	ctx, cancel := context.WithCancel(b.Context())
	var wg sync.WaitGroup
	wg.Go(func() { c.Run(ctx) })
	defer func() { cancel(); wg.Wait() }()
	var all []time.Duration
	for b.Loop() {
		body := fmt.Sprintf(`{"type":"postback","source":{"userId":"u1"},"issuedTime":%q,"data":%q}`, d.at.Format(time.RFC3339), d.token("u1", Desk))
		r := httptest.NewRequest(http.MethodPost, "/dapi/"+tenantTwo+"/callback", strings.NewReader(body))
		r.Header.Set(works.HeaderSignature, works.Signature(secretNow, []byte(body)))
		w := httptest.NewRecorder()
		begun := time.Now()
		mux.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			b.Fatal(w.Code, w.Body)
		}
		all = append(all, (<-l.took).Sub(begun))
		if err := d.store.Unclaim(ctx, 2, takeName("1-1.1")); err != nil {
			b.Fatal(err)
		}
	}
	slices.Sort(all)
	b.ReportMetric(float64(all[len(all)*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(float64(all[len(all)/2].Microseconds())/1000, "p50-ms")
}
