// Package logring keeps the last lines of the log in memory, masked, for those who
// look at the gateway from afar.
package logring

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"
)

// Bounds of what is kept.
const (
	Lines    = 2000 // lines
	maxText  = 1000 // bytes of a message, and of one value
	maxAttrs = 24
)

// Line is one line of the log.
type Line struct {
	ID        int64 // 1, 2, 3, … since the start
	At        time.Time
	Level     slog.Level
	Component string
	Message   string
	Attrs     []Attr
}

// Attr is a further part of a line.
type Attr struct{ Key, Value string }

// Ring keeps lines. Its methods may be called from any goroutine.
type Ring struct {
	mask func(string) string

	mu    sync.Mutex
	lines []Line // as a ring once there are Lines of them
	next  int64  // id of the next
}

// New returns a Ring. mask makes every text one that may be shown; it must not log.
func New(mask func(string) string) *Ring { return &Ring{mask: mask, next: 1} }

// Handler returns a handler that gives what h takes to h, and keeps it.
func (r *Ring) Handler(h slog.Handler) slog.Handler { return &handler{Handler: h, ring: r} }

type handler struct {
	slog.Handler
	ring   *Ring
	attrs  []Attr
	prefix string
}

// Handle implements slog.Handler.
func (h *handler) Handle(ctx context.Context, record slog.Record) error {
	l := Line{At: record.Time, Level: record.Level, Message: h.ring.text(record.Message)}
	attrs := h.attrs[:len(h.attrs):len(h.attrs)]
	record.Attrs(func(a slog.Attr) bool {
		attrs = h.ring.add(attrs, h.prefix, a)
		return len(attrs) < maxAttrs
	})
	for i, a := range attrs {
		if a.Key == "component" {
			l.Component = a.Value
			attrs = append(attrs[:i:i], attrs[i+1:]...)
			break
		}
	}
	l.Attrs = attrs
	h.ring.keep(l)
	return h.Handler.Handle(ctx, record)
}

// WithAttrs implements slog.Handler.
func (h *handler) WithAttrs(as []slog.Attr) slog.Handler {
	out := *h
	out.Handler = h.Handler.WithAttrs(as)
	out.attrs = h.attrs[:len(h.attrs):len(h.attrs)]
	for _, a := range as {
		out.attrs = h.ring.add(out.attrs, h.prefix, a)
	}
	return &out
}

// WithGroup implements slog.Handler.
func (h *handler) WithGroup(name string) slog.Handler {
	out := *h
	out.Handler = h.Handler.WithGroup(name)
	out.prefix = h.prefix + name + "."
	return &out
}

// add appends an attribute, those of a group one by one.
func (r *Ring) add(to []Attr, prefix string, a slog.Attr) []Attr {
	v := a.Value.Resolve()
	if v.Kind() == slog.KindGroup {
		if a.Key != "" {
			prefix += a.Key + "."
		}
		for _, one := range v.Group() {
			to = r.add(to, prefix, one)
		}
		return to
	}
	if a.Key == "" || len(to) >= maxAttrs {
		return to
	}
	text := ""
	switch v.Kind() {
	case slog.KindTime:
		text = v.Time().UTC().Format(time.RFC3339Nano)
	case slog.KindString, slog.KindInt64, slog.KindUint64, slog.KindBool, slog.KindDuration, slog.KindFloat64:
		text = v.String()
	default:
		text = fmt.Sprint(v.Any())
	}
	return append(to, Attr{prefix + a.Key, r.text(text)})
}

func (r *Ring) text(s string) string {
	if len(s) > maxText {
		s = strings.ToValidUTF8(s[:maxText], "") + "…"
	}
	return r.mask(s)
}

func (r *Ring) keep(l Line) {
	r.mu.Lock()
	defer r.mu.Unlock()
	l.ID = r.next
	r.next++
	if len(r.lines) < Lines {
		r.lines = append(r.lines, l)
		return
	}
	r.lines[(l.ID-1)%Lines] = l
}

// Query says which lines are wanted. Zero fields do not narrow.
type Query struct {
	Level     slog.Level // and above; -8 and less for all
	Component string
	Text      string // in message or attributes, in any case
	Before    int64  // lines with a lower id
	Limit     int    // required
}

// Find returns the lines that q asks for, the newest first.
func (r *Ring) Find(q Query) []Line {
	q.Text = strings.ToLower(q.Text)
	r.mu.Lock()
	defer r.mu.Unlock()
	out := []Line{}
	last := r.next - 1
	if q.Before > 0 {
		last = min(last, q.Before-1)
	}
	for id := last; id > max(0, r.next-1-Lines) && len(out) < q.Limit; id-- {
		if l := &r.lines[(id-1)%Lines]; q.takes(l) {
			out = append(out, *l)
		}
	}
	return out
}

func (q *Query) takes(l *Line) bool {
	if l.Level < q.Level || q.Component != "" && l.Component != q.Component {
		return false
	}
	if q.Text == "" || strings.Contains(strings.ToLower(l.Message), q.Text) {
		return true
	}
	for _, a := range l.Attrs {
		if strings.Contains(strings.ToLower(a.Key+"="+a.Value), q.Text) {
			return true
		}
	}
	return false
}

// String is the line as it stands in a file.
func (l *Line) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", l.At.UTC().Format("2006-01-02T15:04:05.000Z"), l.Level)
	if l.Component != "" {
		fmt.Fprintf(&b, " [%s]", l.Component)
	}
	b.WriteString(" " + l.Message)
	for _, a := range l.Attrs {
		fmt.Fprintf(&b, " %s=%q", a.Key, a.Value)
	}
	return b.String()
}
