package sounds

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/media"
)

func TestTones(t *testing.T) {
	s := NewTones(t.TempDir())
	two := company.Company{Number: 2, Tones: []company.Tone{{Name: "spring"}, {Name: "autumn"}, {Name: "winter"}}}
	main := company.Company{Number: 1, Main: true, Tones: []company.Tone{{Name: "spring"}}}
	all := []company.Company{two, main}
	if list, err := s.List(2); err != nil || list != nil {
		t.Errorf("%v, %v", list, err)
	}
	// The pause at its end is a part of it.
	beep := media.Silence(16000, 3*time.Second)
	for i := range 16000 {
		beep.Samples[i] = float32(i%40)/80 - 0.25
	}
	o, err := s.Put(2, "spring", media.EncodeWAV(beep))
	if err != nil || o.Length != 3*time.Second || o.Name != "spring" {
		t.Fatalf("%+v, %v", o, err)
	}
	first, err := s.Get(2, "spring")
	if err != nil {
		t.Fatal(err)
	}
	if sound, err := media.DecodeWAV(first); err != nil || sound.Rate != media.Rate {
		t.Errorf("%d, %v", sound.Rate, err)
	}
	if _, err := s.Put(1, "spring", hum(8000, time.Second)); err != nil {
		t.Fatal(err)
	}
	if list, err := s.List(2); err != nil || len(list) != 1 || list[0] != o {
		t.Errorf("%+v, %v", list, err)
	}

	// Where they go on an Asterisk: uploaded, by hand, none.
	base := t.TempDir()
	for _, name := range []string{"var/moh/T2_tone-autumn/about", "var/moh/T2_tone-winter/about", "var/moh/T2_tone-winter/a.ulaw"} {
		if err := writeFile(filepath.Join(base, name), []byte("x")); err != nil {
			t.Fatal(err)
		}
	}
	at, err := s.Recordings(base, all)
	if err != nil || len(at) != 3 || at["T2_tone-winter"] != "var/moh/T2_tone-winter" || at["tone-spring"] == "" || at["T2_tone-autumn"] != "" {
		t.Errorf("%v, %v", at, err)
	}
	for range 2 {
		if err := s.Bring(base, all); err != nil {
			t.Fatal(err)
		}
	}
	spring := filepath.Join(base, at["T2_tone-spring"], recordingFile)
	if content(t, spring) != string(first) {
		t.Error("not what was uploaded")
	}
	if again, err := s.Recordings(base, all); err != nil || again["T2_tone-spring"] != at["T2_tone-spring"] {
		t.Errorf("%v, %v", again, err)
	}
	// Another recording is another folder; the one before stays until it is swept.
	if _, err := s.Put(2, "spring", hum(8000, 2*time.Second)); err != nil {
		t.Fatal(err)
	}
	now, err := s.Recordings(base, all)
	if err != nil || now["T2_tone-spring"] == at["T2_tone-spring"] {
		t.Errorf("%v, %v", now, err)
	}
	if err := s.Bring(base, all); err != nil {
		t.Fatal(err)
	}
	conf := func(at map[string]string) (text string) {
		for _, folder := range at {
			text += "directory=" + base + "/" + folder + "\n"
		}
		return text
	}
	there := func(at map[string]string) bool {
		_, err := os.Stat(filepath.Join(base, at["T2_tone-spring"], recordingFile))
		return err == nil
	}
	if err := Sweep(base, conf(at), conf(now)); err != nil || !there(at) || !there(now) {
		t.Errorf("what an undo needs is gone: %v", err)
	}
	if err := Sweep(base, conf(now)); err != nil || there(at) || !there(now) {
		t.Errorf("not swept, or too much: %v", err)
	}
	if content(t, base, "var/moh/T2_tone-winter/a.ulaw") != "x" {
		t.Error("what was put there by hand is gone")
	}

	if err := s.Prune(2, []string{"spring"}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Find(2, "spring"); err != nil {
		t.Errorf("pruned too much: %v", err)
	}
	if err := s.Prune(2, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Find(2, "spring"); !errors.Is(err, ErrNoRecording) {
		t.Errorf("not pruned: %v", err)
	}
	if err := s.Delete(2, "spring"); !errors.Is(err, ErrNoRecording) {
		t.Errorf("what is not there: %v", err)
	}
	if err := s.Delete(1, "spring"); err != nil {
		t.Error(err)
	}
}

func TestTonesRefuse(t *testing.T) {
	s := NewTones(t.TempDir())
	good := hum(8000, time.Second)
	for _, tt := range []struct {
		name, tone string
		file       []byte
		want       error
	}{
		{"a path", "../x", good, ErrTone},
		{"our own", company.OwnTone, good, ErrTone},
		{"no sound", "spring", []byte("text"), media.ErrFormat},
		{"silence", "spring", media.EncodeWAV(media.Silence(8000, time.Second)), ErrSilent},
		{"too long", "spring", hum(8000, MaxLength+time.Second), ErrTooLong},
		{"too large", "spring", make([]byte, MaxUpload+1), ErrTooLong},
	} {
		if _, err := s.Put(2, tt.tone, tt.file); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	if _, err := s.Get(2, "../x"); !errors.Is(err, ErrTone) {
		t.Error(err)
	}
	if err := s.Delete(2, "../x"); !errors.Is(err, ErrTone) {
		t.Error(err)
	}
	for i := range company.MaxList {
		if err := writeFile(s.path(3, "t"+string(rune('a'+i/100))+string(rune('a'+i%100/10))+string(rune('a'+i%10))), good); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Put(3, "spring", good); !errors.Is(err, ErrManyTones) {
		t.Errorf("one too many: %v", err)
	}
	if _, err := s.Put(3, "taaa", good); err != nil {
		t.Errorf("one that is there: %v", err)
	}
}
