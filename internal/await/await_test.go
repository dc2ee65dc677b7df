package await_test

import (
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dipcast/dipcast/internal/await"
)

func TestThat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		await.That(t, "a second has passed", func() bool { return time.Since(began) >= time.Second })
		if took := time.Since(began); took > 1100*time.Millisecond {
			t.Errorf("seen after %v", took)
		}
	})
}

// fatal is a test that is to fail.
type fatal struct {
	testing.TB
	said string
}

func (*fatal) Helper() {}

func (f *fatal) Fatalf(format string, args ...any) {
	f.said = format
	for _, a := range args {
		if s, ok := a.(string); ok {
			f.said += " " + s
		}
	}
	runtime.Goexit()
}

func TestInVain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, began := &fatal{TB: t}, time.Now()
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			await.That(f, "pigs fly", func() bool { return false })
		}()
		<-ended
		if took := time.Since(began); took != await.Limit || !strings.Contains(f.said, "pigs fly") {
			t.Errorf("%q after %v", f.said, took)
		}
	})
}
