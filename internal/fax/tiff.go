package fax

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"

	"github.com/dipcast/dipcast/internal/ccitt"
)

// ErrTIFF reports a file that is no TIFF of black and white pages, or one that is
// too large.
var ErrTIFF = errors.New("no TIFF of black and white pages")

// Bounds of a fax.
const (
	MaxPages = 100
	MaxBytes = 20 << 20
	// maxDots bounds the pages of a file in memory, in bytes of eight dots: 100
	// long ones at the fine resolution.
	maxDots = 96 << 20
)

// Page is a page with its resolution, in dots per inch.
type Page struct {
	*ccitt.Page
	X, Y float64
}

// tag is one of a TIFF's: TIFF 6.0, section 8.
type tag uint16

const (
	tagWidth         tag = 256
	tagLength        tag = 257
	tagBits          tag = 258
	tagCompression   tag = 259
	tagPhotometric   tag = 262
	tagFillOrder     tag = 266
	tagOffsets       tag = 273
	tagSamples       tag = 277
	tagRowsPerStrip  tag = 278
	tagCounts        tag = 279
	tagX             tag = 282
	tagY             tag = 283
	tagT4Options     tag = 292
	tagResolution    tag = 296
	tagBadLines      tag = 326 // TIFF-F, RFC 2306: lines that did not arrive whole
	compressionNone      = 1
	compressionMH        = 2
	compressionT4        = 3
	compressionT6        = 4
	perCentimeter        = 3
	maxStrips            = 100000
	defaultY             = 98.0
	defaultX             = 204.0
	maxFileOffset        = 1 << 31
	bytesOfEntry         = 12
	maxEntriesOfPage     = 200
	photometricBlack     = 1 // 0 is black
	fillOrderReverse     = 2
)

// reader reads a TIFF in memory.
type reader struct {
	data  []byte
	order binary.ByteOrder
	codec *ccitt.Decoder
	dots  int // bytes of the pages read so far
}

// ReadTIFF reads the pages of a file. Lines that are damaged are shown as those
// above them, and counted. The error wraps ErrTIFF.
func ReadTIFF(data []byte) ([]Page, error) {
	r := &reader{data: data, codec: ccitt.NewDecoder()}
	switch {
	case len(data) > MaxBytes:
		return nil, fmt.Errorf("%w: it has more than %d bytes", ErrTIFF, MaxBytes)
	case len(data) < 8:
		return nil, fmt.Errorf("%w: it is too short", ErrTIFF)
	case string(data[:4]) == "II*\x00":
		r.order = binary.LittleEndian
	case string(data[:4]) == "MM\x00*":
		r.order = binary.BigEndian
	default:
		return nil, fmt.Errorf("%w: it does not begin as one", ErrTIFF)
	}
	var pages []Page
	seen := map[uint32]bool{}
	for at := r.order.Uint32(data[4:]); at != 0; {
		if seen[at] || len(pages) == MaxPages {
			return nil, fmt.Errorf("%w: it has more than %d pages", ErrTIFF, MaxPages)
		}
		seen[at] = true
		tags, next, err := r.directory(at)
		if err != nil {
			return nil, err
		}
		p, err := r.page(tags)
		if err != nil {
			return nil, fmt.Errorf("page %d: %w", len(pages)+1, err)
		}
		pages = append(pages, p)
		at = next
	}
	if len(pages) == 0 {
		return nil, fmt.Errorf("%w: it has no page", ErrTIFF)
	}
	return pages, nil
}

// part is a stretch of the file.
func (r *reader) part(at, n uint32) ([]byte, error) {
	if at > maxFileOffset || n > maxFileOffset || int(at+n) > len(r.data) {
		return nil, fmt.Errorf("%w: it is cut off", ErrTIFF)
	}
	return r.data[at : at+n], nil
}

type values map[tag][]uint32

func (v values) one(t tag, otherwise uint32) uint32 {
	if len(v[t]) == 0 {
		return otherwise
	}
	return v[t][0]
}

// directory reads the description of one page.
func (r *reader) directory(at uint32) (tags values, next uint32, err error) {
	head, err := r.part(at, 2)
	if err != nil {
		return nil, 0, err
	}
	n := uint32(r.order.Uint16(head))
	if n > maxEntriesOfPage {
		return nil, 0, fmt.Errorf("%w: too many tags", ErrTIFF)
	}
	body, err := r.part(at+2, n*bytesOfEntry+4)
	if err != nil {
		return nil, 0, err
	}
	tags = values{}
	for i := uint32(0); i < n; i++ {
		e := body[i*bytesOfEntry:]
		list, err := r.entry(e[:bytesOfEntry])
		if err != nil {
			return nil, 0, err
		}
		tags[tag(r.order.Uint16(e))] = list
	}
	return tags, r.order.Uint32(body[n*bytesOfEntry:]), nil
}

