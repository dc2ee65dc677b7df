package rest

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dipcast/dipcast/internal/apply"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/host"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Applies puts what is described onto servers. Its errors are those of packages
// apply and host.
type Applies interface {
	Pending(ctx context.Context, server int) (*apply.Plan, error)
	Apply(ctx context.Context, who tenant.Identity, remote string, server int, o host.Order) (*host.Outcome, error)
	Applies(ctx context.Context, server int) ([]apply.Record, error)
}

// FileChange is what happens to one file of a server.
type FileChange struct {
	File    string   `json:"file" example:"etc/pjsip.conf"`
	Kind    string   `json:"kind" enum:"new,changed,removed,by hand" doc:"by hand: only what was added to it changed"`
	Diff    string   `json:"diff" doc:"unified, without secrets"`
	Added   []string `json:"added" nullable:"false" doc:"sections"`
	Changed []string `json:"changed" nullable:"false"`
	Removed []string `json:"removed" nullable:"false"`
}

// Pending is what an apply would change.
type Pending struct {
	ServerID int          `json:"server_id" example:"1"`
	Changes  []FileChange `json:"changes" nullable:"false"`
	Reloads  []string     `json:"reloads" nullable:"false" doc:"modules that are loaded or read their files again"`
	Restart  []string     `json:"restart" nullable:"false" doc:"what counts only after a restart of Asterisk"`
	Warnings []string     `json:"warnings" nullable:"false" doc:"what is described and cannot be heard: tones without a recording"`
}

// Applied is what an apply did.
type Applied struct {
	ServerID   int      `json:"server_id" example:"1"`
	Record     string   `json:"record,omitempty" example:"20261020T010203.456789" doc:"in the history; absent when nothing was to be done"`
	Summary    []string `json:"summary" nullable:"false" doc:"a line for each file"`
	Calls      int      `json:"calls" doc:"how many calls were up meanwhile, and went on; -1 when nothing was reloaded"`
	Restart    []string `json:"restart" nullable:"false" doc:"what counts only after a restart of Asterisk"`
	Restarting bool     `json:"restarting" doc:"whether it restarts when no call is up"`
	Warnings   []string `json:"warnings" nullable:"false" doc:"as before an apply"`
}

// ApplyRecord is one apply of the history.
type ApplyRecord struct {
	Record  string    `json:"record" example:"20261020T010203.456789"`
	At      time.Time `json:"at"`
	By      string    `json:"by" doc:"who asked for it"`
	Outcome string    `json:"outcome" example:"applied" doc:"applied, or why it was undone"`
	Reason  string    `json:"reason,omitempty"`
	Summary []string  `json:"summary" nullable:"false"`
	Undoes  string    `json:"undoes,omitempty" doc:"the record that this one undid"`
	Undone  string    `json:"undone,omitempty" doc:"the record that undid this one"`
}

// ServerPath is a server in a path.
type ServerPath struct {
	Server string `path:"server_id" maxLength:"8" example:"1" doc:"AMIServerID"`
}

func (a *API) applyOps(api huma.API) {
	if a.o.Applies == nil {
		return
	}
	const operators = " For operators."
	o := operation("pending", http.MethodGet, "/servers/{server_id}/pending", "servers", "What an apply would change on a server", 400, 404)
	o.Description = "What is described, compared with the files of the server's Asterisk. 400: no files can be made from it." + operators
	huma.Register(api, o, a.getPending)
	o = operation("apply", http.MethodPost, "/servers/{server_id}/apply", "servers", "Put what is described onto a server", 400, 404, 409)
	o.Description = "The new files are tried out, written all or none, what changed is reloaded, and it is read back whether it took; else the former files are put back. No call is dropped. 400: Asterisk has something against the new files, and nothing was changed. 409: it did not take and was undone, or another apply is running." + operators
	huma.Register(api, o, a.postApply)
	o = operation("undo-apply", http.MethodPost, "/servers/{server_id}/apply/undo", "servers", "Undo the last apply", 400, 404, 409)
	o.Description = "Puts the files before the last apply back, in the same way. What is described stays so, and comes back with the next apply." + operators
	huma.Register(api, o, a.postUndo)
	o = operation("applies", http.MethodGet, "/servers/{server_id}/applies", "servers", "The last applies of a server", 404)
	o.Description = "The newest first, at most 20." + operators
	huma.Register(api, o, a.getApplies)
}

