package pbx

import (
	"context"
	"errors"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/policy"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Bounds of changes of several diversions at once.
const (
	// manyTimeout is for several extensions; one has ActionTimeout.
	manyTimeout = 30 * time.Second
	// atOnce is how many extensions are read or changed side by side.
	atOnce = 8
	// maxBulk is how many changes of several extensions go on at once on one
	// server: with atOnce, what they have under way beyond their places in the
	// scheduler stays within what a link is given for our own actions.
	maxBulk = 4
	// undoTimeout is how long it is tried to take a change back, also over a link
	// that comes back meanwhile, and undoEvery how often that is looked at.
	undoTimeout = 5 * time.Second
	undoEvery   = 100 * time.Millisecond
	// maxEntries bounds the AstDB entries of all diversions of a tenant.
	maxEntries = 100000
)

// Rule is one diversion as the AstDB holds it: the values of the fields that it
// has. "" is an entry that is missing or empty.
type Rule map[dialplan.Field]string

// Diversions are those of one extension.
type Diversions struct {
	Extension string
	Gate      bool // has_enable_diversions is yes
	Rules     map[dialplan.Diversion]Rule
	// Was is what Rules were before; of ChangeDiversions only.
	Was map[dialplan.Diversion]Rule
}

// RuleChange is what is to become of one diversion: fields that it does not name
// stay as they are, empty ones are removed.
type RuleChange struct {
	Extension string
	Diversion dialplan.Diversion
	Rule
}

// Diversions reads those of extensions of t, behind the changes of them that
// came before. The error is always an *envelope.Error.
func (s *Server) Diversions(ctx context.Context, who tenant.Identity, t *tenant.Tenant, exts ...string) ([]Diversions, error) {
	ctx, cancel := context.WithTimeout(ctx, ActionTimeout)
	defer cancel()
	release, err := s.turn(ctx, who)
	if err != nil {
		return nil, err
	}
	defer release()
	waiting := s.writes.behindAll(linesOf(t, exts))
	defer waiting.leave()
	if err := waiting.wait(ctx); err != nil {
		return nil, explain(err)
	}
	all, err := s.entries(ctx, t, exts)
	if err != nil {
		return nil, s.refusedOr(err)
	}
	out := make([]Diversions, len(exts))
	for i, ext := range exts {
		out[i] = diversionsOf(ext, all)
	}
	return out, nil
}

// entries reads what the AstDB has below diversions/ for the extensions.
func (s *Server) entries(ctx context.Context, t *tenant.Tenant, exts []string) (map[string]string, error) {
	switch len(exts) {
	case 0:
		return nil, nil
	case 1:
		return s.diversions(ctx, t.ID.Hex(), exts[0])
	}
	return s.tree(ctx, t.ID.Hex(), "diversions", maxEntries)
}

func diversionsOf(ext string, entries map[string]string) Diversions {
	d := Diversions{Extension: ext, Gate: entries[dialplan.GateKey(ext)] == dialplan.Yes, Rules: map[dialplan.Diversion]Rule{}}
	for _, kind := range dialplan.Kinds {
		d.Rules[kind] = Rule{}
		for _, f := range kind.Fields() {
			if v := entries[dialplan.DiversionKey(ext, kind, f)]; v != "" {
				d.Rules[kind][f] = v
			}
		}
	}
	return d
}

func linesOf(t *tenant.Tenant, exts []string) []string {
	out := make([]string, len(exts))
	for i, ext := range exts {
		out[i] = line(t, ext)
	}
	return out
}

// refusedOr is explain for what also the server may have refused.
func (s *Server) refusedOr(err error) *envelope.Error {
	if errors.Is(err, ErrRefused) {
		s.log.Error("the server refused to read diversions", "error", s.masked(err.Error()))
		return envelope.Errorf(envelope.Unavailable, "", "the server refused to read them")
	}
	return explain(err)
}

// ChangeDiversions makes all the changes, of one or several extensions of t,
// with their gates and lamps, reads back what the AstDB then holds and returns
// that, by extension in the order in which they are named first.
//
// When part of it fails, what was written is taken back and read again. The
// error is always an *envelope.Error: Unknown when it is not certain what is
// saved, Conflict when somebody else changed the same at the same time; with
// any other all is as it was.
//
// A change that has begun goes on to its end though ctx does not.
func (s *Server) ChangeDiversions(ctx context.Context, who tenant.Identity, t *tenant.Tenant, changes []RuleChange) ([]Diversions, error) {
	byExt, exts := group(changes)
	limit := ActionTimeout
	if len(exts) > 1 {
		limit = manyTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	release, err := s.turn(ctx, who)
	if err != nil {
		return nil, err
	}
	defer release()
	if len(exts) > 1 {
		select {
		case s.bulk <- struct{}{}:
			defer func() { <-s.bulk }()
		case <-ctx.Done():
			return nil, explain(context.Cause(ctx))
		}
	}
	place := s.writes.takeAll(linesOf(t, exts))
	defer place.leave()
	if err := place.wait(ctx); err != nil {
		return nil, explain(err)
	}
	begun, stop := context.WithTimeout(context.WithoutCancel(ctx), limit)
	defer stop()
	return s.changeAll(begun, t, exts, byExt)
}

func group(changes []RuleChange) (byExt map[string][]RuleChange, exts []string) {
	byExt = map[string][]RuleChange{}
	for _, c := range changes {
		if byExt[c.Extension] == nil {
			exts = append(exts, c.Extension)
		}
		byExt[c.Extension] = append(byExt[c.Extension], c)
	}
	return byExt, exts
}

func (s *Server) changeAll(ctx context.Context, t *tenant.Tenant, exts []string, byExt map[string][]RuleChange) ([]Diversions, error) {
	before, err := s.entries(ctx, t, exts)
	if err != nil {
		return nil, s.refusedOr(err) // nothing was written
	}
	edits := make([]*edit, len(exts))
	for i, ext := range exts {
		edits[i] = &edit{s: s, t: t, ext: ext, before: before}
	}
	err = each(edits, func(e *edit) error { return e.apply(ctx, byExt[e.ext]) })
	if err == nil {
		out := make([]Diversions, len(exts))
		for i, e := range edits {
			out[i] = diversionsOf(e.ext, e.now)
			out[i].Was = diversionsOf(e.ext, e.before).Rules
		}
		return out, nil
	}
	s.log.Error("diversions not changed", "tenant", t, "error", s.masked(err.Error()))
	// The time for the change may be over; taking it back has its own.
	back, cancel := context.WithTimeout(context.WithoutCancel(ctx), undoTimeout)
	defer cancel()
	if undone := each(edits, func(e *edit) error { return e.undoWithin(back) }); undone != nil {
		s.log.Error("diversions not taken back", "tenant", t, "error", s.masked(undone.Error()))
		return nil, envelope.Errorf(envelope.Unknown, "", "it could not be changed as a whole, nor taken back: what is saved is not certain; read it again")
	}
	var e *envelope.Error
	switch {
	case errors.As(err, &e):
	case errors.Is(err, ErrRefused):
		e = envelope.Errorf(envelope.Unavailable, "", "the server refused the change; everything is as it was before")
	default:
		e = explain(err)
		e.Message += "; everything is as it was before"
	}
	return nil, e
}

// each runs f for every edit, some side by side. After an error no further one
// is begun; it returns the first.
func each(edits []*edit, f func(*edit) error) error {
	results := make(chan error, len(edits))
	begun, ended := 0, 0
	var first error
	for ended < len(edits) {
		for begun < len(edits) && begun-ended < atOnce && first == nil {
			e := edits[begun]
			begun++
			go func() { results <- guarded(e, f) }()
		}
		if begun == ended {
			break
		}
		err := <-results
		ended++
		if first == nil {
			first = err
		}
	}
	return first
}

var errPanic = errors.New("internal error")

// guarded turns a panic into an error: what was written is taken back then too.
func guarded(e *edit, f func(*edit) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			e.s.log.Error("panic while changing a diversion", "panic", p, "stack", string(debug.Stack()))
			err = errPanic
		}
	}()
	return f(e)
}

