package workstest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
)

// Bounds of a card: of its JSON (docs/bot-send-flex has 15 KB for a carousel), and
// ours of its depth and parts.
const (
	maxFlexBytes = 15 * 1024
	maxFlexDepth = 10
	maxFlexParts = 200
)

// What the parts of a card have (docs/bot-send-flex-*). It is the older half of
// LINE's Flex Messages: margin, spacing and sizes of texts are words, never
// pixels; justifyContent, background, lineSpacing and the like are not there.
var (
	placed = []string{"position", "offsetTop", "offsetBottom", "offsetStart", "offsetEnd"}
	parts  = map[string][]string{
		"box": append([]string{
			"layout", "contents", "backgroundColor", "borderColor", "borderWidth", "cornerRadius", "width", "height", "flex",
			"spacing", "margin", "paddingAll", "paddingTop", "paddingBottom", "paddingStart", "paddingEnd", "action",
		}, placed...),
		"button": append([]string{"action", "flex", "margin", "height", "style", "color", "gravity"}, placed...),
		"filler": {"flex"},
		"icon":   append([]string{"url", "margin", "size", "aspectRatio"}, placed...),
		"image": append([]string{
			"url", "flex", "margin", "align", "gravity", "size", "aspectRatio", "aspectMode", "action",
		}, placed...),
		"separator": {"margin", "color"},
		"span":      {"text", "color", "size", "weight", "style", "decoration"},
		"text": append([]string{
			"text", "contents", "flex", "margin", "size", "align", "gravity", "wrap", "maxLines", "weight", "color", "action",
			"style", "decoration",
		}, placed...),
	}
	gaps   = regexp.MustCompile(`^(none|xs|sm|md|lg|xl|xxl)$`)
	spaces = regexp.MustCompile(`^(none|xs|sm|md|lg|xl|xxl|\d+(\.\d+)?(px|%))$`)
	sizes  = regexp.MustCompile(`^(xxs|xs|sm|md|lg|xl|xxl|3xl|4xl|5xl)$`)
	pixels = regexp.MustCompile(`^\d+(\.\d+)?(px|%)$`)
	width  = regexp.MustCompile(`^(none|light|normal|medium|semi-bold|bold|\d+(\.\d+)?px)$`)
	color  = regexp.MustCompile(`^#[0-9a-fA-F]{6}([0-9a-fA-F]{2})?$`)
	ratio  = regexp.MustCompile(`^\d+(\.\d+)?:\d+(\.\d+)?$`)

	patterns = map[string]*regexp.Regexp{
		"margin": gaps, "spacing": gaps, "cornerRadius": spaces, "paddingAll": spaces, "paddingTop": spaces, "paddingBottom": spaces,
		"paddingStart": spaces, "paddingEnd": spaces, "offsetTop": spaces, "offsetBottom": spaces, "offsetStart": spaces, "offsetEnd": spaces,
		"borderWidth": width, "color": color, "backgroundColor": color, "borderColor": color, "aspectRatio": ratio,
		"width": pixels,
	}
	words = map[string][]string{
		"layout": {"horizontal", "vertical", "baseline"}, "weight": {"regular", "bold"}, "align": {"start", "end", "center"},
		"gravity": {"top", "bottom", "center"}, "aspectMode": {"cover", "fit"}, "position": {"relative", "absolute"},
		"decoration": {"none", "underline", "line-through"},
	}
	bubbleSizes = []string{"nano", "micro", "kilo", "mega", "giga"}
)

func (k *check) flexMessage(p string, m map[string]any) {
	k.fields(p, m, "type", "altText", "contents", "i18nAltTexts", "quickReply")
	k.text(p, m, "altText", 1, 400)
	k.i18n(p, m, "i18nAltTexts", "altText", 400)
	p += ".contents"
	c := k.object(p, m["contents"])
	n := 0
	switch kind, _ := c["type"].(string); kind {
	case "bubble":
		k.bubble(p, c, &n)
	case "carousel":
		k.fields(p, c, "type", "contents")
		var first any
		for i, v := range k.array(p, c, "contents", 1, 10) {
			p := at(p+".contents", i)
			b := k.object(p, v)
			if i == 0 {
				first = b["size"]
			}
			if b["size"] != first {
				k.wrong(p+".size", "must be that of the first bubble")
			}
			k.bubble(p, b, &n)
		}
	default:
		k.wrong(p+".type", "must be bubble or carousel")
	}
	if size := k.flexBytes(); size > maxFlexBytes {
		k.wrong(p, fmt.Sprintf("has %d bytes of at most %d", size, maxFlexBytes))
	}
}

// flexBytes is how long the card is as it came, without spaces.
func (k *check) flexBytes() int {
	var outer struct {
		Contents json.RawMessage `json:"contents"`
	}
	var b bytes.Buffer
	if json.Unmarshal(k.raw, &outer) != nil || json.Compact(&b, outer.Contents) != nil {
		return 0
	}
	return b.Len()
}

