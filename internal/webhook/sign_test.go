package webhook

import (
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/secret"
)

// TestSign: the example of the specification, Standard Webhooks, as its libraries
// test it.
func TestSign(t *testing.T) {
	got := sign("msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), []byte(`{"test": 2432232314}`), secret.New("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
	if want := "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 11, 22, 4, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Duration{
		"": 0, "x": 0, "-5": 0, "7": 7 * time.Second, "99999": time.Hour, "999999999999": time.Hour,
		"Sun, 22 Nov 2026 04:00:30 GMT": 30 * time.Second, "Sun, 22 Nov 2026 03:00:30 GMT": 0,
	} {
		if got := retryAfter(text, now); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}
