package bot_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/bot"
)

func TestTokens(t *testing.T) {
	now := time.Unix(1_795_000_000, 0)
	key, old := bytes.Repeat([]byte{1}, 32), bytes.Repeat([]byte{2}, 32)
	tokens, err := bot.NewTokens(key, old)
	if err != nil {
		t.Fatal(err)
	}
	before, err := bot.NewTokens(old)
	if err != nil {
		t.Fatal(err)
	}
	press := bot.Press{Tenant: 2, Person: "c72af563-0f21-4736-11e4-045237113344", Call: "1-1795000000.4711", Action: bot.Mobile, Until: now.Add(time.Minute)}
	for _, by := range []*bot.Tokens{tokens, before} {
		token, err := by.Seal(press)
		if err != nil {
			t.Fatal(err)
		}
		if len(token) > 300 || strings.Contains(token, "c72af") {
			t.Errorf("token %q", token)
		}
		if got, err := tokens.Open(token, now); err != nil || got != press {
			t.Errorf("%+v, %v", got, err)
		}
		if got, err := tokens.Open(token, press.Until); !errors.Is(err, bot.ErrLate) || got != press {
			t.Errorf("late: %+v, %v", got, err)
		}
		for i := range token { // any sign changed
			other := "A"
			if token[i] == 'A' {
				other = "B"
			}
			if got, err := tokens.Open(token[:i]+other+token[i+1:], now); !errors.Is(err, bot.ErrToken) || got != (bot.Press{}) {
				t.Fatalf("changed at %d: %+v, %v", i, got, err)
			}
		}
	}
	if token, err := tokens.Seal(press); err != nil {
		t.Error(err)
	} else if _, err := before.Open(token, now); !errors.Is(err, bot.ErrToken) {
		t.Errorf("by another key: %v", err)
	}
	press.Call = strings.Repeat("x", 300)
	if _, err := tokens.Seal(press); !errors.Is(err, bot.ErrToken) {
		t.Errorf("too long: %v", err)
	}
	press.Call = "a\x00b"
	if _, err := tokens.Seal(press); !errors.Is(err, bot.ErrToken) {
		t.Errorf("NUL: %v", err)
	}
	for _, keys := range [][][]byte{nil, {key[:31]}} {
		if _, err := bot.NewTokens(keys...); err == nil {
			t.Errorf("%d keys were taken", len(keys))
		}
	}
}

func FuzzOpen(f *testing.F) {
	tokens, err := bot.NewTokens(bytes.Repeat([]byte{1}, 32))
	if err != nil {
		f.Fatal(err)
	}
	token, err := tokens.Seal(bot.Press{Tenant: 2, Person: "u", Call: "1-1.1", Action: bot.Desk, Until: time.Unix(2e9, 0)})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(token)
	f.Add("p1")
	f.Fuzz(func(t *testing.T, s string) {
		if _, err := tokens.Open(s, time.Unix(1e9, 0)); err == nil && s != token {
			t.Errorf("%q was opened", s)
		}
	})
}
