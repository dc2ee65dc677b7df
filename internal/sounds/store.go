package sounds

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/dipcast/dipcast/internal/media"
	"github.com/dipcast/dipcast/internal/prompts"
)

// Limits of uploads.
const (
	// MaxUpload is the largest file taken, in bytes: three minutes of 48 kHz in
	// stereo and 16 bits.
	MaxUpload = 36 << 20
	// MaxLength is the longest prompt or tone.
	MaxLength = 3 * time.Minute
	// MaxOwn is how many prompts one company may have of its own.
	MaxOwn = 1000
)

// StoreDir is the folder of uploads in the data directory.
const StoreDir = "prompts"

// Errors of uploads, beside prompts.ErrName and media.ErrFormat.
var (
	ErrTooLong = errors.New("the recording is too long")
	ErrSilent  = errors.New("the recording is silent")
	ErrMany    = errors.New("too many prompts of one's own")
	ErrNone    = errors.New("this prompt has not been replaced")
)

// Everybody is the scope of prompts that all companies hear, unless they have
// one of their own. Other scopes are tenants' numbers.
const Everybody = 0

// Own is a prompt that was uploaded.
type Own struct {
	Name     string
	Length   time.Duration
	Uploaded time.Time
}

// Store keeps uploaded prompts in the data directory, and puts them where the
// Asterisks of this machine look for them. Its methods may be called from any
// goroutine, and of several processes: files are replaced whole.
type Store struct {
	dir     string
	servers []string
	mu      sync.Mutex
}

// NewStore gives the store of a data directory. servers are the data folders
// (see Lay) of the Asterisks of this machine. Nothing is read or written yet.
func NewStore(dataDir string, servers []string) *Store {
	return &Store{dir: filepath.Join(dataDir, StoreDir), servers: servers}
}

// folder is that of a scope: "all", "T2".
func (s *Store) folder(scope int) string {
	if scope == Everybody {
		return filepath.Join(s.dir, "all")
	}
	return filepath.Join(s.dir, "T"+strconv.Itoa(scope))
}

func (s *Store) path(scope int, name string) string {
	return filepath.Join(s.folder(scope), filepath.FromSlash(name)+".wav")
}

// language is where Asterisk looks for a scope's sounds.
func language(scope int) string {
	if scope == Everybody {
		return prompts.Language
	}
	return prompts.OfTenant(scope)
}

