package cdr_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/store/storetest"
)

// TestCompleted: calls that nobody saw are made from what Asterisk 22 writes of
// them. The lines are as it wrote them.
func TestCompleted(t *testing.T) {
	r := newRig(t, storetest.SQLite(t))
	in := func(id string) []string { return []string{"linkedid", id} }
	add := func(id string, columns ...string) { r.append(line(append(in(id), columns...)...)) }
	const ans, at2, end2 = "1795282250.000000", "1795282250.100000", "1795282260.000000"

	add("1.1", "src", "1013", "dst", "1010", "clid", `"지화자" <1013>`, "channel", "PJSIP/T2_1013-00000000", "dstchannel", "PJSIP/T2_1010-00000001",
		"answer,u", ans, "disposition", "ANSWERED", "lastdata", "PJSIP/T2_1010,2,i", "accountcode", "07045144801")
	add("1.2", "dst", "1010", "clid", `"지화자" <1013>`, "channel", "PJSIP/T2_1013-00000004", "dstchannel", "PJSIP/T2_1010-00000005", "disposition", "BUSY")
	add("1.2", "sequence", "6", "start,u", at2, "end,u", end2, "dst", "1010", "clid", `"지화자" <1013>`, "channel", "PJSIP/T2_1013-00000004", "disposition", "BUSY", "lastapp", "Busy", "lastdata", "1")
	add("1.3", "dst", "1010", "clid", `"지화자" <1013>`, "channel", "PJSIP/T2_1013-00000008", "dstchannel", "PJSIP/T2_1010-00000009")
	add("1.3", "sequence", "12", "start,u", at2, "end,u", end2, "dst", "1010", "clid", `"지화자" <1013>`, "channel", "PJSIP/T2_1013-00000008", "lastapp", "Hangup", "lastdata", "19")
	add("1.4", "dst", "01026132471", "clid", `"홍길동" <07045805605>`, "channel", "PJSIP/T2_1010-0000000b", "dstchannel", "PJSIP/trk-1-0000000c",
		"answer,u", ans, "disposition", "ANSWERED", "lastdata", "PJSIP/01026132471@trk-1,60,i")
	add("1.5", "src", "01012345678", "dst", "1010", "clid", `"바깥" <01012345678>`, "channel", "PJSIP/trk-1-00000014", "dstchannel", "PJSIP/T2_1010-00000015", "accountcode", "07045805605")
	add("1.6", "src", "01012345678", "dst", "1010", "clid", `"바깥" <01012345678>`, "channel", "PJSIP/trk-1-0000001c", "dstchannel", "PJSIP/T2_1010-0000001d", "accountcode", "07045805605")
	add("1.6", "sequence", "36", "start,u", at2, "answer,u", ans, "end,u", end2, "src", "07045805605", "dst", "1010", "clid", `"바깥" <07045805605>`, "channel", "PJSIP/trk-1-0000001c",
		"dstchannel", "PJSIP/trk-1-0000001e", "disposition", "ANSWERED", "lastdata", "PJSIP/01026132471@trk-1,60,i", "accountcode", "07045805605", "dipcast_diverted", "CFN:1010:01026132471")
	add("dipcast-200", "uniqueid", "dipcast-200-2", "sequence", "48", "answer,u", "1795282247.000000", "disposition", "ANSWERED", "dst", "1010", "channel", "Local/1010@T2_click-to-call-00000000;2", "dstchannel", "PJSIP/T2_1010-00000026")
	add("dipcast-200", "sequence", "47", "answer,u", ans, "disposition", "ANSWERED", "src", "16682471", "dst", "01026132471", "channel", "Local/1010@T2_click-to-call-00000000;1",
		"dstchannel", "PJSIP/trk-1-00000027", "lastdata", "PJSIP/01026132471@trk-1,60,i")
	add("1.7", "dst", "07010100000", "clid", `"홍길동" <1010>`, "channel", "PJSIP/T2_1010-00000050", "dstchannel", "PJSIP/T10_1010-00000051", "answer,u", ans, "disposition", "ANSWERED", "lastdata", "PJSIP/T10_1010")
	add("1.8", "dst", "s", "dcontext", "elsewhere", "channel", "PJSIP/unknown-00000060")
	add("1.9", "dst", "1010", "channel", "PJSIP/T21_1010-00000061", "dcontext", "T21_cos-all") // a company that there is not
	add("1.10", "src", "01012345678", "clid", `"" <01012345678>`, "dst", "600", "dcontext", "T2_ext-ringgroups", "channel", "PJSIP/trk-1-00000070", "dstchannel", "PJSIP/T2_1010-00000071", "accountcode", "0255551234")
	add("1.10", "sequence", "71", "src", "01012345678", "clid", `"" <01012345678>`, "dst", "600", "dcontext", "T2_ext-ringgroups", "channel", "PJSIP/trk-1-00000070", "dstchannel", "PJSIP/T2_1013-00000072", "accountcode", "0255551234")
	r.start()
	type call struct {
		ID, Direction, From, To, DID, By, Divert, Disposition, Reason string
		Missed                                                        bool
		Talk                                                          time.Duration
	}
	view := func(rows []store.CallRow) (out []call) {
		for _, r := range rows {
			c := call{r.Linkedid, r.Direction, r.From.Number, r.To.Number, r.DID, r.By.Number, r.DivertedBy.Type, r.Disposition, r.Reason, r.Missed, r.Talk}
			if r.Origin != store.OriginAsterisk {
				t.Errorf("%s: origin %d", r.Linkedid, r.Origin)
			}
			out = append(out, c)
		}
		return out
	}
	byID := func(rows []call) map[string]call {
		m := map[string]call{}
		for _, c := range rows {
			m[c.ID] = c
		}
		return m
	}
	const talk = 5500 * time.Millisecond
	want := map[string]call{
		"1.1":         {"1.1", "internal", "1013", "1010", "", "1010", "", "ANSWERED", "completed", false, talk},
		"1.2":         {"1.2", "internal", "1013", "1010", "", "", "", "BUSY", "busy", true, 0},
		"1.3":         {"1.3", "internal", "1013", "1010", "", "", "", "NO ANSWER", "no_answer", true, 0},
		"1.4":         {"1.4", "outgoing", "1010", "01026132471", "", "01026132471", "", "ANSWERED", "completed", false, talk},
		"1.5":         {"1.5", "external", "01012345678", "07045805605", "07045805605", "", "", "NO ANSWER", "cancelled", true, 0},
		"1.6":         {"1.6", "external", "01012345678", "07045805605", "07045805605", "01026132471", "CFN", "ANSWERED", "completed", false, 10 * time.Second},
		"dipcast-200": {"dipcast-200", "outgoing", "1010", "01026132471", "", "01026132471", "", "ANSWERED", "completed", false, talk},
		"1.10":        {"1.10", "external", "01012345678", "0255551234", "0255551234", "", "", "NO ANSWER", "cancelled", true, 0},
		"1.7":         {"1.7", "outgoing", "1010", "07010100000", "", "", "", "ANSWERED", "completed", false, talk},
	}
	if diff := cmp.Diff(want, byID(view(r.calls(two, 9)))); diff != "" {
		t.Error(diff)
	}
	other := byID(view(r.calls(ten, 1)))["1.7"]
	if diff := cmp.Diff(call{"1.7", "external", "", "07010100000", "07010100000", "1010", "", "ANSWERED", "completed", false, talk}, other); diff != "" {
		t.Errorf("the other company sees %s", diff)
	}
	for id, foreign := range map[string]string{two: "T10_", ten: "T2_"} {
		for _, row := range r.calls(id, map[string]int{two: 9, ten: 1}[id]) {
			if text := fmt.Sprintf("%+v", row); row.Linkedid == "1.7" && strings.Contains(text, foreign) {
				t.Errorf("a company sees another's channels: %s", text)
			}
		}
	}
	if rows := r.calls("", 0); len(rows) != 0 {
		t.Error("nobody's calls need all")
	}
	p, err := r.s.Calls(t.Context(), store.CallQuery{All: true, Limit: 100})
	if err != nil || len(p.Rows) != 12 {
		t.Errorf("operators see %d, %v", len(p.Rows), err)
	}
	for _, row := range r.calls(two, 9) {
		if row.Linkedid != "1.10" {
			continue
		}
		details, err := r.s.CallDetails(t.Context(), &row)
		if err != nil || row.To.Extension != "" || strings.Count(details, `"kind":"ring_group","name":"600"`) != 1 {
			t.Errorf("a call to a group is to %+v: %s %v", row.To, details, err)
		}
	}
}
