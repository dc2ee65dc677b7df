package app

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"github.com/dipcast/dipcast/internal/pbx"
	"github.com/dipcast/dipcast/internal/policy"
)

// trace logs the life of an action. At level info stand those that change
// something and those that failed; at debug all, also when they were received.
// (What is refused before it gets that far stands in the audit, at warn.)
func (a *App) trace(s *pbx.Server, j *pbx.Job, o *pbx.Outcome, took time.Duration) {
	level := slog.LevelDebug
	if o != nil && (o.Err != nil || changes(j.Plan)) {
		level = slog.LevelInfo
	}
	ctx := context.Background()
	if !a.log.Enabled(ctx, level) {
		return
	}
	attrs := append(make([]slog.Attr, 0, 12),
		slog.Int("server", s.ID()), slog.Any("who", j.Who), slog.String("action", a.audit.Mask(actionName(j.Plan))))
	attrs = append(attrs, a.audit.Names(j.ActionID)...)
	if o == nil {
		a.log.LogAttrs(ctx, level, "action received", attrs...)
		return
	}
	switch {
	case o.Err != nil:
		attrs = append(attrs, slog.String("code", string(o.Err.Code)))
	case o.Message == nil && len(o.Fields) > 0:
		attrs = append(attrs, slog.String("response", a.audit.Mask(o.Fields[0].Value)))
	case o.Message != nil:
		attrs = append(attrs, slog.String("response", o.Message.Get("Response")))
		if id := o.Message.ActionID(); len(id) > 0 && string(id) != j.ActionID {
			attrs = append(attrs, slog.String("wire_id", string(id)))
		}
	}
	if o.Call != nil {
		// The id of a call of ours is made here, so it needs no mask.
		attrs = append(attrs, slog.String("channel_id", o.Call.ChannelID))
	}
	a.log.LogAttrs(ctx, level, "action answered", append(attrs, slog.Duration("took", took))...)
}

// changes reports whether a plan does more than ask. What is not known does.
func changes(p *policy.Plan) bool {
	switch p.Kind {
	case policy.List, policy.ReadKey, policy.Answer:
		return false
	case policy.Originate, policy.WriteKey, policy.DeleteKey:
		return true
	case policy.Send:
	}
	if p.Action == nil {
		return true
	}
	switch strings.ToLower(p.Action.Name()) {
	case "ping", "extensionstate", "command", "corestatus", "coresettings":
		return false
	}
	return true
}

// actionName is what was asked for, as it goes on the wire.
func actionName(p *policy.Plan) string {
	switch {
	case p.Action != nil:
		return p.Action.Name()
	case p.Kind == policy.ReadKey:
		return "DBGet"
	case p.Kind == policy.WriteKey:
		return "DBPut"
	case p.Kind == policy.DeleteKey:
		return "DBDel"
	}
	return ""
}
