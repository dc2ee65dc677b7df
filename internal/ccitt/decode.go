package ccitt

import (
	"errors"
	"slices"
)

// Coding is how a page is coded.
type Coding struct {
	Group4 bool
	// TwoDimensional says of Group 3 that a bit behind each EOL tells whether the
	// line is coded by the one above (MR).
	TwoDimensional bool
	// NoEOL is Group 3 without ends of lines, TIFF's compression 2: every line
	// begins at a byte.
	NoEOL bool
	// Reversed says that the lowest bit of a byte comes first (TIFF FillOrder 2).
	Reversed bool
}

// errCode reports bits that mean nothing.
var errCode = errors.New("ccitt: no such word")

// Decoder reads pages. It holds tables; make one and use it again.
type Decoder struct{ t *tables }

// NewDecoder returns a Decoder.
func NewDecoder() *Decoder { return &Decoder{newTables()} }

// bits reads a stream of bits.
type bits struct {
	data     []byte
	at       int // in bits
	reversed bool
}

func (b *bits) left() int { return len(b.data)*8 - b.at }

// peek gives the next n bits, zeros behind the end.
func (b *bits) peek(n int) uint32 {
	var v uint32
	for i := b.at; i < b.at+n; i++ {
		v <<= 1
		if i/8 < len(b.data) {
			shift := 7 - i%8
			if b.reversed {
				shift = i % 8
			}
			v |= uint32(b.data[i/8]>>shift) & 1
		}
	}
	return v
}

// Decode reads the lines of a strip into p, from the line first to before end. It
// never fails: lines that are missing or make no sense look like the one above
// them, and are counted in p.Damaged.
func (d *Decoder) Decode(p *Page, first, end int, data []byte, c Coding) {
	b := &bits{data: data, reversed: c.Reversed}
	above := []int{p.Width}
	var line []int
	lost := false // the line above is not what it was
	y := first
	for ; y < min(end, p.Height); y++ {
		var err error
		line, err = d.line(b, c, line[:0], above, p.Width, lost)
		if errors.Is(err, errEnd) {
			break
		}
		if err != nil {
			p.Damaged++
			lost = true
			paint(p.Line(y), above, p.Width)
			if c.Group4 || c.NoEOL { // nothing to find the next line by
				y++
				break
			}
			b.seekEOL()
			continue
		}
		lost = false
		paint(p.Line(y), line, p.Width)
		above, line = line, above
	}
	for ; y < min(end, p.Height); y++ {
		p.Damaged++
		paint(p.Line(y), above, p.Width)
	}
}

// errEnd reports the end of a page.
var errEnd = errors.New("ccitt: end of page")

// line reads one line as its edges. After a lost one, those that are coded by it
// are lost too, until one stands for itself (T.4 section 4.2).
func (d *Decoder) line(b *bits, c Coding, line, above []int, width int, lost bool) ([]int, error) {
	switch {
	case c.Group4:
		if b.left() <= 0 || b.peek(24) == 0x001001 {
			return line, errEnd
		}
		return d.byAbove(b, line, above, width)
	case c.NoEOL:
		b.at = (b.at + 7) &^ 7
		if b.left() <= 0 {
			return line, errEnd
		}
		return d.byRuns(b, line, width)
	}
	one := true
	ends := 0
	for b.eolAhead() {
		b.seekEOL()
		b.at += 12
		if c.TwoDimensional {
			one = b.peek(1) == 1
			b.at++
		}
		if ends++; ends > 1 { // the first of RTC's six
			return line, errEnd
		}
	}
	if b.left() <= 0 {
		return line, errEnd
	}
	if one {
		return d.byRuns(b, line, width)
	}
	if lost {
		return line, errCode
	}
	return d.byAbove(b, line, above, width)
}

// eolAhead reports whether the next word is an EOL, behind any fill.
func (b *bits) eolAhead() bool { return b.left() >= 12 && b.peek(11) == 0 }

// seekEOL goes to the next EOL, or to the end.
func (b *bits) seekEOL() {
	for b.left() > 0 && b.peek(12) != 1 {
		b.at++
	}
}

// run reads one run of a color.
func (d *Decoder) run(b *bits, color int) (int, error) {
	total := 0
	for {
		n, ok := 0, false
		v := b.peek(maxWord)
		for bits := 2; bits <= maxWord; bits++ {
			if n, ok = d.t.runs[color][wordKey{bits, v >> (maxWord - bits)}]; ok {
				b.at += bits
				break
			}
		}
		if !ok || b.left() < 0 {
			return 0, errCode
		}
		if total += n; total > MaxWidth {
			return 0, errCode
		}
		if n < 64 {
			return total, nil
		}
	}
}

// byRuns reads a line of one dimension.
func (d *Decoder) byRuns(b *bits, line []int, width int) ([]int, error) {
	x, color := 0, 0
	for x < width {
		n, err := d.run(b, color)
		if err != nil {
			return line, err
		}
		if x += n; x > width {
			return line, errCode
		}
		if x < width {
			line = append(line, x)
		}
		color ^= 1
	}
	return append(line, width), nil
}

// byAbove reads a line that is coded by the one above it.
func (d *Decoder) byAbove(b *bits, line, above []int, width int) ([]int, error) {
	a0, color := -1, 0
	for a0 < width {
		b1, b2 := next(above, a0, color, width)
		mode, err := d.mode(b)
		if err != nil {
			return line, err
		}
		switch mode {
		case pass:
			a0 = b2
		case horiz:
			x := max(a0, 0)
			for i := range 2 {
				n, err := d.run(b, color^i)
				if err != nil {
					return line, err
				}
				if x += n; x > width {
					return line, errCode
				}
				line = append(line, x)
			}
			a0 = x
		default:
			a1 := b1 + mode
			if a1 < max(a0, 0) || a1 > width {
				return line, errCode
			}
			line = append(line, a1)
			a0 = a1
			color ^= 1
		}
	}
	return ended(line, width), nil
}

// ended is a line whose edges at the width are one.
func ended(line []int, width int) []int {
	if i := slices.Index(line, width); i >= 0 {
		line = line[:i]
	}
	return append(line, width)
}

func (d *Decoder) mode(b *bits) (int, error) {
	v := b.peek(7)
	for bits := 1; bits <= 7; bits++ {
		if m, ok := d.t.modes[wordKey{bits, v >> (7 - bits)}]; ok {
			b.at += bits
			if b.left() < 0 {
				return 0, errCode
			}
			return m, nil
		}
	}
	return 0, errCode
}

// next gives b1 and b2: the first edge of the line above, to the right of a0, to
// the color opposite to a0's, and the edge behind it.
func next(above []int, a0, color, width int) (b1, b2 int) {
	i := color // edges of even places begin black
	for i < len(above) && (above[i] <= a0 && (a0 >= 0)) {
		i += 2
	}
	b1, b2 = width, width
	if i < len(above) {
		b1 = above[i]
	}
	if i+1 < len(above) {
		b2 = above[i+1]
	}
	return b1, b2
}
