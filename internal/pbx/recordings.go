package pbx

import (
	"context"
	"errors"
	"fmt"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/policy"
)

// recordingBegun holds, on a channel, the id of the MixMonitor that was begun
// there by StartRecording: a gateway that comes back finds it.
const recordingBegun = "DC_RECORDING"

// maxMonitors bounds how many recordings of one channel are ended.
const maxMonitors = 4

// StopRecordings has the server record no further calls, or again. It is read by
// the dialplan at each call.
func (s *Server) StopRecordings(ctx context.Context, stop bool) error {
	if stop {
		if err := s.dbPut(ctx, dialplan.RecordingFamily, dialplan.RecordingStop, dialplan.Yes); err != nil {
			return fmt.Errorf("stop recording: %w", err)
		}
		return nil
	}
	// Asterisk warns of a key that is deleted and was not there.
	entries, err := s.tree(ctx, dialplan.RecordingFamily, dialplan.RecordingStop, 10)
	if err == nil && len(entries) > 0 {
		_, err = s.dbDel(ctx, dialplan.RecordingFamily, dialplan.RecordingStop)
	}
	if err != nil {
		return fmt.Errorf("record again: %w", err)
	}
	return nil
}

// EndRecordings ends all recordings of a channel; the call goes on. That there is
// none, or no such channel, is no error.
func (s *Server) EndRecordings(ctx context.Context, channel string) error {
	for range maxMonitors {
		// Each ends one (app_mixmonitor.c); with none left it is refused.
		err := s.do(ctx, policy.Database, ami.NewAction("StopMixMonitor").Add("Channel", channel))
		if errors.Is(err, ErrRefused) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("end recordings: %w", err)
		}
	}
	return nil
}

// RecordingOf tells which recording StartRecording began on a channel and nobody
// ended, "" for none.
func (s *Server) RecordingOf(ctx context.Context, channel string) (id string, err error) {
	r, err := s.links[policy.Database].client.Do(ctx, ami.NewAction("Getvar").Add("Channel", channel).Add("Variable", recordingBegun))
	if err != nil {
		return "", fmt.Errorf("look for a recording: %w", err)
	}
	return r.Get("Value"), nil // no such channel has none
}

// recordedAlways is what the dialplan sets on a channel that it records.
const recordedAlways = "DC_RECORDED"

// LastRecording tells the file of the last recording of a channel, with its path,
// whichever way it was begun; the id of the one that StartRecording began and nobody
// ended; and whether the dialplan records the channel always. All are zero for a
// channel that is gone.
func (s *Server) LastRecording(ctx context.Context, channel string) (file, begun string, always bool, err error) {
	get := func(name string) string {
		if err != nil {
			return ""
		}
		var r *ami.Response
		if r, err = s.links[policy.Database].client.Do(ctx, ami.NewAction("Getvar").Add("Channel", channel).Add("Variable", name)); err != nil {
			return ""
		}
		return r.Get("Value")
	}
	file, begun, always = get(recordingVariable), get(recordingBegun), get(recordedAlways) == dialplan.Yes
	if err != nil {
		return "", "", false, fmt.Errorf("look for a recording: %w", err)
	}
	return file, begun, always, nil
}

// RecordOn records a channel to a file below the server's folder of recordings, as
// the dialplan would: StopRecording does not end it.
func (s *Server) RecordOn(ctx context.Context, channel, file string) error {
	if err := s.do(ctx, policy.Database, ami.NewAction("MixMonitor").Add("Channel", channel).Add("File", file)); err != nil {
		return fmt.Errorf("record on: %w", err)
	}
	return nil
}

// StartRecording records a channel to a file below the server's folder of
// recordings, both directions, until StopRecording or its end. The error wraps
// ErrRefused when the server did not, as for a channel that is gone.
func (s *Server) StartRecording(ctx context.Context, channel, file string) error {
	if err := s.do(ctx, policy.Database, ami.NewAction("MixMonitor").Add("Channel", channel).
		Add("File", file).Add("Options", "i("+recordingBegun+")")); err != nil {
		return fmt.Errorf("start a recording: %w", err)
	}
	return nil
}

// StopRecording ends what StartRecording began on a channel, by RecordingOf.
func (s *Server) StopRecording(ctx context.Context, channel, id string) error {
	err := s.do(ctx, policy.Database, ami.NewAction("StopMixMonitor").Add("Channel", channel).Add("MixMonitorID", id))
	if err == nil {
		err = s.do(ctx, policy.Calls, ami.NewAction("Setvar").Add("Channel", channel).Add("Variable", recordingBegun).Add("Value", ""))
	}
	if err != nil {
		return fmt.Errorf("stop a recording: %w", err)
	}
	return nil
}

// PauseRecordings has all recordings of a channel hold silence, or go on. The
// error wraps ErrRefused when it is not recorded.
func (s *Server) PauseRecordings(ctx context.Context, channel string, pause bool) error {
	state := "0"
	if pause {
		state = "1"
	}
	if err := s.do(ctx, policy.Database, ami.NewAction("MixMonitorMute").Add("Channel", channel).Add("Direction", "both").Add("State", state)); err != nil {
		return fmt.Errorf("pause a recording: %w", err)
	}
	return nil
}
