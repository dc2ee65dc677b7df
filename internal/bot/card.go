package bot

import (
	"strconv"
	"strings"

	"github.com/dipcast/dipcast/works"
)

// Button is one on a card. Token is opaque and signed; Address is the page of
// the mode URI, and of Web in all modes.
type Button struct {
	Action  Action
	Token   string
	Address string
}

// CallCard is a call that rings a person.
type CallCard struct {
	Internal bool   // from a phone of the company
	Called   string // what was called: a DID's description, a ring group; "" when it has no name
	Number   string // of the caller; "" when it is withheld
	Name     string // of the caller; "" means the number stands there too
	Buttons  []Button
}

// withheld stands for a number that was not told.
var withheld = map[Lang]string{Korean: "발신번호 표시제한", English: "Number withheld"}

// Call is the card of a call that rings, of at most 10 buttons.
func (s Style) Call(l Lang, c CallCard) works.Content {
	s = s.withDefaults()
	title := s.word(l, InternalCall)
	if !c.Internal {
		if title = plain(c.Called, 60); title == "" {
			title = s.word(l, Incoming)
		}
	}
	number := plain(c.Number, 40)
	if number == "" {
		number = withheld[l]
	}
	name := plain(c.Name, 60)
	if name == "" {
		name = number
	}
	title = "☎ " + title
	alt := title + " " + number
	if name != number {
		alt += " " + name
	}
	if s.Mode == Template {
		return s.template(l, alt, c.Buttons)
	}
	parts := []*works.Component{
		s.bar("none"), s.line(title, "lg", s.Ink, "lg"), s.bar("lg"),
		s.line(number, "xxl", s.Ink, "lg"), s.line(name, "lg", s.Ink, "sm"),
	}
	for _, b := range c.Buttons {
		color := s.Other
		if b.Action == Desk || b.Action == Assistant {
			color = s.Take
		}
		button := s.button(l, b, color)
		button.Height, button.Margin = "md", "xl"
		parts = append(parts, button)
	}
	return card(alt, s.Ground, "mega", "30px", parts)
}

// FaxCard is a fax that came.
type FaxCard struct {
	Number string // of the sender
	Name   string
	Pages  int
	Icon   string // https address of a picture; "" draws one of boxes
	View   Button
}

// Fax is the card of a fax: white, with a red icon and one red button.
func (s Style) Fax(l Lang, f FaxCard) works.Content {
	s = s.withDefaults()
	title := "📠 " + s.word(l, FaxCame)
	number := plain(f.Number, 40)
	if number == "" {
		number = withheld[l]
	}
	who := number
	if name := plain(f.Name, 60); name != "" {
		who += " " + name
	}
	alt := title + " " + who
	if f.Pages > 0 {
		alt += " (" + pages(l, f.Pages) + ")"
	}
	if s.Mode == Template {
		return s.template(l, alt, []Button{f.View})
	}
	view := s.button(l, f.View, s.Red)
	view.Style, view.Margin = "primary", "xl" // white words on red
	parts := []*works.Component{s.line(title, "md", s.Ink, "none"), s.icon(f.Icon), s.line(number, "xl", s.Ink, "lg")}
	if who != number {
		parts = append(parts, s.line(plain(f.Name, 60), "md", s.Ink, "none"))
	}
	return card(alt, "#FFFFFF", "kilo", "md", append(parts, view))
}

func pages(l Lang, n int) string {
	if l == English {
		if n == 1 {
			return "1 page"
		}
		return strconv.Itoa(n) + " pages"
	}
	return strconv.Itoa(n) + "쪽"
}

// card puts parts below each other on a ground.
func card(alt, ground, size, padding string, parts []*works.Component) *works.Flex {
	return &works.Flex{
		AltText: plain(alt, 400),
		Contents: &works.Component{
			Type: "bubble", Size: size,
			Body:   &works.Component{Type: "box", Layout: "vertical", Contents: parts, PaddingAll: padding},
			Styles: &works.BubbleStyles{Body: &works.BlockStyle{BackgroundColor: ground}},
		},
	}
}

// bar is a thick line across the card, as a separator cannot be.
func (s *Style) bar(margin string) *works.Component {
	return &works.Component{Type: "box", Layout: "vertical", Height: "3px", BackgroundColor: s.Ink, Contents: []*works.Component{}, Margin: margin}
}

// rule is a thin line across the card.
func (s *Style) rule() *works.Component {
	return &works.Component{Type: "separator", Margin: "sm", Color: s.Ink}
}

func (s *Style) line(text, size, color, margin string) *works.Component {
	return &works.Component{Type: "text", Text: text, Size: size, Weight: "bold", Align: "center", Color: color, Margin: margin}
}

// icon is a picture, or without one a red ring with FAX in it.
func (s *Style) icon(address string) *works.Component {
	if strings.HasPrefix(address, "https://") {
		return &works.Component{Type: "image", URL: address, Size: "xs", Margin: "md"}
	}
	fixed, side := 0, &works.Component{Type: "filler"}
	badge := &works.Component{
		Type: "box", Layout: "vertical", BackgroundColor: s.Red, CornerRadius: "sm",
		Contents: []*works.Component{s.line("FAX", "xs", "#FFFFFF", "none")},
	}
	ring := &works.Component{
		Type: "box", Layout: "vertical", Flex: &fixed, Width: "58px", Height: "58px", PaddingAll: "md",
		BorderColor: s.Red, BorderWidth: "2px", CornerRadius: "29px", Contents: []*works.Component{side, badge, side},
	}
	return &works.Component{Type: "box", Layout: "horizontal", Margin: "lg", Contents: []*works.Component{side, ring, side}}
}

func (s *Style) button(l Lang, b Button, color string) *works.Component {
	action := s.action(l, b)
	style := "secondary"
	if color == s.Take {
		style = "primary"
	}
	return &works.Component{Type: "button", Style: style, Color: color, Height: "sm", Margin: "md", Action: &action}
}

// action is what a button does in the tenant's mode. Where a page has to open it
// is an address in all of them.
func (s *Style) action(l Lang, b Button) works.Action {
	label, said := s.word(l, labelOf(b.Action)), s.word(l, saidOf(b.Action))
	switch {
	case b.Address != "" && (s.Mode == URI || b.Action == Web || b.Action == Fax || b.Action == Recording):
		return works.Action{Type: works.ActionURI, Label: label, URI: b.Address}
	case s.Mode == Postback:
		return works.Action{Type: works.ActionPostback, Label: label, Data: b.Token, DisplayText: said}
	default:
		return works.Action{Type: works.ActionMessage, Label: label, Text: said, Postback: b.Token}
	}
}

// template is a card without colours.
func (s *Style) template(l Lang, text string, buttons []Button) *works.Buttons {
	t := &works.Buttons{ContentText: plain(text, 1000)}
	for _, b := range buttons {
		t.Actions = append(t.Actions, s.action(l, b))
	}
	return t
}
