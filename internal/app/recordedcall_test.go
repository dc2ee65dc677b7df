package app_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dipcast/dipcast/ami/amitest"
)

// recording is the dialogue of a call from outside that a phone rings for until
// its caller gives up, as Asterisk 22 told it, cut into messages.
type recording struct{ ring, end []recorded }

// recorded is one message. leg: it is about the phone that is rung.
type recorded struct {
	text string
	leg  bool
}

// What the recording holds, and a call has of its own.
const (
	recordedTrunk  = "PJSIP/trk-1-00000014"
	recordedPhone  = "PJSIP/T2_1010-00000015"
	recordedLinked = "1795263918.20"
	recordedUnique = "1795263918.21"
	recordedDial   = "PJSIP/T2_1010,2,i"
	// recordedRing is when the recorded caller gives up.
	recordedRing = 300 * time.Millisecond
)

// loadRecording reads it.
func loadRecording(tb testing.TB) *recording {
	tb.Helper()
	t, err := amitest.LoadTranscript("../call/testdata/asterisk-22/121_incoming_cancelled.txt")
	if err != nil {
		tb.Fatal(err)
	}
	r := &recording{}
	begun := false
	for _, m := range t.Messages() {
		begun = begun || bytes.HasPrefix(m.Data, []byte("Event: Newchannel"))
		if !m.Event || !begun {
			continue
		}
		part := recorded{string(m.Data), bytes.Contains(m.Data, []byte(recordedPhone))}
		if m.At < recordedRing {
			r.ring = append(r.ring, part)
		} else {
			r.end = append(r.end, part)
		}
	}
	if len(r.ring) < 10 || len(r.end) < 5 {
		tb.Fatalf("the recording has %d and %d messages", len(r.ring), len(r.end))
	}
	return r
}

// ringing is a call from outside as it is played.
type ringing struct {
	n       int // tells calls apart, from 0
	tenant  int
	did     string
	target  string // extension or group that the DID leads to
	members []string
	from    string
}

func (c *ringing) linked() string { return fmt.Sprintf("1795263918.%d", 100*c.n) }

func (c *ringing) trunk() string { return fmt.Sprintf("PJSIP/trk-%d-%08x", c.tenant, 100*c.n) }

// play gives the bytes of a part of the recording, as they are for this call.
// What the recording says of its one phone is said of each.
func (c *ringing) play(part []recorded) []byte {
	var out bytes.Buffer
	phones := make([]*strings.Replacer, len(c.members))
	var dial []string
	for _, m := range c.members {
		dial = append(dial, fmt.Sprintf("PJSIP/T%d_%s", c.tenant, m))
	}
	for i, m := range c.members {
		prefix := fmt.Sprintf("T%d_", c.tenant)
		phones[i] = strings.NewReplacer(
			recordedTrunk, c.trunk(), recordedPhone, fmt.Sprintf("%s-%08x", dial[i], 100*c.n+i+1),
			recordedDial, strings.Join(dial, "&")+",2,i",
			recordedLinked, c.linked(), recordedUnique, fmt.Sprintf("1795263918.%d", 100*c.n+i+1),
			"trk-1-in", fmt.Sprintf("trk-%d-in", c.tenant), "07045805605", c.did, "01012345678", c.from,
			"CallerIDNum: 1010", "CallerIDNum: "+m, "T2_1010", prefix+m, "T2_", prefix, "1010", c.target,
		)
	}
	for len(part) > 0 {
		if !part[0].leg {
			_, _ = phones[0].WriteString(&out, part[0].text) // a Buffer takes all
			part = part[1:]
			continue
		}
		run := slices.IndexFunc(part, func(p recorded) bool { return !p.leg })
		if run < 0 {
			run = len(part)
		}
		for _, phone := range phones {
			for _, p := range part[:run] {
				_, _ = phone.WriteString(&out, p.text)
			}
		}
		part = part[run:]
	}
	return out.Bytes()
}
