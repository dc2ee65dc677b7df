package fax_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"image/png"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/fax"
	"github.com/dipcast/dipcast/internal/rest"
	"github.com/dipcast/dipcast/internal/sipphone"
)

// manyPages are the pages of one fax; make test has few, for they take their time.
var manyPages = flag.Int("fax-pages", 4, "pages of the fax of many pages")

// TestFaxes: faxes are sent by REST, as sound and by T.38, and come in at DIDs that
// are faxes and at one that listens; one is cut off; the gateway is killed meanwhile,
// and knows of all of them when it is back. A person at the DID that listens gets
// through. One has many pages (make fax: 21), and one comes by a line that damages it: their pictures
// are compared with what libtiff's tools read, and with what was sent. Those that
// come in are told in NAVER WORKS, and a browser opens their pages.
func TestFaxes(t *testing.T) {
	s, poor := lab(t)
	g := &gateway{t: t, file: filepath.Join(t.TempDir(), "dipcast.yaml")}
	text := fmt.Sprintf(yaml, "", filepath.Join(t.TempDir(), "data"), s.AMIAddr, filepath.Join(s.Input.Dirs.Base, asteriskconf.FaxFolder))
	naver := newChat(t)
	if err := os.WriteFile(g.file, []byte(naver.reachable(text)), 0o600); err != nil {
		t.Fatal(err)
	}
	g.start()
	naver.connect(g)
	refusals(t, g)
	two := g.stream("two")
	if f := g.ended(g.send(nobody, pages(t, 1))); f.Status != "failed" || f.Reason != "unreachable" || f.Message == nil || f.Done != 0 {
		t.Errorf("to a number of nobody: %+v", f)
	}
	two.wait(t, "fax.failed")
	g.wantInHistory(nobody)
	g.resends(nobody)

	want := pages(t, 3)
	var damaged, many []fax.Page
	for i, height := range []int{600, 200} {
		damaged = append(damaged, written(t, 100+i, height))
	}
	sendPoor(t, s, damaged)
	for i := range *manyPages {
		many = append(many, written(t, i, longHeight))
	}
	ids := map[string]string{longDID: g.send(longDID, many)}
	for _, to := range []string{g711DID, voiceDID} {
		ids[to] = g.send(to, want)
	}
	ids[faxDID] = g.sendForm(faxDID, fax.WritePDF(want))
	ids[brokenDID] = g.send(brokenDID, pages(t, 12))
	g.kill()
	g.start()
	again, three := g.stream("two"), g.stream("three")
	person(t, s)
	cut(t, s)
	for to, mode := range map[string]string{faxDID: "t38", g711DID: "audio", voiceDID: "t38"} {
		if f := g.ended(ids[to]); f.Status != "sent" || f.Done != 3 || f.Pages != 3 || f.Mode != mode || f.Other != to || f.Own != own || f.Station != to {
			t.Errorf("sent to %s: %+v", to, f)
		}
		f := g.came(to)
		if f.Status != "received" || f.Pages != 3 || f.Done != 3 || f.Damaged != 0 || f.Mode != mode || f.Own != to || f.Other != own || f.CallID == "" {
			t.Errorf("came by %s: %+v", to, f)
		}
		g.wantPages(f, want)
	}
	g.wantPoor(g.came(poorDID), damaged, poor)
	g.wantLong(g.came(longDID), many)
	if f := g.ended(ids[brokenDID]); f.Status != "failed" || f.Reason != "dropped" || f.Done > 3 {
		t.Errorf("the one that was cut: %+v", f)
	}
	f := g.came(brokenDID)
	if f.Status != "failed" || f.Reason != "dropped" || f.Pages < 1 || f.Message == nil {
		t.Errorf("what came of the one that was cut: %+v", f)
	}
	g.wantPages(f, pages(t, 12)[:f.Pages])
	two.wait(t, "fax.sending")
	again.wait(t, "fax.sent")
	for _, id := range []string{ids[faxDID], ids[voiceDID]} { // how far they are
		again.says(t, `"FAX Transmission In Progress"`, id+".tif")
	}
	three.wait(t, "fax.received")
	three.wait(t, "fax.failed")
	if status, _ := g.ask("GET", "/api/v2/faxes/"+f.ID, "two", nil); status != 404 {
		t.Errorf("another company reads it: %d", status)
	}
	g.cancels(voiceDID, pages(t, 12))
	naver.opens(longDID, *manyPages)
	left, err := filepath.Glob(filepath.Join(s.Input.Dirs.Base, asteriskconf.FaxFolder, "*", "*", "*.*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left in the spool: %v %v", left, err)
	}
}

