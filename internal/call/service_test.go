package call_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/call"
)

// TestServices: what of the server's own a call came to is kept, in its order, and
// whether a message was left.
func TestServices(t *testing.T) {
	for _, tt := range []struct{ name, events, want string }{
		{"voicemail, nothing left", step("T2_app-voicemail", "VoiceMail", "1010@T2_voicemail,u"), "voicemail 1010 unavailable"},
		{"voicemail of who is busy, left", `
MessageWaiting Mailbox=1010@T2_voicemail Waiting=1 New=2 Old=0` + step("T2_app-voicemail", "VoiceMail", "1010@T2_voicemail,b") + `
MessageWaiting Mailbox=1010@T2_voicemail Waiting=1 New=3 Old=0`, "voicemail 1010 busy left"},
		{"somebody else listens meanwhile", `
MessageWaiting Mailbox=1010@T2_voicemail Waiting=1 New=2 Old=0` + step("T2_app-voicemail", "VoiceMail", "1010@T2_voicemail,b") + `
MessageWaiting Mailbox=1010@T2_voicemail Waiting=1 New=1 Old=1`, "voicemail 1010 busy"},
		{"another's mailbox", step("T2_app-voicemail", "VoiceMail", "1010@T2_voicemail,b") + `
MessageWaiting Mailbox=1013@T2_voicemail Waiting=1 New=1 Old=1`, "voicemail 1010 busy"},
		{"closed", step("T2_incoming-calls", "Gosub", "T2_time-groups,g3,1(1790000000)") + step("T2_clock", "Return", "") + step("T2_time-groups", "Return", "no") +
			step("T2_incoming-calls", "Gosub", "T2_notice,s,1(dipcast/closed)"), "closed 3, notice dipcast/closed"},
		{"open", step("T2_incoming-calls", "Gosub", "T2_time-groups,g3,1(1790000000)") + step("T2_time-groups", "Return", "yes"), ""},
		{"a diversion's hours", step("T2_active", "Gosub", "T2_time-groups,g3,1(1790000000)") + step("T2_time-groups", "Return", "no"), ""},
		{"attendant", step("T2_before-dial", "Gosub", "T2_attendant,s,1(1010)") + step("T2_attendant", "Read", "DC_KEY,dipcast/attendant,1,,1,5"), "attendant 1010"},
		{"attendant that is off", step("T2_before-dial", "Gosub", "T2_attendant,s,1(1010)") + step("T2_attendant", "Return", ""), ""},
		{"fax", step("T2_fax", "ReceiveFAX", "/spool/x.tif"), "fax"},
		{"no room", step("T2_capacity", "UserEvent", "DIPCASTCapacity,Kind:~phones_in_use"), "no_room"},
	} {
		s := newScript(t, call.Options{})
		s.say(`Newchannel Channel=PJSIP/trk-1-00000001 ChannelState=4 CallerIDNum=01012345678 Context=trk-1-in Exten=07045805605 Uniqueid=1.1 Linkedid=1.1` + tt.events)
		var got []string
		for _, v := range s.tracker.Call("1-1.1").Services() {
			one := strings.Join(strings.Fields(fmt.Sprint(v.Kind, " ", v.Extension, " ", v.Name)), " ")
			if v.Left {
				one += " left"
			}
			got = append(got, one)
		}
		if strings.Join(got, ", ") != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// step is a step of the caller in the dialplan.
func step(context, application, data string) string {
	return "\nNewexten Channel=PJSIP/trk-1-00000001 ChannelState=4 Context=" + context + " Exten=s Uniqueid=1.1 Linkedid=1.1 Application=" + application + " AppData=" + data
}
