package sounds

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/media"
)

// TonesDir is the folder of recordings of tones in the data directory:
// tones/T2/spring.wav.
const TonesDir = "tones"

// Errors of recordings of tones, beside those of prompts.
var (
	ErrTone        = errors.New("no name of a tone")
	ErrNoRecording = errors.New("the tone has no recording")
	ErrManyTones   = errors.New("too many recordings of tones")
)

// Tones keeps the recordings of companies' tones in the data directory. What is
// kept is heard once it was brought to an Asterisk (Bring) that has loaded the
// files which name it (asteriskconf.Input.Recordings). Its methods may be called
// from any goroutine, and of several processes: files are replaced whole.
type Tones struct {
	dir string
	mu  sync.Mutex
}

// NewTones gives the recordings of a data directory. Nothing is read or written
// yet.
func NewTones(dataDir string) *Tones { return &Tones{dir: filepath.Join(dataDir, TonesDir)} }

func (s *Tones) folder(tenant int) string { return filepath.Join(s.dir, "T"+strconv.Itoa(tenant)) }

func (s *Tones) path(tenant int, tone string) string {
	return filepath.Join(s.folder(tenant), tone+".wav")
}

// List gives the tones of a tenant that have a recording, by name. Some may not
// be described any more.
func (s *Tones) List(tenant int) ([]Own, error) {
	entries, err := os.ReadDir(s.folder(tenant))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list tones: %w", err)
	}
	var all []Own
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), ".wav")
		if !ok || !company.IsToneName(name) || !e.Type().IsRegular() {
			continue
		}
		info, err := e.Info()
		if err != nil {
			return nil, fmt.Errorf("list tones: %w", err)
		}
		all = append(all, own(name, info))
	}
	return all, nil
}

// Find tells of the recording of a tone. The error wraps ErrTone or
// ErrNoRecording.
func (s *Tones) Find(tenant int, tone string) (Own, error) {
	if !company.IsToneName(tone) {
		return Own{}, ErrTone
	}
	info, err := os.Stat(s.path(tenant, tone))
	if errors.Is(err, fs.ErrNotExist) {
		return Own{}, ErrNoRecording
	}
	if err != nil {
		return Own{}, fmt.Errorf("read tone: %w", err)
	}
	return own(tone, info), nil
}

// Get gives the recording of a tone, a WAV of 8 kHz. Errors are those of Find.
func (s *Tones) Get(tenant int, tone string) ([]byte, error) {
	if !company.IsToneName(tone) {
		return nil, ErrTone
	}
	file, err := os.ReadFile(s.path(tenant, tone))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoRecording
	}
	if err != nil {
		return nil, fmt.Errorf("read tone: %w", err)
	}
	return file, nil
}

// Put keeps a recording of a tone, a whole WAV file, instead of the one before.
// It is made mono, 8 kHz and as loud as prompts are; silence around it stays,
// since it is a part of what goes round and round. Errors wrap ErrTone,
// media.ErrFormat, ErrTooLong, ErrSilent or ErrManyTones.
func (s *Tones) Put(tenant int, tone string, file []byte) (Own, error) {
	if !company.IsToneName(tone) {
		return Own{}, ErrTone
	}
	s.mu.Lock() // also while it is changed, which takes memory
	defer s.mu.Unlock()
	made, err := converted(file, music)
	if err != nil {
		return Own{}, err
	}
	there := func() ([]Own, error) { return s.List(tenant) }
	if err := putFile(s.path(tenant, tone), made, there, company.MaxList, ErrManyTones); err != nil {
		return Own{}, fmt.Errorf("keep tone: %w", err)
	}
	return s.Find(tenant, tone)
}

// music makes a tone of a recording. Of silence nothing is left.
func music(s media.Sound) media.Sound {
	s = s.Resample(media.Rate).Level(media.SpeechLevel)
	if s.Loudness() == 0 {
		return media.Sound{Rate: s.Rate}
	}
	return s
}

