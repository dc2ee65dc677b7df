package sipphone

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"
)

// Durations of a key that is heard (ITU-T Q.24 wants 40 ms of each).
const (
	inbandKey = 120 * time.Millisecond
	inbandGap = 80 * time.Millisecond
)

// The telephone keys by the two frequencies of each in Hz (ITU-T Q.23).
const keyPad = "123A456B789C*0#D"

var (
	keyRows    = [4]int{697, 770, 852, 941}
	keyColumns = [4]int{1209, 1336, 1477, 1633}
)

// KeyTones are the two frequencies of a telephone key; 0, 0 for what is none.
func KeyTones(key byte) (low, high int) {
	i := strings.IndexByte(keyPad, key)
	if i < 0 {
		return 0, 0
	}
	return keyRows[i/4], keyColumns[i%4]
}

// SendInband plays telephone keys as their tones, instead of our own, and waits
// until they are out: 200 ms a key. Its errors are those of SendDTMF.
func (c *Call) SendInband(ctx context.Context, keys string) error {
	var pcm []int16
	for i := range len(keys) {
		low, high := KeyTones(keys[i])
		if low == 0 {
			return fmt.Errorf("telephone key: %w", ErrText)
		}
		for n := range int(inbandKey * sampleRate / time.Second) {
			t := 2 * math.Pi * float64(n) / sampleRate
			pcm = append(pcm, int16(toneAmplitude*(math.Sin(float64(low)*t)+math.Sin(float64(high)*t))/2))
		}
		pcm = append(pcm, make([]int16, inbandGap*sampleRate/time.Second)...)
	}
	if len(keys) > maxKeys {
		return fmt.Errorf("more than %d telephone keys: %w", maxKeys, ErrText)
	}
	out := c.media.play(pcm)
	select {
	case <-out:
		return nil
	case <-c.ended:
		return c.stateError()
	case <-ctx.Done():
		return fmt.Errorf("play keys: %w", context.Cause(ctx))
	}
}

// play has samples sent before the tone goes on; the channel is closed when
// they are out. What was still to be played is dropped.
func (m *media) play(pcm []int16) <-chan struct{} {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.played != nil {
		close(m.played)
	}
	m.sound, m.played = pcm, make(chan struct{})
	return m.played
}

// frame returns the next 20 ms of what is played, encoded; nil when nothing is.
// It is called with the lock held.
func (m *media) frame() []byte {
	if m.played == nil {
		return nil
	}
	if len(m.sound) < frameSamples {
		close(m.played)
		m.sound, m.played = nil, nil
		return nil
	}
	b := make([]byte, frameSamples)
	for i := range b {
		b[i] = m.codec.encode(m.sound[i])
	}
	m.sound = m.sound[frameSamples:]
	return b
}

// SendInfo sends telephone keys as INFO requests, one each, as some phones do.
// Its errors are those of SendDTMF, and ErrRefused.
func (c *Call) SendInfo(ctx context.Context, keys string) error {
	for i := range len(keys) {
		if strings.IndexByte(keyNames, keys[i]) < 0 {
			return fmt.Errorf("telephone key: %w", ErrText)
		}
		req := c.build(sip.INFO, c.nextSeq())
		req.AppendHeader(c.a.contact(c.contactUser))
		req.AppendHeader(sip.NewHeader("Content-Type", "application/dtmf-relay"))
		req.SetBody([]byte("Signal=" + keys[i:i+1] + "\r\nDuration=160\r\n"))
		res, err := c.a.do(ctx, req, c.peer)
		if err != nil {
			return fmt.Errorf("info: %w", err)
		}
		if !res.IsSuccess() {
			return fmt.Errorf("info: %w", &StatusError{Code: res.StatusCode, Reason: res.Reason})
		}
	}
	return nil
}

// toneKeys hears telephone keys in the sound, in frames of 20 ms.
type toneKeys struct {
	wanted bool
	keys   []byte
	last   byte // of the last frame, 0 for none
	now    byte // that is being heard, 0 for none
	pcm    [frameSamples]float64
}

// accept takes one frame. A key counts when two frames in a row are it, and
// again after one that is not.
func (k *toneKeys) accept(c Codec, payload []byte) {
	if len(payload) != frameSamples {
		return
	}
	for i, b := range payload {
		k.pcm[i] = float64(c.decode(b))
	}
	key := keyIn(k.pcm[:])
	if key != k.last {
		k.last, k.now = key, 0
		return
	}
	if key != 0 && k.now == 0 {
		k.now = key
		if k.keys = append(k.keys, key); len(k.keys) > maxKeys {
			k.keys = k.keys[1:]
		}
	}
}

// keyIn is the key whose two tones are nearly all of a frame; 0 for none.
func keyIn(pcm []float64) byte {
	energy := 0.0
	for _, s := range pcm {
		energy += s * s
	}
	if energy < silence*silence*float64(len(pcm)) {
		return 0
	}
	loudest := func(tones [4]int) (at int, part float64) {
		for i, hz := range tones {
			if p := 2 * power(pcm, float64(hz)) / (float64(len(pcm)) * energy); p > part {
				at, part = i, p
			}
		}
		return at, part
	}
	row, low := loudest(keyRows)
	column, high := loudest(keyColumns)
	if min(low, high) < 0.2 || low+high < 0.7 {
		return 0
	}
	return keyPad[4*row+column]
}

// InbandKeys returns the telephone keys heard as tones so far, the newest 128:
// all of them when the call has no telephone-event, else those since the first
// time it was asked.
func (c *Call) InbandKeys() string {
	c.media.mu.Lock()
	defer c.media.mu.Unlock()
	c.media.tones.wanted = true
	return string(c.media.tones.keys)
}
