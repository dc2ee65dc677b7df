package company_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/secret"
)

func withBot() company.Company {
	c := whole()
	c.NaverWorks = &company.NaverWorks{
		ClientID: "id", ClientSecret: secret.New("secret"), ServiceAccount: "x.serviceaccount@example.com", PrivateKey: secret.New(testKey()),
		Domain: 10000001, Bot: 2000001, BotSecret: secret.New("of the bot"),
	}
	return c
}

func testKey() string {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		panic(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

func TestNaverWorks(t *testing.T) {
	tests := []struct {
		change func(w *company.NaverWorks)
		want   string // the problem's field, "" for none
	}{
		{func(*company.NaverWorks) {}, ""},
		{func(w *company.NaverWorks) { *w = company.NaverWorks{Off: true} }, ""},
		{func(w *company.NaverWorks) { w.BotSecret = secret.Text{} }, "bot_secret"},
		{func(w *company.NaverWorks) { w.PrivateKey = secret.Text{} }, "private_key"},
		{func(w *company.NaverWorks) { w.Bot = 0 }, "bot_id"},
		{func(w *company.NaverWorks) { w.APIURL = "http://192.0.2.1/v1.0" }, "api_url"},
		{func(w *company.NaverWorks) { w.APIURL = "https://www.gov-naverworks.example/v1.0" }, ""},
		{func(w *company.NaverWorks) { w.AuthURL = "http://127.0.0.1:8090/oauth2/v2.0" }, ""},
		{func(w *company.NaverWorks) { w.Extensions = []string{"1010", "1999"} }, "extensions"},
		{func(w *company.NaverWorks) { w.QuietHours = 9 }, "quiet_hours"},
		{func(w *company.NaverWorks) { w.Room = "../users/x" }, "room"},
		{func(w *company.NaverWorks) { w.RingSeconds = 601 }, "ring_seconds"},
		{func(w *company.NaverWorks) { w.PerMinute = -2 }, "per_minute"},
		{func(w *company.NaverWorks) { w.FollowUps = "some" }, "follow_ups"},
		{func(w *company.NaverWorks) { w.Style.Mode = "buttons" }, "style.mode"},
		{func(w *company.NaverWorks) { w.Style.Ground = "pink" }, "style.ground"},
		{func(w *company.NaverWorks) { w.Style.Words = map[string]string{"ko.missed": "못 받은 전화"} }, ""},
		{func(w *company.NaverWorks) { w.Style.Words = map[string]string{"ja.missed": "x"} }, "style.words"},
		{func(w *company.NaverWorks) { w.Style.Words = map[string]string{"ko.desk": strings.Repeat("가", 21)} }, "style.words.ko.desk"},
	}
	for i, tt := range tests {
		c := withBot()
		tt.change(c.NaverWorks)
		got := ""
		for _, p := range company.Check(&c, []int{1}) {
			got += strings.TrimPrefix(p.Field, "naver_works.")
		}
		if got != tt.want {
			t.Errorf("%d: %q, want %q", i, got, tt.want)
		}
	}
}

// TestNaverWorksSecrets: they are found, left out, filled in and compared like
// all others.
func TestNaverWorksSecrets(t *testing.T) {
	c := withBot()
	secrets := c.Secrets()
	if secrets["naver_works/bot_secret"].Reveal() != "of the bot" || secrets["naver_works/private_key"].Empty() {
		t.Error("secrets of the bot are missing")
	}
	bare := c.Bare()
	if !bare.NaverWorks.BotSecret.Empty() || c.NaverWorks.BotSecret.Empty() {
		t.Error("Bare left the bot's secret, or took that of its origin")
	}
	diff := company.Diff(&bare, &c)
	found := false
	for _, d := range diff {
		found = found || d.Field == "naver_works.bot_secret" && strings.Contains(d.After, "redacted")
		if strings.Contains(d.Before+d.After, "of the bot") {
			t.Errorf("%s shows a secret", d.Field)
		}
	}
	if !found {
		t.Errorf("no difference of naver_works.bot_secret in %v", diff)
	}
	bare.Fill(secrets)
	if d := company.Diff(&bare, &c); len(d) > 0 {
		t.Errorf("after Fill: %v", d)
	}
}

// TestRing: phones ring long enough for a press, where cards are sent.
func TestRing(t *testing.T) {
	c := withBot()
	c.Extensions[0].RingSeconds, c.Extensions[1].RingSeconds = 10, 45
	c.RingGroups[0].RingSeconds = 15
	check := func(first, second, group int) {
		t.Helper()
		if a, b, g := c.RingOf(&c.Extensions[0]), c.RingOf(&c.Extensions[1]), c.RingOfGroup(&c.RingGroups[0]); a != first || b != second || g != group {
			t.Errorf("rings %d, %d and %d s, want %d, %d and %d", a, b, g, first, second, group)
		}
	}
	check(30, 45, 30)
	c.NaverWorks.RingSeconds = 40
	check(40, 45, 40)
	c.NaverWorks.Extensions = []string{"1013"}
	check(10, 45, 40)
	c.NaverWorks.RingSeconds = -1
	check(10, 45, 15)
	c.NaverWorks.RingSeconds, c.NaverWorks.Off = 0, true
	check(10, 45, 15)
	c.NaverWorks = nil
	check(10, 45, 15)
}
