package fax

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"math"

	"github.com/dipcast/dipcast/internal/ccitt"
)

// WriteTIFF writes pages as a TIFF of Group 4, which Asterisk sends.
func WriteTIFF(pages []Page) []byte {
	enc, le := ccitt.NewEncoder(), binary.LittleEndian
	out := []byte("II*\x00\x00\x00\x00\x00")
	link := 4 // where the place of the next directory stands
	for _, p := range pages {
		strip := enc.Group4(p.Page)
		at := len(out)
		out = append(out, strip...)
		if len(out)%2 == 1 {
			out = append(out, 0)
		}
		fractions := len(out)
		for _, d := range []float64{p.X, p.Y} {
			out = le.AppendUint32(out, uint32(math.Round(d*100)))
			out = le.AppendUint32(out, 100)
		}
		le.PutUint32(out[link:], uint32(len(out)))
		entries := []struct {
			t     tag
			kind  uint16
			value int
		}{
			{tagWidth, 4, p.Width},
			{tagLength, 4, p.Height},
			{tagBits, 3, 1},
			{tagCompression, 3, compressionT6},
			{tagPhotometric, 3, 0},
			{tagFillOrder, 3, 1},
			{tagOffsets, 4, at},
			{tagSamples, 3, 1},
			{tagRowsPerStrip, 4, p.Height},
			{tagCounts, 4, len(strip)},
			{tagX, 5, fractions},
			{tagY, 5, fractions + 8},
			{tagResolution, 3, 2},
		}
		out = le.AppendUint16(out, uint16(len(entries)))
		for _, e := range entries {
			out = le.AppendUint16(out, uint16(e.t))
			out = le.AppendUint16(out, e.kind)
			out = le.AppendUint32(out, 1)
			out = le.AppendUint32(out, uint32(e.value))
		}
		link = len(out)
		out = le.AppendUint32(out, 0)
	}
	return out
}

// WritePDF writes pages as a PDF, each a picture in Group 4 of its real size (PDF
// 1.4; ISO 32000-1 section 7.4.6).
func WritePDF(pages []Page) []byte {
	var b bytes.Buffer
	var offsets []int
	object := func(format string, args ...any) {
		offsets = append(offsets, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n", len(offsets))
		fmt.Fprintf(&b, format, args...)
		b.WriteString("\nendobj\n")
	}
	b.WriteString("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
	object("<</Type/Catalog/Pages 2 0 R>>")
	var kids bytes.Buffer
	for i := range pages {
		fmt.Fprintf(&kids, "%d 0 R ", 3+3*i)
	}
	object("<</Type/Pages/Count %d/Kids[%s]>>", len(pages), kids.String())
	enc := ccitt.NewEncoder()
	for i, p := range pages {
		wide, high := points(p.Width, p.X), points(p.Height, p.Y)
		object("<</Type/Page/Parent 2 0 R/MediaBox[0 0 %.4f %.4f]/Contents %d 0 R/Resources<</XObject<</F %d 0 R>>>>>>", wide, high, 4+3*i, 5+3*i)
		content := fmt.Sprintf("q %.4f 0 0 %.4f 0 0 cm /F Do Q", wide, high)
		object("<</Length %d>>\nstream\n%s\nendstream", len(content), content)
		data := enc.Group4(p.Page)
		object("<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 1/Filter/CCITTFaxDecode"+
			"/DecodeParms<</K -1/Columns %d/Rows %d>>/Length %d>>\nstream\n%s\nendstream", p.Width, p.Height, p.Width, p.Height, len(data), data)
	}
	at := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(offsets)+1)
	for _, o := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(offsets)+1, at)
	return b.Bytes()
}

// points are a length in points of 1/72 inch, rounded down: who draws them gives
// the rest of a dot a dot.
func points(dots int, perInch float64) float64 {
	return math.Floor(float64(dots)/perInch*72*1e4) / 1e4
}

// WritePNG writes a page as a picture with square dots: coarse lines are there
// more than once.
func WritePNG(w io.Writer, p Page) error {
	times := max(1, int(math.Round(p.X/p.Y)))
	img := image.NewPaletted(image.Rect(0, 0, p.Width, p.Height*times), color.Palette{color.White, color.Black})
	for y := range p.Height * times {
		line := img.Pix[y*img.Stride:]
		for x := range p.Width {
			if p.Black(x, y/times) {
				line[x] = 1
			}
		}
	}
	return png.Encode(w, img)
}
