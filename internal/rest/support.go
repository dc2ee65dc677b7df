package rest

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/dipcast/dipcast/internal/asteriskproc"
	"github.com/dipcast/dipcast/internal/audit"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/logring"
)

// LogLine is one line of the log.
type LogLine struct {
	ID        string    `json:"id" example:"1042"`
	Time      time.Time `json:"time"`
	Level     string    `json:"level" enum:"debug,info,warn,error"`
	Component string    `json:"component,omitempty" example:"rest"`
	Message   string    `json:"message" example:"ready for clients"`
	Attrs     []LogAttr `json:"attrs" nullable:"false"`
}

// LogAttr is a further part of a line.
type LogAttr struct {
	Key   string `json:"key" example:"server"`
	Value string `json:"value" example:"1"`
}

// Sentence is a text for people in both languages.
type Sentence struct {
	Ko string `json:"ko"`
	En string `json:"en"`
}

// Finding is one thing that was looked at on a server.
type Finding struct {
	Code     string    `json:"code" example:"module" doc:"what was looked at: link, version, rights, events, module, context, did, limits, plaintext"`
	Severity string    `json:"severity" enum:"ok,warning,error" doc:"error: something that DIPCAST promises cannot work"`
	Text     Sentence  `json:"text"`
	Remedy   *Sentence `json:"remedy,omitempty" doc:"absent: there is nothing to mend"`
}

// Findings are what the doctor found on a server.
type Findings struct {
	ServerID int       `json:"server_id" example:"1"`
	At       time.Time `json:"at"`
	Healthy  bool      `json:"healthy" doc:"no finding is an error"`
	Findings []Finding `json:"findings" nullable:"false"`
}

// ErrNoServer is Doctor's for a server that is not configured, ErrLooking while one
// is looked at already.
var (
	ErrNoServer = errors.New("there is no such server")
	ErrLooking  = errors.New("it is looked at already; try again in a moment")
)

func (a *API) supportOps(api huma.API) {
	o := operation("log", http.MethodGet, "/system/log", tagSystem, "The last lines of the log")
	o.Description = "For operators. The newest first, masked, of the last 2,000 since the start."
	huma.Register(api, o, a.getLog)
	o = operation("support-bundle", http.MethodGet, "/system/support", tagSystem, "A zip for those who help you")
	o.Description = "For operators. Versions, the configuration without secrets, what `doctor` says of each server, the log, health, database and goroutines; numbers and names are masked."
	o.Responses = map[string]*huma.Response{"200": {Description: "the zip", Content: map[string]*huma.MediaType{
		"application/zip": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}},
	}}}
	huma.Register(api, o, a.getSupport)
	o = operation("doctor", http.MethodGet, "/servers/{server_id}/doctor", "servers", "What a server lacks, and how to mend it", 404, 409)
	o.Description = "For operators. Logs in to it and looks; nothing is changed there. It takes some seconds. 409: it is being looked at."
	huma.Register(api, o, a.getDoctor)
}

func (a *API) getLog(ctx context.Context, in *struct {
	Level     string `query:"level" enum:"debug,info,warn,error" default:"debug" doc:"this and worse"`
	Component string `query:"component" maxLength:"40"`
	Text      string `query:"text" maxLength:"100" doc:"in the message or what stands behind it"`
	After     string `query:"after" maxLength:"20" doc:"next of the page before"`
	Limit     int    `query:"limit" minimum:"1" maximum:"1000" default:"200" doc:"at most so many"`
},
) (*part[LogLine], error) {
	err := operator(ctx)
	q := logring.Query{Component: in.Component, Text: in.Text, Limit: in.Limit + 1}
	_ = q.Level.UnmarshalText([]byte(in.Level)) // one of four
	if err == nil && in.After != "" {
		if q.Before, err = strconv.ParseInt(in.After, 10, 64); err != nil || q.Before <= 0 {
			err = envelope.Errorf(envelope.InvalidValue, "after", "after must be next of the page before")
		}
	}
	if err != nil {
		return nil, a.refused(ctx, "log", 0, err)
	}
	all := a.o.System.Log(q)
	var out part[LogLine]
	out.Body.Status, out.Body.Limit, out.Body.HasMore = "success", in.Limit, len(all) > in.Limit
	all = all[:min(len(all), in.Limit)]
	out.Body.Data = make([]LogLine, len(all))
	for i := range all {
		out.Body.Data[i] = logView(&all[i])
	}
	if out.Body.HasMore {
		out.Body.Next = out.Body.Data[len(all)-1].ID
	}
	return &out, nil
}

func logView(l *logring.Line) LogLine {
	v := LogLine{ID: strconv.FormatInt(l.ID, 10), Time: l.At.UTC().Truncate(time.Millisecond), Component: l.Component, Message: l.Message, Attrs: []LogAttr{}}
	switch {
	case l.Level >= slog.LevelError:
		v.Level = "error"
	case l.Level >= slog.LevelWarn:
		v.Level = "warn"
	case l.Level >= slog.LevelInfo:
		v.Level = "info"
	default:
		v.Level = "debug"
	}
	for _, x := range l.Attrs {
		v.Attrs = append(v.Attrs, LogAttr(x))
	}
	return v
}

func (a *API) getSupport(ctx context.Context, _ *struct{}) (*huma.StreamResponse, error) {
	const action = "support-bundle"
	err := operator(ctx)
	var b bytes.Buffer
	if err == nil {
		err = a.o.System.Support(ctx, &b)
	}
	if err != nil {
		return nil, a.refused(ctx, action, 0, err)
	}
	a.trail(ctx, audit.KindChanged, nil, audit.Entry{Action: action, Detail: "a support bundle was made"})
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		_, w := humago.Unwrap(hc)
		w.Header().Set("Content-Type", "application/zip")
		w.Header().Set("Content-Disposition", `attachment; filename="dipcast-support-`+time.Now().UTC().Format("20060102T150405Z")+`.zip"`)
		w.Header().Set("Content-Length", strconv.Itoa(b.Len()))
		_, _ = w.Write(b.Bytes()) // a client that is gone has nothing of it
	}}, nil
}

func (a *API) getDoctor(ctx context.Context, in *struct{ ServerPath }) (*reply[Findings], error) {
	const action = "doctor"
	id, err := a.hostOf(ctx, in.ServerPath)
	out := Findings{ServerID: id, Findings: []Finding{}}
	var all []asteriskproc.Finding
	if err == nil {
		all, err = a.o.System.Doctor(ctx, id)
	}
	switch {
	case errors.Is(err, ErrNoServer):
		err = envelope.Errorf(envelope.NotFound, "server_id", "%v", err)
	case errors.Is(err, ErrLooking):
		err = envelope.Errorf(envelope.Conflict, "", "%v", err)
	case errors.Is(err, context.DeadlineExceeded):
		err = envelope.Errorf(envelope.Unavailable, "", "the server did not answer in time")
	}
	if err != nil {
		return nil, a.refused(ctx, action, id, err)
	}
	for _, f := range all {
		v := Finding{Code: f.Check, Severity: string(f.Level), Text: Sentence(f.What)}
		if mend := Sentence(f.Mend); strings.TrimSpace(mend.Ko+mend.En) != "" {
			v.Remedy = &mend
		}
		out.Findings = append(out.Findings, v)
	}
	out.At, out.Healthy = time.Now().UTC().Truncate(time.Millisecond), asteriskproc.Healthy(all)
	return success(out), nil
}
