package cdr_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dipcast/dipcast/internal/call"
	"github.com/dipcast/dipcast/internal/cdr"
	"github.com/dipcast/dipcast/internal/store"
)

// ending is a call of the history for a test: seconds since it began.
type ending struct {
	row     store.CallRow
	details cdr.Details
}

var began = time.Date(2026, 11, 22, 1, 0, 0, 0, time.UTC)

func after(seconds int) time.Time { return began.Add(time.Duration(seconds) * time.Second) }

// incomingCall is one from the network to 1010 that ended after some seconds.
func incomingCall(reason call.Reason, seconds int) ending {
	return ending{row: store.CallRow{
		Direction: "external", Reason: string(reason), Started: began, Ended: after(seconds), Wait: time.Duration(seconds) * time.Second,
		From: store.CallParty{Number: "01012345678"}, To: store.CallParty{Extension: "1010", Number: "07045805605"}, DID: "07045805605",
	}, details: cdr.Details{Ended: &call.End{Reason: reason}}}
}

func outgoingCall(reason call.Reason, cause int) ending {
	e := incomingCall(reason, 5)
	e.row.Direction, e.row.From, e.row.To, e.row.DID, e.row.Cause = "outgoing", store.CallParty{Extension: "1010", Number: "1010"}, store.CallParty{Number: "0212345678"}, "", cause
	return e
}

func (e ending) rang(ext string, from, to int, result call.Result) ending {
	e.details.Legs = append(e.details.Legs, call.Rung{Party: call.Party{Extension: ext, Number: ext}, Since: call.At(after(from)), Until: call.At(after(to)), Result: result})
	return e
}

func (e ending) dialled(number string, from, to int, result call.Result) ending {
	e.details.Legs = append(e.details.Legs, call.Rung{Party: call.Party{Number: number}, Since: call.At(after(from)), Until: call.At(after(to)), Result: result})
	return e
}

func (e ending) answeredBy(ext string, at int, hanger *call.Party) ending {
	e.row.By, e.row.Answered = store.CallParty{Extension: ext, Number: ext}, after(at)
	e.row.Wait, e.row.Talk = time.Duration(at)*time.Second, e.row.Ended.Sub(after(at))
	e.details.Ended.By = hanger
	return e
}

func (e ending) by(p call.Party) ending {
	e.details.Ended.By = &p
	return e
}

func (e ending) diverted(kind, ext, number string, at int) ending {
	e.details.Diverted = append(e.details.Diverted, call.Diversion{Type: kind, Extension: ext, Number: number, At: call.At(after(at))})
	return e
}

func (e ending) service(v call.Service) ending {
	e.details.Services = append(e.details.Services, v)
	return e
}

// group is a call to a number that leads to the ring group 600, of so many.
func group(members int) ending {
	e := incomingCall(call.ReasonCancelled, 8)
	e.row.To = store.CallParty{Number: "07045805605"}
	e = e.service(call.Service{Kind: call.ServiceGroup, Name: "600", At: call.At(after(0))})
	for i := range members {
		e = e.rang(strconv.Itoa(1001+i), 1, 8, call.Cancelled)
	}
	return e
}

