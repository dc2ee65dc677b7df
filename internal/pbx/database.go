package pbx

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/number"
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

// line is where changes of an extension's diversions queue.
func line(t *tenant.Tenant, ext string) string { return t.ID.Hex() + "/" + ext }

// readKey reads one entry, behind the changes of the same extension that came
// before. A Command is answered as Asterisk's CLI would.
func (r *running) readKey() {
	place := r.s.writes.behind(line(r.Plan.Tenant, r.Plan.Key.Extension))
	if place == nil {
		r.sendGet()
		return
	}
	r.task(place, func(ctx context.Context) error {
		if err := place.wait(ctx); err != nil {
			return err
		}
		r.sendGet() // what comes behind on the link is carried out behind
		return nil
	})
}

func (r *running) sendGet() {
	p := r.Plan
	a := ami.NewAction("DBGet").Add("Family", p.Tenant.ID.Hex()).Add("Key", key(p.Key))
	r.send(policy.Database, a, ami.SendOptions{List: true, MaxItems: 4}, func(res ami.Result) {
		if !p.Command {
			r.answer(Outcome{Message: res.Message, Events: res.Events})
			return
		}
		r.answer(r.s.getAnswer(r.ActionID, res))
	})
}

// task runs f with the job's deadline, in a goroutine of its own, and then
// leaves the place. Its error ends the job.
func (r *running) task(place *place, f func(ctx context.Context) error) {
	started := r.s.tasks.start(func(ctx context.Context) {
		defer r.guard()
		defer place.leave()
		ctx, cancel := context.WithDeadline(ctx, r.deadline())
		defer cancel()
		if err := f(ctx); err != nil {
			r.changeFailed(err)
		}
	})
	if !started {
		place.leave()
		r.fail(ami.Result{Err: ami.ErrClosed})
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
	s.log.Error("the server refused an action of the gateway", "message", s.masked(m.Get("Message")))
	return envelope.Errorf(envelope.Unavailable, "", "the server refused it: %s", m.Get("Message"))
}

// masked is a text of a server's, fit for a log.
func (s *Server) masked(text string) string {
	return number.MaskText(text, s.o.Directory().NumberByID)
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
// the lamp right. Changes of one extension happen in the order they came.
func (r *running) changeKey() {
	p := r.Plan
	place := r.s.writes.take(line(p.Tenant, p.Key.Extension))
	r.task(place, func(ctx context.Context) error {
		found, err := r.s.change(ctx, place, change{p.Tenant, p.Key, p.Value, p.Kind == policy.DeleteKey})
		if err == nil {
			o := changeAnswer(&r.Job, found)
			o.Changed = found
			r.answer(o)
		}
		return err
	})
}

func (r *running) changeFailed(err error) {
	if errors.Is(err, ErrRefused) {
		r.s.log.Error("diversion not changed", "error", r.s.masked(err.Error()))
		r.answer(Outcome{Err: envelope.Errorf(envelope.Unavailable, "", "the server refused the change; nothing is certain to be saved")})
		return
	}
	r.fail(ami.Result{Err: err})
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
	place := s.writes.take(line(t, k.Extension))
	defer place.leave()
	return s.change(ctx, place, change{t, k, value, remove})
}

type change struct {
	tenant *tenant.Tenant
	key    dialplan.Key
	value  string
	remove bool
}

func (s *Server) change(ctx context.Context, place *place, c change) (found bool, err error) {
	if err := place.wait(ctx); err != nil {
		return false, fmt.Errorf("wait for an earlier change: %w", err)
	}
	family := c.tenant.ID.Hex()
	if c.remove {
		found, err = s.dbDel(ctx, family, key(c.key))
	} else {
		found, err = true, s.dbPut(ctx, family, key(c.key), c.value)
	}
	if err != nil {
		return false, err
	}
	_, err = s.align(ctx, c.tenant, c.key.Extension, c.key.Diversion)
	return found, err
}

// align sets gate and lamps from the extension's diversions, after those named
// were changed. It returns what it read, by key, with the gate as it is then.
func (s *Server) align(ctx context.Context, t *tenant.Tenant, ext string, changed ...dialplan.Diversion) (map[string]string, error) {
	now, err := s.diversions(ctx, t.ID.Hex(), ext)
	if err != nil {
		return nil, err
	}
	active := func(d dialplan.Diversion) bool {
		return d.Active(func(f dialplan.Field) string { return now[dialplan.DiversionKey(ext, d, f)] })
	}
	gate := dialplan.No
	if slices.ContainsFunc(dialplan.Kinds[:], active) {
		gate = dialplan.Yes
	}
	// The gate first: calls go by it.
	if now[dialplan.GateKey(ext)] != gate {
		if err := s.dbPut(ctx, t.ID.Hex(), dialplan.GateKey(ext), gate); err != nil {
			return nil, err
		}
		now[dialplan.GateKey(ext)] = gate
	}
	for _, d := range dialplan.Kinds {
		// What is known of a lamp comes with events, so behind a change of
		// it: the lamp of what was changed is set in any case.
		lamp, state := dialplan.Lamp(t.Prefix(), d, ext), dialplan.LampState(d, active(d))
		known := s.state.device(lamp)
		if !slices.Contains(changed, d) && (known == state || known == "" && rare(d) && !active(d)) {
			continue
		}
		if err := s.lamp(ctx, lamp, state); err != nil {
			return nil, err
		}
	}
	return now, nil
}

// rare tells kinds that most extensions never use. Their lamps are off without
// being set.
func rare(d dialplan.Diversion) bool { return d == dialplan.DND || d == dialplan.PEA }

// lamp sets a custom device state.
func (s *Server) lamp(ctx context.Context, device, state string) error {
	a := ami.NewAction("Setvar").Add("Variable", "DEVICE_STATE("+device+")").Add("Value", state)
	return s.do(ctx, policy.Calls, a)
}

// diversions reads all entries below diversions/{ext}/, by key.
func (s *Server) diversions(ctx context.Context, family, ext string) (map[string]string, error) {
	return s.tree(ctx, family, "diversions/"+ext, 1000)
}

func refusedTree(message string) error {
	return fmt.Errorf("DBGetTree: %w: %s", ErrRefused, message)
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
// defaults: each type enabled, none with a destination. It completes a
// Provision that was cut off.
func (s *Server) Provision(ctx context.Context, t *tenant.Tenant, ext string) error {
	place := s.writes.take(line(t, ext))
	defer place.leave()
	if err := place.wait(ctx); err != nil {
		return fmt.Errorf("wait for an earlier change: %w", err)
	}
	now, err := s.diversions(ctx, t.ID.Hex(), ext)
	if err != nil {
		return err
	}
	missing := map[string]bool{}
	for _, d := range dialplan.Diversions {
		missing[dialplan.DiversionKey(ext, d, dialplan.Enable)] = true
	}
	for k, v := range now {
		if k == dialplan.GateKey(ext) && v == dialplan.No {
			continue
		}
		if !missing[k] || v != dialplan.Yes {
			return nil // somebody has set something
		}
		delete(missing, k)
	}
	for k := range missing {
		if err := s.dbPut(ctx, t.ID.Hex(), k, dialplan.Yes); err != nil {
			return err
		}
	}
	_, err = s.align(ctx, t, ext)
	return err
}

func key(k dialplan.Key) string {
	if k.Diversion == "" {
		return dialplan.GateKey(k.Extension)
	}
	return dialplan.DiversionKey(k.Extension, k.Diversion, k.Field)
}
