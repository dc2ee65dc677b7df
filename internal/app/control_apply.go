package app

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/dipcast/dipcast/internal/apply"
	"github.com/dipcast/dipcast/internal/asteriskproc"
	"github.com/dipcast/dipcast/internal/host"
	"github.com/dipcast/dipcast/internal/tenant"
)

const (
	// applyTimeout bounds an apply that a command waits for, with the getting of
	// the program before the first one.
	applyTimeout = time.Hour
	// tellTimeout bounds the writing of one line to who asked.
	tellTimeout = 2 * time.Second
	// maxApplyLine bounds one line of the answer, which may hold whole diffs.
	maxApplyLine = 64 << 20
)

// ApplyOrder is what a command asks for.
type ApplyOrder struct {
	Server  int    `json:"server,omitempty"` // 0: the only one
	By      string `json:"by"`
	DryRun  bool   `json:"dry_run,omitempty"` // only the plan
	Undo    bool   `json:"undo,omitempty"`
	Restart bool   `json:"restart,omitempty"`
	History bool   `json:"history,omitempty"` // only the records
}

// StageGetting is the stage before the others, while the program is still being
// got: followed by the step of package asteriskproc.
const StageGetting = "getting "

// ApplyNews is one line of the answer; the last one has no Stage.
type ApplyNews struct {
	Stage    apply.Stage     `json:"stage,omitempty"`
	Plan     *apply.Plan     `json:"plan,omitempty"` // of a dry run
	Summary  []string        `json:"summary,omitempty"`
	Outcome  *host.Outcome   `json:"outcome,omitempty"`
	Records  []apply.Record  `json:"records,omitempty"`
	Findings []apply.Finding `json:"findings,omitempty"`
	Error    string          `json:"error,omitempty"`
	// Kind says which error of package apply it is.
	Kind string `json:"kind,omitempty"`
}

// applyKinds are errors by which people decide what to do next.
var applyKinds = []struct {
	kind string
	err  error
}{
	{"refused", apply.ErrRefused},
	{"rolled_back", apply.ErrRolledBack},
	{"unsettled", apply.ErrUnsettled},
	{"unreachable", apply.ErrUnreachable},
	{"busy", apply.ErrBusy},
}

func (a *App) controlApply(w http.ResponseWriter, r *http.Request) {
	var o ApplyOrder
	if err := json.NewDecoder(io.LimitReader(r.Body, 1<<16)).Decode(&o); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	c := http.NewResponseController(w)
	_ = c.SetReadDeadline(time.Time{}) // nothing more is read, and it may take longer than a request
	w.Header().Set("Content-Type", "application/x-ndjson")
	out := json.NewEncoder(w)
	tell := func(n ApplyNews) {
		// Who asked may have gone, and must not hold the apply up.
		_ = c.SetWriteDeadline(time.Now().Add(tellTimeout))
		_ = out.Encode(n)
		_ = c.Flush()
	}
	if h, err := a.host(o.Server); err == nil { // else the answer says so
		h.Await(r.Context(), func(s asteriskproc.Step) { tell(ApplyNews{Stage: apply.Stage(StageGetting + s)}) })
	}
	tell(a.answerApply(r.Context(), o, func(s apply.Stage) { tell(ApplyNews{Stage: s}) }))
}

// answerApply does what is asked for.
func (a *App) answerApply(ctx context.Context, o ApplyOrder, stage func(apply.Stage)) (n ApplyNews) {
	var err error
	switch {
	case o.History:
		n.Records, err = a.Applies(ctx, o.Server)
	case o.DryRun:
		if n.Plan, err = a.Pending(ctx, o.Server); err == nil {
			n.Summary = n.Plan.Summary()
		}
	default:
		who := tenant.Identity{Role: tenant.Operator, Name: o.By}
		n.Outcome, err = a.Apply(ctx, who, "", o.Server, host.Order{
			By: o.By, Undo: o.Undo, Restart: o.Restart, Progress: stage,
		})
		if n.Outcome != nil && n.Outcome.Result != nil {
			n.Summary = n.Outcome.Plan.Summary()
		}
	}
	if err != nil {
		n.Error = err.Error()
		for _, k := range applyKinds {
			if errors.Is(err, k.err) {
				n.Kind = k.kind
			}
		}
		var refused *apply.RefusedError
		if errors.As(err, &refused) {
			n.Findings = refused.Findings
		}
	}
	return n
}

// RemoteApply has the gateway that runs on a data directory do what o says, and
// gives the end of it. stage is told each stage when it begins. The error is
// ErrNotRunning, or about the way to the gateway; what went wrong there is in
// the news.
func RemoteApply(ctx context.Context, dir string, o ApplyOrder, stage func(apply.Stage)) (n ApplyNews, err error) {
	ctx, cancel := context.WithTimeout(ctx, applyTimeout)
	defer cancel()
	err = followGateway(ctx, dir, http.MethodPost, "/apply", o, func(res *http.Response) error {
		if res.StatusCode != http.StatusOK {
			return errors.New(res.Status)
		}
		lines := bufio.NewScanner(res.Body)
		lines.Buffer(nil, maxApplyLine)
		for lines.Scan() {
			n = ApplyNews{}
			if err := json.Unmarshal(lines.Bytes(), &n); err != nil {
				return err
			}
			if n.Stage == "" {
				return nil
			}
			stage(n.Stage)
		}
		if err := lines.Err(); err != nil {
			return err
		}
		return errors.New("it ended before it was done; look at its log")
	})
	return n, err
}
