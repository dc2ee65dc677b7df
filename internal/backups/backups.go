// Package backups keeps backups of the running gateway in its data directory, and
// what became of the last restore.
package backups

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dipcast/dipcast/internal/datadir"
	"github.com/dipcast/dipcast/internal/wholefile"
)

// Errors that callers test for.
var (
	ErrNone     = errors.New("there is no such backup")
	ErrBusy     = errors.New("a backup or a restore is under way already")
	ErrTooMany  = errors.New("there are too many backups; delete one first")
	ErrNotReady = errors.New("the backup is not whole")
	ErrNoRoom   = errors.New("the disk has not enough room")
	// ErrPostgres reports a database that is not in the data directory.
	ErrPostgres = errors.New("the database is PostgreSQL, which is backed up and restored with its own tools: pg_dump and pg_restore")
	// ErrCannotRestart reports a gateway that nobody starts again.
	ErrCannotRestart = errors.New("this gateway cannot start itself again; stop it and use dipcast restore")
)

// Dir is the folder within the data directory.
const Dir = "backups"

// MaxBackups is how many are kept; those that a restore makes count too.
const MaxBackups = 20

// leastFree is what must be left on the disk while one is taken.
const leastFree = 256 << 20

// Kinds of backups.
const (
	KindMade     = "made"
	KindUploaded = "uploaded"
	KindUndo     = "before_restore" // made before a restore, to undo it
	KindDaily    = "daily"          // made by the clock
)

// States of backups.
const (
	StateMaking = "making"
	StateReady  = "ready"
	StateFailed = "failed"
)

// Backup is one backup.
type Backup struct {
	ID         string    `json:"id"`
	Kind       string    `json:"kind"`
	State      string    `json:"-"` // a file is whole or not at all
	Error      string    `json:"-"`
	Created    time.Time `json:"created"` // when its content was
	By         string    `json:"by"`
	Size       int64     `json:"size"`
	Version    string    `json:"version"` // of the program that made it
	Schema     int64     `json:"schema"`
	Recordings bool      `json:"recordings"` // the sound of recorded calls is in it
	Checked    time.Time `json:"checked"`    // when it was read to its end; zero: never
	Good       bool      `json:"good"`       // what that found
	Problem    string    `json:"problem"`
}

// Options configures a Service. All fields are required but those that say so.
type Options struct {
	DataDir string
	SQLite  bool
	Version string
	// Config gives the file of the configuration for a backup; done removes it when it
	// was made for that.
	Config  func() (file string, done func(), err error)
	Environ []string
	Logger  *slog.Logger
	// Restart has the gateway put a backup in its place and start again; nil: nobody
	// would.
	Restart func(backup string)
}

// Service keeps backups. Its methods may be called from any goroutine.
type Service struct {
	o     Options
	dir   string
	begun time.Time // when the Service was made

	mu     sync.Mutex
	busy   bool
	making *Backup // the one under way, or the last that failed
	last   Restore
	tried  time.Time // when a daily one was begun last
}

// New returns a Service.
func New(o Options) *Service {
	s := &Service{o: o, dir: filepath.Join(o.DataDir, Dir), begun: time.Now()}
	s.last = readRestore(s.dir)
	return s
}