// TestWhy: one sentence for each kind of ending, in both languages.
func TestWhy(t *testing.T) {
	caller := call.Party{Number: "01012345678"}
	voicemail := call.Service{Kind: call.ServiceVoicemail, Extension: "1010"}
	left := voicemail
	left.Left = true
	busyBox, lostBox := voicemail, voicemail
	busyBox.Name, lostBox.Name = "busy", "unavailable"
	clicked := outgoingCall(call.ReasonNoAnswer, 19)
	clicked.details.ClickToCall = &call.ClickToCall{Caller: call.Leg{Party: call.Party{Extension: "1010", Number: "1010"}}}
	clicked.details.Ended.Leg = "caller"
	conference := incomingCall(call.ReasonCompleted, 90)
	transferred := incomingCall(call.ReasonCompleted, 70).answeredBy("1010", 5, nil)
	transferred.details.Transfers = []call.Transfer{{Type: call.Blind, To: call.Party{Extension: "1013", Number: "1013"}, At: call.At(after(20))}}
	completed := incomingCall(call.ReasonCompleted, 30)
	completed.row.LastApp, completed.row.LastData = "VoiceMail", "1010@T2_voicemail,u"
	named := incomingCall(call.ReasonCancelled, 12).rang("1018", 1, 12, call.Cancelled).by(caller)
	within := incomingCall(call.ReasonNoAnswer, 9).rang("1002", 1, 9, call.NoAnswer).service(call.Service{Kind: call.ServiceGroup, Name: "601", At: call.At(after(0))})
	within.row.Direction, within.row.From, within.row.To, within.row.DID = "internal", store.CallParty{Extension: "1001", Number: "1001"}, store.CallParty{Number: "601"}, ""
	for _, tt := range []struct {
		name   string
		e      ending
		ko, en string
	}{
		{"answered, the caller hung up", incomingCall(call.ReasonCompleted, 65).answeredBy("1010", 4, &caller), "1010이 4초 만에 받아 1분 1초 동안 통화했고 010-1234-5678이 끊었습니다.", "1010 answered after 4 s, they talked for 1 min 1 s, and 010-1234-5678 hung up."},
		{"answered, the called hung up", incomingCall(call.ReasonCompleted, 64).answeredBy("1013", 4, &call.Party{Extension: "1013", Number: "1013"}), "1013이 4초 만에 받아 1분 동안 통화했고 1013이 끊었습니다.", "1013 answered after 4 s, they talked for 1 min, and 1013 hung up."},
		{"answered at once", incomingCall(call.ReasonCompleted, 3).answeredBy("1010", 0, nil), "1010이 바로 받아 3초 동안 통화했습니다.", "1010 answered at once, they talked for 3 s."},
		{"given up at once", incomingCall(call.ReasonCancelled, 0), "010-1234-5678이 바로 끊었습니다.", "010-1234-5678 hung up at once."},
		{"answered, nobody knows who", incomingCall(call.ReasonCompleted, 7).answeredBy("1010", 4, nil), "1010이 4초 만에 받아 3초 동안 통화했습니다.", "1010 answered after 4 s, they talked for 3 s."},
		{"transferred", transferred, "1010이 5초 만에 받아 1분 5초 동안 통화했고 1013에게 넘겨졌습니다.", "1010 answered after 5 s, they talked for 1 min 5 s, it was moved to 1013."},
		{"no answer", incomingCall(call.ReasonNoAnswer, 21).rang("1010", 1, 21, call.NoAnswer), "1010이 20초 동안 받지 않았습니다.", "1010 did not answer for 20 s."},
		{"busy", incomingCall(call.ReasonBusy, 1).rang("1012", 1, 1, call.Busy), "1012가 통화 중이었습니다.", "1012 was busy."},
		{"not to be disturbed", incomingCall(call.ReasonBusy, 1), "1010이 통화 중이거나 방해 금지였습니다.", "1010 was busy or not to be disturbed."},
		{"declined", incomingCall(call.ReasonDeclined, 3).rang("1010", 1, 3, call.Declined), "1010이 거절했습니다.", "1010 declined the call."},
		{"the caller gave up", incomingCall(call.ReasonCancelled, 12).rang("1010", 1, 12, call.Cancelled).rang("1013", 1, 12, call.Cancelled).by(caller), "1010, 1013의 전화기가 울리는 동안 010-1234-5678이 12초 만에 끊었습니다.", "010-1234-5678 hung up after 12 s while 1010 and 1013 rang."},
		{"given up before anybody rang", incomingCall(call.ReasonCancelled, 2), "010-1234-5678이 2초 만에 끊었습니다.", "010-1234-5678 hung up after 2 s."},
		{"by name", named, "지화자(1018)의 전화기가 울리는 동안 010-1234-5678이 12초 만에 끊었습니다.", "010-1234-5678 hung up after 12 s while 지화자 (1018) rang."},
		{"not registered", incomingCall(call.ReasonUnavailable, 1), "1010의 전화기가 등록되어 있지 않거나 연결되지 않았습니다.", "No phone of 1010 was registered or reachable."},
		{"always diverted", incomingCall(call.ReasonCompleted, 33).diverted("CFI", "1010", "01026132471", 0).dialled("01026132471", 0, 20, call.NoAnswer), "1010의 즉시 착신전환으로 010-2613-2471로 돌려졌고, ", "1010's call forward immediately sent it to 010-2613-2471; "},
		{"diverted when busy", incomingCall(call.ReasonNoAnswer, 30).rang("1010", 1, 1, call.Busy).diverted("CFB", "1010", "1013", 2).rang("1013", 2, 30, call.NoAnswer), "1010이 통화 중이어서 통화중 착신전환으로 1013에게 돌려졌고, 1013이 28초 동안 받지 않았습니다.", "1010 was busy, so 1010's call forward busy sent it to 1013; 1013 did not answer for 28 s."},
		{"diverted when nobody answers", incomingCall(call.ReasonCompleted, 90).rang("1010", 0, 20, call.NoAnswer).diverted("CFN", "1010", "1013", 20).answeredBy("1013", 25, &caller), "1010이 20초 동안 받지 않아 부재중 착신전환으로 1013으로 돌려졌고, 1013이 25초 만에 받아 1분 5초 동안 통화했고 010-1234-5678이 끊었습니다.", "1010 did not answer for 20 s, so 1010's call forward no answer sent it to 1013; 1013 answered after 25 s, they talked for 1 min 5 s, and 010-1234-5678 hung up."},
		{"diverted when not there", incomingCall(call.ReasonBusy, 3).diverted("CFU", "1010", "1013", 1).rang("1013", 1, 2, call.Busy), "1010의 미연결 착신전환으로 1013에게 돌려졌고, 1013이 통화 중이었습니다.", "1010's call forward unavailable sent it to 1013; 1013 was busy."},
		{"closed, a notice", incomingCall(call.ReasonCompleted, 9).service(call.Service{Kind: call.ServiceClosed, Name: "1"}).service(call.Service{Kind: call.ServiceNotice, Name: "dipcast/closed"}), "업무 시간이 아니어서 안내(dipcast/closed)를 듣고 끝났습니다.", "It was outside of the hours, so the notice dipcast/closed was played, and the call ended."},
		{"menu", incomingCall(call.ReasonCompleted, 9).service(call.Service{Kind: call.ServiceMenu, Name: "650"}), "자동응답 650의 안내를 듣고 끝났습니다.", "It ended in the attendant 650."},
		{"attendant", incomingCall(call.ReasonCompleted, 9).service(call.Service{Kind: call.ServiceAttendant, Extension: "1010"}), "1010의 개인 비서 안내를 듣고 끝났습니다.", "It ended in the personal attendant of 1010."},
		{"voicemail, a message", incomingCall(call.ReasonCompleted, 60).rang("1010", 0, 20, call.NoAnswer).service(left), "1010이 20초 동안 받지 않아 음성사서함으로 넘어갔고 메시지를 남겼습니다.", "1010 did not answer for 20 s, so it went to voicemail and a message was left."},
		{"voicemail of who is busy", incomingCall(call.ReasonCompleted, 60).service(busyBox), "1010이 통화 중이거나 방해 금지여서 음성사서함으로 넘어갔습니다.", "1010 was busy or not to be disturbed, so it went to voicemail."},
		{"voicemail of who is not there", incomingCall(call.ReasonCompleted, 60).service(lostBox), "1010의 전화기가 등록되어 있지 않아 음성사서함으로 넘어갔습니다.", "No phone of 1010 was registered, so it went to voicemail."},
		{"voicemail of who diverted", incomingCall(call.ReasonCompleted, 60).diverted("CFI", "1010", "1013", 0).rang("1013", 0, 15, call.NoAnswer).service(left), "1010의 즉시 착신전환으로 1013에게 돌려졌고, 1013이 15초 동안 받지 않아 1010의 음성사서함으로 넘어갔고 메시지를 남겼습니다.", "1010's call forward immediately sent it to 1013; 1013 did not answer for 15 s, so it went to the voicemail of 1010 and a message was left."},
		{"voicemail, from Asterisk's record", completed, "1010의 음성사서함으로 넘어갔습니다.", "It went to the voicemail of 1010."},
		{"fax", incomingCall(call.ReasonCompleted, 45).service(call.Service{Kind: call.ServiceFax}), "팩스였고 45초 만에 끝났습니다.", "It was a fax and lasted 45 s."},
		{"conference", conference.service(call.Service{Kind: call.ServiceConference, Name: "800"}), "회의실 800에 1분 30초 동안 있었습니다.", "It was in the conference 800 for 1 min 30 s."},
		{"feature code", outgoingCall(call.ReasonCompleted, 16).service(call.Service{Kind: call.ServiceCode, Name: "*21"}), "기능 코드 *21을 썼습니다.", "The feature code *21 was dialed."},
		{"no room", outgoingCall(call.ReasonFailed, 42).service(call.Service{Kind: call.ServiceNoRoom}), "장비의 용량이 가득 차 연결되지 않았습니다.", "The size of the box had no room for the call."},
		{"unknown number", outgoingCall(call.ReasonFailed, 3), "02-1234-5678로 걸 수 있는 경로가 없습니다. 없는 번호이거나 경로 설정이 빠졌습니다.", "No route takes 02-1234-5678: the number does not exist, or a route is missing."},
		{"forbidden", outgoingCall(call.ReasonFailed, 21), "02-1234-5678로 거는 것이 발신 등급이나 발신 제한으로 막혀 있습니다.", "The class of service or a limit does not allow calls to 02-1234-5678."},
		{"limit", outgoingCall(call.ReasonFailed, 42), "발신 한도를 넘어 02-1234-5678로 걸지 못했습니다.", "A limit for outgoing calls was reached, so 02-1234-5678 was not called."},
		{"the network: unallocated", outgoingCall(call.ReasonFailed, 1).dialled("0212345678", 1, 2, call.Failed), "없는 번호여서 02-1234-5678과 연결되지 않았습니다 (Q.850 1).", "The call to 02-1234-5678 failed because the number is not in use (Q.850 1)."},
		{"the network: congestion", outgoingCall(call.ReasonFailed, 42).dialled("0212345678", 1, 2, call.Failed), "통신망이 혼잡하여 02-1234-5678과 연결되지 않았습니다 (Q.850 42).", "The call to 02-1234-5678 failed because the network was congested (Q.850 42)."},
		{"the network says nothing", outgoingCall(call.ReasonFailed, 0).dialled("0212345678", 1, 2, call.Failed), "상대 쪽이 연결하지 않아 02-1234-5678과 연결되지 않았습니다.", "The call to 02-1234-5678 failed because the other side did not connect it."},
		{"the caller of a click-to-call", clicked.rang("1010", 0, 25, call.NoAnswer), "클릭투콜로 먼저 1010의 전화를 울렸으나, 1010이 25초 동안 받지 않았습니다.", "A click-to-call rang 1010 first: 1010 did not answer for 25 s."},
		{"a group, given up", group(5).by(caller), "070-4580-5605로 걸려 와 벨 그룹 영업(600)으로 연결되었고, 1001, 1002, 1003, 1004 등 5명의 전화기가 울리는 동안 010-1234-5678이 8초 만에 끊었습니다.", "The call to 070-4580-5605 went to ring group 영업 (600); 010-1234-5678 hung up after 8 s while 1001, 1002, 1003, 1004 and another one rang."},
		{"a group, answered", group(2).answeredBy("1002", 4, &caller), "070-4580-5605로 걸려 와 벨 그룹 영업(600)으로 연결되었고, 1002가 4초 만에 받아 4초 동안 통화했고 010-1234-5678이 끊었습니다.", "The call to 070-4580-5605 went to ring group 영업 (600); 1002 answered after 4 s, they talked for 4 s, and 010-1234-5678 hung up."},
		{"a group within the company", within, "벨 그룹 601로 연결되었고, 1002가 8초 동안 받지 않았습니다.", "The call went to ring group 601; 1002 did not answer for 8 s."},
		{"merged", incomingCall(call.ReasonMerged, 5), "이 통화는 다른 통화에 합쳐졌습니다.", "This call became part of another one."},
		{"unseen", incomingCall(call.ReasonUnknown, 5), "서버와의 연결이 끊긴 동안 끝나, 이유를 알 수 없습니다.", "It ended while the link to the server was lost, so why is not known."},
	} {
		got := cdr.Why(&tt.e.row, &tt.e.details, func(ext string) string { return map[string]string{"1018": "지화자", "600": "영업"}[ext] })
		if tt.name == "always diverted" { // the rest is the server's
			got = cdr.Text{Korean: got.Korean[:min(len(got.Korean), len(tt.ko))], English: got.English[:min(len(got.English), len(tt.en))]}
		}
		if diff := cmp.Diff(cdr.Text{Korean: tt.ko, English: tt.en}, got); diff != "" {
			t.Errorf("%s:\n%s", tt.name, diff)
		}
	}
}