// hostOf finds the server of a request, for operators.
func (a *API) hostOf(ctx context.Context, in ServerPath) (int, error) {
	if err := operatorOnly(callerOf(ctx).who); err != nil {
		return 0, err
	}
	id, err := strconv.Atoi(in.Server)
	if err != nil || id < 1 {
		return 0, envelope.Errorf(envelope.NotFound, "server_id", "there is no such server")
	}
	return id, nil
}

func (a *API) getPending(ctx context.Context, in *struct{ ServerPath }) (*reply[Pending], error) {
	id, err := a.hostOf(ctx, in.ServerPath)
	var p *apply.Plan
	if err == nil {
		p, err = a.o.Applies.Pending(ctx, id)
	}
	if err != nil {
		return nil, a.refused(ctx, "pending", id, applyError(err))
	}
	out := Pending{ServerID: id, Changes: []FileChange{}, Reloads: []string{}, Restart: listOf(p.Restart), Warnings: listOf(p.Warnings)}
	for _, c := range p.Changes {
		out.Changes = append(out.Changes, FileChange{c.File, c.Kind, c.Diff, listOf(c.Added), listOf(c.Altered), listOf(c.Obsolete)})
	}
	for _, s := range p.Steps {
		out.Reloads = append(out.Reloads, s.Module)
	}
	return success(out), nil
}

func (a *API) postApply(ctx context.Context, in *struct {
	ServerPath
	Restart bool `query:"restart" doc:"where a change needs it, restart an Asterisk that DIPCAST runs as soon as no call is up"`
},
) (*reply[Applied], error) {
	return a.apply(ctx, "apply", in.ServerPath, host.Order{Restart: in.Restart})
}

func (a *API) postUndo(ctx context.Context, in *struct{ ServerPath }) (*reply[Applied], error) {
	return a.apply(ctx, "undo apply", in.ServerPath, host.Order{Undo: true})
}

func (a *API) apply(ctx context.Context, action string, in ServerPath, o host.Order) (*reply[Applied], error) {
	c := callerOf(ctx)
	id, err := a.hostOf(ctx, in)
	var done *host.Outcome
	if err == nil {
		o.By = c.who.Name
		// It goes to its end, whether somebody waits or not.
		done, err = a.o.Applies.Apply(context.WithoutCancel(ctx), c.who, c.remote.String(), id, o)
	}
	if err != nil {
		return nil, a.refused(ctx, action, id, applyError(err))
	}
	return success(Applied{
		ServerID: id, Record: done.Record, Summary: listOf(done.Plan.Summary()), Calls: done.Calls,
		Restart: listOf(done.Plan.Restart), Restarting: done.Restarting, Warnings: listOf(done.Plan.Warnings),
	}), nil
}

func (a *API) getApplies(ctx context.Context, in *struct {
	ServerPath
	Page
},
) (*list[ApplyRecord], error) {
	id, err := a.hostOf(ctx, in.ServerPath)
	var all []apply.Record
	if err == nil {
		all, err = a.o.Applies.Applies(ctx, id)
	}
	if err != nil {
		return nil, a.refused(ctx, "applies", id, applyError(err))
	}
	out := []ApplyRecord{}
	for _, r := range cut(in.Page, all) {
		out = append(out, ApplyRecord{r.ID, r.At, r.By, r.Outcome, r.Reason, listOf(r.Summary), r.Undoes, r.Undone})
	}
	return page(in.Page, len(all), out), nil
}

func listOf(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

// applyError is what a client is told. All that it may mend itself comes with
// its reason; operators alone see it.
func applyError(err error) error {
	var e *envelope.Error
	if errors.As(err, &e) {
		return err
	}
	text := strings.ReplaceAll(err.Error(), "\n", "; ")
	for _, k := range []struct {
		is    error
		code  envelope.Code
		field string
	}{
		{host.ErrNoHost, envelope.NotFound, "server_id"},
		{apply.ErrNoHistory, envelope.NotFound, ""},
		{host.ErrNotReady, envelope.Unavailable, ""},
		{host.ErrDescribed, envelope.InvalidValue, ""},
		{apply.ErrRefused, envelope.InvalidValue, ""},
		{apply.ErrUnreachable, envelope.Unavailable, ""},
		{apply.ErrRights, envelope.Unavailable, ""},
		{apply.ErrBusy, envelope.Conflict, ""},
		{apply.ErrChanged, envelope.Conflict, ""},
		{apply.ErrRolledBack, envelope.Conflict, ""},
		{apply.ErrUnsettled, envelope.Conflict, ""},
	} {
		if errors.Is(err, k.is) {
			return envelope.Errorf(k.code, k.field, "%s", text)
		}
	}
	return err
}
