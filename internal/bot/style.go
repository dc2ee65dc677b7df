package bot

import (
	"fmt"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/works"
)

// Action is what a button does.
type Action string

// The buttons of cards.
const (
	Desk      Action = "desk"      // 당겨 받기: the caller is moved to the person's desk phone
	Assistant Action = "assistant" // the caller is moved to the assistant
	Mobile    Action = "mobile"    // the caller is moved to the person's mobile
	CallBack  Action = "m2c"       // the desk phone rings, then the caller is called
	Web       Action = "web"       // the page of this call
	Fax       Action = "fax"       // the pages
	Recording Action = "recording" // the sound of the call
)

// Mode is how a button acts. The documentation does not settle what buttons of
// flex cards take, so it is a setting of each tenant.
type Mode string

// The modes.
const (
	// Message sends the button's words as the person's own, with the token beside
	// them. The default: it is documented for most places.
	Message Mode = "message"
	// Postback sends the token alone.
	Postback Mode = "postback"
	// URI opens a page that acts on one tap.
	URI Mode = "uri"
	// Template is Message in a button_template: without colours.
	Template Mode = "template"
)

// Style is how the cards of a tenant look. The zero value of a field means the
// default; so the zero Style is the card of the product's documents.
type Style struct {
	Mode   Mode                     `json:"mode,omitempty"`
	Ground string                   `json:"ground,omitempty"` // of a call's card
	Ink    string                   `json:"ink,omitempty"`
	Take   string                   `json:"take,omitempty"` // buttons that take the call
	Other  string                   `json:"other,omitempty"`
	Red    string                   `json:"red,omitempty"` // of a fax
	Words  map[Lang]map[Word]string `json:"words,omitempty"`
}

// Colours of the cards in the product's documents.
const (
	defaultGround = "#FFA9AA"
	defaultInk    = "#000000"
	defaultTake   = "#00C250"
	defaultOther  = "#D2D9E2"
	defaultRed    = "#B30918"
)

// withDefaults fills the fields that are empty.
func (s Style) withDefaults() Style {
	for _, f := range []struct {
		to *string
		d  string
	}{{&s.Ground, defaultGround}, {&s.Ink, defaultInk}, {&s.Take, defaultTake}, {&s.Other, defaultOther}, {&s.Red, defaultRed}} {
		if *f.to == "" {
			*f.to = f.d
		}
	}
	if s.Mode == "" {
		s.Mode = Message
	}
	return s
}

// Check says which field is wrong.
func (s Style) Check() error {
	switch s.Mode {
	case "", Message, Postback, URI, Template:
	default:
		return fmt.Errorf("mode: must be message, postback, uri or template")
	}
	for _, f := range []struct{ name, value string }{
		{"ground", s.Ground}, {"ink", s.Ink}, {"take", s.Take}, {"other", s.Other}, {"red", s.Red},
	} {
		if f.value != "" && !works.IsColor(f.value) {
			return fmt.Errorf("%s: must be a colour, #RRGGBB", f.name)
		}
	}
	for lang, words := range s.Words {
		if lang != Korean && lang != English {
			return fmt.Errorf("words: languages are ko and en")
		}
		for w, text := range words {
			most, ok := company.CardWords[string(w)]
			if !ok {
				return fmt.Errorf("words.%s.%s: there is no such text", lang, w)
			}
			if n := units(text); n == 0 || n > most {
				return fmt.Errorf("words.%s.%s: must have 1 to %d characters, not %d", lang, w, most, n)
			}
		}
	}
	return nil
}