// TestTimeline: every leg, diversion, service and the end, in their order.
func TestTimeline(t *testing.T) {
	e := incomingCall(call.ReasonCompleted, 60).rang("1010", 1, 20, call.NoAnswer).diverted("CFN", "1010", "1013", 20).rang("1013", 21, 30, call.Busy).
		service(call.Service{Kind: call.ServiceVoicemail, Extension: "1010", At: call.At(after(31)), Left: true}).by(call.Party{Number: "01012345678"})
	var got []string
	for _, s := range cdr.Timeline(&e.row, &e.details, nil) {
		got = append(got, s.At.Sub(began).String()+" "+string(s.Kind)+": "+s.Text.English)
	}
	want := []string{
		"0s started: 010-1234-5678 called 070-4580-5605 (1010).",
		"1s called: 1010 rang for 19 s and did not answer.",
		"20s diverted: 1010's call forward no answer sent it to 1013.",
		"21s called: 1013 was busy.",
		"31s service: It went to the voicemail of 1010. A message was left.",
		"1m0s ended: 010-1234-5678 hung up.",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestTimelineOfGroup: the company's number was called, not the first of its phones.
func TestTimelineOfGroup(t *testing.T) {
	e := group(1)
	var got []string
	for _, s := range cdr.Timeline(&e.row, &e.details, func(n string) string { return map[string]string{"600": "전체"}[n] }) {
		got = append(got, s.Text.Korean)
	}
	want := []string{"010-1234-5678이 070-4580-5605로 전화했습니다.", "벨 그룹 전체(600)로 연결되었습니다.", "1001이 7초 울렸으나 받지 않았습니다.", "통화가 끝났습니다."}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