// refusals: what cannot be sent is refused before anybody is called.
func refusals(t *testing.T, g *gateway) {
	t.Helper()
	one := fax.WriteTIFF(pages(t, 1))
	for _, r := range []struct {
		query string
		body  []byte
		want  string
	}{
		{"extension=1010&to=119", one, "to"},
		{"extension=1010&to=0012125550123", one, "to"},
		{"extension=2010&to=" + faxDID, one, "extension"},
		{"to=" + faxDID, one, "extension"},
		{"extension=1010&to=" + faxDID + "&number=0212345678", one, "number"},
		{"extension=1010&to=" + faxDID + "&x=1", one, "x"},
		{"extension=1010&to=" + faxDID, []byte("%PDF-1.4"), `"field":"file"`},
		{"extension=1010&to=" + faxDID, one[:len(one)-30], `"field":"file"`},
	} {
		status, answer := g.ask("POST", "/api/v2/faxes?"+r.query, "two", r.body)
		if status < 400 || status >= 500 || !strings.Contains(string(answer), r.want) {
			t.Errorf("%s: %d %s", r.query, status, answer)
		}
	}
	if all := g.list("two", ""); len(all) != 0 {
		t.Errorf("refused ones are kept: %+v", all)
	}
}

// wantInHistory looks for the call of a fax that was sent in vain.
func (g *gateway) wantInHistory(to string) {
	g.t.Helper()
	f := g.list("two", "number="+to)[0]
	var call struct{ Data rest.CDRDetails }
	until(g.t, "call in the history", func() bool {
		status, answer := g.ask("GET", "/api/v2/cdr/"+f.CallID, "two", nil)
		return status == 200 && json.Unmarshal(answer, &call) == nil
	})
	if c := call.Data; c.Direction != "outgoing" || c.Disposition != "FAILED" || c.From.Extension != "1010" || c.To.Number != to {
		g.t.Errorf("in the history: %+v", c)
	}
	if back := g.list("two", "call_id="+f.CallID); len(back) != 1 || back[0].ID != f.ID {
		g.t.Errorf("by its call: %+v", back)
	}
}

// wantPages compares the files of a fax with what was sent.
func (g *gateway) wantPages(f fax.Fax, want []fax.Page) {
	g.t.Helper()
	_, tiff := g.ask("GET", "/api/v2/faxes/"+f.ID+"/tiff", "three", nil)
	compare(g.t, tiff, want)
	if status, pdf := g.ask("GET", "/api/v2/faxes/"+f.ID+"/pdf", "three", nil); status != 200 || !bytes.HasPrefix(pdf, []byte("%PDF-")) {
		g.t.Errorf("pdf: %d", status)
	}
	status, picture := g.ask("GET", fmt.Sprintf("/api/v2/faxes/%s/pages/%d.png", f.ID, len(want)), "three", nil)
	if img, err := png.Decode(bytes.NewReader(picture)); err != nil || img.Bounds().Dx() != 1728 {
		g.t.Errorf("picture: %d %v", status, err)
	}
	if status, _ := g.ask("GET", fmt.Sprintf("/api/v2/faxes/%s/pages/%d", f.ID, len(want)+1), "three", nil); status != 404 {
		g.t.Errorf("a page that is not there: %d", status)
	}
}

