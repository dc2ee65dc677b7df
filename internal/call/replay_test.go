package call_test

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/ami/amitest"
	"github.com/dipcast/dipcast/internal/attribution"
	"github.com/dipcast/dipcast/internal/call"
	"github.com/dipcast/dipcast/internal/tenant"
)

// recording is the events of one transcript with their times.
type recording struct {
	name    string // 22/101_internal_answered
	comment string
	events  []timed
}

type timed struct {
	m  *ami.Message
	at time.Time
}

var epoch = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)

// recordings are those of package ami and our own, both versions.
func recordings(t testing.TB) []recording {
	t.Helper()
	var all []recording
	for _, version := range []string{"16", "22"} {
		for _, dir := range []string{filepath.Join("..", "..", "ami", "testdata"), "testdata"} {
			list, err := amitest.LoadTranscripts(filepath.Join(dir, "asterisk-"+version))
			if err != nil {
				t.Fatal(err)
			}
			for _, tr := range list {
				r := recording{name: version + "/" + strings.TrimSuffix(tr.Name, ".txt"), comment: tr.Comment, events: events(t, tr)}
				if len(r.events) > 0 {
					all = append(all, r)
				}
			}
		}
	}
	return all
}

// events are those that belong to no list.
func events(t testing.TB, tr *amitest.Transcript) []timed {
	t.Helper()
	var out []timed
	for _, m := range tr.Messages() {
		if !bytes.HasPrefix(m.Data, []byte("Event:")) {
			continue
		}
		p := parse(t, m.Data)
		switch event := string(p.Event()); {
		case event == "CoreShowChannel", strings.HasSuffix(event, "Complete") && p.Get("ListItems") != "":
			continue
		}
		out = append(out, timed{p, epoch.Add(m.At)})
	}
	return out
}

func parse(t testing.TB, raw []byte) *ami.Message {
	t.Helper()
	var m ami.Message
	if err := ami.Parse(raw, &m); err != nil {
		t.Fatalf("%v: %q", err, raw)
	}
	return m.Clone()
}

// company is the tenant of all recordings.
func company() *tenant.Tenant {
	return &tenant.Tenant{
		ID: tenant.NewID("7be69580e27641df", 2), Number: 2, Servers: []int{1},
		Extensions: []string{"1010", "1013", "1018", "1020"},
		DIDs:       map[string]string{"07045805605": "1010", "07045144801": "1010"},
		Numbers:    []string{"16682471"},
	}
}

// ours is the tenant of our own recordings, where 07045144801 rings 1013.
func ours() *tenant.Tenant {
	c := company()
	c.DIDs["07045144801"] = "1013"
	return c
}

func (r recording) company() *tenant.Tenant {
	if len(r.comment) > 0 && r.name[3] != '0' && len(strings.SplitN(r.name[3:], "_", 2)[0]) == 3 {
		return ours()
	}
	return company()
}

// view is the tenants that attribution knows for the recording.
func view(r recording) []*tenant.Tenant { return []*tenant.Tenant{r.company()} }

// world is a tracker behind an attributor, as on a server.
type world struct {
	attr    *attribution.Attributor
	tracker *call.Tracker
	told    []call.Event
}

func newWorld(owner *tenant.Tenant, o call.Options) *world {
	o.Server = 1
	return &world{attr: attribution.New(attribution.NewView([]*tenant.Tenant{owner})), tracker: call.NewTracker(o)}
}

func (w *world) event(e timed) {
	w.told = append(w.told, w.tracker.Event(e.m, w.attr.Event(e.m, e.at), e.at)...)
}

// play takes in all events, with a Flush where the line falls silent.
func (w *world) play(list []timed) {
	for i, e := range list {
		w.event(e)
		if i+1 == len(list) || list[i+1].at.Sub(e.at) >= 2*time.Millisecond {
			w.told = append(w.told, w.tracker.Flush(e.at)...)
		}
	}
}

// ended are the calls that were told to have ended, as they are remembered.
func (w *world) ended() []*call.Call {
	var out []*call.Call
	for _, e := range w.told {
		if e.Kind == call.KindEnded {
			out = append(out, w.tracker.Call(e.Call.ID))
		}
	}
	return out
}
