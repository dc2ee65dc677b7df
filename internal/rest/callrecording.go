package rest

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/audit"
	"github.com/dipcast/dipcast/internal/call"
	"github.com/dipcast/dipcast/internal/capacity"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/pbx"
	"github.com/dipcast/dipcast/internal/tenant"
)

// CallRecording says how the recording of a live call was changed.
type CallRecording struct {
	CallID   string   `json:"call_id" example:"1-1790000000.12"`
	ServerID int      `json:"server_id" example:"1"`
	State    string   `json:"state" enum:"started,stopped,paused,resumed"`
	Channels []string `json:"channels" nullable:"false" doc:"of the call, on which that was done" example:"PJSIP/T2_1010-0000001a"`
}

func (a *API) callRecordingOps(api huma.API) {
	if a.o.Recorder == nil {
		return
	}
	o := operation("start-call-recording", http.MethodPost, "/calls/{call_id}/recording", "calls", "Record a live call from now on", 404, 409, 504)
	o.Description = "Both voices, until `stop-call-recording` or the end of the call; it then is in `recordings`. Nobody in the call is told. 409: nobody has answered yet, it has ended, or you have it recorded already. 503: the disk is full, or the server is away."
	huma.Register(api, o, a.startCallRecording)
	o = operation("stop-call-recording", http.MethodDelete, "/calls/{call_id}/recording", "calls", "End what start-call-recording began", 404, 409, 504)
	o.Description = "What the company has recorded always, or somebody by key, goes on."
	huma.Register(api, o, a.stopCallRecording)
	o = operation("pause-call-recording", http.MethodPut, "/calls/{call_id}/recording", "calls", "Pause every recording of a live call, or go on", 400, 404, 409, 413, 504)
	o.Description = "While it is paused there is silence in the place of the voices, for numbers of cards and the like; also in what is recorded always. 409: the call is not recorded."
	huma.Register(api, o, a.pauseCallRecording)
}

// serverTimeout bounds what is asked of a server for one request.
const serverTimeout = pbx.ActionTimeout

// ownChannels are the channels of a call by which it can be recorded: of phones
// first, then of trunks. Those that have not answered are none.
func ownChannels(c *call.Call) []string {
	var phones, others []string
	for _, ch := range c.Channels {
		switch {
		case dialplan.ParseChannel(ch.Name).Technology == "Local" || ch.State != "up":
		case ch.Extension != "":
			phones = append(phones, ch.Name)
		default:
			others = append(others, ch.Name)
		}
	}
	return append(phones, others...)
}

// recordable is what the operations on a call's recording have in common.
func (a *API) recordable(ctx context.Context, action, id string, change func(ctx context.Context, s *pbx.Server, c *call.Call, channels []string) (CallRecording, error)) (*reply[CallRecording], error) {
	s, c, err := a.liveCall(ctx, action, id)
	if err != nil {
		return nil, err
	}
	asked, cancel := context.WithTimeout(ctx, serverTimeout)
	defer cancel()
	out, err := change(asked, s, c, ownChannels(c))
	if err != nil {
		return nil, a.refused(ctx, action, s.ID(), serverError(err))
	}
	out.CallID, out.ServerID = c.ID, s.ID()
	a.trail(ctx, audit.KindRecording, nil, audit.Entry{Server: s.ID(), Action: action, Field: c.ID, Detail: out.State})
	return success(out), nil
}

// serverError says what a server's link answers in our codes.
func serverError(err error) error {
	switch {
	case errors.Is(err, pbx.ErrRefused):
		return envelope.Errorf(envelope.Conflict, "call_id", "the call has just ended, or changed; try again")
	case errors.Is(err, ami.ErrTimeout), errors.Is(err, context.DeadlineExceeded):
		return envelope.Errorf(envelope.Timeout, "", "the server did not answer in time")
	case errors.Is(err, ami.ErrLinkLost), errors.Is(err, ami.ErrNotConnected), errors.Is(err, ami.ErrClosed):
		return envelope.Errorf(envelope.Unavailable, "", "the link to the server is down")
	}
	return err
}

// recordedCallsFull reports that the size of the box allows no further recording.
func (a *API) recordedCallsFull() bool {
	if a.o.Capacity == nil {
		return false
	}
	for _, u := range a.o.Capacity.Usage() {
		if u.Kind == capacity.RecordedCalls && u.State == capacity.Full {
			return true
		}
	}
	return false
}

