// Package fax_test sends faxes through a real Asterisk: from one company over a
// trunk that leads back to another, as sound and by T.38.
package fax_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/ccitt"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/fax"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	sender    = "7be69580e27641df" // tenant 2
	receiver  = "0123456789abcdef" // tenant 3
	own       = "07045805605"      // the sender's number
	faxDID    = "07098760000"      // a fax
	voiceDID  = "07098760001"      // rings 2010, listens for faxes
	g711DID   = "07098760002"      // a fax that is called by a trunk without T.38
	otherOwn  = "0212345678"
	password  = "secret"
	patienceD = 90 * time.Second
)

func patience(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patienceD)
	t.Cleanup(cancel)
	return ctx
}

// lab is one Asterisk with both companies. Trunk 1 speaks T.38, trunk 2 does not.
func lab(t *testing.T) *asterisktest.Server {
	t.Helper()
	port := asterisktest.Port(t)
	loop := func(id int, host string, no bool) company.Trunk {
		return company.Trunk{ID: id, Host: host, Port: port, NoT38: no}
	}
	return asterisktest.Start(t, asteriskconf.Input{
		SIP:    asteriskconf.SIP{Port: port, Address: "0.0.0.0"},
		Trunks: []company.Trunk{loop(1, "127.0.0.1", false), loop(2, "127.0.0.2", true)},
		Companies: []company.Company{
			{
				ID: sender, Number: 2, Name: "둘", Fax: &company.Fax{Header: "Two & Co"},
				DIDs:       []company.DID{{Number: own, To: company.Ext("1010")}},
				Extensions: []company.Extension{{Number: "1010", Devices: company.Phone(password)}},
				Routes:     []company.Route{{Prefixes: []string{g711DID}, Trunks: []int{2}}, {Trunks: []int{1}}},
			},
			{
				ID: receiver, Number: 3, Name: "셋",
				DIDs: []company.DID{
					{Number: faxDID, To: company.Target{Kind: company.ToFax}},
					{Number: g711DID, To: company.Target{Kind: company.ToFax}},
					{Number: voiceDID, To: company.Ext("2010"), DetectFax: 3},
				},
				Extensions: []company.Extension{{Number: "2010", Devices: company.Phone(password)}},
			},
		},
	})
}

// link connects to the Asterisk's AMI, with all rights.
func link(t *testing.T, s *asterisktest.Server) *ami.Client {
	t.Helper()
	up := make(chan struct{})
	var once sync.Once
	c, err := ami.New(ami.Options{
		Address: s.AMIAddr, Username: asterisktest.All.Name, Secret: asterisktest.All.Secret, Events: "off",
		OnChange: func(c ami.Change) {
			if c.State == ami.StateUp {
				once.Do(func() { close(up) })
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { _ = c.Run(ctx) }) // ends with ctx
	t.Cleanup(func() { cancel(); wg.Wait() })
	select {
	case <-up:
	case <-patience(t).Done():
		t.Fatal("no link")
	}
	return c
}

// pages are pages with something of their own on each.
func pages(t *testing.T, n int) []fax.Page {
	t.Helper()
	var all []fax.Page
	for i := range n {
		c, err := ccitt.NewPage(1728, 300)
		if err != nil {
			t.Fatal(err)
		}
		for y := 60; y < 240; y++ {
			for x := 100; x < 1600; x++ {
				if (x/(8+i)+y/16)%3 == 0 {
					c.Set(x, y)
				}
			}
		}
		all = append(all, fax.Page{Page: c, X: 204, Y: 196})
	}
	return all
}

// send has Asterisk send a fax, as the gateway does.
func send(t *testing.T, s *asterisktest.Server, c *ami.Client, id, to string, pages []fax.Page) {
	t.Helper()
	file := filepath.Join(folder(s, 2, asteriskconf.FaxOut), id+".tif")
	if err := os.WriteFile(file, fax.WriteTIFF(pages), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := c.Do(patience(t), ami.NewAction("Originate").Add("Channel", "Local/1010@T2_fax-call").
		Add("Context", "T2_fax-send").Add("Exten", id).Add("Priority", "1").Add("Timeout", "60000").Add("Async", "true").
		Add("Variable", dialplan.FaxTo+"="+to).Add("Variable", dialplan.FaxID+"="+id))
	if err != nil || !r.Is("Response", "Success") {
		t.Fatal(err, r)
	}
}

func folder(s *asterisktest.Server, tenant int, way string) string {
	return filepath.Join(s.Input.Dirs.Base, asteriskconf.FaxFolder, fmt.Sprintf("T%d", tenant), way)
}

// record waits for a line that is whole.
func record(t *testing.T, pattern string) string {
	t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for wait := patience(t); ; {
		names, _ := filepath.Glob(pattern)
		for _, name := range names {
			text, err := os.ReadFile(name)
			if line := strings.TrimSpace(string(text)); err == nil && strings.HasSuffix(line, " "+asteriskconf.FaxRecordEnd) {
				return line
			}
		}
		select {
		case <-tick.C:
		case <-wait.Done():
			t.Fatalf("there is no %s", filepath.Base(pattern))
		}
	}
}

// compare compares what came in with what was sent, below the header.
func compare(t *testing.T, file string, want []fax.Page) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	got, err := fax.ReadTIFF(data)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != len(want) {
		t.Fatalf("%d pages came, %d were sent", len(got), len(want))
	}
	for i := range want {
		g, w := got[i], want[i]
		if g.Damaged > 0 || g.Width != w.Width {
			t.Errorf("page %d: %d dots wide, %d damaged", i+1, g.Width, g.Damaged)
		}
		// The header stands above: the page itself is found by its first black line.
		if d := bytes.Compare(body(g), body(w)); d != 0 {
			t.Errorf("page %d is another: %d and %d lines", i+1, g.Height, w.Height)
		}
	}
}

// body is a page without the white below, and what is above its drawing.
func body(p fax.Page) []byte {
	first := p.Height
	for y := p.Height - 1; y >= 0; y-- {
		if p.Black(1599-1599%8, y) || !bytes.Equal(p.Line(y), make([]byte, p.Stride())) {
			first = y
			break
		}
	}
	from := max(0, first-179)
	return p.Bits[from*p.Stride() : (first+1)*p.Stride()]
}
