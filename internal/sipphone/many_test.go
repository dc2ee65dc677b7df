package sipphone_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/dipcast/dipcast/internal/sipphone"
)

// TestFiftyPhones has 25 calls at the same time, and every end hears its own
// partner: RTP never arrives at the wrong one.
func TestFiftyPhones(t *testing.T) {
	ctx := patience(t)
	phones := make([]*sipphone.Phone, 50)
	var wg sync.WaitGroup
	for i := range phones {
		phones[i] = startPhone(t, sipphone.Options{
			Server: asterisk(t), User: fmt.Sprint(1020 + i), Password: password,
			Tone: 500 + 30*i, Behaviour: sipphone.Answer(0),
		})
		wg.Go(func() {
			if err := phones[i].Register(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if t.Failed() {
		return
	}
	for i := range 25 {
		wg.Go(func() {
			a, b := phones[i], phones[i+25]
			out, err := a.Dial(ctx, b.User(), sipphone.DialOptions{})
			if err != nil {
				t.Error(err)
				return
			}
			in, err := b.NextCall(ctx)
			if err != nil {
				t.Error(err)
				return
			}
			if err := out.WaitTone(ctx, b.Tone()); err != nil {
				t.Error(err)
			}
			if err := in.WaitTone(ctx, a.Tone()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}
