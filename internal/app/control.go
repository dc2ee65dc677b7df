package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/dipcast/dipcast/internal/datadir"
	"github.com/dipcast/dipcast/internal/edge"
	"github.com/dipcast/dipcast/internal/rest"
	"github.com/dipcast/dipcast/internal/tenant"
)

// ErrNotRunning reports that no gateway uses a data directory.
var ErrNotRunning = errors.New("no gateway runs on this data directory")

// controlTimeout bounds one order to a running gateway.
const controlTimeout = time.Minute

// order is what a running gateway answers to whoever asked it for something.
type order struct {
	Error   string   `json:"error,omitempty"`
	Changes *Changes `json:"changes,omitempty"`
}

// listenControl opens the socket by which commands of the same user reach the
// running gateway. Its mode is 0600 from the moment it has its name.
func (a *App) listenControl() error {
	dir := a.o.Config.DataDir
	tmp, err := os.MkdirTemp(dir, ".control-")
	if err != nil {
		return fmt.Errorf("control socket: %w", err)
	}
	defer func() { _ = os.RemoveAll(tmp) }()
	path := filepath.Join(dir, datadir.ControlName)
	ln, err := listenUnix(filepath.Join(tmp, datadir.ControlName))
	if err != nil {
		return fmt.Errorf("control socket: %w", err)
	}
	// The folder is ours alone (see the lock), so what is there is a leftover.
	if err := os.Rename(filepath.Join(tmp, datadir.ControlName), path); err != nil {
		return errors.Join(fmt.Errorf("control socket: %w", err), ln.Close())
	}
	a.onStop(func() { _ = os.Remove(path) })
	mux := http.NewServeMux()
	mux.HandleFunc("POST /reload", a.controlReload)
	a.controlBans(mux)
	mux.HandleFunc("POST /apply", a.controlApply)
	mux.Handle(rest.Prefix+"/", a.rest.As(localAdministrator))
	a.serveOn(ln, path, mux)
	return nil
}

// localAdministrator is whoever may open the socket, or the data directory: the
// user that the gateway runs as, and root.
var localAdministrator = tenant.Identity{Role: tenant.Operator, Name: "local administrator"}

func (a *App) controlReload(w http.ResponseWriter, r *http.Request) {
	// Not r's context: a change that has begun is made to its end.
	c, err := a.Reload(context.WithoutCancel(r.Context()))
	if err != nil {
		edge.WriteJSON(w, http.StatusUnprocessableEntity, order{Error: err.Error()})
		return
	}
	edge.WriteJSON(w, http.StatusOK, order{Changes: &c})
}

// controlTransport reaches the gateway that runs on a data directory, whatever
// the URL's host.
func controlTransport(dir string) *http.Transport {
	return &http.Transport{
		DialContext: func(context.Context, string, string) (net.Conn, error) {
			return dialUnix(filepath.Join(dir, datadir.ControlName))
		},
	}
}

// askGateway sends one order to the gateway that runs on a data directory, and
// returns its answer and status. The error may be ErrNotRunning.
func askGateway(ctx context.Context, dir, method, path string, in any) (answer []byte, status string, err error) {
	err = followGateway(ctx, dir, method, path, in, func(res *http.Response) error {
		status = res.Status
		answer, err = io.ReadAll(io.LimitReader(res.Body, 1<<20))
		return err
	})
	return answer, status, err
}

// followGateway is askGateway for an answer that is read as it comes.
func followGateway(ctx context.Context, dir, method, path string, in any, read func(*http.Response) error) error {
	t := controlTransport(dir)
	defer t.CloseIdleConnections()
	text, err := json.Marshal(in)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, method, "http://gateway"+path, bytes.NewReader(text))
	if err != nil {
		return err
	}
	res, err := (&http.Client{Transport: t}).Do(req)
	if errors.Is(err, os.ErrNotExist) || isRefused(err) {
		// One that starts may be about to answer.
		awaitGateway(ctx, dir)
		req.Body, _ = req.GetBody() // of bytes, which can be read again
		res, err = (&http.Client{Transport: t}).Do(req)
	}
	if errors.Is(err, os.ErrNotExist) || isRefused(err) {
		return fmt.Errorf("%w: %s", ErrNotRunning, dir)
	}
	if err != nil {
		return fmt.Errorf("ask the running gateway: %w", err)
	}
	defer func() { _ = res.Body.Close() }() // read to its end
	if err := read(res); err != nil {
		return fmt.Errorf("ask the running gateway: %w", err)
	}
	return nil
}

// RemoteReload has the gateway that runs on a data directory read its
// configuration again. The error is ErrNotRunning, or says why it changed
// nothing.
func RemoteReload(ctx context.Context, dir string) (Changes, error) {
	ctx, cancel := context.WithTimeout(ctx, controlTimeout)
	defer cancel()
	body, status, err := askGateway(ctx, dir, http.MethodPost, "/reload", nil)
	if err != nil {
		return Changes{}, err
	}
	var o order
	if err := json.NewDecoder(bytes.NewReader(body)).Decode(&o); err != nil {
		return Changes{}, fmt.Errorf("ask the running gateway: %s: %w", status, err)
	}
	if o.Error != "" || o.Changes == nil {
		return Changes{}, errors.New(o.Error)
	}
	return *o.Changes, nil
}
