package works_test

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"github.com/dipcast/dipcast/works"
	"github.com/dipcast/dipcast/works/workstest"
)

func TestAttach(t *testing.T) {
	w := start(t, workstest.Options{})
	wav := bytes.Repeat([]byte("RIFF\x00\xff"), 1000)
	id, err := w.c.Attach(t.Context(), bot, "음성 메시지 \"1\".wav", "audio/wav", wav)
	if err != nil {
		t.Fatal(err)
	}
	ups := w.Requests(workstest.OpUpload)
	if len(ups) != 1 || ups[0].Upload == nil {
		t.Fatalf("uploads: %+v", ups)
	}
	u := *ups[0].Upload
	if u.Method != "POST" || u.Field != "Filedata" || u.Resource != "음성 메시지 \"1\".wav" || u.FileName != u.Resource || u.Type != "audio/wav" || !u.Bearer || u.Size != len(wav) {
		t.Errorf("came as %+v", u)
	}
	for _, content := range []works.Content{&works.Audio{FileID: id}, &works.File{FileID: id}} {
		if err := w.c.SendUser(t.Context(), bot, gildong, content); err != nil {
			t.Error(err)
		}
	}
	w.clock.add(24 * time.Hour)
	if err := w.c.SendUser(t.Context(), bot, gildong, &works.Audio{FileID: id}); !errors.Is(err, works.ErrRefused) {
		t.Errorf("after 24 h: got %v", err)
	}
}

func TestAttachRefuses(t *testing.T) {
	w := start(t, workstest.Options{})
	for name, call := range map[string]func() (string, error){
		"program": func() (string, error) { return w.c.Attach(t.Context(), bot, "run.EXE", "x/y", []byte("x")) },
		"no name": func() (string, error) { return w.c.Attach(t.Context(), bot, "", "x/y", []byte("x")) },
		"empty":   func() (string, error) { return w.c.Attach(t.Context(), bot, "a.wav", "x/y", nil) },
		"too long": func() (string, error) {
			return w.c.Attach(t.Context(), bot, "a.wav", "x/y", make([]byte, works.MaxAttachment+1))
		},
	} {
		var wrong *works.ContentError
		if _, err := call(); !errors.As(err, &wrong) {
			t.Errorf("%s: got %v, want a *ContentError", name, err)
		}
	}
	if n := len(w.Log()); n != 0 {
		t.Errorf("%d requests went out", n)
	}
	w.Fault(workstest.Fault{Op: workstest.OpUpload, Cut: true})
	if _, err := w.c.Attach(t.Context(), bot, "a.wav", "audio/wav", []byte("x")); !errors.Is(err, works.ErrUnclear) {
		t.Errorf("cut: got %v", err)
	}
}

// TestDownload: the file is on another host, which wants the token too.
func TestDownload(t *testing.T) {
	w := start(t, workstest.Options{})
	want := bytes.Repeat([]byte("%PDF"), 5000)
	id, err := w.SendFile(gildong, "2000001", "file", "fax.pdf", "application/pdf", want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := w.c.Download(t.Context(), bot, id)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%d bytes, want %d: %v", len(got), len(want), err)
	}
	if n := len(w.Requests(workstest.OpDownload)); n != 1 {
		t.Errorf("%d requests at the storage, want 1", n)
	}
	if _, err := w.c.Download(t.Context(), bot, "nothing"); !errors.Is(err, works.ErrRefused) {
		t.Errorf("unknown: got %v", err)
	}
	w.Fault(workstest.Fault{Op: workstest.OpDownload, ExpireToken: true})
	if got, err := w.c.Download(t.Context(), bot, id); err != nil || !bytes.Equal(got, want) {
		t.Errorf("token ended between the two: %v", err)
	}
}
