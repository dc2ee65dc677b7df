package rest_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"github.com/dipcast/dipcast/internal/demo"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/media"
	"github.com/dipcast/dipcast/internal/sipphone"
)

// recordingView is a recording.
type recordingView struct {
	ID, SHA256, Format, State, Direction, From, To, URL string
	CallID                                              string `json:"call_id"`
	Bytes                                               int64
	Seconds                                             float64
	Held                                                bool
}

// connected makes a call from the network to 1010, and gives its id and ends.
func (s *site) connected() (id string, ends [2]*sipphone.Call) {
	s.t.Helper()
	p := s.demo.Phone(2, "1010")
	p.SetBehaviour(sipphone.Answer(0))
	out := s.incoming(did1010)
	in := s.next("1010", p)
	s.talk(out, in)
	return s.live("state=answered").CallID, [2]*sipphone.Call{out, in}
}

// talking is a call from the network to 1010, recorded if asked for.
func (s *site) talking(recorded bool) string {
	s.t.Helper()
	s.demo.Phone(2, "1010").SetBehaviour(sipphone.Answer(0))
	if err := s.incoming(did1010).WaitAnswered(s.ctx()); err != nil {
		s.t.Fatal(err)
	}
	id := s.live("state=answered").CallID
	if recorded {
		s.start(id)
	}
	return id
}

func (s *site) start(call string) {
	s.t.Helper()
	if r := s.do("POST", prefix+"/calls/"+call+"/recording", ""); r.status != 200 {
		s.t.Fatalf("%d %s", r.status, r.raw)
	}
}

// lasts waits until a recording of a call that is under way has so many bytes.
func (s *site) lasts(call string, bytes int64) {
	s.t.Helper()
	_, linkedid, _ := strings.Cut(call, "-")
	s.until("sound recorded", func() bool {
		files, err := filepath.Glob(filepath.Join(s.demo.Dir(), "1", "spool", dialplan.RecordingsFolder, "*", "*", "*", "*", "*-"+linkedid+"_*"))
		if err != nil {
			s.t.Fatal(err)
		}
		for _, f := range files {
			if info, err := os.Stat(f); err == nil && info.Size() >= bytes {
				return true
			}
		}
		return false
	})
}

// recordingsOf are those of a call.
func (s *site) recordingsOf(call string) []recordingView {
	s.t.Helper()
	var all []recordingView
	s.get(prefix+"/recordings?call_id="+url.QueryEscape(call), &all)
	return all
}

// aRecording makes a recording of a call.
func (s *site) aRecording() recordingView {
	s.t.Helper()
	id := s.talking(true)
	s.lasts(id, 8000)
	s.allOver()
	var all []recordingView
	s.until("the recording", func() bool { all = s.recordingsOf(id); return len(all) == 1 })
	return all[0]
}

