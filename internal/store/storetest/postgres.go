package storetest

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx" of Raw
)

const (
	dbUser = "dipcast"
	// port is part of the name of the server's socket; it listens on no network.
	port = "5432"
	// oldest version of PostgreSQL that is supported.
	oldest       = 15
	startTimeout = time.Minute
	stopTimeout  = 20 * time.Second
)

// server is a scratch PostgreSQL.
type server struct {
	dir    string // of its socket; data is below
	bin    string
	cmd    *exec.Cmd
	ended  chan struct{}
	output bytes.Buffer // read after ended
	db     *sql.DB
}

var (
	once    sync.Once
	only    *server
	onlyErr error
)

// Tests are the tests of a program that uses Postgres. Its Run ends the server
// too, before anybody looks for goroutines that stay.
type Tests struct{ M *testing.M }

// Run runs the tests and gives the exit code.
func (t Tests) Run() int {
	code := t.M.Run()
	if only != nil {
		if err := only.stop(); err != nil {
			fmt.Fprintln(os.Stderr, "postgres:", err)
			return 1
		}
	}
	return code
}

// Main is Run for a TestMain.
func Main(m *testing.M) int { return Tests{m}.Run() }

// scratch starts the program's server, once.
func scratch(tb testing.TB) *server {
	tb.Helper()
	once.Do(func() { only, onlyErr = start() })
	if onlyErr != nil {
		tb.Fatal(onlyErr)
	}
	return only
}

// start makes a new database cluster in a folder of its own and serves it on a
// Unix socket there. PostgreSQL refuses to run as root: then it runs as the user
// that the system's packages made for it, or as nobody.
func start() (_ *server, err error) {
	s := &server{ended: make(chan struct{})}
	if s.bin, err = find(); err != nil {
		return nil, err
	}
	if s.dir, err = os.MkdirTemp("", "pg"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = os.RemoveAll(s.dir)
		}
	}()
	attr, err := s.own()
	if err != nil {
		return nil, err
	}
	data := filepath.Join(s.dir, "data")
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	initdb := exec.CommandContext(ctx, filepath.Join(s.bin, "initdb"), "--pgdata", data, "--username", dbUser, "--auth", "trust",
		"--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync")
	initdb.Dir, initdb.SysProcAttr = s.dir, attr
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	if err := s.run(attr, data); err != nil {
		return nil, err
	}
	return s, s.ready()
}

// find gives the folder of the newest programs of PostgreSQL.
func find() (string, error) {
	dirs, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil {
		return "", err
	}
	number := func(dir string) int {
		n, _ := strconv.Atoi(filepath.Base(filepath.Dir(dir)))
		return n
	}
	dirs = slices.DeleteFunc(dirs, func(d string) bool {
		_, err := os.Stat(filepath.Join(d, "initdb"))
		return err != nil || number(d) < oldest
	})
	// Version 15 where it is there: what is promised is tested.
	if i := slices.IndexFunc(dirs, func(d string) bool { return number(d) == oldest }); i >= 0 {
		return dirs[i], nil
	}
	if len(dirs) > 0 {
		return slices.MaxFunc(dirs, func(a, b string) int { return number(a) - number(b) }), nil
	}
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path), nil
	}
	return "", errors.New("no PostgreSQL: install postgresql-15 or newer (as root, `make needs` does it on Debian)")
}

// own gives the folder to the user that the server shall run as.
func (s *server) own() (*syscall.SysProcAttr, error) {
	// Killed with us, whichever way we end; SIGQUIT ends it and its children.
	attr := &syscall.SysProcAttr{Pdeathsig: syscall.SIGQUIT, Setpgid: true}
	if os.Geteuid() != 0 {
		return attr, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		if u, err = user.Lookup("nobody"); err != nil {
			return nil, err
		}
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	attr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	for dir := filepath.Dir(s.dir); ; dir = filepath.Dir(dir) {
		if info, err := os.Stat(dir); err != nil || info.Mode().Perm()&0o001 == 0 {
			return nil, fmt.Errorf("the user %s cannot reach %s through %s: chmod o+x it, or name another folder in TMPDIR", u.Username, s.dir, dir)
		}
		if dir == filepath.Dir(dir) {
			break
		}
	}
	return attr, os.Chown(s.dir, int(uid), int(gid))
}

// run starts the server from a goroutine that keeps its thread until it has
// ended: the kernel ties Pdeathsig to that thread.
func (s *server) run(attr *syscall.SysProcAttr, data string) error {
	s.cmd = exec.Command(filepath.Join(s.bin, "postgres"), "-D", data, "-k", s.dir, "-p", port, "-c", "listen_addresses=", //nolint:noctx // stop ends it
		"-c", "max_connections=200", "-c", "shared_buffers=64MB",
		// What is tested is what we ask of it, not whether it keeps its word.
		"-c", "fsync=off", "-c", "full_page_writes=off")
	s.cmd.Dir, s.cmd.SysProcAttr = s.dir, attr
	s.cmd.Stdout, s.cmd.Stderr = &s.output, &s.output
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := s.cmd.Start()
		started <- err
		if err == nil {
			_ = s.cmd.Wait() // output says why
		}
		close(s.ended)
	}()
	return <-started
}

// ready waits until it answers.
func (s *server) ready() error {
	u := url.URL{
		Scheme: "postgres", User: url.User(dbUser), Host: "localhost", Path: "/postgres",
		RawQuery: url.Values{"host": {s.dir}, "port": {port}}.Encode(),
	}
	var err error
	if s.db, err = sql.Open("pgx", u.String()); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		if err = s.db.PingContext(ctx); err == nil {
			return nil
		}
		select {
		case <-s.ended:
			return fmt.Errorf("postgres ended: %s", strings.TrimSpace(s.output.String()))
		case <-ctx.Done():
			return fmt.Errorf("postgres does not answer: %w", err)
		case <-tick.C:
		}
	}
}

func (s *server) exec(tb testing.TB, statement string) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout) // Cleanup runs behind tb.Context
	defer cancel()
	if _, err := s.db.ExecContext(ctx, statement); err != nil {
		tb.Error(err)
	}
}

// stop ends it at once and removes everything.
func (s *server) stop() error {
	err := s.db.Close()
	if e := s.cmd.Process.Signal(syscall.SIGINT); e != nil && !errors.Is(e, os.ErrProcessDone) {
		err = errors.Join(err, e)
	}
	select {
	case <-s.ended:
	case <-time.After(stopTimeout):
		err = errors.Join(err, errors.New("it did not end and was killed"), s.cmd.Process.Kill())
		<-s.ended
	}
	return errors.Join(err, os.RemoveAll(s.dir))
}

// Away makes the program's server refuse connections and ends those that there
// are, until back is called. Only one test of a program may do so at a time, and
// none that uses the server beside it.
func Away(tb testing.TB) (back func()) {
	tb.Helper()
	s := scratch(tb)
	socket := filepath.Join(s.dir, ".s.PGSQL."+port)
	if err := os.Rename(socket, socket+".away"); err != nil {
		tb.Fatal(err)
	}
	s.exec(tb, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'")
	return sync.OnceFunc(func() {
		if err := os.Rename(socket+".away", socket); err != nil {
			tb.Error(err)
		}
	})
}
