package softphone_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"github.com/dipcast/dipcast/internal/softphone"
)

const link = "https://pbx.example.com:8443/provision/4bRk1x0pV5mQ9sT2uW7yZ3aC6dE8fG-h"

// read decodes a picture with a program that is not the one that made it.
func read(t *testing.T, picture image.Image) string {
	t.Helper()
	bitmap, err := gozxing.NewBinaryBitmapFromImage(picture)
	if err != nil {
		t.Fatal(err)
	}
	r, err := qrcode.NewQRCodeReader().Decode(bitmap, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r.GetText()
}

func TestScanned(t *testing.T) {
	for template, want := range map[string]string{
		"provlinkbs://{address}": "provlinkbs://pbx.example.com:8443/provision/4bRk1x0pV5mQ9sT2uW7yZ3aC6dE8fG-h",
		"{url}":                  link,
	} {
		if got := softphone.Scanned(template, link); got != want {
			t.Errorf("%s: %s", template, got)
		}
	}
}

// TestCodesAreRead: what is scanned from the picture, the drawing and the terminal
// is what was put in.
func TestCodesAreRead(t *testing.T) {
	for _, text := range []string{"provlinkbs://pbx.example.com/provision/x", link, "https://전화.example/" + strings.Repeat("긴", 60)} {
		c, err := softphone.NewCode(text)
		if err != nil {
			t.Fatal(err)
		}
		picture, err := png.Decode(bytes.NewReader(c.PNG()))
		if err != nil {
			t.Fatal(err)
		}
		if got := read(t, picture); got != text {
			t.Errorf("PNG: %q, want %q", got, text)
		}
		if got := read(t, drawn(t, c.SVG())); got != text {
			t.Errorf("SVG: %q, want %q", got, text)
		}
		if got := read(t, typed(c.Text())); got != text {
			t.Errorf("terminal: %q, want %q", got, text)
		}
	}
	if _, err := softphone.NewCode(strings.Repeat("x", 3000)); err == nil {
		t.Error("a text that no code holds")
	}
}

const zoom = 6 // pixels of a module

func canvas(w, h int, ground color.Gray) *image.Gray {
	m := image.NewGray(image.Rect(0, 0, w*zoom, h*zoom))
	for i := range m.Pix {
		m.Pix[i] = ground.Y
	}
	return m
}

func fill(m *image.Gray, x, y int, c color.Gray) {
	for dy := range zoom {
		for dx := range zoom {
			m.SetGray(x*zoom+dx, y*zoom+dy, c)
		}
	}
}

// drawn draws the path of an SVG as a browser does.
func drawn(t *testing.T, svg string) image.Image {
	t.Helper()
	var d struct {
		ViewBox string `xml:"viewBox,attr"`
		Path    struct {
			D string `xml:"d,attr"`
		} `xml:"path"`
	}
	if err := xml.Unmarshal([]byte(svg), &d); err != nil {
		t.Fatal(err)
	}
	var side, z int
	scan(t, d.ViewBox, "%d %d %d %d", &z, &z, &side, &side)
	m := canvas(side, side, color.Gray{255})
	for part := range strings.SplitSeq(strings.Trim(d.Path.D, "M"), "M") {
		var x, y, w, back int
		scan(t, part, "%d %dh%dv1h-%dz", &x, &y, &w, &back)
		for i := range w {
			fill(m, x+i, y, color.Gray{0})
		}
	}
	return m
}

// typed draws the lines of a dark terminal.
func typed(text string) image.Image {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	w, h := utf8.RuneCountInString(lines[0]), 2*len(lines)
	m := canvas(w+8, h+8, color.Gray{255}) // the frame of half the width needs some of the page
	for y, line := range lines {
		x := 0
		for _, c := range line {
			if c == ' ' || c == '▄' {
				fill(m, x+4, 2*y+4, color.Gray{0})
			}
			if c == ' ' || c == '▀' {
				fill(m, x+4, 2*y+5, color.Gray{0})
			}
			x++
		}
	}
	return m
}

func scan(t *testing.T, text, format string, into ...any) {
	t.Helper()
	if _, err := fmt.Sscanf(text, format, into...); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
}
