package voicemail_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/voicemail"
)

// leave writes a message as Asterisk does.
func leave(t *testing.T, b voicemail.Box, folder string, n, id int) {
	t.Helper()
	dir := filepath.Join(b.Dir, folder)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf(";\n[message]\norigmailbox=1010\ncallerchan=PJSIP/trk-1-0000000%d\ncallerid=\"홍길동\" <01012345678>\norigtime=%d\nduration=12\nmsg_id=1795238999-0000000%d\n", id, 1795238999+id, id)
	for ext, body := range map[string]string{"txt": text, "wav": "sound " + fmt.Sprint(id)} {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("msg%04d.%s", n, ext)), []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func box(t *testing.T) voicemail.Box {
	t.Helper()
	b := voicemail.Box{Server: 1, Extension: "1010", Dir: filepath.Join(t.TempDir(), "1010")}
	for i := range 3 {
		leave(t, b, "INBOX", i, i+1)
	}
	leave(t, b, "Old", 0, 9)
	return b
}

// shown are the messages as id, heard, and the file's number.
func shown(t *testing.T, b voicemail.Box) string {
	t.Helper()
	all, err := voicemail.List(b)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, m := range all {
		sound, err := os.ReadFile(m.Sound())
		if err != nil {
			t.Fatal(err)
		}
		if want := "sound " + m.ID[len(m.ID)-1:]; string(sound) != want {
			t.Errorf("%s has %q", m.ID, sound)
		}
		out = append(out, fmt.Sprint(m.ID[len(m.ID)-1:], " ", filepath.Base(filepath.Dir(m.Sound())), "/", filepath.Base(m.Sound()), " ", m.Heard))
	}
	return strings.Join(out, ", ")
}

func TestList(t *testing.T) {
	b := box(t)
	all, err := voicemail.List(b)
	if err != nil || len(all) != 4 {
		t.Fatal(all, err)
	}
	m := all[1]
	if m.ID != "1-1795238999-00000003" || m.Number != "01012345678" || m.Name != "홍길동" || m.Length != 12*time.Second || m.Heard || m.Channel != "PJSIP/trk-1-00000003" || m.At.Unix() != 1795239002 {
		t.Errorf("%+v", m)
	}
	if got, err := voicemail.List(voicemail.Box{Dir: filepath.Join(b.Dir, "nobody")}); err != nil || len(got) != 0 {
		t.Errorf("a mailbox that is not there: %v, %v", got, err)
	}
}

// TestMove: what was heard goes to Old and back, what is deleted is gone, and the
// numbers have no gaps then.
func TestMove(t *testing.T) {
	b := box(t)
	boxes := []voicemail.Box{{Server: 2, Dir: "/nowhere"}, b}
	if m, err := voicemail.SetHeard(boxes, "1-1795238999-00000001", true); err != nil || !m.Heard {
		t.Fatal(m, err)
	}
	if got, want := shown(t, b), "9 Old/msg0000.wav true, 3 INBOX/msg0001.wav false, 2 INBOX/msg0000.wav false, 1 Old/msg0001.wav true"; got != want {
		t.Errorf("heard: %s, want %s", got, want)
	}
	if _, err := voicemail.SetHeard(boxes, "1-1795238999-00000009", false); err != nil {
		t.Fatal(err)
	}
	if _, err := voicemail.Delete(boxes, "1-1795238999-00000002"); err != nil {
		t.Fatal(err)
	}
	if got, want := shown(t, b), "9 INBOX/msg0001.wav false, 3 INBOX/msg0000.wav false, 1 Old/msg0000.wav true"; got != want {
		t.Errorf("after deleting: %s, want %s", got, want)
	}
	for _, id := range []string{"1-1795238999-00000002", "2-1795238999-00000001", "", "1-", "1-../../x"} {
		if _, err := voicemail.Delete(boxes, id); !errors.Is(err, voicemail.ErrNotFound) && !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%q: %v", id, err)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(b.Dir, "*", ".lock*")); len(left) != 0 {
		t.Errorf("locks stay: %v", left)
	}
}

// TestTogether: several who work in one mailbox at the same time do not lose a
// message.
func TestTogether(t *testing.T) {
	b := box(t)
	var wg sync.WaitGroup
	for i := range 3 {
		wg.Go(func() {
			if _, err := voicemail.SetHeard([]voicemail.Box{b}, fmt.Sprint("1-1795238999-0000000", i+1), true); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	all, err := voicemail.List(b)
	if err != nil || len(all) != 4 {
		t.Fatal(len(all), err)
	}
	for _, m := range all {
		if !m.Heard {
			t.Errorf("%s was not moved", m.ID)
		}
	}
	shown(t, b)
}

// TestFull: what is heard is not moved where there is no room.
func TestFull(t *testing.T) {
	b := box(t)
	for i := range 99 {
		leave(t, b, "Old", i+1, 9)
	}
	if _, err := voicemail.SetHeard([]voicemail.Box{b}, "1-1795238999-00000001", true); !errors.Is(err, voicemail.ErrFull) {
		t.Error(err)
	}
}