// fetch gets what is no JSON.
func (s *site) fetch(h http.Header, method, path string, more ...string) (status int, header http.Header, body []byte) {
	s.t.Helper()
	if strings.HasPrefix(path, "/") {
		path = s.demo.URL() + path
	}
	req, err := http.NewRequestWithContext(s.ctx(), method, path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	for name, v := range h {
		req.Header[name] = v
	}
	for i := 0; i+1 < len(more); i += 2 {
		req.Header.Set(more[i], more[i+1])
	}
	res, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	if body, err = io.ReadAll(res.Body); err != nil {
		s.t.Fatal(err)
	}
	return res.StatusCode, res.Header, body
}

// holds reports whether a tone is in a sound, for half a second in all.
func holds(sound media.Sound, hz int) bool {
	n := 0
	for part := range slices.Chunk(sound.Samples, sound.Rate/10) {
		var re, im, all float64
		for i, v := range part {
			sin, cos := math.Sincos(2 * math.Pi * float64(hz) * float64(i) / float64(sound.Rate))
			re, im, all = re+float64(v)*cos, im+float64(v)*sin, all+float64(v)*float64(v)
		}
		if all > 0 && 2*(re*re+im*im)/float64(len(part)) > 0.2*all {
			n++
		}
	}
	return n >= 5
}

// TestRecordings: a live call is recorded on demand, is told of when it is there,
// is in the list and the history, is heard in parts with both voices and the
// checksum that was said, by a reason or a link, and goes.
func TestRecordings(t *testing.T) {
	s := start(t)
	conn, res, err := websocket.Dial(s.ctx(), strings.Replace(s.demo.URL(), "http", "ws", 1)+"/?v=2", &websocket.DialOptions{HTTPHeader: key()})
	if err != nil {
		t.Fatalf("%v %v", err, res)
	}
	defer func() { _ = conn.CloseNow() }()
	conn.SetReadLimit(1 << 20)
	if err := conn.Write(s.ctx(), websocket.MessageText, []byte(`{"op":"subscribe","events":["recording"]}`)); err != nil {
		t.Fatal(err)
	}

	events := s.stream("?events=recording", key())
	id, ends := s.connected()
	path := prefix + "/calls/" + id + "/recording"
	step := func(method, body string, status int, what string) {
		t.Helper()
		if r := s.do(method, path, body); r.status != status || !strings.Contains(r.raw, what) {
			t.Fatalf("%s %s: %d %s", method, body, r.status, r.raw)
		}
	}
	step("PUT", `{"paused":true}`, 409, "not recorded")
	step("DELETE", "", 409, "begun")
	if r := s.as(other(), "POST", path, ""); r.status != 404 {
		t.Errorf("another company: %d %s", r.status, r.raw)
	}
	step("POST", "", 200, "started")
	step("POST", "", 409, "already")
	s.lasts(id, 24_000)
	step("PUT", `{"paused":true}`, 200, "paused")
	s.lasts(id, 40_000)
	step("PUT", `{"paused":false}`, 200, "resumed")
	step("DELETE", "", 200, "stopped")
	step("DELETE", "", 409, "begun")
	var all []recordingView
	s.until("the recording", func() bool { all = s.recordingsOf(id); return len(all) == 1 })
	if r := s.as(basic(demo.Operator), "PUT", prefix+"/tenants/T2", `{"recording":{"format":"opus"}}`); r.status != 200 {
		t.Fatalf("%d %s", r.status, r.raw)
	}
	step("POST", "", 200, "started") // one more, to the call's end
	s.lasts(id, 8000)
	s.allOver()
	s.until("both recordings", func() bool { all = s.recordingsOf(id); return len(all) == 2 && all[0].Format == "opus" })
	s.formats(all[0], all[1], ends)
	all = all[1:]
	rec := all[0]
	if rec.CallID != id || rec.Direction != "external" || rec.To != "1010" || rec.From == "" || rec.State != "whole" || rec.Format != "wav" {
		t.Errorf("%+v", rec)
	}
	s.toldOf(rec, conn, events)
	var inHistory struct {
		URL string `json:"recording_url"`
	}
	s.until("the call in the history", func() bool {
		r := s.do("GET", prefix+"/cdr/"+id, "")
		return r.status == 200 && json.Unmarshal(r.body.Data, &inHistory) == nil
	})
	if inHistory.URL != rec.URL {
		t.Errorf("the history says %q, not %q", inHistory.URL, rec.URL)
	}
	s.heard(rec, ends)
	s.linked(rec)

	// It stays while it is held, and goes with a reason.
	one := prefix + "/recordings/" + rec.ID
	for _, c := range []struct {
		h                  http.Header
		method, path, body string
		status             int
	}{
		{key(), "PUT", one + "/hold", `{"held":true}`, 422},
		{key(), "PUT", one + "/hold", `{"held":true,"reason":"분쟁"}`, 200},
		{key(), "DELETE", one, "", 422},
		{key(), "DELETE", one + "?reason=x", "", 409},
		{key(), "POST", one + "/check", "", 200},
		{key(), "PUT", one + "/hold", `{"held":false,"reason":"끝"}`, 200},
		{other(), "GET", one + "/details", "", 404},
		{other(), "POST", one + "/check", "", 404},
		{other(), "POST", one + "/links", `{"reason":"x"}`, 404},
		{other(), "PUT", one + "/hold", `{"held":true,"reason":"x"}`, 404},
		{other(), "DELETE", one + "?reason=x", "", 404},
		{key(), "DELETE", one + "?reason=x", "", 200},
		{key(), "GET", one + "/details", "", 404},
	} {
		if r := s.as(c.h, c.method, c.path, c.body); r.status != c.status {
			t.Errorf("%s %s %s: %d %s", c.method, c.path, c.body, r.status, r.raw)
		}
	}
}

// toldOf checks what clients of the WebSocket and of SSE are told of a recording:
// when it begins, when it is over, and when it is there.
func (s *site) toldOf(rec recordingView, conn *websocket.Conn, events *stream) {
	t := s.t
	t.Helper()
	type told struct {
		Op, Event string
		Server    int
		Recording recordingView
	}
	going := recordingView{CallID: rec.CallID, Direction: rec.Direction, From: rec.From, To: rec.To}
	for i, want := range []recordingView{going, going, rec} {
		want := told{Op: "recording", Event: []string{"recording.started", "recording.stopped", "recording.ready"}[i], Server: 1, Recording: want}
		got := told{}
		for got.Op != "recording" {
			_, b, err := conn.Read(s.ctx())
			if err == nil {
				err = json.Unmarshal(b, &got)
			}
			if err != nil {
				t.Fatalf("%v: %s", err, b)
			}
		}
		if got != want {
			t.Errorf("told: %+v, not %+v", got, want)
		}
		e := events.until(want.Event, func(e event) bool { return e.name == "recording" })
		if e.Op != want.Op || e.Event != want.Event {
			t.Errorf("told by SSE: %+v", e)
		}
	}
}

// silence is how long a sound holds none, in tenths of a second.
func silence(sound media.Sound) int {
	n := 0
	for part := range slices.Chunk(sound.Samples, sound.Rate/10) {
		if !slices.ContainsFunc(part, func(v float32) bool { return v > 0.002 || v < -0.002 }) {
			n++
		}
	}
	return n
}

// other are the credentials of another company.
func other() http.Header { return basic(demo.Login10) }

// heard gets a recording in parts.
func (s *site) heard(rec recordingView, ends [2]*sipphone.Call) {
	t := s.t
	t.Helper()
	path := rec.URL + "?reason=" + url.QueryEscape("민원 확인")
	var whole []byte
	const piece = 10_007
	for at := 0; int64(at) < rec.Bytes; at += piece {
		status, h, part := s.fetch(key(), "GET", path, "Range", fmt.Sprintf("bytes=%d-%d", at, at+piece-1))
		if status != 206 || h.Get("Content-Range") != fmt.Sprintf("bytes %d-%d/%d", at, min(at+piece, int(rec.Bytes))-1, rec.Bytes) {
			t.Fatalf("from %d: %d %v", at, status, h)
		}
		whole = append(whole, part...)
	}
	sum := sha256.Sum256(whole)
	if got := hex.EncodeToString(sum[:]); got != rec.SHA256 {
		t.Errorf("the parts make %s, not %s", got, rec.SHA256)
	}
	sound, err := media.DecodeWAV(whole)
	if err != nil || !holds(sound, ends[0].Tone()) || !holds(sound, ends[1].Tone()) {
		t.Errorf("both voices are not in it: %v", err)
	}
	if n := silence(sound); n < 5 || n > 25 { // while it was paused
		t.Errorf("there is silence for %d of %d tenths of a second", n, len(sound.Samples)*10/sound.Rate)
	}
	for _, c := range []struct {
		h      http.Header
		path   string
		more   []string
		status int
		bytes  int64
	}{
		{key(), path, nil, 200, rec.Bytes},
		{key(), path, []string{"Range", fmt.Sprintf("bytes=%d-", rec.Bytes)}, 416, -1},
		{key(), path, []string{"Range", "bytes=0-9", "If-Range", `"` + rec.SHA256 + `"`}, 206, 10},
		{key(), path, []string{"Range", "bytes=0-9", "If-Range", `"another"`}, 200, rec.Bytes},
		{key(), path, []string{"If-None-Match", `"` + rec.SHA256 + `"`}, 304, 0},
		{key(), rec.URL, nil, 422, -1},
		{key(), rec.URL + "?reason=%20", nil, 422, -1},
		{key(), path + "&download=1", nil, 400, -1},
		{other(), path, nil, 404, -1},
		{nil, path, nil, 401, -1},
		{key(), prefix + "/recordings/none?reason=x", nil, 404, -1},
	} {
		status, h, body := s.fetch(c.h, "GET", c.path, c.more...)
		if status != c.status || c.bytes >= 0 && int64(len(body)) != c.bytes {
			t.Errorf("%s %q: %d, %d bytes, %v", c.path, c.more, status, len(body), h)
		}
		if status == 200 && (h.Get("ETag") != `"`+rec.SHA256+`"` || h.Get("Content-Type") != "audio/wav" || h.Get("Accept-Ranges") != "bytes") {
			t.Errorf("%v", h)
		}
	}
	if status, h, body := s.fetch(key(), "HEAD", path); status != 200 || len(body) > 0 || h.Get("Content-Length") != fmt.Sprint(rec.Bytes) {
		t.Errorf("HEAD: %d %v", status, h)
	}
}

// formats hears recordings in other formats than they are kept in.
func (s *site) formats(opus, wav recordingView, ends [2]*sipphone.Call) {
	t := s.t
	t.Helper()
	for _, c := range []struct {
		rec                    recordingView
		format, kind, beginsAs string
	}{
		{opus, "", "audio/ogg; codecs=opus", "OggS"},
		{opus, "wav", "audio/wav", "RIFF"},
		{wav, "opus", "audio/ogg; codecs=opus", "OggS"},
		{wav, "mp3", "audio/mpeg", "\xff"},
	} {
		path := c.rec.URL + "?reason=x"
		if c.format != "" {
			path += "&format=" + c.format
		}
		status, h, body := s.fetch(key(), "GET", path)
		if status != 200 || h.Get("Content-Type") != c.kind || !strings.HasPrefix(string(body), c.beginsAs) {
			t.Errorf("%s as %q: %d %v, %d bytes", c.rec.Format, c.format, status, h, len(body))
		}
		if c.format == "wav" {
			if sound, err := media.DecodeWAV(body); err != nil || !holds(sound, ends[0].Tone()) {
				t.Errorf("Opus made WAV again has not the voice: %v", err)
			}
		}
		again, part, _ := s.fetch(key(), "GET", path, "Range", "bytes=0-3", "If-Range", h.Get("ETag"))
		if again != 206 || part.Get("ETag") != h.Get("ETag") {
			t.Errorf("a part of %s as %q: %d %v", c.rec.Format, c.format, again, part)
		}
	}
	if status, _, _ := s.fetch(key(), "GET", wav.URL+"?reason=x&format=gsm"); status != 400 {
		t.Errorf("as gsm: %d", status)
	}
}

// linked hears a recording by links.
func (s *site) linked(rec recordingView) {
	t := s.t
	t.Helper()
	link := func(body string) string {
		t.Helper()
		var l struct{ URL string }
		s.data(s.do("POST", rec.URL+"/links", body), &l)
		u, err := url.Parse(l.URL)
		if err != nil {
			t.Fatal(err)
		}
		return u.RequestURI()
	}
	for _, body := range []string{`{}`, `{"reason":""}`, `{"reason":"x","seconds":86401}`} {
		if r := s.do("POST", rec.URL+"/links", body); r.status != 422 {
			t.Errorf("a link of %s: %d %s", body, r.status, r.raw)
		}
	}
	good := link(`{"reason":"민원"}`)
	if status, _, body := s.fetch(nil, "GET", good, "Range", "bytes=0-3"); status != 206 || string(body) != "RIFF" {
		t.Errorf("by link: %d %s", status, body)
	}
	short := link(`{"reason":"민원","seconds":1}`)
	s.until("the link to expire", func() bool { status, _, _ := s.fetch(nil, "GET", short); return status == 403 })
	later := strings.Replace(short, "expires=", "expires=9", 1)
	for _, wrong := range []string{
		later, strings.Replace(good, rec.ID, "none", 1), good + "0", strings.Replace(good, "link=", "link=a", 1),
		strings.Replace(good, "/recordings/"+rec.ID, "/recordings/"+rec.ID+"/details", 1),
	} {
		if status, _, body := s.fetch(nil, "GET", wrong); status != 403 && status != 401 {
			t.Errorf("%s: %d %s", wrong, status, body)
		}
	}
}
