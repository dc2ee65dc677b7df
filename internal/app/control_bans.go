package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"time"

	"github.com/dipcast/dipcast/internal/audit"
	"github.com/dipcast/dipcast/internal/edge"
	"github.com/dipcast/dipcast/internal/guard"
	"github.com/dipcast/dipcast/internal/tenant"
)

// banOrder asks a running gateway about bans, and is its answer.
type banOrder struct {
	Source string      `json:"source,omitempty"`
	Error  string      `json:"error,omitempty"`
	Bans   []guard.Ban `json:"bans,omitempty"`
}

// byCommand is who uses the control socket: somebody on this machine.
func byCommand() audit.Entry {
	return audit.Entry{Identity: tenant.Identity{Role: tenant.Operator, Name: "command"}}
}

func (a *App) controlBans(mux *http.ServeMux) {
	mux.HandleFunc("GET /bans", func(w http.ResponseWriter, _ *http.Request) {
		edge.WriteJSON(w, http.StatusOK, banOrder{Bans: a.bans.Bans()})
	})
	mux.HandleFunc("POST /bans/lift", func(w http.ResponseWriter, r *http.Request) {
		var o banOrder
		err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<10)).Decode(&o)
		source, ok := guard.ParseSource(o.Source)
		if err == nil && !ok {
			err = errors.New("this is no address or network")
		}
		if err == nil {
			err = a.bans.Lift(context.WithoutCancel(r.Context()), byCommand(), source)
		}
		if err != nil {
			edge.WriteJSON(w, http.StatusUnprocessableEntity, banOrder{Error: err.Error()})
			return
		}
		edge.WriteJSON(w, http.StatusOK, banOrder{})
	})
}

// RemoteBans are the sources that the gateway that runs on a data directory
// has refused. The error may be ErrNotRunning.
func RemoteBans(ctx context.Context, dir string) ([]guard.Ban, error) {
	o, err := askBans(ctx, dir, http.MethodGet, "/bans", banOrder{})
	return o.Bans, err
}

// RemoteLift ends a ban. The error may be ErrNotRunning.
func RemoteLift(ctx context.Context, dir string, source netip.Prefix) error {
	_, err := askBans(ctx, dir, http.MethodPost, "/bans/lift", banOrder{Source: source.String()})
	return err
}

func askBans(ctx context.Context, dir, method, path string, in banOrder) (banOrder, error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	body, status, err := askGateway(ctx, dir, method, path, in)
	if err != nil {
		return banOrder{}, err
	}
	var o banOrder
	if err := json.Unmarshal(body, &o); err != nil {
		return banOrder{}, fmt.Errorf("ask the running gateway: %s: %w", status, err)
	}
	if o.Error != "" {
		return banOrder{}, errors.New(o.Error)
	}
	return o, nil
}
