package fax_test

import (
	"bytes"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/fax"
)

// longHeight is how long the pages of a fax of many are, in lines.
const longHeight = 150

// sendPoor has a machine without error correction send pages over the poor line.
func sendPoor(t *testing.T, s *asterisktest.Server, pages []fax.Page) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "poor.tif")
	if err := os.WriteFile(file, fax.WriteTIFF(pages), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := s.Link(t, asterisktest.All).Do(t.Context(), ami.NewAction("Originate").
		Add("Channel", "PJSIP/"+poorDID+"@trk-3").Add("Application", "SendFAX").Add("Data", file).
		Add("Variable", "FAXOPT(ecm)=no").Add("Async", "true").Add("CallerID", "<0212345678>"))
	if err != nil || !r.Success() {
		t.Fatal(r, err)
	}
}

// wantPoor looks at a fax whose lines came damaged: what came is there, also when
// the machines gave up, what is damaged is told as libtiff tells it, and what is not
// is as it was sent.
func (g *gateway) wantPoor(f fax.Fax, sent []fax.Page, l *line) {
	g.t.Helper()
	whole := f.Status == "received" && f.Pages == len(sent)
	if !whole && (f.Status != "failed" || f.Message == nil) || f.Pages == 0 || f.Damaged == 0 || f.Mode != "audio" || f.Other != "0212345678" {
		g.t.Errorf("over a poor line (%v): %+v", l, f)
	}
	g.t.Log(l, "; lines damaged:", f.Damaged)
	_, tiff := g.ask("GET", "/api/v2/faxes/"+f.ID+"/tiff", "three", nil)
	told := 0
	for _, m := range badPattern.FindAllStringSubmatch(libtiff(g.t, tiff, "tiffinfo"), -1) {
		n, err := strconv.Atoi(m[1])
		if err != nil {
			g.t.Fatal(err)
		}
		told += n
	}
	if told != f.Damaged {
		g.t.Errorf("%d lines damaged, libtiff tells %d", f.Damaged, told)
	}
	for i, p := range g.wantPictures(f, tiff) {
		if i >= len(sent) {
			break
		}
		lines := map[string]bool{}
		for y := range sent[i].Height {
			lines[string(sent[i].Line(y))] = true
		}
		good := 0
		for y := range p.Height {
			if lines[string(p.Line(y))] {
				good++
			}
		}
		if good < p.Height*2/3 {
			g.t.Errorf("page %d: only %d of %d lines are as they were sent", i+1, good, p.Height)
		}
	}
}

var badPattern = regexp.MustCompile(`(?m)^ *Bad Fax Lines: (\d+)`)

// wantPictures compares the picture of each page with the page as libtiff's tools
// read it, dot for dot, and gives the pages.
func (g *gateway) wantPictures(f fax.Fax, tiff []byte) []fax.Page {
	g.t.Helper()
	plain := filepath.Join(g.t.TempDir(), "plain.tif")
	libtiff(g.t, tiff, "tiffcp", "-c", "none", "", plain)
	data, err := os.ReadFile(plain)
	if err != nil {
		g.t.Fatal(err)
	}
	pages, err := fax.ReadTIFF(data)
	if err != nil || len(pages) != f.Pages {
		g.t.Fatalf("libtiff reads %d pages of %d: %v", len(pages), f.Pages, err)
	}
	for i, p := range pages {
		_, picture := g.ask("GET", fmt.Sprintf("/api/v2/faxes/%s/pages/%d.png", f.ID, i+1), "three", nil)
		img, err := png.Decode(bytes.NewReader(picture))
		if err != nil || img.Bounds().Dx() != p.Width || img.Bounds().Dy() != p.Height {
			g.t.Errorf("picture %d: %v", i+1, err)
			continue
		}
		others := 0
		for y := range p.Height {
			for x := range p.Width {
				if r, _, _, _ := img.At(x, y).RGBA(); (r == 0) != p.Black(x, y) {
					others++
				}
			}
		}
		if others > 0 {
			g.t.Errorf("picture %d: %d dots are others than libtiff's", i+1, others)
		}
	}
	return pages
}

// libtiff runs one of its tools on a file, which stands for an empty argument or
// comes last.
func libtiff(t *testing.T, tiff []byte, tool string, args ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "fax.tif")
	if err := os.WriteFile(file, tiff, 0o600); err != nil {
		t.Fatal(err)
	}
	if at := slices.Index(args, ""); at >= 0 {
		args[at] = file
	} else {
		args = append(args, file)
	}
	out, err := asterisktest.Tree(t, 22).Command(t.Context(), tool, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v: %s", tool, err, out)
	}
	return string(out)
}

// wantLong looks at a fax of many pages: each picture is the page that was sent,
// below its header.
func (g *gateway) wantLong(f fax.Fax, sent []fax.Page) {
	g.t.Helper()
	if f.Status != "received" || f.Pages != len(sent) || f.Damaged != 0 {
		g.t.Errorf("of many pages: %+v", f)
	}
	_, tiff := g.ask("GET", "/api/v2/faxes/"+f.ID+"/tiff", "three", nil)
	for i, p := range g.wantPictures(f, tiff) {
		if i < len(sent) && !bytes.Equal(drawing(p), drawing(sent[i])) {
			g.t.Errorf("page %d is another: %d and %d lines", i+1, p.Height, sent[i].Height)
		}
	}
}

// drawing is a page of written from its first line that is not white, below a
// header, to its last.
func drawing(p fax.Page) []byte {
	white := make([]byte, p.Stride())
	last := p.Height
	for last > 0 && bytes.Equal(p.Line(last-1), white) {
		last--
	}
	first := max(0, last-longHeight+70) // 60 white lines above, 10 of the rhythm
	return p.Bits[first*p.Stride() : last*p.Stride()]
}
