package works

import (
	"regexp"
	"strconv"
)

// Flex is a card of boxes (docs/bot-send-flex): the box model of LINE's Flex
// Messages. Contents is a bubble, or a carousel of bubbles.
type Flex struct {
	AltText      string        `json:"altText"` // at most 400: the notification, and the list of rooms
	Contents     *Component    `json:"contents"`
	I18nAltTexts []I18nAltText `json:"i18nAltTexts,omitempty"`
	QuickReply   *QuickReply   `json:"quickReply,omitempty"`
}

// Component is any part of a card; Type says which fields count: bubble,
// carousel, box, text, span, image, icon, button, separator, filler.
type Component struct {
	Type string `json:"type"`

	// bubble
	Size   string        `json:"size,omitempty"` // nano … giga; also of text, image, icon
	Header *Component    `json:"header,omitempty"`
	Hero   *Component    `json:"hero,omitempty"`
	Body   *Component    `json:"body,omitempty"`
	Footer *Component    `json:"footer,omitempty"`
	Styles *BubbleStyles `json:"styles,omitempty"`

	// box, carousel, text with spans
	Layout   string       `json:"layout,omitempty"`  // horizontal, vertical, baseline
	Contents []*Component `json:"contents,omitzero"` // a box has one, be it empty

	Text   string  `json:"text,omitempty"`
	Weight string  `json:"weight,omitempty"` // regular, bold
	Color  string  `json:"color,omitempty"`  // #RRGGBB: of a text; of a button's face when primary or secondary
	Align  string  `json:"align,omitempty"`
	Wrap   bool    `json:"wrap,omitempty"`
	URL    string  `json:"url,omitempty"`
	Style  string  `json:"style,omitempty"`  // primary, secondary, link
	Width  string  `json:"width,omitempty"`  // of a box: 60px
	Height string  `json:"height,omitempty"` // of a button: sm, md; of a box: 3px
	Action *Action `json:"action,omitempty"`

	Flex            *int   `json:"flex,omitempty"`
	Margin          string `json:"margin,omitempty"`
	Spacing         string `json:"spacing,omitempty"`
	Gravity         string `json:"gravity,omitempty"`
	BackgroundColor string `json:"backgroundColor,omitempty"`
	CornerRadius    string `json:"cornerRadius,omitempty"`
	PaddingAll      string `json:"paddingAll,omitempty"`
	BorderColor     string `json:"borderColor,omitempty"`
	BorderWidth     string `json:"borderWidth,omitempty"`
}

// BubbleStyles colours the parts of a bubble.
type BubbleStyles struct {
	Header *BlockStyle `json:"header,omitempty"`
	Body   *BlockStyle `json:"body,omitempty"`
	Footer *BlockStyle `json:"footer,omitempty"`
}

// BlockStyle colours one of them.
type BlockStyle struct {
	BackgroundColor string `json:"backgroundColor,omitempty"`
	Separator       bool   `json:"separator,omitempty"`
	SeparatorColor  string `json:"separatorColor,omitempty"`
}

// Bounds of a card.
const (
	MaxFlexBytes = 15 << 10 // JSON of a carousel; kept for a bubble too
	maxFlexDepth = 10
	maxFlexParts = 200
)

func (c *Flex) quick() *QuickReply { return c.QuickReply }

// MarshalJSON adds the type.
func (c *Flex) MarshalJSON() ([]byte, error) {
	type plain Flex
	return typed("flex", (*plain)(c))
}

func (c *Flex) check(k *checker) {
	k.text("altText", c.AltText, 1, 400)
	for i, v := range c.I18nAltTexts {
		k.text(index("i18nAltTexts", i)+".altText", v.AltText, 1, 400)
		k.language(index("i18nAltTexts", i), v.Language)
	}
	switch {
	case c.Contents == nil:
		k.wrong("contents", "must be given", "")
		return
	case c.Contents.Type == "carousel":
		k.count("contents.contents", len(c.Contents.Contents), 1, 10)
		for i, b := range c.Contents.Contents {
			at := index("contents.contents", i)
			k.bubble(at, b)
			if b != nil && b.Size != c.Contents.Contents[0].Size {
				k.wrong(at+".size", "as in the first bubble", quoted(b.Size))
			}
		}
	default:
		k.bubble("contents", c.Contents)
	}
	if k.err == nil {
		k.size("contents", c.Contents, MaxFlexBytes)
	}
}

func (k *checker) bubble(field string, b *Component) {
	if b == nil || b.Type != "bubble" {
		k.wrong(field+".type", "bubble or carousel", "another")
		return
	}
	k.word(field+".size", b.Size, "nano", "micro", "kilo", "mega", "giga")
	f := flexCheck{k: k}
	for _, part := range []struct {
		name string
		c    *Component
	}{{"header", b.Header}, {"hero", b.Hero}, {"body", b.Body}, {"footer", b.Footer}} {
		if part.c == nil {
			continue
		}
		if part.name != "hero" && part.c.Type != "box" {
			k.wrong(field+"."+part.name+".type", "box", quoted(part.c.Type))
		}
		f.component(field+"."+part.name, part.c, 1)
	}
	if f.parts == 0 {
		k.wrong(field, "header, hero, body or footer", "none")
	}
	if s := b.Styles; s != nil {
		for _, part := range []struct {
			name  string
			style *BlockStyle
		}{{"header", s.Header}, {"body", s.Body}, {"footer", s.Footer}} {
			if part.style != nil {
				at := field + ".styles." + part.name
				k.color(at+".backgroundColor", part.style.BackgroundColor)
				k.color(at+".separatorColor", part.style.SeparatorColor)
			}
		}
	}
}

