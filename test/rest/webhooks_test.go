package rest_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/sipphone"
)

// told is a request that came to a webhook.
type told struct {
	signed bool
	at     time.Time
	Type   string `json:"type"`
	ID     string `json:"id"`
	Data   struct {
		callView
		Ringing *struct{ Extension string }
		Missed  *bool
		Talk    float64 `json:"talk_seconds"`
	}
}

// receiver is a company's program, which checks signatures as docs/webhooks.md
// says.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	secret string
	came   []told
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		x := told{at: time.Now()}
		if err := json.Unmarshal(body, &x); err != nil {
			t.Errorf("%v in %s", err, body)
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		key, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(r.secret, "whsec_"))
		h := hmac.New(sha256.New, key)
		h.Write([]byte(req.Header.Get("Webhook-Id") + "." + req.Header.Get("Webhook-Timestamp") + "."))
		h.Write(body)
		x.signed = req.Header.Get("Webhook-Signature") == "v1,"+base64.StdEncoding.EncodeToString(h.Sum(nil)) && req.Header.Get("Webhook-Id") == x.ID
		r.came = append(r.came, x)
		w.WriteHeader(http.StatusNoContent)
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) all() []told {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.came)
}

// TestWebhook: a call rings, is answered and ends, and a program that was named by
// REST is told of it, signed and in order; the list of deliveries says so.
func TestWebhook(t *testing.T) {
	s := start(t)
	r := newReceiver(t)
	var hook struct{ ID, Secret string }
	made := s.do("POST", prefix+"/webhooks", `{"url":"`+r.URL+`/hook","events":["call.ringing","call.answered","call.ended"]}`)
	if s.data(made, &hook); made.status != 201 || hook.ID == "" {
		t.Fatalf("%d %s", made.status, made.raw)
	}
	r.mu.Lock()
	r.secret = hook.Secret
	r.mu.Unlock()
	path := prefix + "/webhooks/" + hook.ID
	if shown := s.do("GET", path, ""); shown.status != 200 || strings.Contains(shown.raw, hook.Secret) {
		t.Errorf("%s", shown.raw)
	}
	var tried struct {
		State  string
		Status int
	}
	if s.data(s.do("POST", path+"/test", ""), &tried); tried.State != "sent" || tried.Status != 204 {
		t.Errorf("the test: %+v", tried)
	}

	phone := s.demo.Phone(2, "1010")
	phone.SetBehaviour(sipphone.RingThen(500*time.Millisecond, sipphone.Answer(0)))
	out := s.incoming(did1010)
	if err := out.WaitAnswered(s.ctx()); err != nil {
		t.Fatal(err)
	}
	s.until("it told that the call was answered", func() bool { return len(r.all()) == 3 })
	if err := out.Hangup(s.ctx()); err != nil {
		t.Fatal(err)
	}
	s.until("it told that the call is over", func() bool { return len(r.all()) >= 4 })
	came := r.all()
	for i, want := range []string{"webhook.test", "call.ringing", "call.answered", "call.ended"} {
		x := came[i]
		if x.Type != want || !x.signed {
			t.Errorf("%d: %+v, want %s, signed", i, x, want)
		}
		if i > 0 && (x.Data.CallID != came[1].Data.CallID || x.Data.DID != did1010 || x.Data.Direction != "external") {
			t.Errorf("%s: %+v", want, x.Data)
		}
	}
	if x := came[1].Data.Ringing; x == nil || x.Extension != "1010" {
		t.Errorf("who rings: %+v", x)
	}
	if x := came[2].Data.AnsweredBy; x == nil || x.Extension != "1010" {
		t.Errorf("who answered: %+v", x)
	}
	if x := came[3].Data; x.Missed == nil || *x.Missed || x.Talk <= 0 {
		t.Errorf("the end: %+v", x)
	}

	var list []struct {
		ID, Type, State string
		EventID         string `json:"event_id"`
	}
	s.until("three deliveries", func() bool { s.get(path+"/deliveries?state=sent", &list); return len(list) == 3 })
	if list[2].Type != "call.ringing" || list[2].EventID != came[1].ID {
		t.Errorf("%+v", list)
	}
	if again := s.do("POST", path+"/deliveries/"+list[2].ID+"/replay", ""); again.status != 200 {
		t.Errorf("%d %s", again.status, again.raw)
	}
	s.until("it told again", func() bool { all := r.all(); return len(all) == 5 && all[4].ID == came[1].ID && all[4].signed })
	var dead []any
	if s.get(prefix+"/dead-letters", &dead); len(dead) != 0 {
		t.Errorf("%v", dead)
	}
	if gone := s.do("DELETE", path, ""); gone.status != 200 {
		t.Errorf("%d %s", gone.status, gone.raw)
	}
	if gone := s.do("GET", path, ""); gone.status != 404 || gone.body.Field != "id" {
		t.Errorf("%d %s", gone.status, gone.raw)
	}
}