// edit is a change of one extension under way.
type edit struct {
	s       *Server
	t       *tenant.Tenant
	ext     string
	before  map[string]string // the AstDB's entries, by key
	written []string          // keys, in their order
	kinds   []dialplan.Diversion
	now     map[string]string // read back
}

// errChanged reports that what was written is not what is read back.
var errChanged = envelope.Errorf(envelope.Conflict, "", "somebody else has changed the same at the same time: read it again")

// apply makes the changes, then sets gate and lamps, and reads back.
func (e *edit) apply(ctx context.Context, changes []RuleChange) error {
	want := map[string]string{}
	for _, c := range changes {
		e.kinds = append(e.kinds, c.Diversion)
		for _, w := range ordered(c) {
			key := dialplan.DiversionKey(e.ext, c.Diversion, w.field)
			if err := e.write(ctx, key, w.value); err != nil {
				return err
			}
			want[key] = w.value
		}
	}
	var err error
	if e.now, err = e.s.align(ctx, e.t, e.ext, e.kinds...); err != nil {
		return err
	}
	for key, value := range want {
		if e.now[key] != value {
			e.written = nil // it is the other's now, and not to be taken back
			return errChanged
		}
	}
	return nil
}

// step is one entry to be written, or with "" removed.
type step struct {
	field dialplan.Field
	value string
}

