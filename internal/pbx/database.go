package pbx

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/policy"
	"github.com/dipcast/dipcast/internal/tenant"
)

// The texts of Asterisk's answers, main/db.c.
const (
	textNotFound   = "Database entry not found."
	textUpdated    = "Updated database successfully"
	textRemoved    = "Database entry removed."
	textNotRemoved = "Database entry could not be removed."
	textOutput     = "Command output follows"
)

// ErrRefused reports an action that the server answered with an error.
var ErrRefused = errors.New("refused by the server")

// readKey reads one entry. A Command is answered as Asterisk's CLI would.
func (s *Server) readKey(j *Job, deadline time.Time, release func()) {
	p := j.Plan
	a := ami.NewAction("DBGet").Add("Family", p.Tenant.ID.Hex()).Add("Key", key(p.Key))
	o := ami.SendOptions{Deadline: deadline, List: true, MaxItems: 4}
	_, err := s.links[policy.Database].client.Send(a, o, func(r ami.Result) {
		release()
		switch {
		case r.Err != nil:
			j.Done(failed(p, r))
		case !p.Command:
			j.Done(Outcome{Message: r.Message, Events: r.Events})
		default:
			j.Done(s.getAnswer(j.ActionID, r))
		}
	})
	if err != nil {
		release()
		j.Done(failed(p, ami.Result{Err: err}))
	}
}

func (s *Server) getAnswer(actionID string, r ami.Result) Outcome {
	for _, m := range r.Events {
		if string(m.Event()) == "DBGetResponse" {
			return commandOutput(actionID, "Value: "+m.Get("Val"))
		}
	}
	if strings.Contains(r.Message.Get("Message"), "not found") {
		return commandOutput(actionID, textNotFound)
	}
	return Outcome{Err: s.refusal(r.Message)}
}

// refusal is what a client is told when the server refuses what we ask of it
// ourselves: a matter of rights, for the administrator.
func (s *Server) refusal(m *ami.Message) *envelope.Error {
	s.log.Error("the server refused an action of the gateway", "message", m.Get("Message"))
	return envelope.Errorf(envelope.Unavailable, "", "the server refused it: %s", m.Get("Message"))
}

func commandOutput(actionID, output string) Outcome {
	return Outcome{Fields: []envelope.Field{
		{Name: "Response", Value: "Success"},
		{Name: "ActionID", Value: actionID},
		{Name: "Message", Value: textOutput},
		{Name: "Output", Value: output},
	}}
}

// changeKey writes or removes one entry of a diversion, and keeps the gate and
// the lamp right.
func (s *Server) changeKey(j *Job, deadline time.Time, release func()) {
	started := s.tasks.start(func() {
		defer release()
		ctx, cancel := context.WithDeadline(s.ctx, deadline)
		defer cancel()
		p := j.Plan
		found, err := s.ChangeDiversion(ctx, p.Tenant, p.Key, p.Value, p.Kind == policy.DeleteKey)
		if err != nil {
			j.Done(s.changeFailed(p, err))
			return
		}
		j.Done(changeAnswer(j, found))
	})
	if !started {
		release()
		j.Done(failed(j.Plan, ami.Result{Err: ami.ErrClosed}))
	}
}

func (s *Server) changeFailed(p *policy.Plan, err error) Outcome {
	if errors.Is(err, ErrRefused) {
		s.log.Error("diversion not changed", "error", err)
		return Outcome{Err: envelope.Errorf(envelope.Unavailable, "", "the server refused the change; nothing is certain to be saved")}
	}
	if errors.Is(err, context.DeadlineExceeded) {
		err = ami.ErrTimeout
	}
	return failed(p, ami.Result{Err: err})
}

func changeAnswer(j *Job, found bool) Outcome {
	p := j.Plan
	if p.Command {
		switch {
		case p.Kind == policy.WriteKey:
			return commandOutput(j.ActionID, textUpdated)
		case found:
			return commandOutput(j.ActionID, textRemoved)
		}
		return commandOutput(j.ActionID, textNotRemoved)
	}
	f := []envelope.Field{
		{Name: "Response", Value: "Success"},
		{Name: "ActionID", Value: j.ActionID},
		{Name: "Message", Value: textUpdated},
	}
	switch {
	case p.Kind == policy.WriteKey:
	case found:
		f[2].Value = "Key deleted successfully"
	default:
		f[0].Value, f[2].Value = "Error", "Database entry could not be deleted"
	}
	return Outcome{Fields: f}
}

