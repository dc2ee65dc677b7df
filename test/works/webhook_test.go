package works_test

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

	"github.com/dipcast/dipcast/internal/webhook"
)

// listen has a program of the company be told of an event until stop. heard gives
// what it was told.
func (s *site) listen(event string) (heard func() []webhook.Voicemail, stop func()) {
	s.t.Helper()
	var mu sync.Mutex
	var came []webhook.Voicemail
	secret := ""
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		var told struct {
			Type string
			Data webhook.Voicemail
		}
		if err == nil {
			err = json.Unmarshal(body, &told)
		}
		mu.Lock()
		defer mu.Unlock()
		key, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
		h := hmac.New(sha256.New, key)
		h.Write([]byte(r.Header.Get("Webhook-Id") + "." + r.Header.Get("Webhook-Timestamp") + "."))
		h.Write(body)
		if signed := "v1," + base64.StdEncoding.EncodeToString(h.Sum(nil)); err != nil || told.Type != event || r.Header.Get("Webhook-Signature") != signed {
			s.t.Errorf("a program is told %s: %v", body, err)
		}
		came = append(came, told.Data)
	}))
	var hook struct{ ID, Secret string }
	made := s.do("POST", "/webhooks?tenant=T2", map[string]any{"url": server.URL, "events": []string{event}})
	if err := json.Unmarshal(made, &hook); err != nil {
		s.t.Fatal(err)
	}
	mu.Lock()
	secret = hook.Secret
	mu.Unlock()
	heard = func() []webhook.Voicemail {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(came)
	}
	return heard, func() {
		s.do("DELETE", "/webhooks/"+hook.ID+"?tenant=T2", nil)
		server.Close()
	}
}
