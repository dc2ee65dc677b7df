package sipphone

import (
	"errors"
	"net/netip"
	"testing"

	"github.com/pion/rtp"
)

// TestKeysOnTheWire checks the packets of two keys against RFC 4733 section
// 2.5: one timestamp a key, growing duration, the end three times.
func TestKeysOnTheWire(t *testing.T) {
	m := &media{}
	if _, err := m.queueKeys("5"); !errors.Is(err, ErrMedia) {
		t.Errorf("before any media: %v", err)
	}
	m.set(netip.MustParseAddrPort("127.0.0.1:4000"), PCMU, 101, sendRecv)
	if _, err := m.queueKeys("5x"); !errors.Is(err, ErrText) {
		t.Errorf("a key that is none: %v", err)
	}
	out, err := m.queueKeys("5#")
	if err != nil {
		t.Fatal(err)
	}
	var got keyReceiver
	packets := 0
	for clock := uint32(0); clock < 100*frameSamples; clock += frameSamples {
		h := rtp.Header{Timestamp: clock}
		m.mu.Lock()
		p, ok := m.keys.next(&h, 101)
		m.mu.Unlock()
		if !ok {
			continue
		}
		packets++
		if h.PayloadType != 101 || h.Marker != ((packets-1)%(keyFrames+keyEnds) == 0) {
			t.Errorf("packet %d: %+v", packets, h)
		}
		if end := p[1]&0x80 != 0; end != ((packets-1)%(keyFrames+keyEnds) >= keyFrames) {
			t.Errorf("packet %d: end %v", packets, end)
		}
		got.accept(&rtp.Packet{Header: h, Payload: p})
	}
	if packets != 2*(keyFrames+keyEnds) || string(got.keys) != "5#" {
		t.Errorf("%d packets, keys %q", packets, got.keys)
	}
	select {
	case <-out:
	default:
		t.Error("not told that the keys are out")
	}
}

func TestKeyReceiverIsBounded(t *testing.T) {
	var k keyReceiver
	for i := range 3 * maxKeys {
		k.accept(&rtp.Packet{Header: rtp.Header{Timestamp: uint32(i)}, Payload: []byte{byte(i % 16), 0, 0, 0}})
	}
	k.accept(&rtp.Packet{Payload: []byte{1}})
	k.accept(&rtp.Packet{Header: rtp.Header{Timestamp: 9999}, Payload: []byte{16, 0, 0, 0}})
	if len(k.keys) != maxKeys {
		t.Errorf("%d keys kept", len(k.keys))
	}
}
