package asteriskconf

import (
	"fmt"
	"strings"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/dialplan"
)

// voicemailContext has one extension per mailbox, without prefix: it takes a
// message for the extension of that number and ends the call. DC_STATUS says
// why nobody answered: BUSY, NOANSWER or CHANUNAVAIL.
const voicemailContext = dialplan.VoicemailContext

// mailboxes is the context of a company's mailboxes in voicemail.conf, by which
// events name them.
func mailboxes(prefix string) string { return prefix + "voicemail" }

// mailbox is "1010@T2_voicemail".
func mailbox(prefix, extension string) string { return extension + "@" + mailboxes(prefix) }

// hasVoicemail tells whether the modules of voicemail are needed.
func (in *Input) hasVoicemail() bool {
	for i := range in.Companies {
		for j := range in.Companies[i].Extensions {
			if in.Companies[i].Extensions[j].Voicemail != nil {
				return true
			}
		}
	}
	return false
}

// mailboxName is a name as voicemail.conf can hold it, where a comma ends it and
// | separates options.
func mailboxName(name string) string {
	return strings.NewReplacer(",", " ", "|", " ", "$", "", "{", "", "}", "").Replace(quoted(shown(name)))
}

// voicemailConf writes the mailboxes. They are polled, so that lamps follow what the
// gateway moves or deletes in them. A PIN begins with "-", which is not part of
// it: it keeps people from changing it by phone, and so Asterisk from writing
// into this file (app_voicemail.c, vm_options).
func voicemailConf(in Input) string {
	var b strings.Builder
	b.WriteString(`[general]
format=wav
maxmsg=100
maxsecs=300
minsecs=2
maxsilence=0
maxlogins=3
maxgreet=60
skipms=3000
forwardurgent=no
operator=no
review=no
sendvoicemail=no
envelope=yes
saycid=yes
sayduration=no
searchcontexts=no
moveheard=yes
pollmailboxes=yes
pollfreq=10
charset=UTF-8
emaildateformat=%Y-%m-%d %H:%M
tz=korea

[zonemessages]
korea=Asia/Seoul|'vm-received' q IMp
`)
	for i := range in.Companies {
		t := &in.Companies[i]
		begun := false
		for j := range t.Extensions {
			e := &t.Extensions[j]
			v := e.Voicemail
			if v == nil {
				continue
			}
			if !begun {
				fmt.Fprintf(&b, "\n; %s\n[%s]\n", displayName(t.Name), mailboxes(t.Prefix()))
				begun = true
			}
			attach := "no"
			if v.Email != "" {
				attach = "yes"
			}
			fmt.Fprintf(&b, "%s => -%s,%s,%s,,attach=%s|language=%s\n", e.Number, pin(v), mailboxName(e.Name), v.Email, attach, channelLanguage(t, e.Language))
		}
	}
	return b.String()
}

// pin is what opens a mailbox. Without a PIN it is what no phone can send.
func pin(v *company.Voicemail) string {
	if v.PIN.Empty() {
		return "none"
	}
	return v.PIN.Reveal()
}

// opensMailbox says how an extension's own phone opens its mailbox: "yes" at
// once, "pin" with its PIN, "no" when it has none.
func opensMailbox(e *company.Extension) string {
	switch v := e.Voicemail; {
	case v == nil:
		return "no"
	case v.AskPIN && !v.PIN.Empty():
		return "pin"
	}
	return "yes"
}

// voicemail writes the codes that listen: to one's own mailbox, and to another's
// by its PIN.
func (c *codes) voicemail() {
	own := mailbox(c.prefix, "${DC_SELF}")
	c.on(company.DoVoicemail,
		"Answer()",
		ifEqual("DC_OPENS", "no", "none"),
		"VoiceMailMain("+own+"${IF($[\"${DC_OPENS}\" = \"yes\"]?,s)})",
		"Hangup()",
		"(none)Playback(vm-nobox)", "Hangup()")
	open := func(first ...string) []string {
		return append(first,
			"GotoIf($[0${DIALPLAN_EXISTS("+c.prefix+voicemailContext+",${DC_ARG},open)} = 0]?none)",
			"VoiceMailMain("+mailbox(c.prefix, "${DC_ARG}")+")",
			"Hangup()",
			"(none)Playback("+sayCodeRefused+")", "Hangup()")
	}
	c.on(company.DoVoicemailOf, open("Answer()", "Read(DC_ARG,"+sayEnterExtension+",10,,1,"+itoa(numberSeconds)+")", "Set(DC_ARG=${FILTER(0-9,${DC_ARG})})")...)
	c.with(company.DoVoicemailOf, open("Answer()")...)
}

// writeVoicemail writes where messages are left: ARG1 is b for busy, u for
// unavailable, the greetings. Who presses * while it greets may listen, by PIN:
// so a mailbox is reached from outside.
func writeVoicemail(p *plan, t *company.Company) {
	p.part("mailboxes: extensions with voicemail")
	p.context(t.Prefix() + voicemailContext)
	includeDetected(p, t)
	begun := false
	for i := range t.Extensions {
		e := &t.Extensions[i]
		if e.Voicemail == nil {
			continue
		}
		begun = true
		box := mailbox(t.Prefix(), e.Number)
		steps := []string{
			"Set(DC_MAILBOX=" + e.Number + ")",
			"Answer()",
			"VoiceMail(" + box + `,${IF($["${DC_STATUS}" = "BUSY"]?b:u)})`,
			"Hangup()",
		}
		if !e.Voicemail.PIN.Empty() {
			steps = append(steps, "(open)VoiceMailMain("+box+")", "Hangup()")
		}
		p.exten(e.Number, steps...)
	}
	if begun {
		// The extension a is where * leads.
		p.exten("a",
			"Set(DC_MAILBOX=${FILTER(0-9,${DC_MAILBOX})})",
			"GotoIf($[0${DIALPLAN_EXISTS("+t.Prefix()+voicemailContext+",${DC_MAILBOX},open)} = 0]?none)",
			"Goto(${DC_MAILBOX},open)",
			"(none)Hangup()")
	}
}
