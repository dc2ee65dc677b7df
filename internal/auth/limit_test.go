package auth_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/auth"
)

func TestFailedLoginsAreLimited(t *testing.T) {
	for _, user := range []string{"demo", "nobody"} {
		t.Run(user, func(t *testing.T) {
			h := open(t, nil)
			bad, good := request("Authorization", basic(user, "wrong")), request("Authorization", basic(user, "demo"))
			for i := range 10 {
				if _, err := h.Authenticate(t.Context(), bad); !errors.Is(err, auth.ErrUnauthorized) {
					t.Fatalf("%d: %v", i, err)
				}
			}
			for _, r := range []auth.Request{bad, good} {
				_, err := h.Authenticate(t.Context(), r)
				var e *auth.Error
				if !errors.As(err, &e) || !errors.Is(err, auth.ErrRateLimited) || e.RetryAfter != 15*time.Minute || err.Error() != auth.ErrRateLimited.Error() {
					t.Fatalf("not locked: %v", err)
				}
			}
			elsewhere := good
			elsewhere.RemoteAddr = "127.0.0.2:1"
			if _, err := h.Authenticate(t.Context(), elsewhere); (err == nil) != (user == "demo") || errors.Is(err, auth.ErrRateLimited) {
				t.Errorf("from elsewhere: %v", err)
			}
			h.advance(15 * time.Minute)
			if _, err := h.Authenticate(t.Context(), good); (err == nil) != (user == "demo") || errors.Is(err, auth.ErrRateLimited) {
				t.Errorf("after the lock: %v", err)
			}
		})
	}
}

func TestSlowFailuresDoNotLock(t *testing.T) {
	h := open(t, nil)
	for range 50 {
		if _, err := h.Authenticate(t.Context(), request("Authorization", basic("demo", "wrong"))); !errors.Is(err, auth.ErrUnauthorized) || errors.Is(err, auth.ErrRateLimited) {
			t.Fatal(err)
		}
		h.advance(7 * time.Second)
	}
}

// TestParallelGuessesAreLimited: what is already on its way when the limit is
// reached is not computed any more.
func TestParallelGuessesAreLimited(t *testing.T) {
	h := open(t, nil)
	var mu sync.Mutex
	guessed := 0
	var wg sync.WaitGroup
	for range 200 {
		wg.Go(func() {
			_, err := h.Authenticate(t.Context(), request("Authorization", basic("demo", "wrong")))
			if errors.Is(err, auth.ErrUnauthorized) {
				mu.Lock()
				guessed++
				mu.Unlock()
			} else if !errors.Is(err, auth.ErrRateLimited) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if guessed > 11 { // the slots are two: one may compute while the tenth fails
		t.Errorf("%d guesses", guessed)
	}
}

func TestManyUsersFromOneSource(t *testing.T) {
	h := open(t, nil)
	if _, err := h.Authenticate(t.Context(), request("Authorization", basic("demo", "demo"))); err != nil {
		t.Fatal(err)
	}
	for i := range 100 {
		if _, err := h.Authenticate(t.Context(), request("Authorization", basic(strings.Repeat("x", i+1), "y"))); !errors.Is(err, auth.ErrUnauthorized) {
			t.Fatalf("%d: %v", i, err)
		}
	}
	if _, err := h.Authenticate(t.Context(), request("Authorization", basic("new", "y"))); !errors.Is(err, auth.ErrRateLimited) {
		t.Errorf("spraying goes on: %v", err)
	}
	if _, err := h.Authenticate(t.Context(), request("Authorization", basic("demo", "demo"))); err != nil {
		t.Errorf("a remembered login: %v", err)
	}
	if _, err := h.Authenticate(t.Context(), request("tenant", idTwo, "app-key", "demo")); err != nil {
		t.Errorf("an app key: %v", err)
	}
}

func TestWrongKeysAreLimitedRightOnesPass(t *testing.T) {
	h := open(t, nil)
	for range 100 {
		if _, err := h.Authenticate(t.Context(), request("tenant", idTwo, "app-key", "wrong")); !errors.Is(err, auth.ErrUnauthorized) {
			t.Fatal(err)
		}
	}
	if _, err := h.Authenticate(t.Context(), request("tenant", idTwo, "app-key", "wrong")); !errors.Is(err, auth.ErrRateLimited) {
		t.Errorf("wrong key: %v", err)
	}
	if _, err := h.Authenticate(t.Context(), request("tenant", idTwo, "app-key", "demo")); err != nil {
		t.Errorf("right key: %v", err)
	}
}
