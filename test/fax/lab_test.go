// Package fax_test sends faxes through a real Asterisk: from one company over a
// trunk that leads back to another, as sound and by T.38.
package fax_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/ccitt"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/fax"
)

const (
	sender    = "7be69580e27641df" // tenant 2
	receiver  = "0123456789abcdef" // tenant 3
	own       = "07045805605"      // the sender's number
	faxDID    = "07098760000"      // a fax
	voiceDID  = "07098760001"      // rings 2010, listens for faxes
	g711DID   = "07098760002"      // a fax that is called by a trunk without T.38
	brokenDID = "07098760003"      // a fax
	longDID   = "07098760004"      // a fax
	poorDID   = "07098760005"      // a fax that is called by a line of poor quality
	nobody    = "07098769999"
	password  = "secret"
	patience  = 150 * time.Second // for one thing to happen
)

const yaml = `
listen: ["127.0.0.1:0"]
dcmiws_listen: []
agi_listen: %q
data_dir: %q
servers:
  - {id: 1, name: one, address: %q, users: {events: {username: events, secret: events-secret}, calls: {username: calls, secret: calls-secret}, database: {username: database, secret: database-secret}}, fax_spool: %q}
tenants:
  - id: 7be69580e27641df
    number: 2
    name: 둘
    servers: [1]
    extensions: ["1010"]
    dids: {"07045805605": "1010"}
    logins: [{username: two, password: two-password}]
  - id: 0123456789abcdef
    number: 3
    name: 셋
    servers: [1]
    extensions: ["2010"]
    dids: {"07098760001": "2010"}
    logins: [{username: three, password: three-password}]
`

// lab is one Asterisk with both companies. Trunk 1 speaks T.38, trunks 2 and 3 do
// not; 3 is a line of poor quality.
func lab(t *testing.T) (*asterisktest.Server, *line) {
	t.Helper()
	port, poor := asterisktest.Port(t), asterisktest.Port(t)
	loop := func(id int, host string, no bool) company.Trunk {
		return company.Trunk{ID: id, Host: host, Port: port, NoT38: no}
	}
	s := asterisktest.Start(t, asteriskconf.Input{
		SIP:    asteriskconf.SIP{Port: port, Address: "0.0.0.0"},
		Trunks: []company.Trunk{loop(1, "127.0.0.1", false), loop(2, "127.0.0.2", true), {ID: 3, Host: "127.0.0.4", Port: poor, NoT38: true, Match: []string{"127.0.0.4"}}},
		Companies: []company.Company{
			{
				ID: sender, Number: 2, Name: "둘", Fax: &company.Fax{Header: "Two Co"},
				DIDs:       []company.DID{{Number: own, To: company.Ext("1010")}},
				Extensions: []company.Extension{{Number: "1010", Devices: company.Phone(password)}},
				Routes:     []company.Route{{Prefixes: []string{g711DID}, Trunks: []int{2}}, {Trunks: []int{1}}},
			},
			{
				ID: receiver, Number: 3, Name: "셋",
				DIDs: []company.DID{
					{Number: faxDID, To: company.Target{Kind: company.ToFax}},
					{Number: brokenDID, To: company.Target{Kind: company.ToFax}},
					{Number: g711DID, To: company.Target{Kind: company.ToFax}},
					{Number: longDID, To: company.Target{Kind: company.ToFax}},
					{Number: poorDID, To: company.Target{Kind: company.ToFax}},
					{Number: voiceDID, To: company.Ext("2010"), DetectFax: 3},
				},
				Extensions: []company.Extension{{Number: "2010", Devices: company.Phone(password)}},
			},
		},
	})
	return s, newLine(t, poor, port)
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

// written is a page that looks like writing, other than those of other numbers.
func written(t *testing.T, n, height int) fax.Page {
	t.Helper()
	c, err := ccitt.NewPage(1728, height)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(uint64(n), 11))
	for y := range height {
		if y < 60 || y%40 < 10 {
			continue
		}
		if y%5 != 0 {
			copy(c.Line(y), c.Line(y-1))
			continue
		}
		for x := 100; x < 1600; x += 4 + r.IntN(50) {
			for i := range 1 + r.IntN(12) {
				c.Set(x+i, y)
			}
		}
	}
	return fax.Page{Page: c, X: 204, Y: 196}
}

func folder(s *asterisktest.Server, tenant int, way string) string {
	return filepath.Join(s.Input.Dirs.Base, asteriskconf.FaxFolder, fmt.Sprintf("T%d", tenant), way)
}

// compare compares what came in with what was sent, below the header.
func compare(t *testing.T, data []byte, want []fax.Page) {
	t.Helper()
	got, err := fax.ReadTIFF(data)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != len(want) {
		t.Errorf("%d pages came, %d were sent", len(got), len(want))
	}
	for i := range min(len(got), len(want)) {
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