func (k *check) bubble(p string, b map[string]any, n *int) {
	k.fields(p, b, "type", "size", "direction", "header", "hero", "body", "footer", "styles", "action")
	if b["type"] != "bubble" {
		k.wrong(p+".type", "must be bubble")
	}
	k.word(p, b, "size", bubbleSizes...)
	k.word(p, b, "direction", "ltr", "rtl")
	if a, there := b["action"]; there {
		k.action(p+".action", a, inFlexArea)
	}
	blocks := 0
	for _, block := range []string{"header", "hero", "body", "footer"} {
		v, there := b[block]
		if !there {
			continue
		}
		blocks++
		c := k.object(p+"."+block, v)
		if kind := c["type"]; kind != "box" && (block != "hero" || kind != "image") {
			k.wrong(p+"."+block+".type", "must be box")
		}
		k.part(p+"."+block, c, 1, n)
	}
	if blocks == 0 {
		k.wrong(p, "must have header, hero, body or footer")
	}
	if v, there := b["styles"]; there {
		p := p + ".styles"
		styles := k.object(p, v)
		k.fields(p, styles, "header", "hero", "body", "footer")
		for name, v := range styles {
			s := k.object(p+"."+name, v)
			k.fields(p+"."+name, s, "backgroundColor", "separator", "separatorColor")
			for _, c := range []string{"backgroundColor", "separatorColor"} {
				if v, there := s[c]; there && !matches(color, v) {
					k.wrong(p+"."+name+"."+c, "must be #RRGGBB or #RRGGBBAA")
				}
			}
		}
	}
}

func matches(r *regexp.Regexp, v any) bool {
	s, ok := v.(string)
	return ok && r.MatchString(s)
}

// part checks a component and those in it.
func (k *check) part(p string, c map[string]any, depth int, n *int) {
	kind, _ := c["type"].(string)
	known := parts[kind]
	if *n++; *n > maxFlexParts || depth > maxFlexDepth {
		k.wrong(p, "is one part too many, or too deep")
		return
	}
	if known == nil {
		k.wrong(p+".type", "is no part of a card")
		return
	}
	k.fields(p, c, append([]string{"type"}, known...)...)
	k.values(p, c)
	if a, there := c["action"]; there || kind == "button" {
		in := inFlexArea
		if kind == "button" {
			in = inFlex
		}
		k.action(p+".action", a, in)
	}
	switch kind {
	case "box":
		k.text(p, c, "layout", 1, 20)
		if _, there := c["contents"]; !there {
			k.wrong(p+".contents", "must be given")
		}
		for i, v := range k.array(p, c, "contents", 0, maxFlexParts) {
			p := at(p+".contents", i)
			child := k.object(p, v)
			k.inside(p, c["layout"], child["type"])
			k.part(p, child, depth+1, n)
		}
	case "text":
		k.word(p, c, "style", "normal", "italic")
		spans := k.array(p, c, "contents", 0, maxFlexParts)
		if len(spans) == 0 {
			k.text(p, c, "text", 1, 2000)
		}
		for i, v := range spans {
			p := at(p+".contents", i)
			child := k.object(p, v)
			if child["type"] != "span" {
				k.wrong(p+".type", "must be span")
			}
			k.part(p, child, depth+1, n)
		}
	case "span":
		k.text(p, c, "text", 1, 2000)
	case "image", "icon":
		k.url(p, c, "url", "https")
	case "button":
		k.word(p, c, "style", "primary", "secondary", "link")
		k.word(p, c, "height", "sm", "md")
	}
}

// inside: a baseline box holds text and icons, the others everything but icons;
// a span is in a text only.
func (k *check) inside(p string, layout, kind any) {
	baseline := []any{"text", "icon", "filler"}
	if kind == "span" || (layout == "baseline" && !slices.Contains(baseline, kind)) || (layout != "baseline" && kind == "icon") {
		k.wrong(p+".type", fmt.Sprintf("%v cannot be in a box with layout %v", kind, layout))
	}
}

// values checks what has the same form in every part.
func (k *check) values(p string, c map[string]any) {
	for name, v := range c {
		if r := patterns[name]; r != nil && !matches(r, v) {
			k.wrong(p+"."+name, "has a form that is not known")
		}
		if w := words[name]; w != nil {
			k.word(p, c, name, w...)
		}
		switch name {
		case "size":
			if full := c["type"] == "image" && v == "full"; !full && !matches(sizes, v) {
				k.wrong(p+".size", "is not known")
			}
		case "height":
			if c["type"] == "box" && !matches(pixels, v) {
				k.wrong(p+".height", "must be like 3px")
			}
		case "wrap":
			if _, ok := v.(bool); !ok {
				k.wrong(p+"."+name, "must be true or false")
			}
		case "flex", "maxLines":
			n, _ := v.(json.Number)
			if i, err := strconv.Atoi(n.String()); err != nil || i < 0 {
				k.wrong(p+"."+name, "must be a number from 0")
			}
		}
	}
}
