package sipphone

import (
	"fmt"
	"strings"

	"github.com/pion/rtp"
)

// keyNames are the telephone keys in the order of their event codes (RFC 4733
// section 3.2).
const keyNames = "0123456789*#ABCD"

const (
	keyFrames    = 5   // 100 ms a key
	keyEnds      = 3   // the end is sent three times (RFC 4733 section 2.5.1.4)
	keyGapFrames = 3   // 60 ms of audio between keys
	maxKeys      = 128 // kept and queued; older received keys are dropped
)

// keySender turns queued keys into telephone-event packets, one for each call
// of next. Its zero value has nothing to send.
type keySender struct {
	queue []byte
	step  int    // packets of the current key that are out
	start uint32 // timestamp of the current key: all its packets carry it
	gap   int
	idle  []chan struct{} // closed when the queue is empty
}

// next returns the packet for this 20 ms; false when audio is to be sent.
func (k *keySender) next(h *rtp.Header, pt uint8) ([]byte, bool) {
	if k.gap > 0 {
		k.gap--
		if k.gap == 0 && len(k.queue) == 0 {
			k.release()
		}
		return nil, false
	}
	if len(k.queue) == 0 {
		return nil, false
	}
	if k.step == 0 {
		k.start = h.Timestamp
	}
	k.step++
	e := event{
		code:     byte(strings.IndexByte(keyNames, k.queue[0])),
		end:      k.step > keyFrames,
		duration: uint16(min(k.step, keyFrames) * frameSamples),
	}
	h.PayloadType, h.Marker, h.Timestamp = pt, k.step == 1, k.start
	if k.step == keyFrames+keyEnds {
		k.queue, k.step, k.gap = k.queue[1:], 0, keyGapFrames
	}
	return e.bytes(), true
}

func (k *keySender) release() {
	for _, c := range k.idle {
		close(c)
	}
	k.idle = nil
}

// keyReceiver collects keys. All packets of one key have the same timestamp.
type keyReceiver struct {
	last uint32
	any  bool
	keys []byte
}

func (k *keyReceiver) accept(p *rtp.Packet) {
	if len(p.Payload) < 4 || int(p.Payload[0]) >= len(keyNames) || k.any && p.Timestamp == k.last {
		return
	}
	k.last, k.any = p.Timestamp, true
	k.add(keyNames[p.Payload[0]])
}

func (k *keyReceiver) add(key byte) {
	k.keys = append(k.keys, key)
	if len(k.keys) > maxKeys {
		k.keys = k.keys[1:]
	}
}

// addKey takes a key that came by INFO.
func (m *media) addKey(key byte) {
	if strings.IndexByte(keyNames, key) < 0 {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.digits.add(key)
}

// queueKeys hands keys to the sending goroutine; the channel is closed when
// they are out.
func (m *media) queueKeys(keys string) (<-chan struct{}, error) {
	for i := range len(keys) {
		if strings.IndexByte(keyNames, keys[i]) < 0 {
			return nil, fmt.Errorf("telephone key: %w", ErrText)
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.event == 0 || !m.remote.IsValid() {
		return nil, fmt.Errorf("%w: no telephone-event", ErrMedia)
	}
	out := make(chan struct{})
	if keys == "" {
		close(out)
		return out, nil
	}
	if len(m.keys.queue)+len(keys) > maxKeys {
		return nil, fmt.Errorf("more than %d telephone keys: %w", maxKeys, ErrText)
	}
	m.keys.queue = append(m.keys.queue, keys...)
	m.keys.idle = append(m.keys.idle, out)
	return out, nil
}
