package cdr

import (
	"slices"
	"time"

	"github.com/dipcast/dipcast/internal/call"
	"github.com/dipcast/dipcast/internal/number"
	"github.com/dipcast/dipcast/internal/store"
)

// StepKind says what a step of a timeline is.
type StepKind string

// The kinds.
const (
	StepStarted  StepKind = "started"
	StepRang     StepKind = "called"   // somebody was called, until Until
	StepAnswered StepKind = "answered" // by Who
	StepDiverted StepKind = "diverted" // by the diversion Detail of Who, to To
	StepService  StepKind = "service"  // the server's own: Detail is its kind
	StepTransfer StepKind = "transfer" // to To; Detail is its type
	StepEnded    StepKind = "ended"    // Detail is the reason
)

// Step is one thing that happened in a call.
type Step struct {
	At     time.Time
	Until  time.Time // zero when it is a moment
	Kind   StepKind
	Who    call.Party
	To     call.Party
	Detail string
	Result string // how calling somebody ended
	Cause  int
	Text   Text
}

// Timeline is what happened in a call, the oldest first.
func Timeline(r *store.CallRow, d *Details, name func(extension string) string) []Step {
	w := telling{r: r, d: d, name: name}
	from, to := w.of(r.From), w.of(r.To)
	steps := []Step{{At: r.Started, Kind: StepStarted, Who: from, To: to, Detail: r.Direction, Text: w.started(from, to)}}
	for i := range d.Legs {
		steps = append(steps, w.leg(&d.Legs[i])...)
	}
	for _, x := range d.Diverted {
		who, to := w.party(call.Party{Extension: x.Extension, Number: x.Extension}), w.party(numberParty(&w, x.Number))
		kind := diversionNames[x.Type]
		steps = append(steps, Step{At: x.At.Time, Kind: StepDiverted, Who: who, To: to, Detail: x.Type, Text: Text{
			party(who).Korean + "의 " + euro(cmpOr(kind.Korean, x.Type)) + " " + toward(to) + " 돌려졌습니다.",
			party(who).English + "'s " + cmpOr(kind.English, x.Type) + " sent it to " + party(to).English + ".",
		}})
	}
	for _, x := range d.Transfers {
		s := Step{At: x.At.Time, Kind: StepTransfer, To: w.party(x.To), Detail: x.Type}
		s.Text = Text{toward(s.To) + " 옮겨졌습니다.", "it was moved to " + party(s.To).English + "."}
		if x.By != nil {
			s.Who = w.party(*x.By)
			s.Text = Text{iGa(party(s.Who).Korean) + " " + toward(s.To) + " 넘겼습니다.", party(s.Who).English + " moved it to " + party(s.To).English + "."}
		}
		steps = append(steps, s)
	}
	for i := range d.Services {
		v := &d.Services[i]
		steps = append(steps, Step{At: v.At.Time, Kind: StepService, Who: w.party(call.Party{Extension: v.Extension, Number: v.Extension}), Detail: string(v.Kind), Text: w.service(v)})
	}
	end := Step{At: r.Ended, Kind: StepEnded, Detail: r.Reason, Cause: r.Cause, Text: Text{"통화가 끝났습니다.", "the call ended."}}
	if p, ok := w.by(); ok {
		end.Who = p
		end.Text = Text{iGa(party(p).Korean) + " 끊었습니다.", party(p).English + " hung up."}
	}
	slices.SortStableFunc(steps, func(a, b Step) int { return a.At.Compare(b.At) })
	steps = append(steps, end)
	for i := range steps {
		steps[i].Text.English = capital(steps[i].Text.English)
	}
	return steps
}

// started tells who called which number: of one from the network the company's own
// number, and who is called by it if that is somebody.
func (w *telling) started(from, to call.Party) Text {
	who := party(from)
	if w.r.DID == "" {
		if to == (call.Party{}) { // nobody knows whom
			return Text{iGa(who.Korean) + " 전화했습니다.", who.English + " called."}
		}
		return Text{iGa(who.Korean) + " " + toward(to) + " 전화했습니다.", who.English + " called " + party(to).English + "."}
	}
	did := number.Written(w.r.DID)
	if to.Extension == "" {
		return Text{iGa(who.Korean) + " " + euro(did) + " 전화했습니다.", who.English + " called " + did + "."}
	}
	whose := to.Extension
	if to.Name != "" && to.Name != to.Extension {
		whose = to.Name + " " + to.Extension
	}
	return Text{iGa(who.Korean) + " " + euro(did+"("+whose+")") + " 전화했습니다.", who.English + " called " + did + " (" + whose + ")."}
}

