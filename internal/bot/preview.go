package bot

import (
	"encoding/json"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/works"
)

// Kinds of a preview.
const (
	PreviewExternal  = "external"
	PreviewInternal  = "internal"
	PreviewFax       = "fax"
	PreviewMissed    = "missed"
	PreviewAnswered  = "answered"
	PreviewVoicemail = "voicemail"
)

// Preview is the body of the message that a card of a kind is sent as, with made
// up callers and buttons that do nothing. What is no kind is an external call.
func Preview(kind string, l Lang, style *company.CardStyle, publicURL string) (json.RawMessage, error) {
	return works.Encode(previewed(kind, l, StyleOf(style), publicURL))
}

func previewed(kind string, l Lang, s Style, publicURL string) works.Content {
	buttons := func(actions ...Action) (all []Button) {
		for _, a := range actions {
			path := TapPath
			if a == Web {
				path = WebPath
			}
			all = append(all, Button{Action: a, Token: "preview", Address: publicURL + path + "preview"})
		}
		return all
	}
	const number = "010-1234-5678"
	switch kind {
	case PreviewInternal:
		return s.Call(l, CallCard{Internal: true, Number: "1013", Name: "지화자", Buttons: buttons(Mobile, CallBack, Web)})
	case PreviewFax:
		return s.Fax(l, FaxCard{Number: "02-123-4567", Pages: 2, View: buttons(Fax)[0]})
	case PreviewMissed:
		return s.Notice(l, Notice{Title: Missed, Number: number, Name: "홍길동", Lines: []string{"15:04"}, Buttons: buttons(CallBack)})
	case PreviewAnswered:
		return s.Notice(l, Notice{Title: Answered, Number: number, Name: "홍길동", Lines: []string{"1010 · 2:03"}})
	case PreviewVoicemail:
		return s.Notice(l, Notice{Title: Voicemail, Number: number, Name: "홍길동", Lines: []string{"0:12"}, Buttons: buttons(CallBack)})
	default:
		return s.Call(l, CallCard{Number: number, Name: "홍길동", Buttons: buttons(Desk, Assistant, Mobile, CallBack, Web)})
	}
}
