package registrations_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/sipphone"
)

const (
	guesser = "127.0.0.9"
	honest  = "127.0.0.8"
	trusted = "127.0.0.7" // on the allow-list
)

// bans are the sources that the gateway has refused now.
func (l *lab) bans() []string {
	l.t.Helper()
	var all []struct{ Source string }
	l.do(operator, "GET", "/bans", "", &all)
	out := []string{}
	for _, b := range all {
		out = append(out, b.Source)
	}
	return out
}

// refused reports whether not even the right password helps from an address.
func (l *lab) refused(address string) bool {
	l.t.Helper()
	var status *sipphone.StatusError
	err := l.register("T2_1010", address, password)
	if errors.As(err, &status) && status.Code == 403 {
		return true
	}
	if err != nil {
		l.t.Fatalf("register from %s: %v", address, err)
	}
	return false
}

// guess fails until the source is banned.
func (l *lab) guess() {
	l.t.Helper()
	l.until("the guesser is banned", func() bool {
		err := l.register("T2_1010", guesser, "wrong password")
		return err != nil && slices.Contains(l.bans(), guesser+"/32")
	})
	l.until("Asterisk refuses it", func() bool { return l.refused(guesser) })
}

// TestGuessersAreBanned: who guesses gets in no more, not even with the right
// password, for a while; others do, and the allow-listed always.
func TestGuessersAreBanned(t *testing.T) {
	change := func(c *config.Config) {
		c.Guard.Failures, c.Guard.Ban, c.Guard.Allow = 5, 5*time.Second, []string{trusted}
	}
	both(t, change, func(l *lab) {
		for range 20 {
			if err := l.register("T2_1010", trusted, "wrong password"); err == nil {
				l.t.Fatal("a wrong password helps")
			}
		}
		l.guess()
		if l.refused(honest) || l.refused(trusted) {
			l.t.Error("others are refused too")
		}
		if got := l.bans(); !slices.Equal(got, []string{guesser + "/32"}) {
			l.t.Errorf("banned %v", got)
		}
		if text := l.metrics(); !strings.Contains(text, "\ndipcast_sip_bans 1\n") || !strings.Contains(text, "\ndipcast_sip_bans_total 1\n") ||
			!strings.Contains(text, "\ndipcast_sip_login_failures_total{event=\"ChallengeResponseFailed\"} ") {
			l.t.Errorf("metrics:\n%s", text)
		}
		if status := l.do(keyTwo, "GET", "/bans", "", nil); status != 403 {
			l.t.Errorf("a tenant asks for bans: %d", status)
		}
		l.until("the ban ends", func() bool { return !l.refused(guesser) })
		if got := l.bans(); len(got) != 0 {
			l.t.Errorf("still banned %v", got)
		}
	})
}

// TestBansSurviveAndAreLifted: neither a restart of the gateway nor one of
// Asterisk lets a guesser in, an operator does.
func TestBansSurviveAndAreLifted(t *testing.T) {
	both(t, func(c *config.Config) { c.Guard.Failures = 5 }, func(l *lab) {
		l.guess()
		l.app.Stop()
		if !l.refused(guesser) {
			l.t.Error("let in while the gateway is away")
		}
		l.startApp()
		if got := l.bans(); !slices.Equal(got, []string{guesser + "/32"}) || !l.refused(guesser) {
			l.t.Errorf("after a restart banned %v", got)
		}
		if status := l.do(operator, "DELETE", "/bans/"+guesser, "", nil); status != 200 {
			l.t.Errorf("lifting: %d", status)
		}
		l.until("the guesser is let in", func() bool { return !l.refused(guesser) })
		if status := l.do(operator, "POST", "/bans", `{"source":"127.0.0.0/29"}`, nil); status != 409 {
			l.t.Errorf("a ban of the gateway's own address: %d", status)
		}
		if status := l.do(operator, "POST", "/bans", `{"source":"`+honest+`","minutes":5}`, nil); status != 201 {
			l.t.Errorf("a ban by hand: %d", status)
		}
		l.until("it counts", func() bool { return l.refused(honest) })
	})
}
