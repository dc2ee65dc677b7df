package recording_test

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/recording"
)

// asterisk is a server that records as it is told, and notes it.
type asterisk struct {
	mu     sync.Mutex
	file   string
	asked  string
	always bool
	did    []string
}

func (a *asterisk) note(format string, args ...any) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.did = append(a.did, fmt.Sprintf(format, args...))
}

func (a *asterisk) Recorded(context.Context, int, string) (file, byWhom string, always bool, err error) {
	return a.file, a.asked, a.always, nil
}

func (a *asterisk) End(_ context.Context, _ int, channel string) error {
	a.note("end %s", channel)
	return nil
}

func (a *asterisk) Begin(_ context.Context, _ int, channel, file string, asked bool) error {
	a.note("begin %s %s asked %t", channel, file, asked)
	return nil
}

func (a *asterisk) Pause(_ context.Context, _ int, channel string) error {
	a.note("pause %s", channel)
	return nil
}

// TestFollower: a recorded channel is recorded anew when it gets another partner, and
// only then; clients are told what begins and ends.
func TestFollower(t *testing.T) {
	const (
		began = 946684799 // a second before a bubble of synctest begins
		stem  = "T2/2026/11/21/143000-IN-01012345678-1010"
		whole = "/var/spool/asterisk/monitor/" + stem + "-946684799-1.1_1.2.wav"
		anew  = "begin PJSIP/b " + stem + "-946684800-1.1_1.2.wav asked "
		start = "MixMonitorStart b"
	)
	for _, tt := range []struct {
		name   string
		server *asterisk
		events []string
		want   []string
	}{
		{name: "one partner", events: []string{start, "BridgeEnter b 1", "BridgeEnter a 1"}},
		{name: "held and resumed", events: []string{start, "BridgeEnter b 1", "BridgeEnter a 1", "BridgeLeave a 1", "BridgeEnter a 1"}},
		{name: "another partner", events: []string{start, "BridgeEnter b 1", "BridgeEnter a 1", "BridgeLeave a 1", "BridgeEnter c 1"}, want: []string{"end PJSIP/b", anew + "false"}},
		{name: "three for a moment", events: []string{start, "BridgeEnter b 1", "BridgeEnter a 1", "BridgeEnter c 1", "BridgeLeave a 1"}, want: []string{"end PJSIP/b", anew + "false"}},
		{name: "in another bridge", events: []string{start, "BridgeEnter b 1", "BridgeEnter a 1", "BridgeLeave b 1", "BridgeEnter c 2", "BridgeEnter b 2"}, want: []string{"end PJSIP/b", anew + "false"}},
		{name: "parked beside another, and taken", events: []string{start, "BridgeEnter b 1", "BridgeEnter a 1", "BridgeLeave b 1", "BridgeEnter x parking", "BridgeEnter b parking", "BridgeLeave b parking", "BridgeEnter c 2", "BridgeEnter b 2"}, want: []string{"end PJSIP/b", anew + "false"}},
		{name: "begun within the call", events: []string{"BridgeEnter b 1", "BridgeEnter a 1", start, "BridgeLeave a 1", "BridgeEnter c 1"}, want: []string{"end PJSIP/b", anew + "false"}},
		{name: "a Local channel goes out of the way", events: []string{start, "BridgeEnter b 1", "BridgeEnter Local/1010@x-1;2 1", "BridgeLeave Local/1010@x-1;2 1", "BridgeEnter a 1"}},
		{
			name: "given through a Local channel that goes out of the way",
			events: []string{
				"BridgeEnter Local/1010@x-1;1 2", start, "BridgeEnter b 1", "BridgeEnter Local/1010@x-1;2 1",
				"BridgeLeave Local/1010@x-1;1 2", "BridgeEnter Local/1010@x-1;1 3", "BridgeLeave Local/1010@x-1;2 1", "BridgeEnter c 1",
			},
			want: []string{"end PJSIP/b", anew + "false"},
		},
		{
			name: "given through a Local channel that stays",
			events: []string{
				"BridgeEnter Local/1010@x-1;1 2", start, "BridgeEnter b 1", "BridgeEnter Local/1010@x-1;2 1",
				"BridgeLeave Local/1010@x-1;1 2", "BridgeEnter Local/1010@x-1;1 3",
			},
			want: []string{"end PJSIP/b", strings.Replace(anew, "946684800", "946684801", 1) + "false"},
		},
		{name: "it was over", events: []string{start, "BridgeEnter b 1", "BridgeEnter a 1", "MixMonitorStop b", "BridgeLeave a 1", "BridgeEnter c 1"}},
		{name: "one of two was over", events: []string{start, start, "BridgeEnter b 1", "BridgeEnter a 1", "MixMonitorStop b", "BridgeLeave a 1", "BridgeEnter c 1"}, want: []string{"end PJSIP/b", anew + "false"}},
		{name: "events were lost", events: []string{start, "BridgeEnter b 1", "BridgeEnter a 1", "-", "BridgeLeave a 1", "BridgeEnter c 1"}},
		{
			name: "paused", events: []string{start, "BridgeEnter b 1", "BridgeEnter a 1", "MixMonitorMute b", "BridgeLeave a 1", "BridgeEnter c 1"},
			want: []string{"end PJSIP/b", anew + "false", "pause PJSIP/b"},
		},
		{
			name: "asked for", server: &asterisk{asked: "0x1"}, events: []string{start, "BridgeEnter b 1", "BridgeEnter a 1", "BridgeLeave a 1", "BridgeEnter c 1"},
			want: []string{"end PJSIP/b", anew + "true"},
		},
		{
			name: "always, and asked for", server: &asterisk{asked: "0x1", always: true}, events: []string{start, "BridgeEnter b 1", "BridgeEnter a 1", "BridgeLeave a 1", "BridgeEnter c 1"},
			want: []string{"end PJSIP/b", anew + "false", "begin PJSIP/b " + stem + "-946684801-1.1_1.2.wav asked true"},
		},
		{name: "somebody else's", server: &asterisk{file: "/tmp/x.wav"}, events: []string{start, "BridgeEnter b 1", "BridgeEnter a 1", "BridgeLeave a 1", "BridgeEnter c 1"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a := cmp.Or(tt.server, &asterisk{})
				if a.file == "" {
					a.file = whole
				}
				var told []string
				f, err := recording.NewFollower(recording.FollowOptions{
					Recorder: a, Logger: slog.New(slog.DiscardHandler), Stopped: func() bool { return false },
					Tell: func(server int, event string, r dialplan.Recording) {
						told = append(told, fmt.Sprintf("%d%s%s%d", server, event, r.To, r.Began.Unix()))
					},
				})
				if err != nil {
					t.Fatal(err)
				}
				ctx, cancel := context.WithCancel(t.Context())
				ended := make(chan struct{})
				go func() { defer close(ended); f.Run(ctx) }()
				for _, e := range append(tt.events, "Hangup b") {
					if e == "-" {
						f.Forget(1)
						continue
					}
					f.Event(1, event(t, e))
					synctest.Wait()
					if e == tt.events[len(tt.events)-1] {
						<-time.After(3 * time.Second) // of the bubble
						synctest.Wait()
					}
				}
				cancel()
				<-ended
				if !slices.Equal(a.did, tt.want) {
					t.Errorf("it did %q, want %q", a.did, tt.want)
				}
				want := []string{fmt.Sprint("1recording.started1010", began), fmt.Sprint("1recording.stopped1010", began)}
				switch tt.name {
				case "somebody else's":
					want = nil
				case "events were lost":
					want = want[:1]
				}
				if !slices.Equal(told, want) {
					t.Errorf("told %q, want %q", told, want)
				}
			})
		})
	}
}

// event is one as Asterisk sends it: its name, its channel, its bridge.
func event(t *testing.T, text string) *ami.Message {
	t.Helper()
	part := strings.Fields(text)
	channel := part[1]
	if !strings.HasPrefix(channel, "Local/") {
		channel = "PJSIP/" + channel
	}
	id := map[string]string{"a": "1.1", "b": "1.2", "c": "1.3"}[part[1]]
	lines := []string{"Event: " + part[0], "Channel: " + channel, "Uniqueid: " + cmp.Or(id, channel), "State: 1"}
	if len(part) > 2 {
		lines = append(lines, "BridgeUniqueid: "+part[2], "BridgeType: "+part[2])
	}
	m := new(ami.Message)
	if err := ami.Parse([]byte(strings.Join(lines, "\r\n")+"\r\n\r\n"), m); err != nil {
		t.Fatal(err)
	}
	return m
}
