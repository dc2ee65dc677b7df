package cdr

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dipcast/dipcast/internal/call"
	"github.com/dipcast/dipcast/internal/number"
	"github.com/dipcast/dipcast/internal/store"
)

// Why says in one sentence why a call ended as it did. name gives the name of who
// has an extension, or of the ring group with a number, "" when none is known.
func Why(r *store.CallRow, d *Details, name func(extension string) string) Text {
	w := telling{r: r, d: d, name: name}
	t := w.sentence()
	t.English = capital(t.English)
	return t
}

// telling is one call that is told of.
type telling struct {
	r    *store.CallRow
	d    *Details
	name func(string) string
}

func (w *telling) party(p call.Party) call.Party {
	if p.Extension != "" && w.name != nil {
		if n := w.name(p.Extension); n != "" {
			p.Name = n
		}
	}
	return p
}

func (w *telling) of(p store.CallParty) call.Party {
	return w.party(call.Party{Extension: p.Extension, Number: p.Number, Name: p.Name})
}

func (w *telling) parties(legs []call.Rung) []call.Party {
	var all []call.Party
	for i := range legs {
		p := w.party(legs[i].Party)
		if !slices.ContainsFunc(all, func(o call.Party) bool { return o.Extension == p.Extension && o.Number == p.Number }) {
			all = append(all, p)
		}
	}
	return all
}

// by is who hung up, or gave up.
func (w *telling) by() (call.Party, bool) {
	if w.d.Ended == nil || w.d.Ended.By == nil {
		return call.Party{}, false
	}
	return w.party(*w.d.Ended.By), true
}

func (w *telling) sentence() Text {
	r := w.r
	switch call.Reason(r.Reason) {
	case call.ReasonMerged:
		return Text{"이 통화는 다른 통화에 합쳐졌습니다.", "this call became part of another one."}
	case call.ReasonUnknown:
		return Text{"서버와의 연결이 끊긴 동안 끝나, 이유를 알 수 없습니다.", "it ended while the link to the server was lost, so why is not known."}
	}
	lead := w.led().and(w.diversions())
	if !r.Answered.IsZero() || r.By != (store.CallParty{}) {
		return lead.and(w.answered())
	}
	if services := w.services(); len(services) > 0 {
		return lead.and(w.served(services))
	}
	return lead.and(w.unanswered())
}

// led begins the sentence of a call that came to a ring group, or through a menu:
// which number of the company led there. What a transfer led to after an answer is none of it.
func (w *telling) led() Text {
	var ko, en []string
	answered := !w.r.Answered.IsZero()
	for i := range w.d.Services {
		v := &w.d.Services[i]
		menu := v.Kind == call.ServiceMenu && (answered || i < len(w.d.Services)-1) // of one that ended in it the rest tells
		if v.Kind != call.ServiceGroup && !menu || answered && v.At.After(w.r.Answered) {
			continue
		}
		g := w.own(v)
		ko, en = append(ko, euro(g.Korean)), append(en, g.English)
	}
	if len(ko) == 0 {
		return Text{}
	}
	t := Text{"", "the call went to "}
	if w.r.DID != "" {
		did := number.Written(w.r.DID)
		t = Text{euro(did) + " 걸려 와 ", "the call to " + did + " went to "}
	}
	return t.and(Text{strings.Join(ko, ", 이어 ") + " 연결되었고, ", strings.Join(en, ", then to ") + "; "})
}

// own is how a ring group, or a menu, is spoken of.
func (w *telling) own(v *call.Service) Text {
	p := party(w.party(call.Party{Extension: v.Name, Number: v.Name}))
	if v.Kind == call.ServiceMenu {
		return Text{"자동응답 " + p.Korean, "attendant " + p.English}
	}
	return Text{"벨 그룹 " + p.Korean, "ring group " + p.English}
}

// diversions begin the sentence: why the call was sent on, and where to.
func (w *telling) diversions() (lead Text) {
	var from time.Time
	for _, d := range w.d.Diverted {
		legs := slices.DeleteFunc(w.tried(from), func(l call.Rung) bool { return l.Extension != d.Extension || l.Since.After(d.At.Time) })
		kind, ok := diversionNames[d.Type]
		if !ok {
			kind = Text{"착신전환", "diversion"}
		}
		who, target := party(w.party(call.Party{Extension: d.Extension, Number: d.Extension})), w.party(numberParty(w, d.Number))
		to := party(target)
		if d.Type != "CFI" && d.Type != "PEA" && len(legs) > 0 {
			because := w.because(legs)
			lead = lead.and(Text{because.Korean + euro(kind.Korean) + " " + toward(target) + " 돌려졌고, ", because.English + who.English + "'s " + kind.English + " sent it to " + to.English + "; "})
		} else {
			lead = lead.and(Text{who.Korean + "의 " + euro(kind.Korean) + " " + toward(target) + " 돌려졌고, ", who.English + "'s " + kind.English + " sent it to " + to.English + "; "})
		}
		from = d.At.Time
	}
	return lead
}

