package softphone

import (
	"fmt"
	"strings"

	"rsc.io/qr"
)

// quiet is the width of the empty frame around a code, in modules
// (ISO/IEC 18004, section 6.3.8).
const quiet = 4

// Scanned is the text of a code: template (config.Softphone.QR) with {url}, or
// with {address}, which is url without its https:// or http://.
func Scanned(template, url string) string {
	_, address, _ := strings.Cut(url, "://")
	return strings.NewReplacer("{url}", url, "{address}", address).Replace(template)
}

// Code is a QR code.
type Code struct{ code *qr.Code }

// NewCode makes the code of a text of at most some 2,000 bytes, with 15 % of it to
// spare for dirt and glare (level M).
func NewCode(text string) (Code, error) {
	c, err := qr.Encode(text, qr.M)
	if err != nil {
		return Code{}, fmt.Errorf("QR code: %w", err)
	}
	return Code{c}, nil
}

// PNG is the code as a picture of 8 pixels a module.
func (c Code) PNG() []byte { return c.code.PNG() }

// SVG is the code as a picture of any size, black on white whatever is around it.
func (c Code) SVG() string {
	side := c.code.Size + 2*quiet
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %[1]d %[1]d" shape-rendering="crispEdges" role="img" aria-label="QR">`+
		`<rect width="%[1]d" height="%[1]d" fill="#fff"/><path fill="#000" d="`, side)
	for y := range c.code.Size {
		for x := 0; x < c.code.Size; x++ {
			from := x
			for c.code.Black(x, y) {
				x++
			}
			if x > from {
				fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", from+quiet, y+quiet, x-from, x-from)
			}
		}
	}
	b.WriteString(`"/></svg>`)
	return b.String()
}

// Text is the code for a terminal, two rows of it in one line: white is drawn, so
// that it is right on a dark ground, and inverted on a light one, which phones
// read too.
func (c Code) Text() string {
	var b strings.Builder
	const frame = quiet / 2
	white := func(x, y int) bool { return !c.code.Black(x, y) }
	for y := -frame; y < c.code.Size+frame; y += 2 {
		for x := -frame; x < c.code.Size+frame; x++ {
			switch top, bottom := white(x, y), white(x, y+1); {
			case top && bottom:
				b.WriteString("█")
			case top:
				b.WriteString("▀")
			case bottom:
				b.WriteString("▄")
			default:
				b.WriteString(" ")
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}
