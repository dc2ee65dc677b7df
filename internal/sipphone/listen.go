package sipphone

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// enough is the share of the energy from which on a tone counts as heard: up to
// three at a time.
const enough = 0.25

// gone is the share below which a tone no longer counts as heard.
const gone = 0.05

// ErrHeard reports a tone that should not have been heard.
var ErrHeard = errors.New("tone heard")

// WaitTones waits until all the tones are heard at the same time, and so three
// at most: a conference, a barge-in. The error is that of WaitTone.
func (c *Call) WaitTones(ctx context.Context, hz ...int) error {
	need := min(enough, 0.7/float64(max(1, len(hz))))
	return c.until(ctx, fmt.Sprintf("%v Hz together", hz), func(pcm []float64) bool {
		return !slices.ContainsFunc(hz, func(f int) bool { return pcm == nil || share(pcm, float64(f)) < need })
	})
}

// WaitNoTone waits until no more of what is received is a tone of hz: silence,
// music and other tones will do. The error wraps ErrHeard.
func (c *Call) WaitNoTone(ctx context.Context, hz int) error {
	err := c.until(ctx, "", func(pcm []float64) bool { return pcm == nil || share(pcm, float64(hz)) < gone })
	if err != nil {
		return fmt.Errorf("%w: %d Hz: %w", ErrHeard, hz, err)
	}
	return nil
}

// WaitSound waits until something is heard that is none of the tones: music on
// hold, a prompt. The error is that of WaitTone.
func (c *Call) WaitSound(ctx context.Context, not ...int) error {
	return c.until(ctx, fmt.Sprintf("another sound than %v Hz", not), func(pcm []float64) bool {
		if pcm == nil || loudness(pcm) < silence {
			return false
		}
		return !slices.ContainsFunc(not, func(f int) bool { return share(pcm, float64(f)) > gone })
	})
}

// until waits until ok is true for the newest audio, which is nil when none
// came lately.
func (c *Call) until(ctx context.Context, wanted string, ok func(pcm []float64) bool) error {
	tick := time.NewTicker(packetTime)
	defer tick.Stop()
	for {
		if ok(c.media.pcm()) {
			return nil
		}
		var why error
		select {
		case <-tick.C:
			continue
		case <-c.ended:
			why = c.stateError()
		case <-ctx.Done():
			why = context.Cause(ctx)
		}
		h := c.Heard()
		return fmt.Errorf("%w: wanted %s, got %.0f Hz (%.2f) in %d packets: %w",
			ErrNotHeard, wanted, h.Frequency, h.Share, h.Packets, why)
	}
}

// Span is a time during which the same tones were heard.
type Span struct {
	From, To time.Duration // since the listening began
	Tones    []int         // of those listened for, rising; nil for none of them
	Sound    bool          // there was sound at all
}

// Listening is a record of which tones a call heard when.
type Listening struct {
	stop  func()
	mu    sync.Mutex
	spans []Span
}

// maxSpans bounds a Listening; the oldest go.
const maxSpans = 1024

// Listen begins to note which of the tones are heard from now on, until Stop or
// the end of the call. A change is noted up to half a second after it happened,
// since the newest 400 ms are looked at.
func (c *Call) Listen(hz ...int) *Listening {
	hz = slices.Sorted(slices.Values(hz))
	ctx, cancel := context.WithCancel(context.Background())
	over := make(chan struct{})
	l := &Listening{stop: func() { cancel(); <-over }}
	begin := time.Now()
	started := c.a.spawn(func(life context.Context) {
		defer close(over)
		tick := time.NewTicker(packetTime)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				l.note(time.Since(begin), c.media.pcm(), hz)
			case <-ctx.Done():
				l.note(time.Since(begin), c.media.pcm(), hz) // as it is heard now
				return
			case <-c.ended:
				return
			case <-life.Done():
				return
			}
		}
	})
	if !started {
		close(over)
	}
	return l
}

func (l *Listening) note(at time.Duration, pcm []float64, hz []int) {
	var tones []int
	if pcm != nil {
		for _, f := range hz {
			if share(pcm, float64(f)) >= enough {
				tones = append(tones, f)
			}
		}
	}
	sound := pcm != nil && loudness(pcm) >= silence
	l.mu.Lock()
	defer l.mu.Unlock()
	if n := len(l.spans); n > 0 {
		last := &l.spans[n-1]
		last.To = at
		if slices.Equal(last.Tones, tones) && last.Sound == sound {
			return
		}
	}
	if l.spans = append(l.spans, Span{From: at, To: at, Tones: tones, Sound: sound}); len(l.spans) > maxSpans {
		l.spans = l.spans[1:]
	}
}

// Stop ends the record and returns it. It may be called again.
func (l *Listening) Stop() []Span {
	l.stop()
	return l.Spans()
}

// Spans returns the record so far.
func (l *Listening) Spans() []Span {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.spans)
}

// HeardFor tells for how long a tone was heard in all of a record.
func HeardFor(spans []Span, hz int) time.Duration {
	var d time.Duration
	for _, s := range spans {
		if slices.Contains(s.Tones, hz) {
			d += s.To - s.From
		}
	}
	return d
}

// String is for failing tests: "0.00-1.20 [700] · 1.20-1.80 sound".
func (s Span) String() string {
	what := "silence"
	switch {
	case len(s.Tones) > 0:
		what = fmt.Sprint(s.Tones)
	case s.Sound:
		what = "sound"
	}
	return fmt.Sprintf("%.2f-%.2f %s", s.From.Seconds(), s.To.Seconds(), what)
}

// Order is the tones of a record in the order in which each was first heard
// after something else: "700 1100 700".
func Order(spans []Span) string {
	var b strings.Builder
	last := ""
	for _, s := range spans {
		for _, f := range s.Tones {
			if text := fmt.Sprint(f); text != last {
				b.WriteString(" " + text)
				last = text
			}
		}
	}
	return strings.TrimSpace(b.String())
}