// numberParty is who a diversion leads to, by the legs that were called.
func numberParty(w *telling, number string) call.Party {
	for i := range w.d.Legs {
		if p := w.d.Legs[i].Party; p.Extension == number || p.Number == number {
			return p
		}
	}
	return call.Party{Number: number}
}

// tried are those who were called since, and did not answer.
func (w *telling) tried(since time.Time) []call.Rung {
	var legs []call.Rung
	for _, l := range w.d.Legs {
		if l.Result != call.Answer && !l.Since.Before(since) {
			legs = append(legs, l)
		}
	}
	return legs
}

// lastTried are those who were called after the last diversion.
func (w *telling) lastTried() []call.Rung {
	if n := len(w.d.Diverted); n > 0 {
		return w.tried(w.d.Diverted[n-1].At.Time)
	}
	return w.tried(time.Time{})
}

// worst is how those who were called ended, as far as one word says it, and who
// ended so.
func worst(legs []call.Rung) (call.Result, []call.Rung) {
	for _, result := range []call.Result{call.NoAnswer, call.Cancelled, call.Declined, call.Busy, call.Unavailable, call.Failed} {
		if some := slices.DeleteFunc(slices.Clone(legs), func(l call.Rung) bool { return l.Result != result }); len(some) > 0 {
			return result, some
		}
	}
	return call.Pending, legs
}

// rang is how long the longest of them rang.
func rang(legs []call.Rung) time.Duration {
	var most time.Duration
	for _, l := range legs {
		if !l.Until.IsZero() {
			most = max(most, l.Until.Sub(l.Since.Time))
		}
	}
	return most
}

// because is why the call went on from those who were called.
func (w *telling) because(legs []call.Rung) Text {
	if len(legs) == 0 {
		return Text{}
	}
	result, some := worst(legs)
	who := several(w.parties(some))
	switch result {
	case call.NoAnswer, call.Cancelled:
		long := span(rang(some))
		return Text{iGa(who.Korean) + " " + long.Korean + " 동안 받지 않아 ", who.English + " did not answer for " + long.English + ", so "}
	case call.Busy:
		return Text{iGa(who.Korean) + " 통화 중이어서 ", who.English + " was busy, so "}
	case call.Declined:
		return Text{iGa(who.Korean) + " 거절하여 ", who.English + " declined, so "}
	case call.Unavailable:
		return Text{who.Korean + "의 전화기가 등록되어 있지 않아 ", "no phone of " + who.English + " was reachable, so "}
	case call.Failed:
		return Text{waGwa(who.Korean) + " 연결되지 않아 ", who.English + " could not be reached, so "}
	}
	return Text{}
}

func (w *telling) answered() Text {
	r := w.r
	who := party(w.of(r.By))
	var t Text
	if wait := after(r.Wait); !r.Answered.IsZero() {
		t = Text{iGa(who.Korean) + " " + wait.Korean + " 받아 ", who.English + " answered " + wait.English}
		talk := span(r.Talk)
		t = t.and(Text{talk.Korean + " 동안 통화했", ", they talked for " + talk.English})
	} else { // the answer itself was not seen
		t = Text{iGa(who.Korean) + " 받아 통화했", who.English + " answered"}
	}
	for _, x := range w.d.Transfers[:min(len(w.d.Transfers), 3)] {
		to := w.party(x.To)
		t = t.and(Text{"고 " + toward(to) + " 넘겨졌", ", it was moved to " + party(to).English})
	}
	if p, ok := w.by(); ok {
		by := party(p)
		return t.and(Text{"고 " + iGa(by.Korean) + " 끊었습니다.", ", and " + by.English + " hung up."})
	}
	return t.and(Text{"습니다.", "."})
}

// services are those that the call came to. What nobody saw is told by the last
// application of Asterisk's own record, which has of the others the groups.
func (w *telling) services() []call.Service {
	if slices.ContainsFunc(w.d.Services, func(v call.Service) bool { return v.Kind != call.ServiceGroup }) {
		return w.d.Services
	}
	return append(slices.Clone(w.d.Services), w.lastService()...)
}

