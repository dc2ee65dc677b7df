package sounds

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/media"
	"github.com/dipcast/dipcast/internal/prompts"
)

// hum is a recording of d at a rate, as a file.
func hum(rate int, d time.Duration) []byte {
	s := media.Silence(rate, d)
	for i := range s.Samples {
		s.Samples[i] = float32(i%40)/80 - 0.25
	}
	return media.EncodeWAV(s)
}

// program makes the data folder of a program that has two prompts.
func program(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"documentation/core.xml": "doc", "sounds/en/beep.gsm": "english",
		"sounds/ko/vm-intro.wav": "made", "sounds/ko/digits/1.wav": "one", "sounds/ko/" + setFile: "{}",
	} {
		if err := writeFile(filepath.Join(dir, name), []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func content(t *testing.T, path ...string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestLay(t *testing.T) {
	first, dir := program(t), filepath.Join(t.TempDir(), "data")
	for range 2 {
		if err := Lay(first, dir); err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]string{
			"documentation/core.xml": "doc", "sounds/en/beep.gsm": "english", "sounds/ko/vm-intro.wav": "made", "sounds/ko/digits/1.wav": "one",
		} {
			if got := content(t, dir, name); got != want {
				t.Errorf("%s: %q", name, got)
			}
		}
	}
	// A replaced prompt stays when the program is another, the rest is the new one's.
	if err := writeFile(filepath.Join(dir, "sounds/ko/digits/1.wav"), []byte("uploaded")); err != nil {
		t.Fatal(err)
	}
	second := program(t)
	if err := writeFile(filepath.Join(second, "sounds/ko/vm-intro.wav"), []byte("newer")); err != nil {
		t.Fatal(err)
	}
	if err := Lay(second, dir); err != nil {
		t.Fatal(err)
	}
	if got := content(t, dir, "sounds/ko/vm-intro.wav") + content(t, dir, "sounds/ko/digits/1.wav"); got != "neweruploaded" {
		t.Error(got)
	}
	if got := content(t, first, "sounds/ko/digits/1.wav"); got != "one" {
		t.Errorf("the program's own file is %q", got)
	}
	if err := Lay(t.TempDir(), filepath.Join(t.TempDir(), "x")); err != nil {
		t.Errorf("no prompts there: %v", err)
	}
}

func TestStore(t *testing.T) {
	server := filepath.Join(t.TempDir(), "data")
	if err := Lay(program(t), server); err != nil {
		t.Fatal(err)
	}
	data := t.TempDir()
	s := NewStore(data, []string{server})
	if all, err := s.List(2); err != nil || all != nil {
		t.Errorf("%v, %v", all, err)
	}
	o, err := s.Put(2, "vm-intro", hum(44100, time.Second))
	if err != nil || o.Length < 900*time.Millisecond || o.Length > 1100*time.Millisecond {
		t.Fatalf("%+v, %v", o, err)
	}
	if _, err := s.Put(Everybody, "vm-intro", hum(8000, time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Put(2, "custom/summer", hum(16000, 2*time.Second)); err != nil {
		t.Fatal(err)
	}
	file, _, err := s.Get(2, "vm-intro")
	if err != nil || content(t, server, "sounds/ko_T2/vm-intro.wav") != string(file) {
		t.Errorf("not what was kept: %v", err)
	}
	if sound, err := media.DecodeWAV(file); err != nil || sound.Rate != media.Rate {
		t.Errorf("%d, %v", sound.Rate, err)
	}
	if content(t, server, "sounds/ko/vm-intro.wav") == "made" {
		t.Error("the common one is not heard")
	}
	if content(t, server, "sounds/en_T2/vm-intro.wav") != string(file) {
		t.Error("not heard by those who are spoken to in English")
	}
	if all, err := s.List(2); err != nil || len(all) != 2 || all[0].Name != "custom/summer" || all[1] != o {
		t.Errorf("%+v, %v", all, err)
	}
	// Back to what was made.
	for _, scope := range []int{2, Everybody} {
		if err := s.Delete(scope, "vm-intro"); err != nil {
			t.Error(err)
		}
	}
	if got := content(t, server, "sounds/ko/vm-intro.wav"); got != "made" {
		t.Errorf("after a reset: %q", got)
	}
	if _, err := os.Stat(filepath.Join(server, "sounds/ko_T2/vm-intro.wav")); err == nil {
		t.Error("the tenant's own is still there")
	}
	if err := s.Delete(2, "vm-intro"); !errors.Is(err, ErrNone) {
		t.Errorf("twice: %v", err)
	}
	if _, _, err := s.Get(2, "vm-intro"); !errors.Is(err, ErrNone) {
		t.Error(err)
	}
	// A server that comes later, and one that has what is gone.
	late := filepath.Join(t.TempDir(), "data")
	if err := Lay(program(t), late); err != nil {
		t.Fatal(err)
	}
	for _, stale := range []string{"sounds/ko_T2/vm-goodbye.wav", "sounds/ko/digits/1.wav"} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(late, stale)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(filepath.Join(late, stale)); err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		if err := writeFile(filepath.Join(late, stale), []byte("stale")); err != nil {
			t.Fatal(err)
		}
	}
	if err := NewStore(data, []string{late, t.TempDir()}).Publish(); err != nil {
		t.Fatal(err)
	}
	if content(t, late, "sounds/ko_T2/custom/summer.wav") == "" || content(t, late, "sounds/ko/digits/1.wav") != "one" {
		t.Error("not published, or not cleaned")
	}
	if _, err := os.Stat(filepath.Join(late, "sounds/ko_T2/vm-goodbye.wav")); err == nil {
		t.Error("what is gone is still there")
	}
}

func TestStoreRefuses(t *testing.T) {
	s := NewStore(t.TempDir(), nil)
	good := hum(8000, time.Second)
	for _, tt := range []struct {
		name, prompt string
		file         []byte
		want         error
	}{
		{"no such prompt", "nothing", good, prompts.ErrName},
		{"a path", "custom/../../x", good, prompts.ErrName},
		{"no sound", "vm-intro", []byte("text"), media.ErrFormat},
		{"silence", "vm-intro", media.EncodeWAV(media.Silence(8000, time.Second)), ErrSilent},
		{"too long", "vm-intro", hum(8000, MaxLength+time.Second), ErrTooLong},
		{"too large", "vm-intro", bytes.Repeat([]byte{0}, MaxUpload+1), ErrTooLong},
	} {
		if _, err := s.Put(2, tt.prompt, tt.file); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	for i := range MaxOwn {
		if err := writeFile(s.path(3, "custom/n"+strings.Repeat("a", i%70)+string(rune('a'+i/70))), []byte("x")); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Put(3, "vm-intro", good); !errors.Is(err, ErrMany) {
		t.Errorf("one too many: %v", err)
	}
}
