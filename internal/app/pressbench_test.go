package app_test

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/await"
	"github.com/dipcast/dipcast/internal/store/storetest"
	"github.com/dipcast/dipcast/works"
)

// press sends the callback of a press of the first button of a call's card, and
// says when its first byte left and when the answer was there.
func (s *offices) press(c *ringing, card arrival) (begun, answered time.Time, err error) {
	body := fmt.Appendf(nil, `{"type":"postback","data":%q,"source":{"userId":%q,"domainId":%d},"issuedTime":%q}`,
		card.token, officeUser(c.tenant, c.members[0]), 10000000+c.tenant, time.Now().UTC().Format(time.RFC3339Nano))
	r, err := http.NewRequestWithContext(s.tb.Context(), http.MethodPost, s.origin+"/dapi/"+officeID(c.tenant)+"/callback", bytes.NewReader(body))
	if err != nil {
		return begun, answered, err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set(works.HeaderBotID, strconv.Itoa(2000000+c.tenant))
	r.Header.Set(works.HeaderSignature, works.Signature("bot-secret", body))
	begun = time.Now()
	resp, err := s.client.Do(r)
	answered = time.Now()
	if err != nil {
		return begun, answered, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("a press is answered with %s", resp.Status)
	}
	return begun, answered, err
}

// BenchmarkPresses has calls ring as BenchmarkCards does, and a second later the
// person presses 수신 전화 당겨 받기: 50 cards and 50 presses a second. It reports
// how long it took from the callback's first byte to the action Redirect at
// Asterisk, and to the callback's own answer.
func BenchmarkPresses(b *testing.B) {
	for _, engine := range []struct {
		name string
		open func(testing.TB) *storetest.Database
	}{{"sqlite", storetest.SQLite}, {"postgres", storetest.Postgres}} {
		b.Run(engine.name, func(b *testing.B) {
			s := newOffices(b, officeOptions{database: engine.open(b)})
			n := s.warm(b)
			var mu sync.Mutex
			var wg sync.WaitGroup
			var moved, answered []time.Duration
			press := func(c *ringing) {
				card := s.came(c)
				if len(card) != 1 {
					b.Errorf("a call has %d cards", len(card))
					return
				}
				begun, end, err := s.press(c, card[0])
				if err != nil {
					b.Error(err)
					return
				}
				var at time.Time
				select {
				case at = <-s.moves(c.trunk()):
				case <-time.After(await.Limit):
					b.Error("a press moved nobody")
					return
				}
				mu.Lock()
				defer mu.Unlock()
				moved, answered = append(moved, at.Sub(begun)), append(answered, end.Sub(begun))
			}
			var calls []*ringing
			tick := func(i int) {
				if i -= callsPerSecond; i >= 0 && i < len(calls) {
					c := calls[i]
					wg.Go(func() { press(c) })
				}
				if i -= callsPerSecond; i >= 0 {
					s.hangUp(calls[i])
				}
			}
			pace := time.NewTicker(time.Second / callsPerSecond)
			defer pace.Stop()
			for b.Loop() {
				<-pace.C
				c, _ := s.ring(n + len(calls))
				calls = append(calls, c)
				tick(len(calls) - 1)
			}
			for i := range ringsFor { // the last ones
				<-pace.C
				tick(len(calls) + i)
			}
			wg.Wait()
			if len(moved) == 0 {
				b.Fatal("nobody was moved")
			}
			report(b, "redirect-", moved)
			report(b, "answer-", answered)
			if all := s.refused(); len(all) > 0 {
				b.Errorf("NAVER WORKS refused: %v", all)
			}
		})
	}
}