// cut hangs a fax up once a page of it has come in.
func cut(t *testing.T, s *asterisktest.Server) {
	t.Helper()
	name := ""
	until(t, "first page", func() bool {
		begins, _ := filepath.Glob(filepath.Join(folder(s, 3, asteriskconf.FaxIn), "*.begin"))
		for _, b := range begins {
			line, err := os.ReadFile(b)
			if err != nil || !strings.Contains(string(line), "did="+brokenDID) {
				continue
			}
			name = strings.TrimSuffix(b, ".begin") + ".tif"
			data, err := os.ReadFile(name)
			if err != nil {
				return false
			}
			pages, err := fax.ReadTIFF(data)
			return err == nil && len(pages) > 0
		}
		return false
	})
	out, err := s.CLI(t.Context(), "core show channels concise")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(out) {
		if channel, _, _ := strings.Cut(line, "!"); strings.Contains(line, name) {
			if out, err := s.CLI(t.Context(), "channel request hangup "+channel); err != nil {
				t.Fatal(out, err)
			}
			return
		}
	}
	t.Fatalf("no channel takes %s:\n%s", name, out)
}

// person calls the DID that listens, and talks.
func person(t *testing.T, s *asterisktest.Server) {
	t.Helper()
	phone := func(user string, tone int) *sipphone.Phone {
		p, err := sipphone.New(sipphone.Options{Server: s.SIPAddr, User: user, Password: password, Tone: tone, Behaviour: sipphone.Answer(0), Listen: "127.0.0.3:0"})
		if err == nil {
			err = p.Start(t.Context())
		}
		if err == nil {
			err = p.Register(t.Context())
		}
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { p.Close() })
		return p
	}
	caller, callee := phone("T2_1010", 500), phone("T3_2010", 900)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	out, err := caller.Dial(ctx, voiceDID, sipphone.DialOptions{})
	if err != nil {
		t.Fatal(err)
	}
	in, err := callee.NextCall(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := out.WaitTone(ctx, 900); err != nil {
		t.Errorf("the caller: %v", err)
	}
	if err := in.WaitTone(ctx, 500); err != nil {
		t.Errorf("the callee: %v", err)
	}
	if err := out.Hangup(ctx); err != nil {
		t.Error(err)
	}
}

// stream is what a user is told.
type stream struct {
	mu  sync.Mutex
	all []string
}

func (g *gateway) stream(user string) *stream {
	g.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+g.http+"/api/v2/events?events=fax,FAXStatus", nil)
	if err != nil {
		g.t.Fatal(err)
	}
	req.SetBasicAuth(user, user+"-password")
	transport := &http.Transport{DisableKeepAlives: true}
	resp, err := (&http.Client{Transport: transport}).Do(req)
	if err != nil || resp.StatusCode != 200 {
		g.t.Fatal(err, resp)
	}
	s := &stream{}
	var wg sync.WaitGroup
	wg.Go(func() {
		lines := bufio.NewScanner(resp.Body)
		for lines.Scan() {
			s.mu.Lock()
			s.all = append(s.all, lines.Text())
			s.mu.Unlock()
		}
	})
	g.t.Cleanup(func() { cancel(); _ = resp.Body.Close(); wg.Wait() })
	return s
}

func (s *stream) wait(t *testing.T, event string) {
	t.Helper()
	s.says(t, `"op":"fax","server":1,"event":"`+event+`","fax":{`)
}

// says waits for a line that has all of these.
func (s *stream) says(t *testing.T, parts ...string) {
	t.Helper()
	until(t, parts[0], func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return slices.ContainsFunc(s.all, func(line string) bool {
			return !slices.ContainsFunc(parts, func(p string) bool { return !strings.Contains(line, p) })
		})
	})
}