// Delete removes the recording of a tone. The error wraps ErrTone or
// ErrNoRecording.
func (s *Tones) Delete(tenant int, tone string) error {
	if !company.IsToneName(tone) {
		return ErrTone
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	err := os.Remove(s.path(tenant, tone))
	if errors.Is(err, fs.ErrNotExist) {
		return ErrNoRecording
	}
	if err != nil {
		return fmt.Errorf("remove tone: %w", err)
	}
	return nil
}

// Prune removes the recordings of a tenant's tones but for those named.
func (s *Tones) Prune(tenant int, keep []string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	all, err := s.List(tenant)
	if err != nil {
		return err
	}
	for _, o := range all {
		if slices.Contains(keep, o.Name) {
			continue
		}
		if err := os.Remove(s.path(tenant, o.Name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove tone: %w", err)
		}
	}
	return nil
}

// Recordings says where the recordings of tones are, or will be once they are
// brought there, in the folder of an Asterisk (asteriskconf.Dirs.Base), as
// asteriskconf.Input takes it. One that was uploaded comes before those that
// somebody put into the tone's folder by hand.
func (s *Tones) Recordings(base string, companies []company.Company) (map[string]string, error) {
	out := map[string]string{}
	err := s.each(companies, func(class, folder string, file []byte) error {
		switch {
		case file != nil:
			out[class] = folder + "/" + digestOf(file)
		case byHand(filepath.Join(base, filepath.FromSlash(folder))):
			out[class] = folder
		}
		return nil
	})
	return out, err
}

// recordingFile is the one file in the folder of a recording that was brought.
const recordingFile = "recording.wav"

// Bring puts the recordings where Recordings says they are. Each has a folder of
// its own, named after what is in it: an Asterisk that still plays the one
// before is not disturbed, and an apply that is undone finds it.
func (s *Tones) Bring(base string, companies []company.Company) error {
	return s.each(companies, func(_, folder string, file []byte) error {
		if file == nil {
			return nil
		}
		path := filepath.Join(base, filepath.FromSlash(folder), digestOf(file), recordingFile)
		if info, err := os.Stat(path); err == nil && info.Size() == int64(len(file)) {
			return nil
		}
		if err := writeFile(path, file); err != nil {
			return fmt.Errorf("bring tone: %w", err)
		}
		return nil
	})
}

// each calls f with every tone of some companies: its class of music, its folder
// below an Asterisk's, and its recording, nil when none was uploaded.
func (s *Tones) each(companies []company.Company, f func(class, folder string, file []byte) error) error {
	for i := range companies {
		c := &companies[i]
		for j := range c.Tones {
			name := c.Tones[j].Name
			file, err := s.Get(c.Number, name)
			if err != nil && !errors.Is(err, ErrNoRecording) && !errors.Is(err, ErrTone) {
				return err
			}
			if err := f(asteriskconf.ToneClass(c, name), asteriskconf.MusicFolder(c, name), file); err != nil {
				return err
			}
		}
	}
	return nil
}

func digestOf(file []byte) string {
	sum := sha256.Sum256(file)
	return hex.EncodeToString(sum[:8])
}

// byHand reports whether somebody put a recording into a folder: a file with a
// dot in its name, as Asterisk has it (res_musiconhold.c, moh_scan_files).
func byHand(folder string) bool {
	entries, err := os.ReadDir(folder)
	return err == nil && slices.ContainsFunc(entries, func(e fs.DirEntry) bool {
		return !e.IsDir() && strings.LastIndex(e.Name(), ".") > 0
	})
}

// Sweep removes recordings that were brought to an Asterisk and that none of
// some texts of musiconhold.conf names. What was put there by hand stays.
func Sweep(base string, texts ...string) error {
	folders, err := filepath.Glob(filepath.Join(base, "var", "moh", "*", "*", recordingFile))
	if err != nil {
		return err
	}
	named := strings.Join(texts, "\n") + "\n"
	for _, f := range folders {
		dir := filepath.Dir(f)
		if sum, err := hex.DecodeString(filepath.Base(dir)); err != nil || len(sum) != 8 || strings.Contains(named, dir+"\n") {
			continue
		}
		if err := errors.Join(os.Remove(f), os.Remove(dir)); err != nil {
			return fmt.Errorf("sweep tones: %w", err)
		}
	}
	return nil
}
