package bot

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"strings"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/works"
)

//go:embed preview.html
var previewText string

//go:embed preview.css
var previewStyle string

var previewTemplate = template.Must(template.New("preview").Parse(previewText))

// looks is a page of cards under way. Its colours are classes of its own style, so
// that no style stands in an attribute, which its policy refuses.
type looks struct {
	classes map[string]string // by what they say
	css     strings.Builder
}

// shown is a card, and part what stands in it, from top to bottom.
type shown struct {
	Kind, Alt, Class string
	Parts            []part
}

type part struct {
	Tag, Class, Text string // Tag: text, rule, button, frame
}

// PreviewPage is a page that shows all cards of a style in both languages, with
// made up callers, and the Content-Security-Policy to send it with: it loads
// nothing, runs nothing, and only pages of the gateway may frame it.
func PreviewPage(style *company.CardStyle, publicURL string) (page []byte, policy string, err error) {
	l := &looks{classes: map[string]string{}}
	l.css.WriteString(previewStyle)
	s := StyleOf(style).withDefaults()
	v := struct {
		Mode  Mode
		Style template.CSS
		Langs []struct {
			Lang  Lang
			Cards []shown
		}
	}{Mode: s.Mode}
	for _, lang := range []Lang{Korean, English} {
		var cards []shown
		for _, kind := range []string{PreviewExternal, PreviewInternal, PreviewFax, PreviewMissed, PreviewAnswered, PreviewVoicemail} {
			card, err := l.card(kind, previewed(kind, lang, s, publicURL))
			if err != nil {
				return nil, "", err
			}
			cards = append(cards, card)
		}
		v.Langs = append(v.Langs, struct {
			Lang  Lang
			Cards []shown
		}{lang, cards})
	}
	v.Style = template.CSS(l.css.String()) //nolint:gosec // our own file, and colours that were checked
	sum := sha256.Sum256([]byte(v.Style))
	var b bytes.Buffer
	if err := previewTemplate.Execute(&b, v); err != nil {
		return nil, "", fmt.Errorf("preview of cards: %w", err)
	}
	return b.Bytes(), "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'", nil
}

// card shows a message.
func (l *looks) card(kind string, c works.Content) (shown, error) {
	switch c := c.(type) {
	case *works.Flex:
		card := shown{Kind: kind, Alt: c.AltText, Class: l.class("background-color", c.Contents.Styles.Body.BackgroundColor)}
		card.Parts = l.parts(c.Contents.Body.Contents)
		return card, nil
	case *works.Buttons:
		card := shown{Kind: kind, Class: "plain", Parts: []part{{"text", "left", c.ContentText}}}
		for i := range c.Actions {
			card.Parts = append(card.Parts, part{"button", "plain", c.Actions[i].Label})
		}
		return card, nil
	case *works.Text:
		return shown{Kind: kind, Class: "plain", Parts: []part{{"text", "left", c.Text}}}, nil
	}
	return shown{}, fmt.Errorf("preview of cards: %T is none", c)
}

func (l *looks) parts(all []*works.Component) []part {
	var out []part
	for _, c := range all {
		switch c.Type {
		case "separator":
			out = append(out, part{Tag: "rule", Class: l.class("border-color", c.Color)})
		case "button":
			out = append(out, part{"button", c.Style + " " + l.class("background-color", c.Color), c.Action.Label})
		case "box":
			if len(c.Contents) == 0 { // a thick line
				out = append(out, part{Tag: "rule", Class: "thick " + l.class("border-color", c.BackgroundColor)})
				break
			}
			out = append(out, l.frames(c, c.BorderColor)...)
		case "text":
			out = append(out, part{"text", c.Size + " " + l.class("color", c.Color), c.Text})
		}
	}
	return out
}

// frames are the words in a box, and in those within it, in a frame of the nearest
// border.
func (l *looks) frames(c *works.Component, border string) []part {
	var out []part
	for _, in := range c.Contents {
		switch in.Type {
		case "box":
			out = append(out, l.frames(in, cmp.Or(in.BorderColor, border))...)
		case "text":
			colors := l.class("color", in.Color) + " " + l.class("background-color", c.BackgroundColor) + " " + l.class("border-color", border)
			out = append(out, part{"frame", strings.Join(strings.Fields(colors), " "), in.Text})
		}
	}
	return out
}

// class is that of a colour; "" when it is none.
func (l *looks) class(property, color string) string {
	if !works.IsColor(color) {
		return ""
	}
	rule := "{" + property + ":" + color + "}"
	if l.classes[rule] == "" {
		l.classes[rule] = fmt.Sprint("c", len(l.classes))
		l.css.WriteString("." + l.classes[rule] + rule + "\n")
	}
	return l.classes[rule]
}
