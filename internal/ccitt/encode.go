package ccitt

// Encoder writes pages. It holds tables; make one and use it again.
type Encoder struct{ t *tables }

// NewEncoder returns an Encoder.
func NewEncoder() *Encoder { return &Encoder{newTables()} }

type bitWriter struct {
	b []byte
	n int // bits
}

func (w *bitWriter) word(s string) {
	for _, c := range s {
		if w.n%8 == 0 {
			w.b = append(w.b, 0)
		}
		if c == '1' {
			w.b[w.n/8] |= 0x80 >> (w.n % 8)
		}
		w.n++
	}
}

// Group4 codes a page (T.6), with its end.
func (e *Encoder) Group4(p *Page) []byte {
	w := &bitWriter{b: make([]byte, 0, len(p.Bits)/8)}
	above, line := []int{p.Width}, []int(nil)
	for y := range p.Height {
		line = edges(p.Line(y), p.Width, line)
		e.byAbove(w, line, above, p.Width)
		above, line = line, above
	}
	w.word(eol + eol)
	return w.b
}

// byAbove codes a line by the one above it, T.4 section 4.2.1.3.
func (e *Encoder) byAbove(w *bitWriter, line, above []int, width int) {
	a0, color := -1, 0
	for a0 < width {
		a1, a2 := next(line, a0, color, width)
		b1, b2 := next(above, a0, color, width)
		switch d := a1 - b1; {
		case b2 < a1:
			w.word(modePass)
			a0 = b2
		case d >= -3 && d <= 3:
			w.word(modeVertical[d+3])
			a0 = a1
			color ^= 1
		default:
			w.word(modeHoriz)
			e.run(w, color, a1-max(a0, 0))
			e.run(w, color^1, a2-a1)
			a0 = a2
		}
	}
}

func (e *Encoder) run(w *bitWriter, color, n int) {
	for n > 2560+63 {
		w.word(e.t.words[color][2560])
		n -= 2560
	}
	if n >= 64 {
		w.word(e.t.words[color][n&^63])
		n &= 63
	}
	w.word(e.t.words[color][n])
}