// List gives what a scope has of its own, by name.
func (s *Store) List(scope int) ([]Own, error) {
	var all []Own
	top := s.folder(scope)
	err := filepath.WalkDir(top, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, ok := strings.CutSuffix(path, ".wav")
		if !ok || e.IsDir() {
			return nil
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		if name, err = filepath.Rel(top, name); err != nil {
			return err
		}
		all = append(all, own(filepath.ToSlash(name), info))
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list prompts: %w", err)
	}
	slices.SortFunc(all, func(a, b Own) int { return strings.Compare(a.Name, b.Name) })
	return all, nil
}

// own reads the length from the size: files are ours, see media.EncodeWAV.
func own(name string, info fs.FileInfo) Own {
	samples := max(0, info.Size()-44) / 2
	return Own{Name: name, Length: time.Duration(samples) * time.Second / media.Rate, Uploaded: info.ModTime().UTC().Truncate(time.Second)}
}

// Get gives the file of an own prompt, a WAV of 8 kHz. The error wraps ErrNone
// when the scope has none.
func (s *Store) Get(scope int, name string) ([]byte, Own, error) {
	if err := prompts.CheckUpload(name); err != nil {
		return nil, Own{}, err
	}
	path := s.path(scope, name)
	file, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, Own{}, fmt.Errorf("%s: %w", name, ErrNone)
	}
	if err != nil {
		return nil, Own{}, fmt.Errorf("read prompt: %w", err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, Own{}, fmt.Errorf("read prompt: %w", err)
	}
	return file, own(name, info), nil
}

// Heard gives the file that is played to callers of a scope: its own, that of
// all, or the made one. The error wraps ErrNone when there is no file on this
// machine.
func (s *Store) Heard(scope int, name string) ([]byte, error) {
	for _, of := range []int{scope, Everybody} {
		file, _, err := s.Get(of, name)
		if err == nil || !errors.Is(err, ErrNone) {
			return file, err
		}
	}
	for _, server := range s.servers {
		file, err := os.ReadFile(at(server, Everybody, name))
		if err == nil || !errors.Is(err, fs.ErrNotExist) {
			return file, err
		}
	}
	return nil, fmt.Errorf("%s: %w", name, ErrNone)
}

// Put replaces a prompt by a recording, a whole WAV file; see media.DecodeWAV
// for what is read. It is made mono, 8 kHz, as loud as the others and without
// silence around it, and is heard from the next time it is played. Errors wrap
// prompts.ErrName, media.ErrFormat, ErrTooLong, ErrSilent or ErrMany.
func (s *Store) Put(scope int, name string, file []byte) (Own, error) {
	if err := prompts.CheckUpload(name); err != nil {
		return Own{}, err
	}
	s.mu.Lock() // also while it is changed, which takes memory
	defer s.mu.Unlock()
	made, err := converted(file, Telephone)
	if err != nil {
		return Own{}, err
	}
	path := s.path(scope, name)
	there := func() ([]Own, error) { return s.List(scope) }
	if err := putFile(path, made, there, MaxOwn, ErrMany); err != nil {
		return Own{}, fmt.Errorf("keep prompt: %w", err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return Own{}, fmt.Errorf("keep prompt: %w", err)
	}
	for _, server := range s.servers {
		if err := s.publish(server, scope, name); err != nil {
			return Own{}, err
		}
	}
	return own(name, info), nil
}

// converted makes a file of ours from a recording, a whole WAV file. Errors wrap
// media.ErrFormat, ErrTooLong or ErrSilent; of silence to must leave nothing.
func converted(file []byte, to func(media.Sound) media.Sound) ([]byte, error) {
	if len(file) > MaxUpload {
		return nil, fmt.Errorf("%w: at most %d MB", ErrTooLong, MaxUpload>>20)
	}
	if d, err := media.WAVDuration(file); err != nil {
		return nil, err
	} else if d > MaxLength {
		return nil, fmt.Errorf("%w: %v; at most %v", ErrTooLong, d.Round(time.Second), MaxLength)
	}
	sound, err := media.DecodeWAV(file)
	if err != nil {
		return nil, err
	}
	if sound = to(sound); len(sound.Samples) == 0 {
		return nil, ErrSilent
	}
	return media.EncodeWAV(sound), nil
}

// Delete gives a prompt its made sound back. The error wraps ErrNone when it was
// not replaced.
func (s *Store) Delete(scope int, name string) error {
	if err := prompts.CheckUpload(name); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	err := os.Remove(s.path(scope, name))
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: %w", name, ErrNone)
	}
	if err != nil {
		return fmt.Errorf("remove prompt: %w", err)
	}
	for _, server := range s.servers {
		if err := withdraw(server, scope, name); err != nil {
			return err
		}
	}
	return nil
}

// Publish puts everything that was uploaded where the Asterisks look for it, and
// takes away there what is no longer in the store. It is done when the gateway
// starts, since a restored backup or a new server has none of it.
func (s *Store) Publish() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	scopes, err := s.scopes()
	if err != nil {
		return err
	}
	for _, server := range s.servers {
		if err := s.clean(server); err != nil {
			return err
		}
		for _, scope := range scopes {
			all, err := s.List(scope)
			if err != nil {
				return err
			}
			for _, o := range all {
				if err := s.publish(server, scope, o.Name); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// scopes are those that have prompts of their own.
func (s *Store) scopes() ([]int, error) {
	entries, err := os.ReadDir(s.dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("list prompts: %w", err)
	}
	var all []int
	for _, e := range entries {
		if e.Name() == "all" {
			all = append(all, Everybody)
		} else if n, err := strconv.Atoi(strings.TrimPrefix(e.Name(), "T")); err == nil && n > 0 {
			all = append(all, n)
		}
	}
	return all, nil
}

// publish copies one prompt to a server.
func (s *Store) publish(server string, scope int, name string) error {
	file, err := os.ReadFile(s.path(scope, name))
	if err != nil {
		return fmt.Errorf("publish prompt: %w", err)
	}
	if err := writeFile(at(server, scope, name), file); err != nil {
		return fmt.Errorf("publish prompt: %w", err)
	}
	if scope == Everybody {
		return nil
	}
	// A company that speaks English hears the same recordings.
	if err := link(prompts.OfTenant(scope), filepath.Join(server, "sounds", prompts.Variant(prompts.English, scope))); err != nil {
		return fmt.Errorf("publish prompt: %w", err)
	}
	return nil
}

// at is the file of a prompt on a server.
func at(server string, scope int, name string) string {
	return filepath.Join(server, "sounds", language(scope), filepath.FromSlash(name)+".wav")
}

// withdraw removes one prompt from a server; a made one comes back.
func withdraw(server string, scope int, name string) error {
	path := at(server, scope, name)
	if scope == Everybody {
		made := filepath.Join(server, treeLink, "sounds", prompts.Language, filepath.FromSlash(name)+".wav")
		if to, err := filepath.EvalSymlinks(made); err == nil {
			// Through a link of another name, so that the file is there at any time.
			if err := os.Symlink(to, path+".new"); err != nil && !errors.Is(err, fs.ErrExist) {
				return fmt.Errorf("withdraw prompt: %w", err)
			}
			if err := os.Rename(path+".new", path); err != nil {
				return fmt.Errorf("withdraw prompt: %w", err)
			}
			return nil
		}
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("withdraw prompt: %w", err)
	}
	return nil
}

// clean withdraws from a server what is no longer in the store.
func (s *Store) clean(server string) error {
	folders, err := filepath.Glob(filepath.Join(server, "sounds", prompts.Language+"*"))
	if err != nil {
		return err
	}
	for _, folder := range folders {
		scope := Everybody
		if rest, ok := strings.CutPrefix(filepath.Base(folder), prompts.Language+"_T"); ok {
			if scope, err = strconv.Atoi(rest); err != nil {
				continue
			}
		} else if filepath.Base(folder) != prompts.Language {
			continue
		}
		err := filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			name, ok := strings.CutSuffix(path, ".wav")
			if !ok || !e.Type().IsRegular() { // made ones are links
				return nil
			}
			if name, err = filepath.Rel(folder, name); err != nil {
				return err
			}
			if name = filepath.ToSlash(name); s.has(scope, name) {
				return nil
			}
			return withdraw(server, scope, name)
		})
		if err != nil {
			return fmt.Errorf("clean prompts: %w", err)
		}
	}
	return nil
}

func (s *Store) has(scope int, name string) bool {
	_, err := os.Stat(s.path(scope, name))
	return err == nil
}
