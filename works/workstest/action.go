package workstest

import (
	"slices"
	"strings"
)

// where an action stands (docs/bot-actionobject, the table of places).
type where struct {
	name    string
	kinds   []string
	label   int  // the longest
	noLabel bool // it may be away
	text    bool // a message must have its text
	display bool // a postback must have its displayText
}

var (
	plain     = []string{"message", "uri", "copy"}
	all       = []string{"message", "uri", "copy", "postback"}
	onMobiles = []string{"message", "uri", "copy", "postback", "camera", "cameraRoll", "location"}

	inButtons       = where{name: "button_template", kinds: plain, label: 20}
	inList          = where{name: "list_template", kinds: plain, label: 20}
	inCarousel      = where{name: "carousel", kinds: all, label: 20, text: true}
	inDefault       = where{name: "defaultAction", kinds: all, label: 20, noLabel: true, text: true}
	inImageCarousel = where{name: "image_carousel", kinds: all, label: 12, text: true}
	inQuickReply    = where{name: "quickReply", kinds: onMobiles, label: 20, text: true, display: true}
	inMenu          = where{name: "persistent menu", kinds: plain, label: 1000}
	// Flex is not in the table, so all kinds are taken; see Options.FlexActions.
	inFlex     = where{name: "flex", kinds: all, label: 20}
	inFlexArea = where{name: "flex", kinds: all, label: 20, noLabel: true}
)

// action checks one. The lengths of message.text (300, as in the consumer's API)
// and of uri and copyText (1,000) are not documented.
func (k *check) action(p string, v any, in where) {
	a := k.object(p, v)
	kind := k.text(p, a, "type", 1, 20)
	if !slices.Contains(in.kinds, kind) {
		k.wrong(p+".type", "must be one of "+strings.Join(in.kinds, ", ")+" in "+in.name)
		return
	}
	least := 1
	if in.noLabel {
		least = 0
	}
	k.text(p, a, "label", least, in.label)
	k.i18n(p, a, "i18nLabels", "label", in.label)
	known := []string{"type", "label", "i18nLabels"}
	switch kind {
	case "message":
		k.fields(p, a, append(known, "text", "postback", "i18nTexts")...)
		k.text(p, a, "text", required(in.text), 300)
		k.text(p, a, "postback", 0, 1000)
		k.i18n(p, a, "i18nTexts", "text", 300)
	case "postback":
		k.fields(p, a, append(known, "data", "displayText", "i18nDisplayTexts")...)
		k.text(p, a, "data", 1, 300)
		k.text(p, a, "displayText", required(in.display), 300)
		k.i18n(p, a, "i18nDisplayTexts", "displayText", 300)
	case "uri":
		k.fields(p, a, append(known, "uri")...)
		k.url(p, a, "uri", "https", "http", "tel")
	case "copy":
		k.fields(p, a, append(known, "copyText")...)
		k.text(p, a, "copyText", 1, 1000)
	default:
		k.fields(p, a, known...)
	}
}

func required(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
