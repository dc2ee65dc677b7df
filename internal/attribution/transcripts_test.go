package attribution_test

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/ami/amitest"
	"github.com/dipcast/dipcast/internal/attribution"
	"github.com/dipcast/dipcast/internal/tenant"
)

// recording is the events of one transcript.
type recording struct {
	name   string // 22/10_originate_click_to_call
	events []*ami.Message
}

func recordings(t testing.TB) []recording {
	t.Helper()
	var all []recording
	for _, v := range []string{"16", "22"} {
		list, err := amitest.LoadTranscripts(filepath.Join("..", "..", "ami", "testdata", "asterisk-"+v))
		if err != nil {
			t.Fatal(err)
		}
		for _, tr := range list {
			r := recording{name: v + "/" + strings.TrimSuffix(tr.Name, ".txt")}
			for _, m := range tr.Messages() {
				if !bytes.HasPrefix(m.Data, []byte("Event:")) {
					continue
				}
				r.events = append(r.events, parse(t, m.Data))
			}
			all = append(all, r)
		}
	}
	return all
}

func parse(t testing.TB, raw []byte) *ami.Message {
	t.Helper()
	var m ami.Message
	if err := ami.Parse(raw, &m); err != nil {
		t.Fatalf("%v: %q", err, raw)
	}
	return m.Clone()
}

func view(tenants ...*tenant.Tenant) *attribution.View { return attribution.NewView(tenants) }

func numbered(n int) *tenant.Tenant {
	return &tenant.Tenant{
		ID: tenant.NewID(fmt.Sprintf("%016x", n), n), Number: n, Servers: []int{1},
		Extensions: []string{"1010", "1013", "1020"}, DIDs: map[string]string{did(n): "1010"},
	}
}

// did is 07045144801 for tenant 2, as in the recordings.
func did(n int) string { return fmt.Sprintf("0704514%04d", 4799+n) }

// markup is the hand-made truth: recording → Linkedid → rule.
type markup map[string]map[string]string

func readMarkup(t testing.TB) markup {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", "markup.txt"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m := markup{}
	for s := bufio.NewScanner(f); s.Scan(); {
		line := strings.TrimSpace(s.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		w := strings.Fields(line)
		if m[w[0]] == nil {
			m[w[0]] = map[string]string{}
		}
		m[w[0]][w[1]] = strings.Join(w[2:], " ")
	}
	return m
}

func (m markup) rule(rec, linkedid string) string {
	if r, ok := m[rec][linkedid]; ok {
		return r
	}
	return m[rec]["*"]
}

// oracle knows the whole recording beforehand, unlike the attributor.
type oracle struct {
	m      markup
	rec    string
	callOf map[string]string // Uniqueid → Linkedid
	bridge map[string]string // BridgeUniqueid → Linkedid
	seen   map[string]bool   // calls whose tenant has been named
	member map[string]bool   // bridges that somebody has entered
}

var legs = []string{"", "Dest", "LocalOne", "LocalTwo"}

func newOracle(m markup, r recording) *oracle {
	o := &oracle{m, r.name, map[string]string{}, map[string]string{}, map[string]bool{}, map[string]bool{}}
	for _, e := range r.events {
		for _, leg := range legs {
			if u := e.Get(leg + "Uniqueid"); u != "" && e.Get(leg+"Linkedid") != "" {
				o.callOf[u] = e.Get(leg + "Linkedid")
			}
		}
		if b := e.Get("BridgeUniqueid"); b != "" && e.Get("Linkedid") != "" {
			o.bridge[b] = e.Get("Linkedid")
		}
	}
	return o
}

// whose answers "T2" or "-".
func (o *oracle) whose(e *ami.Message) string {
	call := ""
	for _, leg := range legs {
		if l := e.Get(leg + "Linkedid"); l != "" && call == "" {
			call = l
		}
	}
	if call == "" {
		call = o.callOf[e.Get("Uniqueid")]
	}
	named := false // by what the PBX itself names, in this event
	for _, h := range []string{"Channel", "DestChannel", "LocalOneChannel", "LocalTwoChannel", "Context", "DestContext", "LocalOneContext", "LocalTwoContext", "Device"} {
		named = named || strings.Contains(e.Get(h), "T2_")
	}
	if call != "" && o.m.rule(o.rec, call) != "" {
		switch {
		case o.m.rule(o.rec, call) == "T2":
			return "T2"
		case named:
			o.seen[call] = true
		}
		if o.seen[call] {
			return "T2"
		}
		return "-"
	}
	if b := e.Get("BridgeUniqueid"); b != "" && o.member[b] {
		if r := o.m.rule(o.rec, o.bridge[b]); r != "" {
			return "T2"
		}
	}
	if named {
		return "T2"
	}
	return "-"
}

// TestTranscripts: every recorded event goes where the hand-made markup says.
func TestTranscripts(t *testing.T) {
	m := readMarkup(t)
	total, own := 0, 0
	for _, r := range recordings(t) {
		o := newOracle(m, r)
		a := attribution.New(view(numbered(2)))
		for i, e := range r.events {
			want := o.whose(e)
			if b := e.Get("BridgeUniqueid"); b != "" && string(e.Event()) == "BridgeEnter" {
				o.member[b] = true
			}
			got := "-"
			if res := a.Event(e, time.Now()); res.Tenant != nil {
				got = res.Tenant.ID.String()
				own++
			}
			total++
			if got != want {
				t.Errorf("%s event %d is %s's, want %s:\n%s", r.name, i, got, want, e.Bytes())
			}
		}
	}
	if total < 2000 || own < 1500 {
		t.Errorf("only %d of %d events were somebody's: are the recordings whole?", own, total)
	}
	t.Logf("%d events, %d of T2", total, own)
}
