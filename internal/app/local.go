package app

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/dipcast/dipcast/internal/datadir"
	"github.com/dipcast/dipcast/internal/edge"
	"github.com/dipcast/dipcast/internal/limits"
	"github.com/dipcast/dipcast/internal/pbx"
	"github.com/dipcast/dipcast/internal/policy"
	"github.com/dipcast/dipcast/internal/rest"
)

// maxAnswer bounds what a Local reads of one answer, in bytes.
const maxAnswer = 64 << 20

// Local speaks REST as the local administrator, to the gateway that runs on a
// data directory, or to one in this process that talks to no server and no
// client.
type Local struct {
	// Running reports that there is a gateway, which follows every change at once.
	Running bool

	transport http.RoundTripper
	close     func()
}

// NewLocal finds the running gateway of a data directory. When there is none,
// load gives the options of one in this process, which has the directory for
// itself until Close.
func NewLocal(ctx context.Context, dir string, load func() (Options, error)) (*Local, error) {
	running, err := answers(dir)
	if err != nil {
		return nil, fmt.Errorf("ask the running gateway: %w", err)
	}
	var o Options
	var unlock func()
	if !running { // its configuration must be good before anything is made
		if o, err = load(); err != nil {
			return nil, err
		}
		if unlock, running, err = lockFolder(ctx, dir); err != nil {
			return nil, err
		}
	}
	if running {
		t := controlTransport(dir)
		return &Local{Running: true, transport: t, close: t.CloseIdleConnections}, nil
	}
	a := New(o)
	a.onStop(unlock)
	if err := a.startLocal(ctx); err != nil {
		a.unwind()
		return nil, err
	}
	return &Local{transport: inProcess{a.rest.As(localAdministrator)}, close: a.Stop}, nil
}

// Close ends what NewLocal began.
func (l *Local) Close() { l.close() }

// Do sends a request for a path below rest.Prefix and reads its answer.
func (l *Local) Do(ctx context.Context, method, path string, header http.Header, body []byte) (status int, answered http.Header, answer []byte, err error) {
	ctx, cancel := context.WithTimeout(ctx, controlTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, "http://gateway"+rest.Prefix+path, bytes.NewReader(body))
	if err != nil {
		return 0, nil, nil, err
	}
	for name, v := range header {
		req.Header[name] = v
	}
	res, err := l.transport.RoundTrip(req)
	if err != nil {
		return 0, nil, nil, fmt.Errorf("ask the running gateway: %w", err)
	}
	defer func() { _ = res.Body.Close() }() // read to its end
	answer, err = io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return 0, nil, nil, fmt.Errorf("ask the running gateway: %w", err)
	}
	return res.StatusCode, res.Header, answer, nil
}

// Stream writes the answer to a GET for a path below rest.Prefix, however long it
// is, to w.
func (l *Local) Stream(ctx context.Context, path string, w io.Writer) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://gateway"+rest.Prefix+path, nil)
	if err != nil {
		return err
	}
	res, err := l.transport.RoundTrip(req)
	if err != nil {
		return fmt.Errorf("ask the running gateway: %w", err)
	}
	defer func() { _ = res.Body.Close() }() // read to its end
	if res.StatusCode != http.StatusOK {
		var refusal struct{ Message string }
		_ = json.NewDecoder(io.LimitReader(res.Body, 1<<16)).Decode(&refusal) // else the status has to do
		return fmt.Errorf("the gateway answers %s: %s", res.Status, refusal.Message)
	}
	if _, err := io.Copy(w, res.Body); err != nil {
		return fmt.Errorf("the answer was cut: %w", err)
	}
	return nil
}

// startLocal is Start, in a directory that is ours, without anything that runs.
func (a *App) startLocal(ctx context.Context) (err error) {
	if _, err := datadir.Recover(a.o.Config.DataDir); err != nil {
		return err
	}
	if err := a.open(ctx); err != nil {
		return err
	}
	a.limits = limits.New(limits.Options{Counters: a.store, Directory: a.directory.Load, Trail: a.audit, Logger: a.log})
	a.pool, err = pbx.New(pbx.Options{
		Servers: serverOptions(a.o.Config), Directory: a.directory.Load, Gate: a.limits, Sink: sinks{}, Logger: a.log,
	})
	if err != nil {
		return err
	}
	if err := a.openRecordings(a.o.Config); err != nil {
		return err
	}
	if err := a.openCards(a.o.Config); err != nil { // the directory is read by its client
		return err
	}
	a.policy = policy.New(policy.Options{Directory: a.directory.Load, Channels: a.pool})
	a.rest = rest.New(rest.Options{
		Version: a.o.Version, Pool: a.pool, Policy: a.policy, Directory: a.directory.Load,
		Companies: a.companies, People: a.people, Users: a.users, Softphones: a.phones, Tones: a.tones, Trail: a.audit, Audit: a.store, History: a.store, Origins: edge.NewOrigins(), Logger: a.log, Refused: func(edge.Refusal) {},
		Recordings: a.store, Recorder: a.recordings, Links: a.links, PublicURL: strings.TrimSuffix(a.o.Config.PublicURL, "/"),
	})
	return nil
}

// inProcess serves requests without a network.
type inProcess struct{ handler http.Handler }

// RoundTrip implements http.RoundTripper.
func (p inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	w := &recorder{header: http.Header{}}
	p.handler.ServeHTTP(w, r)
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return &http.Response{StatusCode: w.status, Header: w.header, Body: io.NopCloser(&w.body), Request: r}, nil
}

// recorder keeps an answer.
type recorder struct {
	status int
	header http.Header
	body   bytes.Buffer
}

// Header implements http.ResponseWriter.
func (r *recorder) Header() http.Header { return r.header }

// WriteHeader implements http.ResponseWriter.
func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
}

// Write implements http.ResponseWriter.
func (r *recorder) Write(b []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	return r.body.Write(b)
}
