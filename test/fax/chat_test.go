package fax_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/browsertest"
	"github.com/dipcast/dipcast/works/workstest"
)

const (
	domain        = 10000001
	botID         = 2000001
	account       = "x.serviceaccount@example.com"
	member        = "u-2010" // whose extension 2010 is
	passwordThere = "p4ss"
)

// chat is a NAVER WORKS in which the receiver's people are told of faxes.
type chat struct {
	t       *testing.T
	sandbox *workstest.Server
	url     string
	gateway string // host:port
	key     *rsa.PrivateKey
}

func newChat(t *testing.T) *chat {
	t.Helper()
	c := &chat{t: t, gateway: fmt.Sprintf("127.0.0.1:%d", asterisktest.Port(t))}
	var err error
	if c.key, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
		t.Fatal(err)
	}
	c.sandbox = workstest.New(workstest.Options{
		Apps: []workstest.App{{ClientID: "client", ClientSecret: "client-secret", ServiceAccount: account, PublicKey: &c.key.PublicKey, Domain: domain, Redirects: []string{"http://" + c.gateway + "/login/works/return"}}},
		Bots: []workstest.Bot{{ID: botID, Name: "DIPCAST", Secret: "bot-secret", Domain: domain}},
		Users: []workstest.User{
			{ID: member, Email: "2010@example.com", LastName: "홍길동", Domain: domain, Telephone: "02-123-4567(2010)", Locale: "ko_KR", Password: passwordThere},
		},
	})
	server := httptest.NewServer(c.sandbox)
	c.url = server.URL
	t.Cleanup(func() {
		c.sandbox.Close()
		server.CloseClientConnections()
		server.Close()
	})
	return c
}

// reachable is a configuration in which the gateway is where its links lead to,
// also after it was killed, and has an operator, who may set other hosts than the
// public ones.
func (c *chat) reachable(yaml string) string {
	return strings.Replace(yaml, `listen: ["127.0.0.1:0"]`, fmt.Sprintf("listen: [%q]\npublic_url: http://%s\noperators: [{username: ops, password: ops-password}]", c.gateway, c.gateway), 1)
}

// connect makes the receiver's bot.
func (c *chat) connect(g *gateway) {
	c.t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(c.key)
	if err != nil {
		c.t.Fatal(err)
	}
	body, err := json.Marshal(map[string]any{
		"client_id": "client", "client_secret": "client-secret", "service_account": account, "bot_secret": "bot-secret",
		"private_key": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})),
		"domain_id":   domain, "bot_id": botID, "auth_url": c.url + "/oauth2/v2.0", "api_url": c.url + "/v1.0", "per_minute": -1,
	})
	if err != nil {
		c.t.Fatal(err)
	}
	for _, r := range []struct{ method, path string }{{"PUT", "/api/v2/naver-works?tenant=T3"}, {"POST", "/api/v2/people/sync?tenant=T3"}} {
		if status, answer := g.askAs(r.method, r.path, "ops", "application/json", body); status != 200 {
			c.t.Fatalf("%s: %d %s", r.path, status, answer)
		}
		body = []byte("{}")
	}
}

// opens has a person look at the newest card in the chat, and at the pages of its
// fax, in Chromium.
func (c *chat) opens(by string, pages int) {
	c.t.Helper()
	f := fmt.Sprintf("%d쪽", pages)
	until(c.t, "card of the fax by "+by, func() bool {
		for _, m := range c.sandbox.Messages(botID, member) {
			if text := string(m.Content); strings.Contains(text, f) && strings.Contains(text, own) {
				return true
			}
		}
		return false
	})
	browsertest.Run(c.t, "card.mjs", c.url, "http://"+c.gateway, member, "2010@example.com", passwordThere, f)
	browsertest.Run(c.t, "faxes.mjs", "http://"+c.gateway, "three", "three-password")
}