// flexCheck walks a card, with bounds of its own.
type flexCheck struct {
	k     *checker
	parts int
}

func (f *flexCheck) component(field string, c *Component, depth int) {
	if f.parts++; c == nil || f.parts > maxFlexParts || depth > maxFlexDepth {
		f.k.wrong(field, "a part; at most "+strconv.Itoa(maxFlexParts)+", "+strconv.Itoa(maxFlexDepth)+" deep", "more or none")
		return
	}
	if c.Action != nil {
		at := inFlex
		if c.Type != "button" {
			at.bare = true
		}
		f.k.action(field+".action", c.Action, at)
	}
	switch c.Type {
	case "box":
		if c.Layout != "horizontal" && c.Layout != "vertical" && c.Layout != "baseline" {
			f.k.wrong(field+".layout", "horizontal, vertical or baseline", quoted(c.Layout))
		}
		if c.Contents == nil {
			f.k.wrong(field+".contents", "must be given, be it empty", "")
		}
	case "text":
		if len(c.Contents) == 0 {
			f.k.text(field+".text", c.Text, 1, 2000)
		}
	case "image", "icon":
		f.k.address(field+".url", c.URL, "https")
	case "button":
		if c.Action == nil {
			f.k.wrong(field+".action", "must be given", "")
		}
	case "span", "separator", "filler":
	default:
		f.k.wrong(field+".type", "a part of a card", quoted(c.Type))
	}
	f.looks(field, c)
	for i, child := range c.Contents {
		at := index(field+".contents", i)
		if child != nil {
			f.inside(at, c, child)
		}
		f.component(at, child, depth+1)
	}
}

// inside: text and icons stand in a baseline box, everything but icons in the
// others, spans in a text.
func (f *flexCheck) inside(at string, c, child *Component) {
	bad := false
	switch {
	case c.Type == "text":
		bad = child.Type != "span"
	case child.Type == "span":
		bad = true
	case c.Layout == "baseline":
		bad = child.Type != "text" && child.Type != "icon" && child.Type != "filler"
	default:
		bad = child.Type == "icon"
	}
	if bad {
		f.k.wrong(at+".type", "a part that goes into this one", quoted(child.Type))
	}
}

// Words and lengths of a card's looks (docs/bot-send-flex-*): margin, spacing and
// sizes of texts are words only.
var (
	gaps   = regexp.MustCompile(`^(none|xs|sm|md|lg|xl|xxl)$`)
	insets = regexp.MustCompile(`^(none|xs|sm|md|lg|xl|xxl|\d+(\.\d+)?(px|%))$`)
	sizes  = regexp.MustCompile(`^(xxs|xs|sm|md|lg|xl|xxl|3xl|4xl|5xl)$`)
	pixels = regexp.MustCompile(`^\d+(\.\d+)?(px|%)$`)
	widths = regexp.MustCompile(`^(none|light|normal|medium|semi-bold|bold|\d+(\.\d+)?px)$`)
)

func (f *flexCheck) looks(field string, c *Component) {
	k := f.k
	k.color(field+".color", c.Color)
	k.color(field+".backgroundColor", c.BackgroundColor)
	k.color(field+".borderColor", c.BorderColor)
	k.word(field+".weight", c.Weight, "regular", "bold")
	k.word(field+".align", c.Align, "start", "center", "end")
	k.word(field+".gravity", c.Gravity, "top", "center", "bottom")
	if c.Type == "box" && c.Height != "" && !pixels.MatchString(c.Height) {
		k.wrong(field+".height", "3px", quoted(c.Height))
	}
	if c.Width != "" && !pixels.MatchString(c.Width) {
		k.wrong(field+".width", "60px", quoted(c.Width))
	}
	if c.Type == "button" {
		k.word(field+".style", c.Style, "primary", "secondary", "link")
		k.word(field+".height", c.Height, "sm", "md")
	}
	size := c.Size
	if c.Type == "image" && size == "full" {
		size = ""
	}
	for _, v := range []struct {
		name, value string
		form        *regexp.Regexp
	}{
		{"size", size, sizes},
		{"margin", c.Margin, gaps},
		{"spacing", c.Spacing, gaps},
		{"cornerRadius", c.CornerRadius, insets},
		{"paddingAll", c.PaddingAll, insets},
		{"borderWidth", c.BorderWidth, widths},
	} {
		if v.value != "" && !v.form.MatchString(v.value) {
			k.wrong(field+"."+v.name, "a word of the documentation, or 10px where it takes that", quoted(v.value))
		}
	}
}

func (k *checker) color(field, s string) {
	if s != "" && !IsColor(s) {
		k.wrong(field, "#RRGGBB or #RRGGBBAA", quoted(s))
	}
}

// IsColor reports whether a card takes s as a colour: #RRGGBB or #RRGGBBAA.
func IsColor(s string) bool {
	if (len(s) != 7 && len(s) != 9) || s[0] != '#' {
		return false
	}
	_, err := strconv.ParseUint(s[1:], 16, 32)
	return err == nil
}