// ordered puts the entries so that no call meets a diversion to where it was
// neither before nor is to be: what is switched off is so first, what is
// switched on so last.
func ordered(c RuleChange) []step {
	var out []step
	for _, f := range c.Diversion.Fields() {
		if value, ok := c.Rule[f]; ok && f != dialplan.Enable {
			out = append(out, step{f, value})
		}
	}
	switch value, ok := c.Rule[dialplan.Enable]; {
	case !ok:
	case value == dialplan.Yes:
		out = append(out, step{dialplan.Enable, value})
	default:
		out = slices.Insert(out, 0, step{dialplan.Enable, value})
	}
	return out
}

// write puts or removes one entry, unless it is so already.
func (e *edit) write(ctx context.Context, key, value string) error {
	old, exists := e.before[key]
	switch {
	case value == "" && !exists, exists && old == value && value != "":
		return nil
	}
	e.written = append(e.written, key) // before it is: an answer may be lost
	if value == "" {
		_, err := e.s.dbDel(ctx, e.t.ID.Hex(), key)
		return err
	}
	return e.s.dbPut(ctx, e.t.ID.Hex(), key, value)
}

// undoWithin tries to undo until it is, something else than the link is in the
// way, or ctx ends.
func (e *edit) undoWithin(ctx context.Context) error {
	tick := time.NewTicker(undoEvery)
	defer tick.Stop()
	for {
		err := e.undo(ctx)
		if !errors.Is(err, ami.ErrLinkLost) && !errors.Is(err, ami.ErrNotConnected) {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return err
		}
	}
}

// undo writes what was there before, and reads back that it is there.
func (e *edit) undo(ctx context.Context) error {
	if len(e.written) == 0 && e.kinds == nil {
		return nil // it was not begun
	}
	for _, key := range slices.Backward(e.written) {
		var err error
		if old, ok := e.before[key]; ok {
			err = e.s.dbPut(ctx, e.t.ID.Hex(), key, old)
		} else {
			_, err = e.s.dbDel(ctx, e.t.ID.Hex(), key)
		}
		if err != nil {
			return err
		}
	}
	now, err := e.s.align(ctx, e.t, e.ext, e.kinds...)
	if err != nil {
		return err
	}
	for _, key := range e.written {
		if now[key] != e.before[key] {
			return errChanged
		}
	}
	return nil
}

// tree reads the entries below a key, by key without the family.
func (s *Server) tree(ctx context.Context, family, below string, most int) (map[string]string, error) {
	a := ami.NewAction("DBGetTree").Add("Family", family).Add("Key", below)
	r, err := s.links[policy.Database].client.List(ctx, a, most)
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
		return nil, refusedTree(r.Get("Message"))
	}
	return out, nil
}
