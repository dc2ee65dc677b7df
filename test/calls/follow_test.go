package calls_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/ami/amitest"
	"github.com/dipcast/dipcast/internal/attribution"
	"github.com/dipcast/dipcast/internal/call"
	"github.com/dipcast/dipcast/internal/call/calltest"
	"github.com/dipcast/dipcast/internal/tenant"
)

// follow gives the calls that events tell of, all of them ended.
func follow(t *testing.T, events []heard) string {
	t.Helper()
	owner := &tenant.Tenant{
		ID: tenant.NewID(tenant2, 2), Number: 2, Servers: []int{1}, Extensions: []string{"1010", "1013", "1018", "1020"},
		DIDs: map[string]string{did1010: "1010", did1013: "1013"}, Numbers: []string{shown},
	}
	attr := attribution.New(attribution.NewView([]*tenant.Tenant{owner}))
	tracker := call.NewTracker(call.Options{Server: 1})
	var ended []*call.Call
	for _, e := range events {
		for _, told := range tracker.Event(e.m, attr.Event(e.m, e.at), e.at) {
			if told.Kind == call.KindEnded {
				ended = append(ended, told.Call)
			}
		}
		tracker.Flush(e.at)
	}
	for i, c := range ended {
		ended[i] = tracker.Call(c.ID)
	}
	if left := tracker.Stats(); left.Calls+left.Channels+left.Bridges > 0 {
		t.Errorf("left behind: %+v", left)
	}
	return calltest.Unordered(ended)
}

// recorded are the events of the recording of a call.
func recorded(t *testing.T, version int, name string) []heard {
	t.Helper()
	tr, err := amitest.LoadTranscript(recording(version, name))
	if err != nil {
		t.Fatal(err)
	}
	var out []heard
	for _, raw := range tr.Messages() {
		if !bytes.HasPrefix(raw.Data, []byte("Event:")) {
			continue
		}
		var m ami.Message
		if err := ami.Parse(raw.Data, &m); err != nil {
			t.Fatal(err)
		}
		out = append(out, heard{m.Clone(), time.Unix(0, 0).Add(raw.At)})
	}
	return out
}

func recording(version int, name string) string {
	return filepath.Join("..", "..", "internal", "call", "testdata", fmt.Sprintf("asterisk-%d", version), name+".txt")
}
