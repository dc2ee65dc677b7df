package apply

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/dipcast/dipcast/internal/wholefile"
)

// stateDir is the folder below a server's in which an apply keeps its own. Only
// its owner may enter: former files hold secrets.
const stateDir = ".apply"

// Names in stateDir.
const (
	lockName    = "lock"
	stateName   = "state.json"
	journalName = "journal.json"
	historyDir  = "history"
	stageDir    = "stage"
)

// state is what an apply leaves for the next.
type state struct {
	// Digests of the files applied last, with all that they include.
	Digests map[string]string `json:"digests"`
	// Unsettled are steps that Asterisk could not be told.
	Unsettled []Step `json:"unsettled,omitempty"`
	// Restart says what counts after a restart only, since RestartSince.
	Restart      []string  `json:"restart,omitempty"`
	RestartSince time.Time `json:"restart_since,omitzero"`
	// RestartOf is when the Asterisk was started that Restart is of, to the second;
	// zero when it did not say.
	RestartOf time.Time `json:"restart_of,omitzero"`
}

func (a *Applier) path(parts ...string) string {
	return filepath.Join(append([]string{a.o.Dir, stateDir}, parts...)...)
}

func (a *Applier) readState() (*state, error) {
	s := &state{}
	if err := readJSON(a.path(stateName), s); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return s, nil
}

func (a *Applier) writeState(s *state) error { return writeJSON(a.path(stateName), s) }

func readJSON(path string, into any) error {
	body, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(body, into); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// writeJSON replaces a file of ours as one; it is on the disk when it returns.
func writeJSON(path string, from any) error {
	body, err := json.MarshalIndent(from, "", "  ")
	if err != nil {
		return err
	}
	return wholefile.Write(path, body, 0o600)
}