// ChangeDiversion writes (or removes) one entry of a diversion and then brings
// the gate has_enable_diversions and the lamp of the diversion in line with
// what the AstDB holds. Changes of one extension happen one after the other.
// found is false when there was nothing to remove.
func (s *Server) ChangeDiversion(ctx context.Context, t *tenant.Tenant, k dialplan.Key, value string, remove bool) (found bool, err error) {
	unlock, err := s.writes.lock(ctx, t.ID.Hex()+"/"+k.Extension)
	if err != nil {
		return false, fmt.Errorf("wait for an earlier change: %w", err)
	}
	defer unlock()
	family := t.ID.Hex()
	if remove {
		found, err = s.dbDel(ctx, family, key(k))
	} else {
		found, err = true, s.dbPut(ctx, family, key(k), value)
	}
	if err != nil {
		return false, err
	}
	return found, s.align(ctx, t, k.Extension)
}

// align sets gate and lamps from the extension's diversions.
func (s *Server) align(ctx context.Context, t *tenant.Tenant, ext string) error {
	now, err := s.diversions(ctx, t.ID.Hex(), ext)
	if err != nil {
		return err
	}
	gate := dialplan.No
	for _, d := range dialplan.Diversions {
		active := dialplan.Active(now[dialplan.DiversionKey(ext, d, dialplan.Enable)], now[dialplan.DiversionKey(ext, d, dialplan.Destination)])
		if active {
			gate = dialplan.Yes
		}
		if err := s.lamp(ctx, dialplan.Lamp(t.Prefix(), d, ext), dialplan.LampState(active)); err != nil {
			return err
		}
	}
	if now[dialplan.GateKey(ext)] == gate {
		return nil
	}
	return s.dbPut(ctx, t.ID.Hex(), dialplan.GateKey(ext), gate)
}

// lamp sets a custom device state unless it is known to be that already.
func (s *Server) lamp(ctx context.Context, device, state string) error {
	s.state.mu.Lock()
	known := s.state.devices[device]
	s.state.mu.Unlock()
	if known == state {
		return nil
	}
	a := ami.NewAction("Setvar").Add("Variable", "DEVICE_STATE("+device+")").Add("Value", state)
	return s.do(ctx, policy.Calls, a)
}

// diversions reads all entries below diversions/{ext}/, by key.
func (s *Server) diversions(ctx context.Context, family, ext string) (map[string]string, error) {
	a := ami.NewAction("DBGetTree").Add("Family", family).Add("Key", "diversions/"+ext)
	r, err := s.links[policy.Database].client.List(ctx, a, 1000)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, m := range r.Events {
		if k, ok := strings.CutPrefix(m.Get("Key"), "/"+family+"/"); ok {
			out[k] = m.Get("Val")
		}
	}
	if !r.Success() && !strings.Contains(r.Get("Message"), "not found") {
		return nil, fmt.Errorf("DBGetTree: %w: %s", ErrRefused, r.Get("Message"))
	}
	return out, nil
}

func (s *Server) dbPut(ctx context.Context, family, key, value string) error {
	return s.do(ctx, policy.Database, ami.NewAction("DBPut").Add("Family", family).Add("Key", key).Add("Val", value))
}

func (s *Server) dbDel(ctx context.Context, family, key string) (found bool, err error) {
	err = s.do(ctx, policy.Database, ami.NewAction("DBDel").Add("Family", family).Add("Key", key))
	if errors.Is(err, ErrRefused) && strings.Contains(err.Error(), "could not be deleted") {
		return false, nil
	}
	return err == nil, err
}

func (s *Server) do(ctx context.Context, u policy.User, a *ami.Action) error {
	r, err := s.links[u].client.Do(ctx, a)
	if err != nil {
		return err
	}
	if !r.Success() {
		return fmt.Errorf("%s: %w: %s", a.Name(), ErrRefused, r.Get("Message"))
	}
	return nil
}

// Provision gives an extension that has no diversions at all its documented
// defaults: each type enabled, none with a destination.
func (s *Server) Provision(ctx context.Context, t *tenant.Tenant, ext string) error {
	unlock, err := s.writes.lock(ctx, t.ID.Hex()+"/"+ext)
	if err != nil {
		return err
	}
	defer unlock()
	now, err := s.diversions(ctx, t.ID.Hex(), ext)
	if err != nil || len(now) > 0 {
		return err
	}
	for _, d := range dialplan.Diversions {
		if err := s.dbPut(ctx, t.ID.Hex(), dialplan.DiversionKey(ext, d, dialplan.Enable), dialplan.Yes); err != nil {
			return err
		}
	}
	return s.align(ctx, t, ext)
}

func key(k dialplan.Key) string {
	if k.Diversion == "" {
		return dialplan.GateKey(k.Extension)
	}
	return dialplan.DiversionKey(k.Extension, k.Diversion, k.Field)
}
