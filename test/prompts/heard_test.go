package prompts_test

import (
	"slices"
	"testing"

	"github.com/dipcast/dipcast/internal/sipphone"
)

// TestHeard: a prompt made by the voice is chosen by Asterisk and heard on the
// phone, on both versions.
func TestHeard(t *testing.T) {
	t.Parallel()
	for _, version := range []int{22, 16} {
		t.Run(map[int]string{22: "22", 16: "16"}[version], func(t *testing.T) {
			t.Parallel()
			l := newLab(t, version, nil, nil, plan{
				"901": {"Answer()", "Playback(dipcast/cfi-on)", "Playback(beep&beep&beep&beep&beep)", "Wait(5)"},
			})
			c := l.dial(l.phone("1010", sipphone.Answer(0)), "901")
			l.until("speech", func() bool { return c.Heard().Frequency > 0 })
			if err := c.WaitTone(l.ctx(), 1000); err != nil {
				t.Errorf("the beep is not heard: %v, %v", c.Heard(), err)
			}
			if !slices.Contains(l.played(), file{"dipcast/cfi-on", "slin", "ko_T2"}) {
				t.Errorf("played %v", l.played())
			}
			l.korean()
			if err := c.Hangup(l.ctx()); err != nil {
				t.Error(err)
			}
		})
	}
}
