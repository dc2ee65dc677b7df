package auth_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/auth"
)

func TestPasswords(t *testing.T) {
	p := auth.NewPasswords(auth.PasswordOptions{Memory: 64, Time: 1})
	hash, err := p.Hash(t.Context(), "얼씨구")
	if err != nil || !strings.HasPrefix(hash, "$argon2id$v=19$m=64,t=1,p=1$") {
		t.Fatalf("%q %v", hash, err)
	}
	again, err := p.Hash(t.Context(), "얼씨구")
	if err != nil || again == hash {
		t.Errorf("the salt is not new: %v", err)
	}
	for password, want := range map[string]bool{"얼씨구": true, "얼씨": false, "": false} {
		if got, err := p.Verify(t.Context(), hash, password); got != want || err != nil {
			t.Errorf("%q: %v %v", password, got, err)
		}
	}
	sum := strings.Split(hash, "$")
	for _, bad := range []string{
		"", "x", "$argon2i$v=19$m=64,t=1,p=1$" + sum[4] + "$" + sum[5],
		"$argon2id$v=16$m=64,t=1,p=1$" + sum[4] + "$" + sum[5],
		"$argon2id$v=19$m=4294967295,t=1,p=1$" + sum[4] + "$" + sum[5],
		"$argon2id$v=19$m=64,t=0,p=1$" + sum[4] + "$" + sum[5],
		"$argon2id$v=19$m=64,t=1,p=0$" + sum[4] + "$" + sum[5],
		"$argon2id$v=19$m=64,t=1,p=1$" + sum[4] + "$", "$argon2id$v=19$m=64,t=1,p=1$!$!",
	} {
		if ok, err := p.Verify(t.Context(), bad, "x"); ok || !errors.Is(err, auth.ErrHash) {
			t.Errorf("%q: %v %v", bad, ok, err)
		}
	}
}

// TestDefaultCost: the parameters of the design, and two at a time.
func TestDefaultCost(t *testing.T) {
	p := auth.NewPasswords(auth.PasswordOptions{})
	hash, err := p.Hash(t.Context(), "x")
	if err != nil || !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("%q %v", hash, err)
	}
}

func TestPasswordsAreBounded(t *testing.T) {
	p := auth.NewPasswords(auth.PasswordOptions{Memory: 64, Time: 1, Waiting: 1})
	release := p.Occupy()
	var wg sync.WaitGroup
	wg.Go(func() {
		if _, err := p.Hash(t.Context(), "x"); err != nil {
			t.Error(err)
		}
	})
	for p.Waiting() < 1 {
		if t.Context().Err() != nil {
			t.Fatal("nobody waits")
		}
	}
	if _, err := p.Hash(t.Context(), "x"); !errors.Is(err, auth.ErrBusy) {
		t.Errorf("got %v", err)
	}
	release()
	wg.Wait()
}

func TestLimiterIsBounded(t *testing.T) {
	now := time.UnixMilli(0)
	l := auth.NewLimiter(auth.Limit{Failures: 2, Window: time.Minute, Lock: time.Hour}, 100)
	for range 2 {
		l.Fail("locked", now)
	}
	for i := range 1000 {
		l.Fail(fmt.Sprint(i), now)
	}
	if l.Len() > 100 {
		t.Errorf("%d keys", l.Len())
	}
	if l.Wait("locked", now) != time.Hour {
		t.Error("the lock was pushed out by keys that are not locked")
	}
	later := now.Add(2 * time.Hour)
	l.Fail("x", later)
	if l.Len() > 2 {
		t.Errorf("%d old keys are kept", l.Len())
	}
}

func TestRememberedIsBounded(t *testing.T) {
	now := time.UnixMilli(0)
	r := auth.NewRemembered(time.Minute, 10)
	for i := range 100 {
		r.Add(fmt.Sprint(i), "h", "p", now)
		if !r.Knows(fmt.Sprint(i), "h", "p", now) || r.Len() > 10 {
			t.Fatalf("%d: %d", i, r.Len())
		}
	}
	if r.Knows("99", "h2", "p", now) || r.Knows("99", "h", "q", now) || r.Knows("99", "h", "p", now.Add(time.Minute)) {
		t.Error("knows what it should not")
	}
	r.Add("ab", "c", "p", now)
	if r.Knows("a", "bc", "p", now) {
		t.Error("parts shift")
	}
}

func TestSource(t *testing.T) {
	tests := []struct{ in, want string }{
		{"127.0.0.1:40000", "127.0.0.1"},
		{"127.0.0.1", "127.0.0.1"},
		{"[::ffff:10.0.0.1]:5", "10.0.0.1"},
		{"[2001:db8:1:2:3:4:5:6]:443", "2001:db8:1:2::/64"},
		{"2001:db8:1:2::1", "2001:db8:1:2::/64"},
		{"[fe80::1%eth0]:1", "fe80::/64"},
		{"@", "?"},
		{"", "?"},
	}
	for _, tt := range tests {
		if got := auth.Source(tt.in); got != tt.want {
			t.Errorf("source(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}
