// Package ccitt reads the codings of fax pages, ITU-T T.4 (Group 3, one and two
// dimensions) and T.6 (Group 4), and writes Group 4. It reads damaged pages as fax
// machines do: a line that makes no sense is shown as the one above it, and counted.
package ccitt

import "errors"

// ErrSize reports a page of impossible size.
var ErrSize = errors.New("ccitt: page of impossible size")

// Bounds of a page, in dots. The longest page of a fax at the finest resolution
// has some 9,000 lines; a roll may be longer.
const (
	MaxWidth  = 10000
	MaxHeight = 30000
)

// Page is a picture of black and white dots.
type Page struct {
	Width, Height int
	// Bits are the lines, each of Stride bytes; the highest bit is the leftmost
	// dot, 1 is black.
	Bits []byte
	// Damaged is how many lines could not be read.
	Damaged int
}

// NewPage is a white page.
func NewPage(width, height int) (*Page, error) {
	if width < 1 || width > MaxWidth || height < 0 || height > MaxHeight {
		return nil, ErrSize
	}
	return &Page{Width: width, Height: height, Bits: make([]byte, height*((width+7)/8))}, nil
}

// Stride is the number of bytes of a line.
func (p *Page) Stride() int { return (p.Width + 7) / 8 }

// Line is one line's bytes.
func (p *Page) Line(y int) []byte { return p.Bits[y*p.Stride() : (y+1)*p.Stride()] }

// Black reports whether a dot is black; outside of the page all is white.
func (p *Page) Black(x, y int) bool {
	return x >= 0 && y >= 0 && x < p.Width && y < p.Height && p.Bits[y*p.Stride()+x/8]&(0x80>>(x%8)) != 0
}

// Set makes a dot black.
func (p *Page) Set(x, y int) { p.Bits[y*p.Stride()+x/8] |= 0x80 >> (x % 8) }

// edges are the places at which a line's color changes, beginning with white; the
// width ends it.
func edges(line []byte, width int, into []int) []int {
	into = into[:0]
	black := false
	for x := 0; x < width; {
		b := line[x/8]
		if x%8 == 0 && (black && b == 0xff || !black && b == 0) {
			x += 8
			continue
		}
		if (b&(0x80>>(x%8)) != 0) != black {
			into = append(into, x)
			black = !black
		}
		x++
	}
	return append(into, width)
}

// paint draws a line of edges.
func paint(line []byte, e []int, width int) {
	for i := 0; i+1 < len(e); i += 2 {
		for x := e[i]; x < min(e[i+1], width); {
			if x%8 == 0 && x+8 <= e[i+1] {
				line[x/8] = 0xff
				x += 8
				continue
			}
			line[x/8] |= 0x80 >> (x % 8)
			x++
		}
	}
}