func (w *telling) lastService() []call.Service {
	first, _, _ := strings.Cut(w.r.LastData, ",")
	ext, _, _ := strings.Cut(first, "@")
	switch w.r.LastApp {
	case "VoiceMail":
		return []call.Service{{Kind: call.ServiceVoicemail, Extension: ext}}
	case "VoiceMailMain":
		return []call.Service{{Kind: call.ServiceMailbox, Extension: ext}}
	case "ReceiveFAX", "SendFAX":
		return []call.Service{{Kind: call.ServiceFax}}
	case "ConfBridge":
		if _, number, ok := strings.Cut(first, "_"); ok {
			first = number // T2_800
		}
		return []call.Service{{Kind: call.ServiceConference, Name: first}}
	}
	return nil
}

// served tells what of the server's own a call ended in.
func (w *telling) served(all []call.Service) Text {
	var closed Text
	if slices.ContainsFunc(all, func(v call.Service) bool { return v.Kind == call.ServiceClosed }) {
		closed = Text{"업무 시간이 아니어서 ", "it was outside of the hours, so "}
	}
	last := all[len(all)-1]
	who := party(w.party(call.Party{Extension: last.Extension, Number: last.Extension}))
	long := span(w.r.Ended.Sub(w.r.Started))
	switch last.Kind {
	case call.ServiceVoicemail:
		return closed.and(w.voicemail(&last))
	case call.ServiceMessage:
		return closed.and(Text{"비서에게 넘겨져 메시지를 남길 수 있었습니다.", "it was moved to the assistant, which takes a message."})
	case call.ServiceAttendant:
		if call.Reason(w.r.Reason) == call.ReasonCompleted || len(w.tried(time.Time{})) == 0 {
			return closed.and(Text{who.Korean + "의 개인 비서 안내를 듣고 끝났습니다.", "it ended in the personal attendant of " + who.English + "."})
		}
	case call.ServiceFax:
		return closed.and(Text{"팩스였고 " + long.Korean + " 만에 끝났습니다.", "it was a fax and lasted " + long.English + "."})
	case call.ServiceConference:
		return closed.and(Text{"회의실 " + last.Name + "에 " + long.Korean + " 동안 있었습니다.", "it was in the conference " + last.Name + " for " + long.English + "."})
	case call.ServiceMenu:
		if call.Reason(w.r.Reason) == call.ReasonCompleted || len(w.tried(time.Time{})) == 0 {
			return closed.and(Text{"자동응답 " + last.Name + "의 안내를 듣고 끝났습니다.", "it ended in the attendant " + last.Name + "."})
		}
	case call.ServiceNotice:
		return closed.and(Text{"안내(" + last.Name + ")를 듣고 끝났습니다.", "the notice " + last.Name + " was played, and the call ended."})
	case call.ServiceMailbox:
		return Text{cmpOr(last.Extension, "자기") + "의 음성 사서함을 들었습니다.", "the mailbox of " + cmpOr(last.Extension, "the caller") + " was listened to."}
	case call.ServiceCode:
		return Text{"기능 코드 " + eulReul(last.Name) + " 썼습니다.", "the feature code " + last.Name + " was dialed."}
	case call.ServiceNoRoom:
		return Text{"장비의 용량이 가득 차 연결되지 않았습니다.", "the size of the box had no room for the call."}
	}
	return closed.and(w.unanswered())
}

func (w *telling) voicemail(v *call.Service) Text {
	legs := w.lastTried()
	if len(legs) == 0 { // where it came back to the mailbox of who diverted it
		legs = w.tried(time.Time{})
	}
	cause := w.because(legs)
	owner := party(w.party(call.Party{Extension: v.Extension, Number: v.Extension}))
	if len(legs) == 0 && w.r.To.Extension == v.Extension {
		switch v.Name {
		case "busy":
			cause = Text{iGa(owner.Korean) + " 통화 중이거나 방해 금지여서 ", owner.English + " was busy or not to be disturbed, so "}
		case "unavailable":
			cause = Text{owner.Korean + "의 전화기가 등록되어 있지 않아 ", "no phone of " + owner.English + " was registered, so "}
		}
	}
	whose, of := owner.Korean+"의 ", "the voicemail of "+owner.English
	if cause != (Text{}) && len(w.parties(legs)) < 2 && (len(legs) == 0 || legs[0].Extension == v.Extension) {
		whose, of = "", "voicemail"
	}
	t := cause.and(Text{whose + "음성사서함으로 넘어갔", "it went to " + of})
	if v.Left {
		return t.and(Text{"고 메시지를 남겼습니다.", " and a message was left."})
	}
	return t.and(Text{"습니다.", "."})
}