// entry reads the numbers of a tag; a fraction is its two numbers. Other kinds
// have none.
func (r *reader) entry(e []byte) ([]uint32, error) {
	size := map[uint16]uint32{1: 1, 3: 2, 4: 4, 5: 8}[r.order.Uint16(e[2:])]
	n := r.order.Uint32(e[4:])
	if size == 0 || n == 0 {
		return nil, nil
	}
	if n > maxStrips {
		return nil, fmt.Errorf("%w: too many strips", ErrTIFF)
	}
	data := e[8:12]
	if size*n > 4 {
		var err error
		if data, err = r.part(r.order.Uint32(e[8:]), size*n); err != nil {
			return nil, err
		}
	}
	out := make([]uint32, 0, n)
	for i := uint32(0); i < n; i++ {
		switch d := data[i*size:]; size {
		case 1:
			out = append(out, uint32(d[0]))
		case 2:
			out = append(out, uint32(r.order.Uint16(d)))
		case 4:
			out = append(out, r.order.Uint32(d))
		default:
			out = append(out, r.order.Uint32(d), r.order.Uint32(d[4:]))
		}
	}
	return out, nil
}

// page reads the dots of one page.
func (r *reader) page(v values) (Page, error) {
	if v.one(tagBits, 1) != 1 || v.one(tagSamples, 1) != 1 {
		return Page{}, fmt.Errorf("%w: it has colors or shades", ErrTIFF)
	}
	width, height := v.one(tagWidth, 0), v.one(tagLength, 0)
	if width > ccitt.MaxWidth || height > ccitt.MaxHeight {
		return Page{}, fmt.Errorf("%w: %d by %d dots are too many", ErrTIFF, width, height)
	}
	if r.dots += int(height) * (int(width) + 7) / 8; r.dots > maxDots {
		return Page{}, fmt.Errorf("%w: its pages are too large", ErrTIFF)
	}
	c, err := ccitt.NewPage(int(width), int(height))
	if err != nil || height == 0 {
		return Page{}, fmt.Errorf("%w: a page without size", ErrTIFF)
	}
	p := Page{Page: c, X: resolution(v, tagX, defaultX), Y: resolution(v, tagY, defaultY)}
	rows := int(min(v.one(tagRowsPerStrip, height), height))
	if rows == 0 || len(v[tagOffsets]) != len(v[tagCounts]) {
		return Page{}, fmt.Errorf("%w: strips without size", ErrTIFF)
	}
	for i, at := range v[tagOffsets] {
		data, err := r.part(at, v[tagCounts][i])
		if err != nil {
			return Page{}, err
		}
		if err := r.strip(p, i*rows, min((i+1)*rows, int(height)), data, v); err != nil {
			return Page{}, err
		}
	}
	// Words of the fax codings mean white and black whatever this says, but for
	// files whose writer meant it the other way round: those are shown as meant.
	if v.one(tagPhotometric, 0) == photometricBlack {
		invert(p)
	}
	// Who received the page may have put good lines for those that were damaged.
	p.Damaged += int(min(v.one(tagBadLines, 0), height))
	return p, nil
}

func (r *reader) strip(p Page, first, end int, data []byte, v values) error {
	if first >= p.Height {
		return nil
	}
	c := ccitt.Coding{Reversed: v.one(tagFillOrder, 1) == fillOrderReverse}
	switch v.one(tagCompression, compressionNone) {
	case compressionNone:
		to := p.Bits[first*p.Stride() : end*p.Stride()]
		n := copy(to, data)
		if c.Reversed {
			for i := range to {
				to[i] = bits.Reverse8(to[i])
			}
		}
		p.Damaged += end - first - n/p.Stride()
		return nil
	case compressionMH:
		c.NoEOL = true
	case compressionT4:
		c.TwoDimensional = v.one(tagT4Options, 0)&1 != 0
	case compressionT6:
		c.Group4 = true
	default:
		return fmt.Errorf("%w: its compression is %d; only none, Group 3 and Group 4 are read", ErrTIFF, v.one(tagCompression, 0))
	}
	r.codec.Decode(p.Page, first, end, data, c)
	return nil
}

func invert(p Page) {
	for y := range p.Height {
		line := p.Line(y)
		for i := range line {
			line[i] = ^line[i]
		}
		if rest := p.Width % 8; rest > 0 {
			line[len(line)-1] &= byte(0xff) << (8 - rest)
		}
	}
}

// resolution is one in dots per inch; otherwise when the file does not say.
func resolution(v values, t tag, otherwise float64) float64 {
	f := v[t]
	if len(f) < 2 || f[0] == 0 || f[1] == 0 {
		return otherwise
	}
	d := float64(f[0]) / float64(f[1])
	if v.one(tagResolution, 2) == perCentimeter {
		d *= 2.54
	}
	if d < 20 || d > 2400 {
		return otherwise
	}
	return d
}
