package asteriskconf

import "github.com/dipcast/dipcast/internal/company"

// voicemailContext has one extension per mailbox, without prefix: it takes a
// message for the extension of that number and ends the call. DC_STATUS says
// why nobody answered: BUSY, NOANSWER or CHANUNAVAIL.
const voicemailContext = "app-voicemail"

func writeVoicemail(p *plan, t *company.Company) {
	p.part("mailboxes: extensions with voicemail")
	p.context(t.Prefix() + voicemailContext)
	for i := range t.Extensions {
		if e := &t.Extensions[i]; e.Voicemail != nil {
			p.exten(e.Number, "Hangup(19)")
		}
	}
}
