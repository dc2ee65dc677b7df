// Package browser_test looks at the chat page of the NAVER WORKS sandbox in
// Chromium: the scripts beside it press, and what they press is heard here.
package browser_test

import (
	"crypto/rand"
	"crypto/rsa"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"github.com/dipcast/dipcast/internal/await"
	"github.com/dipcast/dipcast/internal/bot"
	"github.com/dipcast/dipcast/internal/browsertest"
	"github.com/dipcast/dipcast/works"
	"github.com/dipcast/dipcast/works/workstest"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		browsertest.Remove()
		os.Exit(code)
	}))
}

const (
	botID  = 7
	secret = "the bot's secret"
)

// people are the users of the sandbox, each of a language.
var people = []struct {
	id, locale string // of the directory
	browser    string // Chromium's
	lang       bot.Lang
	said       string // what appears in the room when the first button is pressed
}{
	{"hong", "ko_KR", "ko-KR", bot.Korean, "수신 전화 당겨 받기"},
	{"ann", "en_US", "en-US", bot.English, "Take the call at my desk"},
}

// TestChat: the cards of calls and faxes look as in the product's documents, in
// both languages; a press and a text reach the callback.
func TestChat(t *testing.T) {
	s := newSandbox(t)
	for _, p := range people {
		t.Run(string(p.lang), func(t *testing.T) {
			style := bot.Style{}
			for _, c := range []works.Content{
				style.Call(p.lang, bot.CallCard{Called: "얼쑤팩토리 1번제품문의 전화", Number: "07079170225", Buttons: buttons(bot.Desk, bot.Assistant, bot.Mobile, bot.CallBack, bot.Web)}),
				style.Call(p.lang, bot.CallCard{Internal: true, Number: "1018", Name: "지화자", Buttons: buttons(bot.Mobile, bot.CallBack, bot.Web)}),
				style.Fax(p.lang, bot.FaxCard{Number: "07079190163", Pages: 2, View: buttons(bot.Fax)[0]}),
			} {
				if err := s.client.SendUser(t.Context(), botID, p.id, c); err != nil {
					t.Fatal(err)
				}
			}
			browsertest.Run(t, "chat.mjs", s.address, p.id, p.browser, p.said)
			await.That(t, "the press reaches the callback", func() bool { return s.heard(p.id, "token-desk") })
			await.That(t, "the text reaches the callback", func() bool { return s.heard(p.id, "도움말") })
		})
	}
}

func buttons(actions ...bot.Action) []bot.Button {
	var all []bot.Button
	for _, a := range actions {
		all = append(all, bot.Button{Action: a, Token: "token-" + string(a), Address: "https://pbx.example.com/" + string(a)})
	}
	return all
}

// sandbox is a NAVER WORKS with a bot whose callbacks come here.
type sandbox struct {
	address string
	client  *works.Client

	mu     sync.Mutex
	events []*works.Event
}

func newSandbox(t *testing.T) *sandbox {
	t.Helper()
	s := new(sandbox)
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	callback := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, works.MaxCallback))
		if err != nil || !works.Verify(body, r.Header.Get(works.HeaderSignature), secret) {
			t.Errorf("a callback without its signature: %s, %v", body, err)
			return
		}
		e, err := works.ParseEvent(body)
		if err != nil {
			t.Error(err)
			return
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.events = append(s.events, e)
	}))
	o := workstest.Options{
		Apps: []workstest.App{{ClientID: "app", ClientSecret: "secret", ServiceAccount: "a.serviceaccount@b", PublicKey: &key.PublicKey, Domain: 1}},
		Bots: []workstest.Bot{{ID: botID, Name: "DIPCAST", Secret: secret, Domain: 1, CallbackURL: callback.URL}},
	}
	for _, p := range people {
		o.Users = append(o.Users, workstest.User{ID: p.id, Email: p.id + "@example.com", LastName: p.id, Domain: 1, Locale: p.locale})
	}
	naver := workstest.New(o)
	server := httptest.NewServer(naver)
	s.address = server.URL
	transport := &http.Transport{}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		naver.Close()
		server.Close()
		callback.Close()
	})
	s.client, err = works.New(works.Options{
		AuthURL: server.URL + "/oauth2/v2.0", APIURL: server.URL + "/v1.0", HTTP: &http.Client{Transport: transport},
		ClientID: "app", ClientSecret: "secret", ServiceAccount: "a.serviceaccount@b", Key: key,
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// heard reports whether somebody pressed or wrote something.
func (s *sandbox) heard(user, what string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.events {
		if e.UserID == user && (e.Pressed() == what || e.Content.Text == what) {
			return true
		}
	}
	return false
}
