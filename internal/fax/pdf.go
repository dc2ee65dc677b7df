package fax

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/dipcast/dipcast/internal/ccitt"
)

// ErrPDF reports a PDF that cannot be made pages of a fax.
var ErrPDF = errors.New("the PDF cannot be faxed")

// ErrNoPaper reports that there is no program that draws the pages of PDFs.
var ErrNoPaper = errors.New("PDFs cannot be faxed from here: poppler-utils is not installed")

// Bounds of drawing the pages of one PDF. It is done by a process of its own,
// which may not have more.
const (
	pdfTime     = 2 * time.Minute
	pdfSeconds  = 60      // of a processor
	pdfMemory   = 1 << 30 // bytes, its program and libraries among them
	pdfFiles    = 64      // open at once
	pdfWritten  = 1 << 20 // bytes of a file: caches of fonts, where they may be written
	maxPDFDots  = 64 << 20
	maxPDFWords = 64 << 10 // bytes of what it says
	// pdfMargin is by how many dots a page may be too wide: it is cut, 2 mm at
	// each side. Letter is 6 too wide.
	pdfMargin = 32
)

// Read reads the pages of a file that is to be faxed, a TIFF or a PDF, as fax
// machines know them. The error wraps ErrTIFF, ErrPDF, or ErrNoPaper.
func (k *Keeper) Read(ctx context.Context, data []byte) ([]Page, error) {
	if bytes.Contains(data[:min(len(data), 1024)], []byte("%PDF-")) {
		return k.readPDF(ctx, data)
	}
	pages, err := ReadTIFF(data)
	if err != nil {
		return nil, err
	}
	for i := range pages {
		if pages[i].Damaged > 0 {
			return nil, fmt.Errorf("%w: page %d is damaged", ErrTIFF, i+1)
		}
	}
	return Fit(pages)
}

// readPDF has the pages of a PDF drawn. Those that are wider than paper are drawn
// again, smaller: dots that stand for shades do not survive being made fewer.
func (k *Keeper) readPDF(ctx context.Context, data []byte) ([]Page, error) {
	if len(data) > MaxBytes {
		return nil, fmt.Errorf("%w: it has more than %d bytes", ErrPDF, MaxBytes)
	}
	if k.o.Paper == nil {
		return nil, ErrNoPaper
	}
	ctx, cancel := context.WithTimeout(ctx, pdfTime)
	defer cancel()
	var pages []Page
	wide := map[int]int{}
	dots := 0
	err := k.draw(ctx, data, 1, MaxPages+1, sendX, fineY, func(p *ccitt.Page) error {
		if len(pages) == MaxPages {
			return fmt.Errorf("%w: it has more than %d pages", ErrPDF, MaxPages)
		}
		if p.Width > sendWidth+pdfMargin {
			wide[len(pages)] = p.Width
			pages = append(pages, Page{})
			return nil
		}
		q, err := center(p)
		if dots += len(p.Bits); dots > maxDots {
			return fmt.Errorf("%w: its pages are too large", ErrPDF)
		}
		pages = append(pages, q)
		return err
	})
	for at, width := range wide {
		if err != nil {
			break
		}
		scale := float64(sendWidth) / float64(width)
		err = k.draw(ctx, data, at+1, at+1, sendX*scale, fineY*scale, func(p *ccitt.Page) (err error) {
			pages[at], err = center(p)
			return err
		})
	}
	for i := range pages {
		if err == nil && pages[i].Page == nil {
			err = fmt.Errorf("%w: page %d cannot be drawn", ErrPDF, i+1)
		}
	}
	if err == nil && len(pages) == 0 {
		err = fmt.Errorf("%w: it has no pages", ErrPDF)
	}
	return pages, err
}

// center puts a page in the middle of one that is as wide as paper.
func center(p *ccitt.Page) (Page, error) {
	if p.Height > maxSendHeight || p.Width > sendWidth+pdfMargin {
		return Page{}, fmt.Errorf("%w: a page is too long", ErrPDF)
	}
	out, err := ccitt.NewPage(sendWidth, p.Height)
	if err != nil {
		return Page{}, fmt.Errorf("%w: %w", ErrPDF, err)
	}
	left := (sendWidth - p.Width) / 16 // bytes; less than none cuts
	for y := range p.Height {
		from, to := p.Line(y), out.Line(y)
		if left < 0 {
			copy(to, from[-left:])
		} else {
			copy(to[left:], from)
		}
	}
	return Page{out, sendX, fineY}, nil
}