// idPattern is what backups are called: nothing in it looks like a number to be
// masked.
var idPattern = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9]{6}-[a-p]{8}$`)

// stamp is how ids begin: they are in the order of time.
func stamp(at time.Time) string { return at.UTC().Format("2006-01-02-150405") }

func newID(at time.Time) string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails, crypto/rand
	for i := range b {
		b[i] = 'a' + b[i]%16
	}
	return stamp(at) + "-" + string(b[:])
}

func (s *Service) file(id string) string { return filepath.Join(s.dir, id+".tar.gz") }

func (s *Service) note(id string) string { return filepath.Join(s.dir, id+".json") }

// List returns all backups, the newest first.
func (s *Service) List() ([]Backup, error) {
	names, err := filepath.Glob(filepath.Join(s.dir, "*.tar.gz"))
	if err != nil {
		return nil, err
	}
	out := []Backup{}
	for _, name := range names {
		if b, err := s.Get(strings.TrimSuffix(filepath.Base(name), ".tar.gz")); err == nil {
			out = append(out, b)
		}
	}
	s.mu.Lock()
	if s.making != nil {
		out = append(out, *s.making)
	}
	s.mu.Unlock()
	slices.SortFunc(out, func(a, b Backup) int { return strings.Compare(b.ID, a.ID) })
	return out, nil
}

// Get returns one backup. The error may be ErrNone.
func (s *Service) Get(id string) (Backup, error) {
	s.mu.Lock()
	if s.making != nil && s.making.ID == id {
		defer s.mu.Unlock()
		return *s.making, nil
	}
	s.mu.Unlock()
	if !idPattern.MatchString(id) {
		return Backup{}, ErrNone
	}
	info, err := os.Stat(s.file(id))
	if errors.Is(err, fs.ErrNotExist) {
		return Backup{}, ErrNone
	}
	if err != nil {
		return Backup{}, err
	}
	b := Backup{ID: id, Kind: KindUploaded, Created: info.ModTime().UTC()}
	if text, err := os.ReadFile(s.note(id)); err == nil {
		_ = json.Unmarshal(text, &b) // else the file alone has to tell
	}
	b.ID, b.State, b.Size = id, StateReady, info.Size()
	return b, nil
}

func (s *Service) write(b *Backup) error {
	text, err := json.Marshal(b)
	if err != nil {
		return err
	}
	return wholefile.Write(s.note(b.ID), text, 0o600)
}

// begin takes the place of what only one may do at a time.
func (s *Service) begin() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.busy {
		return ErrBusy
	}
	s.busy = true
	return nil
}

func (s *Service) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.busy = false
}

// room refuses what the disk, or the number that may be kept, has no room for.
func (s *Service) room() error {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return err
	}
	names, err := filepath.Glob(filepath.Join(s.dir, "*.tar.gz"))
	if err != nil {
		return err
	}
	if len(names) >= MaxBackups {
		return ErrTooMany
	}
	if free, err := datadir.Free(s.dir); err == nil && free < leastFree { // else writing says so
		return ErrNoRoom
	}
	return nil
}

// Create begins a backup, which run makes; Get tells how it goes.
func (s *Service) Create(by string, recordings bool, run func(func(context.Context))) (Backup, error) {
	if !s.o.SQLite {
		return Backup{}, ErrPostgres
	}
	if err := s.begin(); err != nil {
		return Backup{}, err
	}
	if err := s.room(); err != nil {
		s.end()
		return Backup{}, err
	}
	now := time.Now().UTC().Truncate(time.Second)
	b := Backup{ID: newID(now), Kind: KindMade, State: StateMaking, Created: now, By: by, Version: s.o.Version, Recordings: recordings}
	s.show(b)
	run(func(ctx context.Context) {
		defer s.end()
		_, err := s.make(ctx, b)
		if s.shown(b, err); err != nil {
			s.o.Logger.Error("backup not made", "error", err)
		}
	})
	return b, nil
}

// show lists a backup as the one that is being made.
func (s *Service) show(b Backup) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.making = &b
}

// shown lists what became of it: one that is made stands for itself, one that failed
// stays until it is deleted or the next is made.
func (s *Service) shown(b Backup, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.making = nil
	if err != nil {
		b.State, b.Error = StateFailed, err.Error()
		s.making = &b
	}
}

// make writes a backup and its note.
func (s *Service) make(ctx context.Context, b Backup) (Backup, error) {
	config, done, err := s.o.Config()
	if err != nil {
		return b, err
	}
	defer done()
	m, err := datadir.Backup(ctx, datadir.BackupOptions{
		Config: config, Environ: s.o.Environ, Version: s.o.Version, To: s.file(b.ID), Recordings: b.Recordings,
	})
	if err != nil {
		return b, err
	}
	b.State, b.Schema = StateReady, m.Schema
	return b, s.write(&b)
}

// Check reads a whole backup and remembers what that found.
func (s *Service) Check(ctx context.Context, id string) (Backup, error) {
	b, err := s.ready(id)
	if err != nil {
		return b, err
	}
	if err := s.begin(); err != nil {
		return b, err
	}
	defer s.end()
	return s.check(ctx, b)
}

func (s *Service) check(ctx context.Context, b Backup) (Backup, error) {
	got, err := datadir.Check(ctx, s.file(b.ID))
	if ctx.Err() != nil {
		return b, ctx.Err()
	}
	b.Checked, b.Good, b.Problem = time.Now().UTC().Truncate(time.Second), err == nil, ""
	if err != nil {
		b.Problem = strings.TrimPrefix(err.Error(), s.file(b.ID)+": ")
	} else {
		b.Created, b.Version, b.Schema = got.Created, got.Version, got.Schema
		b.Recordings = slices.ContainsFunc(got.Files, func(f datadir.File) bool { return strings.HasPrefix(f.Name, "data/"+datadir.RecordingsDir+"/") })
	}
	return b, s.write(&b)
}

func (s *Service) ready(id string) (Backup, error) {
	b, err := s.Get(id)
	if err == nil && b.State != StateReady {
		err = ErrNotReady
	}
	return b, err
}

// Open gives the file of a backup.
func (s *Service) Open(id string) (*os.File, Backup, error) {
	b, err := s.ready(id)
	if err != nil {
		return nil, b, err
	}
	f, err := os.Open(s.file(id))
	return f, b, err
}

// Upload takes a backup that was made elsewhere, and checks it. The error wraps
// datadir.ErrBadBackup or datadir.ErrNewerBackup when it is of no use here.
func (s *Service) Upload(ctx context.Context, by string, in io.Reader) (b Backup, err error) {
	if !s.o.SQLite {
		return b, ErrPostgres
	}
	if err := s.begin(); err != nil {
		return b, err
	}
	defer s.end()
	if err := s.room(); err != nil {
		return b, err
	}
	now := time.Now().UTC()
	b = Backup{ID: newID(now), Kind: KindUploaded, State: StateReady, Created: now.Truncate(time.Second), By: by}
	part := filepath.Join(s.dir, ".upload")
	out, err := os.OpenFile(part, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return b, err
	}
	defer func() { _ = os.Remove(part) }() // gone when all went well
	_, err = io.Copy(&roomy{out, s.dir, 0}, in)
	if err = errors.Join(err, out.Sync(), out.Close()); err != nil {
		return b, err
	}
	if _, err := datadir.Check(ctx, part); err != nil {
		return b, named(part, err)
	}
	if err := os.Rename(part, s.file(b.ID)); err != nil {
		return b, err
	}
	if b, err = s.check(ctx, b); err == nil {
		var info fs.FileInfo
		if info, err = os.Stat(s.file(b.ID)); err == nil {
			b.Size = info.Size()
		}
	}
	return b, err
}

// roomy stops writing before the disk is full.
type roomy struct {
	to   io.Writer
	dir  string
	left int
}

// Write implements io.Writer.
func (r *roomy) Write(p []byte) (int, error) {
	if r.left -= len(p); r.left <= 0 {
		if free, err := datadir.Free(r.dir); err == nil && free < leastFree {
			return 0, ErrNoRoom
		}
		r.left = 64 << 20
	}
	return r.to.Write(p)
}

// Delete removes a backup.
func (s *Service) Delete(id string) error {
	b, err := s.Get(id)
	if err != nil {
		return err
	}
	if b.State == StateMaking {
		return ErrBusy
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.making != nil && s.making.ID == id {
		s.making = nil
		return nil
	}
	if s.busy {
		return ErrBusy
	}
	return s.remove(id)
}

// remove deletes the files of a backup.
func (s *Service) remove(id string) error {
	return errors.Join(os.Remove(s.file(id)), ignore(os.Remove(s.note(id))))
}

func ignore(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// named is an error without the path of the file it is about.
func named(path string, err error) error {
	return &plainError{strings.TrimPrefix(err.Error(), path+": "), err}
}

type plainError struct {
	text string
	err  error
}

// Error implements error.
func (e *plainError) Error() string { return cmp.Or(e.text, e.err.Error()) }

// Unwrap gives what is behind it.
func (e *plainError) Unwrap() error { return e.err }
