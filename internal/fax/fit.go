package fax

import (
	"fmt"

	"github.com/dipcast/dipcast/internal/ccitt"
)

// What is sent has the width of a page of A4 and one of the two resolutions that
// every fax machine knows, ITU-T T.4.
const (
	sendWidth = 1728
	sendX     = 204
	fineY     = 196
	coarseY   = 98
	// maxSendHeight is the longest page that is sent, in dots: some 1.2 m.
	maxSendHeight = 9000
)

// Fit makes pages such as fax machines know. The error wraps ErrTIFF.
func Fit(pages []Page) ([]Page, error) {
	out := make([]Page, 0, len(pages))
	for i, p := range pages {
		f, err := fit(p)
		if err != nil {
			return nil, fmt.Errorf("page %d: %w", i+1, err)
		}
		out = append(out, f)
	}
	return out, nil
}

func fit(p Page) (Page, error) {
	coarse := p.Y > 90 && p.Y < 110 && p.X > 190
	y := float64(fineY)
	if coarse {
		y = coarseY
	}
	// Its width fills the page; its height follows from the resolutions.
	scale := float64(sendWidth) / float64(p.Width)
	height := int(float64(p.Height) * scale * (p.X / p.Y) * (y / sendX))
	if p.Width == sendWidth && (coarse || p.Y > 180 && p.Y < 220) {
		height = p.Height
	}
	if height < 1 || height > maxSendHeight {
		return Page{}, fmt.Errorf("%w: the page is too long to be sent, or has no height", ErrTIFF)
	}
	if p.Width == sendWidth && height == p.Height {
		return Page{p.Page, sendX, y}, nil
	}
	c, err := ccitt.NewPage(sendWidth, height)
	if err != nil {
		return Page{}, fmt.Errorf("%w: %w", ErrTIFF, err)
	}
	// A dot is black when any of those it stands for is: thin lines stay.
	for to := range height {
		top, bottom := to*p.Height/height, max((to+1)*p.Height/height, to*p.Height/height+1)
		for x := range sendWidth {
			left, right := x*p.Width/sendWidth, max((x+1)*p.Width/sendWidth, x*p.Width/sendWidth+1)
			if anyBlack(p, left, right, top, bottom) {
				c.Set(x, to)
			}
		}
	}
	return Page{c, sendX, y}, nil
}

func anyBlack(p Page, left, right, top, bottom int) bool {
	for y := top; y < bottom; y++ {
		for x := left; x < right; x++ {
			if p.Black(x, y) {
				return true
			}
		}
	}
	return false
}
