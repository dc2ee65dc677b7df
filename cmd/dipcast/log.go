package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dipcast/dipcast/internal/audit"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/datadir"
	"github.com/dipcast/dipcast/internal/store"
)

func logCommand() *cobra.Command {
	c := &cobra.Command{Use: "log", Short: "Look into the log"}
	c.AddCommand(logFindCommand())
	return c
}

func logFindCommand() *cobra.Command {
	var path string
	c := &cobra.Command{
		Use: "find ACTIONID [LOGFILE...]", Short: "Find what the log and the audit trail say of an action",
		Args: cobra.MinimumNArgs(1),
		Long: "Find every row of the audit trail and every line of the log that is about a client's\n" +
			"ActionID, given as the client sent it. The log shows ActionIDs masked, and beside each a\n" +
			"hash under a key of this gateway: that is what is looked for. A log file named - is the\n" +
			"standard input. Exit code 1 when there is nothing.\n\n" +
			"클라이언트가 보낸 ActionID로 로그와 감사 기록을 찾습니다. 로그에는 가려진 값과 해시만 남습니다.",
		Example: "  journalctl -u dipcast | dipcast log find DIPCAST-1-4711 - --config dipcast.yaml",
		RunE: func(c *cobra.Command, args []string) error {
			dir, err := config.DataDir(path, environ())
			if err != nil {
				return err
			}
			f, err := newFinder(dir, args[0])
			if err != nil {
				return err
			}
			if f.database, err = config.DatabaseName(path, environ()); err != nil {
				return err
			}
			return f.run(c, args[1:])
		},
	}
	configFlag(c, &path)
	return c
}

// finder looks for one ActionID.
type finder struct {
	dir, hash string
	database  string // "" means sqlite
	found     int
}

func newFinder(dir, actionID string) (*finder, error) {
	key, err := datadir.ReadKey(dir, datadir.AuditKey)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: no gateway has run on this data directory yet", dir)
	}
	if err != nil {
		return nil, err
	}
	return &finder{dir: dir, hash: audit.ActionHash(key, actionID)}, nil
}

func (f *finder) run(c *cobra.Command, files []string) error {
	if err := f.trail(c.Context(), c.OutOrStdout()); err != nil {
		return err
	}
	for _, name := range files {
		if err := f.file(c, name, len(files) > 1); err != nil {
			return err
		}
	}
	if f.found == 0 {
		fmt.Fprintf(c.ErrOrStderr(), "nothing found (its hash is %s)\n", f.hash)
		return errSilent
	}
	return nil
}

// maxRows bounds what is shown of the audit trail.
const maxRows = 1000

// trail prints the rows of the audit trail, oldest first.
func (f *finder) trail(ctx context.Context, out io.Writer) error {
	s, err := store.OpenReadOnly(ctx, store.Options{Database: f.database, DataDir: f.dir})
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }() // only read
	rows, err := s.AuditByAction(ctx, f.hash, maxRows)
	if err != nil {
		return err
	}
	for i := len(rows) - 1; i >= 0; i-- {
		r := &rows[i]
		f.found++
		fmt.Fprintf(out, "audit %d %s %s", r.ID, r.At.Format("2006-01-02T15:04:05.000Z"), r.Kind)
		text := func(name, value string) {
			if value != "" {
				fmt.Fprintf(out, " %s=%s", name, quoted(value))
			}
		}
		if r.Tenant > 0 {
			text("tenant", fmt.Sprintf("T%d", r.Tenant))
		}
		if r.Server > 0 {
			text("server", fmt.Sprint(r.Server))
		}
		text("role", r.Role)
		text("extension", r.Extension)
		text("name", r.Name)
		text("via", r.Via)
		text("remote", r.Remote)
		text("action", r.Action)
		text("code", r.Code)
		text("field", r.Field)
		text("action_id", r.ActionID)
		text("detail", r.Detail)
		fmt.Fprintln(out)
	}
	return nil
}

func quoted(s string) string {
	if strings.ContainsAny(s, " \"=") {
		return fmt.Sprintf("%q", s)
	}
	return s
}

// maxLine bounds how much of a line is looked at and shown.
const maxLine = 1 << 20

// file prints the lines of one file, with its name when there are several.
func (f *finder) file(c *cobra.Command, name string, several bool) error {
	in := c.InOrStdin()
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return err
		}
		defer func() { _ = file.Close() }() // only read
		in = file
	}
	r, hash := bufio.NewReaderSize(in, maxLine), []byte(f.hash)
	for {
		line, err := r.ReadSlice('\n')
		if bytes.Contains(line, hash) {
			f.found++
			if several {
				fmt.Fprint(c.OutOrStdout(), name, ": ")
			}
			fmt.Fprintf(c.OutOrStdout(), "%s\n", bytes.TrimRight(line, "\r\n"))
		}
		if err == nil || errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		return fmt.Errorf("%s: %w", name, err)
	}
}
