package app

import (
	"context"
	"fmt"
	"time"

	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/pbx"
	"github.com/dipcast/dipcast/internal/recording"
)

// recordedSink tells who follows recordings that are under way.
type recordedSink struct{ f *recording.Follower }

func (s recordedSink) Event(e *pbx.Event) { s.f.Event(e.Server.ID(), e.Message) }

// Link: what happens while a link is away is not seen.
func (s recordedSink) Link(srv *pbx.Server, up bool, _ time.Time) {
	if !up {
		s.f.Forget(srv.ID())
	}
}
func (s recordedSink) Gap(srv *pbx.Server, _ int) { s.f.Forget(srv.ID()) }
func (recordedSink) Call(*pbx.CallEvent)          {}
func (recordedSink) Snapshot(*pbx.Server)         {}

// followRecordings makes what follows recordings that are under way.
func (a *App) followRecordings() (*recording.Follower, error) {
	return recording.NewFollower(recording.FollowOptions{
		Recorder: serversRecord{a}, Logger: a.log, Tell: a.recordingGoes, Stopped: a.recordings.Stopped,
	})
}

// serversRecord has servers do what a recording.Follower asks for.
type serversRecord struct{ a *App }

func (r serversRecord) server(id int) (*pbx.Server, error) {
	if s := r.a.pool.Server(id); s != nil {
		return s, nil
	}
	return nil, fmt.Errorf("server %d: %w", id, recording.ErrAway)
}

func (r serversRecord) Recorded(ctx context.Context, server int, channel string) (file, byWhom string, always bool, err error) {
	s, err := r.server(server)
	if err != nil {
		return "", "", false, err
	}
	return s.LastRecording(ctx, channel)
}

func (r serversRecord) End(ctx context.Context, server int, channel string) error {
	s, err := r.server(server)
	if err != nil {
		return err
	}
	return s.EndRecordings(ctx, channel)
}

func (r serversRecord) Begin(ctx context.Context, server int, channel, file string, asked bool) error {
	s, err := r.server(server)
	switch {
	case err != nil:
		return err
	case asked:
		return s.StartRecording(ctx, channel, file)
	}
	return s.RecordOn(ctx, channel, file)
}

func (r serversRecord) Pause(ctx context.Context, server int, channel string) error {
	s, err := r.server(server)
	if err != nil {
		return err
	}
	return s.PauseRecordings(ctx, channel, true)
}

// recordingGoes tells clients of a recording that has begun, or is over.
func (a *App) recordingGoes(server int, event string, r dialplan.Recording) {
	a.tellRecording(server, event, r.Tenant, r.Direction, r.From, r.To, func() any { return a.rest.RunningRecordingJSON(server, &r) })
}