// begun are the channels on which startCallRecording records, with its ids.
func begun(ctx context.Context, s *pbx.Server, channels []string) (map[string]string, error) {
	out := map[string]string{}
	for _, ch := range channels {
		id, err := s.RecordingOf(ctx, ch)
		if err != nil {
			return nil, err
		}
		if id != "" {
			out[ch] = id
		}
	}
	return out, nil
}

func (a *API) startCallRecording(ctx context.Context, in *CallPath) (*reply[CallRecording], error) {
	return a.recordable(ctx, "start recording", in.CallID, func(ctx context.Context, s *pbx.Server, c *call.Call, channels []string) (CallRecording, error) {
		switch {
		case a.o.Recorder.Stopped():
			return CallRecording{}, envelope.Errorf(envelope.Unavailable, "", "no further calls are recorded: the disk is full")
		case a.recordedCallsFull():
			return CallRecording{}, envelope.Errorf(envelope.Busy, "", "as many calls are being recorded as this box may record at once")
		case len(channels) == 0:
			return CallRecording{}, envelope.Errorf(envelope.Conflict, "call_id", "nobody has answered yet")
		}
		if now, err := begun(ctx, s, channels); err != nil {
			return CallRecording{}, err
		} else if len(now) > 0 {
			return CallRecording{}, envelope.Errorf(envelope.Conflict, "call_id", "the call is being recorded already")
		}
		name, err := recordingName(callerOf(ctx).who, c, channels[0])
		if err != nil {
			return CallRecording{}, err
		}
		return CallRecording{State: "started", Channels: channels[:1]}, s.StartRecording(ctx, channels[0], name)
	})
}

// recordingName is the file of a recording of a call that begins now on one of its
// channels.
func recordingName(who tenant.Identity, c *call.Call, channel string) (string, error) {
	t := who.Tenant
	if t == nil {
		t = c.Owner()
	}
	if t == nil {
		return "", envelope.Errorf(envelope.Conflict, "call_id", "the call is no company's")
	}
	side := func(p call.Party) string {
		if p.Extension != "" {
			return dialplan.Digits(p.Extension)
		}
		return dialplan.Digits(p.Number)
	}
	to := c.To
	if c.AnsweredBy != nil {
		to = *c.AnsweredBy
	}
	r := dialplan.Recording{
		Tenant: t.Number, Folder: c.StartedAt.Local().Format("2006/01/02"), Clock: c.StartedAt.Local().Format("150405"),
		Direction: recordDirections[string(c.Direction)], From: side(c.From), To: side(to), Began: time.Now(), Linkedid: c.Linkedid,
	}
	for _, ch := range c.Channels {
		if ch.Name == channel {
			r.Uniqueid = ch.Uniqueid
		}
	}
	name, err := r.Name()
	if err != nil {
		return "", envelope.Errorf(envelope.Conflict, "call_id", "the call cannot be recorded: what it is is not known")
	}
	return name, nil
}

func (a *API) stopCallRecording(ctx context.Context, in *CallPath) (*reply[CallRecording], error) {
	return a.recordable(ctx, "stop recording", in.CallID, func(ctx context.Context, s *pbx.Server, _ *call.Call, channels []string) (CallRecording, error) {
		out := CallRecording{State: "stopped"}
		now, err := begun(ctx, s, channels)
		if err != nil {
			return out, err
		}
		if len(now) == 0 {
			return out, envelope.Errorf(envelope.Conflict, "call_id", "you have no recording of the call begun")
		}
		for _, ch := range channels {
			if now[ch] == "" {
				continue
			}
			if err := s.StopRecording(ctx, ch, now[ch]); err != nil {
				return out, err
			}
			out.Channels = append(out.Channels, ch)
		}
		return out, nil
	})
}

func (a *API) pauseCallRecording(ctx context.Context, in *struct {
	CallPath
	Body struct {
		Paused bool `json:"paused"`
	}
},
) (*reply[CallRecording], error) {
	state := map[bool]string{true: "paused", false: "resumed"}[in.Body.Paused]
	return a.recordable(ctx, "pause recording", in.CallID, func(ctx context.Context, s *pbx.Server, _ *call.Call, channels []string) (CallRecording, error) {
		out := CallRecording{State: state, Channels: []string{}}
		for _, ch := range channels {
			err := s.PauseRecordings(ctx, ch, in.Body.Paused)
			if err == nil {
				out.Channels = append(out.Channels, ch)
			} else if !errors.Is(err, pbx.ErrRefused) { // it is not this one that is recorded
				return out, err
			}
		}
		if len(out.Channels) == 0 {
			return out, envelope.Errorf(envelope.Conflict, "call_id", "the call is not recorded")
		}
		return out, nil
	})
}
