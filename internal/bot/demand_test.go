package bot

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dipcast/dipcast/works"
	"github.com/dipcast/dipcast/works/workstest"
)

// direct is a way to a server without a network.
type direct struct{ http.Handler }

func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	d.ServeHTTP(w, r)
	return w.Result(), nil
}

// minutes runs f with a world whose clock is its own, and whose NAVER WORKS takes
// so many messages a minute.
func minutes(t *testing.T, perMinute int, f func(t *testing.T, w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := newSandbox(t, workstest.Options{PerMinute: perMinute})
		w.url = "http://works.example"
		w.start(&http.Client{Transport: direct{w.sandbox}})
		defer w.stop()
		w.describe(2, w.url, perMinute)
		w.rings.Store(true)
		f(t, w)
	})
}

// pass lets time pass, and what comes with it happen.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

// TestBudget: when the budget is short, answered notices give way and missed ones
// wait; ring cards go.
func TestBudget(t *testing.T) {
	minutes(t, 60, func(t *testing.T, w *world) {
		fill := func(left int) {
			t.Helper()
			api, _, err := w.bot.Client(t.Context(), 2)
			if err != nil {
				t.Fatal(err)
			}
			for n := api.Budget(works.OpSendUser).Left; n > left; n-- {
				w.send(fmt.Sprintf("u-%d", n%20), LabelReply)
			}
			synctest.Wait()
			if n := api.Budget(works.OpSendUser).Left; n != left {
				t.Fatalf("%d are left, want %d", n, left)
			}
		}
		came := func(user, text string, want int) {
			t.Helper()
			synctest.Wait()
			if n := w.came(user, text); n != want {
				t.Errorf("%s came %d times to %s, want %d", text, n, user, want)
			}
		}
		fill(40)
		came("u-21", w.send("u-21", LabelAnswered), 1)
		fill(24) // 40 % of the minute are kept for what counts more
		came("u-22", w.send("u-22", LabelAnswered), 0)
		if n := w.ended(LabelAnswered, "dropped"); n != 1 {
			t.Errorf("%d were dropped", n)
		}
		came("u-23", w.send("u-23", LabelMissed), 1)
		fill(12)
		missed := w.send("u-24", LabelMissed)
		came("u-24", missed, 0)
		came("u-24", w.send("u-24", LabelRing), 1) // it does not wait behind the notice
		pass(30 * time.Second)                     // half of the minute is over, and so half of what was kept
		came("u-24", missed, 1)
		if w.ended(LabelAnswered, "sent") != 1 {
			t.Error("what was dropped came")
		}
	})
}

// TestBudget_GroupWithoutRoom: 30 calls a minute ring a group of ten for 20 s; its
// first five get cards, and miss the calls. That is 300 messages a minute, of which
// 240 go: no ring card is late, and every notice comes when there is room for it.
func TestBudget_GroupWithoutRoom(t *testing.T) {
	minutes(t, 240, func(t *testing.T, w *world) {
		const calls, people, rings = 90, 5, 10
		created := map[string]time.Time{}
		for n := range calls + rings {
			for i := range people {
				to := fmt.Sprintf("u-%d", i)
				if n < calls {
					created[w.send(to, LabelRing)] = time.Now()
				}
				if n >= rings {
					w.send(to, LabelMissed)
				}
			}
			pass(1900 * time.Millisecond) // so that calls come at all parts of a minute
		}
		during := w.ended(LabelMissed, "sent")
		pass(5 * time.Minute)
		for _, r := range w.sandbox.Requests(workstest.OpSendUser) {
			_, text, _ := strings.Cut(string(r.Body), `"text":"`)
			text, _, _ = strings.Cut(text, `"`)
			if r.Status != http.StatusCreated {
				t.Errorf("%s was answered with %d", text, r.Status)
			}
			if at, ok := created[text]; ok && r.Time.After(at) {
				t.Errorf("the card %s came %v late", text, r.Time.Sub(at))
			}
			delete(created, text)
		}
		if len(created) > 0 {
			t.Errorf("%d ring cards never came", len(created))
		}
		if n := w.ended(LabelMissed, "sent"); n != calls*people || w.ended(LabelMissed, "expired")+w.ended(LabelMissed, "dropped") > 0 {
			t.Errorf("%d of %d notices were sent", n, calls*people)
		}
		if during < 150 { // 90 a minute are left, the first minute has more
			t.Errorf("while calls came, only %d notices were sent", during)
		}
		t.Logf("%d of %d notices were sent while calls came", during, calls*people)
	})
}
