package works

// Kinds of Action (docs/bot-actionobject).
const (
	ActionMessage  = "message"  // the text appears in the room, as the person's; postback comes with it
	ActionPostback = "postback" // data comes as an event; displayText appears
	ActionURI      = "uri"
	ActionCopy     = "copy"
)

// Action is what a button does. Which kinds a place takes is documented, but for
// flex, where it is not; Check knows the documented ones.
type Action struct {
	Type        string `json:"type"`
	Label       string `json:"label,omitempty"`    // at most 20 characters; 12 in an image carousel
	Text        string `json:"text,omitempty"`     // message
	Postback    string `json:"postback,omitempty"` // message: at most 1,000
	Data        string `json:"data,omitempty"`     // postback: at most 300
	DisplayText string `json:"displayText,omitempty"`
	URI         string `json:"uri,omitempty"`
	CopyText    string `json:"copyText,omitempty"`

	I18nLabels       []I18nLabel       `json:"i18nLabels,omitempty"`
	I18nTexts        []I18nText        `json:"i18nTexts,omitempty"`
	I18nDisplayTexts []I18nDisplayText `json:"i18nDisplayTexts,omitempty"`
}

// Languages of variants: the app shows the one of its device, and falls back to
// the plain field.
const (
	Korean  = "ko_KR"
	English = "en_US"
)

// Variants of a text in other languages, named as the API names them.
type (
	// I18nText is a variant of text.
	I18nText struct {
		Language string `json:"language"`
		Text     string `json:"text"`
	}
	// I18nLabel is a variant of label.
	I18nLabel struct {
		Language string `json:"language"`
		Label    string `json:"label"`
	}
	// I18nDisplayText is a variant of displayText.
	I18nDisplayText struct {
		Language    string `json:"language"`
		DisplayText string `json:"displayText"`
	}
	// I18nAltText is a variant of altText.
	I18nAltText struct {
		Language string `json:"language"`
		AltText  string `json:"altText"`
	}
	// I18nContentText is a variant of contentText.
	I18nContentText struct {
		Language    string `json:"language"`
		ContentText string `json:"contentText"`
	}
	// I18nLinkText is a variant of linkText.
	I18nLinkText struct {
		Language string `json:"language"`
		LinkText string `json:"linkText"`
	}
	// I18nTitle is a variant of title.
	I18nTitle struct {
		Language string `json:"language"`
		Title    string `json:"title"`
	}
	// I18nSubtitle is a variant of subtitle.
	I18nSubtitle struct {
		Language string `json:"language"`
		Subtitle string `json:"subtitle"`
	}
)

// place is where an action stands.
type place struct {
	name     string
	postback bool // takes the kind postback
	text     bool // a message must have a text
	display  bool // a postback must have a displayText
	label    int  // the longest label
	bare     bool // it needs none
}

// The places of docs/bot-actionobject. inFlex takes all: the documentation does
// not say, so the tenant's setting decides.
var (
	inButtons       = place{name: "button_template", label: 20}
	inList          = place{name: "list_template", label: 20}
	inCarousel      = place{name: "carousel", postback: true, text: true, label: 20}
	inDefaultAction = place{name: "defaultAction", postback: true, text: true, label: 20, bare: true}
	inImageCarousel = place{name: "image_carousel", postback: true, text: true, label: 12}
	inQuickReply    = place{name: "quickReply", postback: true, text: true, display: true, label: 20}
	inMenu          = place{name: "persistent menu", label: 1000}
	inFlex          = place{name: "flex", postback: true, label: 20}
)

func (k *checker) actions(field string, actions []Action, at place) {
	for i := range actions {
		k.action(index(field, i), &actions[i], at)
	}
}

// action checks one action. uri has no documented bound in all places: 1,000 as
// for every other address.
func (k *checker) action(field string, a *Action, at place) {
	least := 1
	if at.bare {
		least = 0
	}
	k.text(field+".label", a.Label, least, at.label)
	for i, v := range a.I18nLabels {
		k.text(index(field+".i18nLabels", i)+".label", v.Label, 1, at.label)
		k.language(index(field+".i18nLabels", i), v.Language)
	}
	switch a.Type {
	case ActionMessage:
		least := 0
		if at.text {
			least = 1
		}
		k.text(field+".text", a.Text, least, 300)
		k.text(field+".postback", a.Postback, 0, 1000)
		for i, v := range a.I18nTexts {
			k.text(index(field+".i18nTexts", i)+".text", v.Text, 1, 300)
			k.language(index(field+".i18nTexts", i), v.Language)
		}
	case ActionPostback:
		if !at.postback {
			k.wrong(field+".type", "message, uri or copy in "+at.name, ActionPostback)
			return
		}
		least := 0
		if at.display {
			least = 1
		}
		k.text(field+".data", a.Data, 1, 300)
		k.text(field+".displayText", a.DisplayText, least, 300)
		for i, v := range a.I18nDisplayTexts {
			k.text(index(field+".i18nDisplayTexts", i)+".displayText", v.DisplayText, 1, 300)
			k.language(index(field+".i18nDisplayTexts", i), v.Language)
		}
	case ActionURI:
		k.address(field+".uri", a.URI, "https", "http", "tel")
	case ActionCopy:
		k.text(field+".copyText", a.CopyText, 1, 1000)
	default:
		k.wrong(field+".type", "message, postback, uri or copy", quoted(a.Type))
	}
}