// leg is what became of calling somebody: one step, or two when there was an
// answer.
func (w *telling) leg(l *call.Rung) []Step {
	who := w.party(l.Party)
	s := Step{At: l.Since.Time, Until: l.Until.Time, Kind: StepRang, Who: who, Result: string(l.Result), Cause: l.Cause}
	long := span(l.Until.Sub(l.Since.Time))
	if !l.Answered.IsZero() {
		s.Until = l.Answered.Time
		long = span(l.Answered.Sub(l.Since.Time))
	}
	name := party(who)
	s.Text = Text{toward(who) + " 걸었습니다.", name.English + " was called."}
	switch l.Result {
	case call.Answer:
		s.Text = Text{iGa(name.Korean) + " " + long.Korean + " 울렸습니다.", name.English + " rang for " + long.English + "."}
	case call.NoAnswer, call.Cancelled:
		s.Text = Text{iGa(name.Korean) + " " + long.Korean + " 울렸으나 받지 않았습니다.", name.English + " rang for " + long.English + " and did not answer."}
	case call.Elsewhere:
		s.Text = Text{iGa(name.Korean) + " 울렸고 다른 사람이 받았습니다.", name.English + " rang, and somebody else answered."}
	case call.Busy:
		s.Text = Text{iGa(name.Korean) + " 통화 중이었습니다.", name.English + " was busy."}
	case call.Declined:
		s.Text = Text{iGa(name.Korean) + " 거절했습니다.", name.English + " declined."}
	case call.Unavailable:
		s.Text = Text{waGwa(name.Korean) + " 연결되지 않았습니다.", name.English + " was not reachable."}
	case call.Failed:
		s.Text = Text{waGwa(name.Korean) + " 연결되지 않았습니다.", name.English + " could not be connected."}
		if c, ok := causes[l.Cause]; ok {
			s.Text = Text{c.Korean + " " + waGwa(name.Korean) + " 연결되지 않았습니다.", name.English + " could not be connected because " + c.English + "."}
		}
	}
	steps := []Step{s}
	if !l.Answered.IsZero() {
		steps = append(steps, Step{At: l.Answered.Time, Until: l.Until.Time, Kind: StepAnswered, Who: who, Text: Text{iGa(name.Korean) + " 받았습니다.", name.English + " answered."}})
	}
	return steps
}

// serviceTexts are what the server's own is called in a timeline; the first %s is
// whose or which it is.
var serviceTexts = map[call.ServiceKind]Text{
	call.ServiceVoicemail:  {"%s의 음성사서함으로 넘어갔습니다.", "it went to the voicemail of %s."},
	call.ServiceMessage:    {"비서에게 메시지를 남기도록 넘어갔습니다.", "it went to the assistant, to leave a message."},
	call.ServiceAttendant:  {"%s의 개인 비서가 안내했습니다.", "the personal attendant of %s answered."},
	call.ServiceFax:        {"팩스를 주고받았습니다.", "a fax was transferred."},
	call.ServiceConference: {"회의실 %s에 들어갔습니다.", "it entered the conference %s."},
	call.ServiceClosed:     {"업무 시간이 아니었습니다 (시간 그룹 %s).", "it was outside of the hours (time group %s)."},
	call.ServiceNotice:     {"안내(%s)를 들려주었습니다.", "the notice %s was played."},
	call.ServiceMailbox:    {"%s의 음성사서함을 들었습니다.", "the mailbox of %s was listened to."},
	call.ServiceNoRoom:     {"장비의 용량이 가득 찼습니다.", "the size of the box had no room for it."},
}

func (w *telling) service(v *call.Service) Text {
	switch v.Kind { // what a particle follows
	case call.ServiceGroup:
		g := w.own(v)
		return Text{euro(g.Korean) + " 연결되었습니다.", "it went to " + g.English + "."}
	case call.ServiceMenu:
		g := w.own(v)
		return Text{iGa(g.Korean) + " 안내했습니다.", "the " + g.English + " answered."}
	case call.ServiceCode:
		return Text{"기능 코드 " + eulReul(v.Name) + " 눌렀습니다.", "the feature code " + v.Name + " was dialed."}
	}
	t := serviceTexts[v.Kind]
	which := Text{v.Name, v.Name}
	if v.Extension != "" {
		which = party(w.party(call.Party{Extension: v.Extension, Number: v.Extension}))
	}
	t = Text{filled(t.Korean, which.Korean), filled(t.English, which.English)}
	if v.Left {
		t = t.and(Text{" 메시지를 남겼습니다.", " A message was left."})
	}
	return t
}