// unanswered tells of a call that nobody took.
func (w *telling) unanswered() Text {
	r := w.r
	legs := w.lastTried()
	_, some := worst(legs)
	who := several(w.parties(some))
	if len(some) == 0 {
		who = party(w.of(r.To))
	}
	first := w.clicked()
	switch call.Reason(r.Reason) {
	case call.ReasonCompleted:
		return first.and(Text{"서버가 받아 처리했습니다.", "the server itself answered it."})
	case call.ReasonCancelled:
		return first.and(w.cancelled(legs))
	case call.ReasonNoAnswer:
		long := span(max(rang(some), 0))
		if len(some) == 0 {
			long = span(r.Wait)
		}
		if max(rang(some), 0) < time.Second && len(some) > 0 {
			return first.and(Text{iGa(who.Korean) + " 받지 않았습니다.", who.English + " did not answer."})
		}
		return first.and(Text{iGa(who.Korean) + " " + long.Korean + " 동안 받지 않았습니다.", who.English + " did not answer for " + long.English + "."})
	case call.ReasonBusy:
		if len(some) == 0 && r.To.Extension != "" {
			return first.and(Text{iGa(who.Korean) + " 통화 중이거나 방해 금지였습니다.", who.English + " was busy or not to be disturbed."})
		}
		return first.and(Text{iGa(who.Korean) + " 통화 중이었습니다.", who.English + " was busy."})
	case call.ReasonDeclined:
		return first.and(Text{iGa(who.Korean) + " 거절했습니다.", who.English + " declined the call."})
	case call.ReasonUnavailable:
		if len(some) > 0 && some[0].Extension != "" || len(some) == 0 && r.To.Extension != "" {
			return first.and(Text{who.Korean + "의 전화기가 등록되어 있지 않거나 연결되지 않았습니다.", "no phone of " + who.English + " was registered or reachable."})
		}
		return first.and(w.network(who))
	}
	return first.and(w.failed(who, some))
}

// clicked begins what is told of a click-to-call.
func (w *telling) clicked() Text {
	k := w.d.ClickToCall
	if k == nil || w.d.Ended == nil {
		return Text{}
	}
	caller := party(w.party(k.Caller.Party))
	switch w.d.Ended.Leg {
	case "caller":
		return Text{"클릭투콜로 먼저 " + caller.Korean + "의 전화를 울렸으나, ", "a click-to-call rang " + caller.English + " first: "}
	case "callee":
		return Text{"클릭투콜에서 " + iGa(caller.Korean) + " 받은 다음, ", "in a click-to-call, after " + caller.English + " had answered: "}
	}
	return Text{}
}

func (w *telling) cancelled(legs []call.Rung) Text {
	ended := after(w.r.Ended.Sub(w.r.Started))
	from := w.of(w.r.From)
	p, ok := w.by()
	if ok {
		from = p
	}
	who := party(from)
	if from == (call.Party{}) {
		who = Text{"발신자", "the caller"}
	}
	all := w.parties(legs)
	var t Text
	if len(all) > 0 {
		t.Korean = several(all).Korean + "의 전화기가 울리는 동안 "
	}
	t = t.and(Text{iGa(who.Korean) + " " + ended.Korean + " 끊었습니다.", who.English + " hung up " + ended.English})
	if len(all) > 0 {
		t.English += " while " + several(all).English + " rang"
	}
	t.English += "."
	return t
}

// failed tells of what was refused: by us when nothing was called, else by the
// network.
func (w *telling) failed(who Text, legs []call.Rung) Text {
	if len(legs) > 0 || w.r.Direction != string(call.Outgoing) {
		return w.network(who)
	}
	switch w.r.Cause {
	case 1, 3, 28:
		return Text{euro(who.Korean) + " 걸 수 있는 경로가 없습니다. 없는 번호이거나 경로 설정이 빠졌습니다.", "no route takes " + who.English + ": the number does not exist, or a route is missing."}
	case 21:
		return Text{euro(who.Korean) + " 거는 것이 발신 등급이나 발신 제한으로 막혀 있습니다.", "the class of service or a limit does not allow calls to " + who.English + "."}
	case 34:
		return Text{"회사의 회선이 모두 쓰이고 있어 " + euro(who.Korean) + " 걸지 못했습니다.", "all lines of the company were in use, so " + who.English + " was not called."}
	case 42:
		return Text{"발신 한도를 넘어 " + euro(who.Korean) + " 걸지 못했습니다.", "a limit for outgoing calls was reached, so " + who.English + " was not called."}
	}
	return w.network(who)
}

// network tells what the network, or a phone, said.
func (w *telling) network(who Text) Text {
	cause, known := causes[w.r.Cause]
	if !known {
		cause = Text{"상대 쪽이 연결하지 않아", "the other side did not connect it"}
	}
	code := ""
	if w.r.Cause != 0 {
		code = " (Q.850 " + strconv.Itoa(w.r.Cause) + ")"
	}
	return Text{cause.Korean + " " + waGwa(who.Korean) + " 연결되지 않았습니다" + code + ".", "the call to " + who.English + " failed because " + cause.English + code + "."}
}