// draw has pages drawn, and gives them one after the other. The program reads the
// PDF by a pipe, which is filled only once its bounds are set.
func (k *Keeper) draw(ctx context.Context, data []byte, first, last int, x, y float64, give func(*ccitt.Page) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	runtime.LockOSThread() // it dies with the thread that started it
	defer runtime.UnlockOSThread()
	resolution := func(f float64) string { return strconv.FormatFloat(f, 'f', 3, 64) }
	args := []string{"-mono", "-rx", resolution(x), "-ry", resolution(y), "-f", strconv.Itoa(first), "-l", strconv.Itoa(last), "-"}
	var said remarks
	cmd, in, out, err := k.startPaper(ctx, &said, args)
	if err != nil {
		return err
	}
	fed := make(chan struct{})
	go func() {
		defer close(fed)
		_, _ = in.Write(data) // what it did not read is told by what it draws
		_ = in.Close()
	}()
	r := bufio.NewReaderSize(out, 64<<10)
	var bad error
	for bad == nil {
		var p *ccitt.Page
		if p, bad = readPBM(r); bad == nil {
			bad = give(p)
		}
	}
	if !errors.Is(bad, io.EOF) {
		cancel() // it is killed
	}
	<-fed
	err = cmd.Wait()
	switch {
	case !errors.Is(bad, io.EOF):
		return bad
	case ctx.Err() != nil:
		return fmt.Errorf("%w: it takes too long to draw", ErrPDF)
	case strings.Contains(said.String(), "Incorrect password"):
		return fmt.Errorf("%w: it is encrypted", ErrPDF)
	case err != nil:
		return fmt.Errorf("%w: it is damaged, or takes too much to draw", ErrPDF)
	case strings.Contains(said.String(), "Missing language pack"), strings.Contains(said.String(), "Couldn't find a font"):
		return fmt.Errorf("%w: fonts that it uses are neither in it nor here", ErrPDF)
	}
	return nil
}

// startPaper starts the program, away from the network where the system allows
// that to anyone.
func (k *Keeper) startPaper(ctx context.Context, said io.Writer, args []string) (cmd *exec.Cmd, in io.WriteCloser, out io.Reader, err error) {
	for _, apart := range []bool{true, false} {
		if cmd, err = k.o.Paper(ctx, args...); err != nil {
			return nil, nil, nil, err
		}
		cmd.Stderr = said
		cmd.WaitDelay = 5 * time.Second
		if apart {
			setApart(cmd)
		}
		in, err = cmd.StdinPipe()
		if err == nil {
			out, err = cmd.StdoutPipe()
		}
		if err == nil {
			err = cmd.Start()
		}
		if err == nil {
			break
		}
	}
	if err != nil {
		return nil, nil, nil, fmt.Errorf("draw a PDF: %w", err)
	}
	if err := confine(cmd.Process.Pid); err != nil {
		_ = cmd.Process.Kill() // it may have ended
		_ = cmd.Wait()
		return nil, nil, nil, fmt.Errorf("draw a PDF: %w", err)
	}
	return cmd, in, out, nil
}

// readPBM reads one picture of black and white dots, Netpbm's P4. io.EOF: there is
// none any more.
func readPBM(r *bufio.Reader) (*ccitt.Page, error) {
	var size [3]int // the kind among them
	for i := range size {
		word, err := readWord(r)
		if err != nil {
			if i == 0 && errors.Is(err, io.EOF) {
				return nil, io.EOF
			}
			return nil, fmt.Errorf("%w: a page is cut off", ErrPDF)
		}
		if size[i], err = strconv.Atoi(strings.TrimPrefix(word, "P")); err != nil || size[i] <= 0 {
			return nil, fmt.Errorf("%w: a page is not drawn", ErrPDF)
		}
	}
	width, height := size[1], size[2]
	if width > ccitt.MaxWidth || height > ccitt.MaxHeight || width*height > maxPDFDots {
		return nil, fmt.Errorf("%w: a page of %d by %d dots is too large", ErrPDF, width, height)
	}
	p, err := ccitt.NewPage(width, height)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPDF, err)
	}
	if _, err := io.ReadFull(r, p.Bits); err != nil {
		return nil, fmt.Errorf("%w: a page is cut off", ErrPDF)
	}
	if rest := width % 8; rest > 0 { // what is beyond the edge may be anything
		for y := range height {
			line := p.Line(y)
			line[len(line)-1] &= byte(0xff) << (8 - rest)
		}
	}
	return p, nil
}

// readWord reads up to one blank, which it takes.
func readWord(r *bufio.Reader) (string, error) {
	var b []byte
	for len(b) < 16 {
		c, err := r.ReadByte()
		if err != nil {
			return "", err
		}
		if c == ' ' || c == '\n' {
			break
		}
		b = append(b, c)
	}
	return string(b), nil
}

// remarks keeps the beginning of what a program says.
type remarks struct{ bytes.Buffer }

func (w *remarks) Write(b []byte) (int, error) {
	if room := maxPDFWords - w.Len(); room > 0 {
		w.Buffer.Write(b[:min(room, len(b))])
	}
	return len(b), nil
}
