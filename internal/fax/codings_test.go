package fax_test

import (
	"bytes"
	"errors"
	"fmt"
	"image/png"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/ccitt"
	"github.com/dipcast/dipcast/internal/fax"
)

// drawn is a page that looks like writing: short and long runs, white lines, black
// ones, edges at both sides, and some noise.
func drawn(t *testing.T, seed uint64, width, height int) fax.Page {
	t.Helper()
	c, err := ccitt.NewPage(width, height)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(seed, 7))
	for y := 0; y < height; y++ {
		switch {
		case y%50 < 12: // white
		case y%50 == 12 || y%50 == 49:
			for x := range width {
				c.Set(x, y)
			}
		default:
			for x := r.IntN(3) * 5; x < width; x += 3 + r.IntN(60) {
				for i := range min(1+r.IntN(20), width-x) {
					c.Set(x+i, y)
				}
			}
			if y%7 != 0 { // most lines are nearly those above them
				copy(c.Line(y), c.Line(y-1))
				c.Set(r.IntN(width), y)
			}
		}
	}
	return fax.Page{Page: c, X: 204, Y: 196}
}

func same(t *testing.T, what string, got, want []fax.Page) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d pages, want %d", what, len(got), len(want))
	}
	for i := range want {
		g, w := got[i], want[i]
		if g.Width != w.Width || g.Height != w.Height || !bytes.Equal(g.Bits, w.Bits) || g.Damaged != 0 {
			t.Errorf("%s: page %d is another: %d x %d, %d lines damaged", what, i+1, g.Width, g.Height, g.Damaged)
		}
	}
}

// TestAgainstLibtiff: 24 pages in every coding, as libtiff's tools write them,
// and what we write as they read it.
func TestAgainstLibtiff(t *testing.T) {
	tree, dir := asterisktest.Tree(t, 22), t.TempDir()
	var pages []fax.Page
	for i := range 24 {
		width := 1728
		if i%5 == 4 {
			width = 1701 // no whole byte
		}
		pages = append(pages, drawn(t, uint64(i), width, 120+i*37))
	}
	ours := filepath.Join(dir, "ours.tif")
	if err := os.WriteFile(ours, fax.WriteTIFF(pages), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"-c", "none"},
		{"-c", "g4"},
		{"-c", "g3:1d"},
		{"-c", "g3:2d"},
		{"-c", "g3:1d:fill"},
		{"-c", "g3:2d:fill"},
		{"-c", "g3:2d", "-f", "lsb2msb"},
		{"-c", "g4", "-r", "64"},
		{"-c", "g3:1d", "-B"},
	} {
		name := fmt.Sprint(args)
		theirs := filepath.Join(dir, "theirs.tif")
		if out, err := tree.Command(t.Context(), "tiffcp", append(args, ours, theirs)...).CombinedOutput(); err != nil || len(out) > 0 {
			t.Fatalf("%s: %v: %s", name, err, out)
		}
		data, err := os.ReadFile(theirs)
		if err != nil {
			t.Fatal(err)
		}
		got, err := fax.ReadTIFF(data)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		same(t, name, got, pages)
		if got[0].X != 204 || got[0].Y != 196 {
			t.Errorf("%s: %v x %v dots per inch", name, got[0].X, got[0].Y)
		}
	}
	var picture bytes.Buffer
	coarse := pages[0]
	coarse.Y = 98
	if err := fax.WritePNG(&picture, coarse); err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(&picture)
	if err != nil {
		t.Fatal(err)
	}
	if b := img.Bounds(); b.Dx() != 1728 || b.Dy() != 2*coarse.Height {
		t.Errorf("a coarse page is shown as %v", b)
	}
}

// TestDamaged: bits that are lost cost the lines they are in, not the page.
func TestDamaged(t *testing.T) {
	tree, dir := asterisktest.Tree(t, 22), t.TempDir()
	page := drawn(t, 1, 1728, 1000)
	ours, theirs := filepath.Join(dir, "ours.tif"), filepath.Join(dir, "theirs.tif")
	if err := os.WriteFile(ours, fax.WriteTIFF([]fax.Page{page}), 0o600); err != nil {
		t.Fatal(err)
	}
	for coding, most := range map[string]int{"g3:1d": 30, "g3:2d": 60} {
		if out, err := tree.Command(t.Context(), "tiffcp", "-c", coding, "-r", "1000", ours, theirs).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		data, err := os.ReadFile(theirs)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 10 { // the strip is before the directory
			at := 2000 + i*(len(data)-4000)/10
			data[at] ^= 0x5a
			data[at+1] ^= 0xff
		}
		pages, err := fax.ReadTIFF(data)
		if err != nil {
			t.Fatal(err)
		}
		got, others := pages[0], 0
		for y := range page.Height {
			if !near(page, got.Line(y), y) {
				others++
			}
		}
		if got.Damaged == 0 || others > most {
			t.Errorf("%s: %d lines are told damaged, %d are others", coding, got.Damaged, others)
		}
	}
}

// near reports whether a line is one of the page's around y: where the end of a
// line is lost, those behind it move up.
func near(p fax.Page, line []byte, y int) bool {
	for i := max(0, y-20); i < min(p.Height, y+20); i++ {
		if bytes.Equal(line, p.Line(i)) {
			return true
		}
	}
	return false
}

func TestRefuses(t *testing.T) {
	whole := fax.WriteTIFF([]fax.Page{drawn(t, 1, 1728, 100)})
	for name, data := range map[string][]byte{
		"nothing": nil, "text": []byte("this is no picture at all"), "cut": whole[:len(whole)-20], "no page": []byte("II*\x00\x00\x00\x00\x00"),
	} {
		if _, err := fax.ReadTIFF(data); !errors.Is(err, fax.ErrTIFF) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzReadTIFF: whatever a file holds, reading ends, and what was read can be
// written and read again.
func FuzzReadTIFF(f *testing.F) {
	c, err := ccitt.NewPage(64, 8)
	if err != nil {
		f.Fatal(err)
	}
	for i := range 8 {
		c.Set(i*7, i)
	}
	f.Add(fax.WriteTIFF([]fax.Page{{Page: c, X: 204, Y: 98}}))
	f.Fuzz(func(t *testing.T, data []byte) {
		pages, err := fax.ReadTIFF(data)
		if err != nil {
			return
		}
		dots := 0
		for _, p := range pages {
			dots += p.Width * p.Height
		}
		if dots > 1<<22 {
			return
		}
		again, err := fax.ReadTIFF(fax.WriteTIFF(pages))
		if err != nil {
			t.Fatal(err)
		}
		for i := range pages {
			if !bytes.Equal(again[i].Bits, pages[i].Bits) {
				t.Errorf("page %d changed", i+1)
			}
		}
	})
}
