package rest_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/rest"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// keptHistory is a history of one call, which notes what it is asked.
type keptHistory struct {
	row     store.CallRow
	details string
	asked   store.CallQuery
}

func (h *keptHistory) Calls(_ context.Context, q store.CallQuery) (store.CallPage, error) {
	h.asked = q
	return store.CallPage{Rows: []store.CallRow{h.row}}, nil
}

func (h *keptHistory) CallDetails(context.Context, *store.CallRow) (string, error) {
	return h.details, nil
}

func (h *keptHistory) DetailsOfCalls(_ context.Context, rows []store.CallRow) ([]string, error) {
	return slices.Repeat([]string{h.details}, len(rows)), nil
}

func (h *keptHistory) CountCalls(context.Context, store.CallQuery, int) (int, error) { return 1, nil }

func oneCall() *keptHistory {
	began := time.Date(2026, 11, 22, 1, 0, 0, 0, time.UTC)
	return &keptHistory{row: store.CallRow{
		TenantID: tenant.NewID(family, 2).Hex(), Server: 1, Linkedid: "1790000000.12", Direction: "external", Reason: "completed", Served: "voicemail",
		Started: began, Ended: began.Add(time.Minute), From: store.CallParty{Number: "01012345678"}, To: store.CallParty{Extension: "1010", Number: "07045805605"},
	}, details: `{"legs":[{"extension":"1010","number":"1010","since":"2026-11-22T01:00:00.000Z","until":"2026-11-22T01:00:20.000Z","result":"no_answer"}],
		"services":[{"kind":"voicemail","extension":"1010","at":"2026-11-22T01:00:21.000Z","left":true}],"ended":{"reason":"completed","missed":false,"cause":16}}`}
}

// TestCallOfHistoryIsExplained: why it ended as it did, and what happened.
func TestCallOfHistoryIsExplained(t *testing.T) {
	h := oneCall()
	inBubble(t, func(o *rest.Options) { o.History = h }, func(r *rig) {
		a := r.do(request{method: "GET", path: "/cdr/1-1790000000.12"})
		var c rest.CDRDetails
		if err := json.Unmarshal(a.body.Data, &c); err != nil || a.status != 200 {
			t.Fatal(a.status, a.raw, err)
		}
		if c.Why.Korean != "1010이 20초 동안 받지 않아 음성사서함으로 넘어갔고 메시지를 남겼습니다." || !strings.HasPrefix(c.Why.English, "1010 did not answer for 20 s, so it went to voicemail") {
			t.Errorf("why: %+v", c.Why)
		}
		var kinds []string
		for _, s := range c.Timeline {
			kinds = append(kinds, s.Kind)
		}
		if !slices.Equal(kinds, []string{"started", "called", "service", "ended"}) || !c.Voicemail {
			t.Errorf("timeline %v, voicemail %v", kinds, c.Voicemail)
		}
	})
}

// TestCallOfGroupIsLed: a call to a number that leads to a group names the group, in
// the list as in its own page.
func TestCallOfGroupIsLed(t *testing.T) {
	h := oneCall()
	h.row.To, h.row.DID, h.row.Served, h.row.Reason = store.CallParty{Number: "07045805605"}, "07045805605", "", "cancelled"
	h.details = `{"services":[{"kind":"closed","name":"3"},{"kind":"ring_group","name":"600","at":"2026-11-22T01:00:00.000Z"}],"ended":{"reason":"cancelled"}}`
	inBubble(t, func(o *rest.Options) { o.History = h }, func(r *rig) {
		var list struct{ Data []rest.CDR }
		a := r.do(request{method: "GET", path: "/cdr"})
		if err := json.Unmarshal([]byte(a.raw), &list); err != nil || len(list.Data) != 1 || list.Data[0].LedTo == nil || *list.Data[0].LedTo != (rest.CDRLed{Kind: "ring_group", Number: "600"}) {
			t.Errorf("list: %s %v", a.raw, err)
		}
		var c rest.CDRDetails
		a = r.do(request{method: "GET", path: "/cdr/1-1790000000.12"})
		if err := json.Unmarshal(a.body.Data, &c); err != nil || c.LedTo == nil || c.LedTo.Number != "600" || !strings.HasPrefix(c.Why.Korean, "070-4580-5605로 걸려 와 벨 그룹 600으로 연결되었고, ") {
			t.Errorf("call: %s %v", a.raw, err)
		}
		h.row.Answered = h.row.Started.Add(-time.Minute) // moved there by who had answered
		a = r.do(request{method: "GET", path: "/cdr/1-1790000000.12"})
		if strings.Contains(a.raw, "벨 그룹 600으로 연결되었고") || !strings.Contains(a.raw, `"led_to":null`) {
			t.Errorf("after a transfer: %s", a.raw)
		}
	})
}

// TestHistoryFilters: what the parameters ask of the store, and which are refused.
func TestHistoryFilters(t *testing.T) {
	h := oneCall()
	inBubble(t, func(o *rest.Options) { o.History = h }, func(r *rig) {
		if a := r.do(request{method: "GET", path: "/cdr?result=voicemail,busy,diverted&max_talk=60&min_wait=5&max_wait=30"}); a.status != 200 {
			t.Fatal(a.raw)
		}
		q := h.asked
		if !slices.Equal(q.Served, []string{"voicemail"}) || !slices.Equal(q.Reasons, []string{"busy"}) || q.Diverted == nil || !*q.Diverted ||
			q.MaxTalk != time.Minute || q.MinWait != 5*time.Second || q.MaxWait != 30*time.Second {
			t.Errorf("asked %+v", q)
		}
		for path, field := range map[string]string{
			"/cdr?result=wrong": "result", "/cdr?result=answered,busy": "result", "/cdr?min_talk=10&max_talk=5": "max_talk", "/cdr?min_wait=10&max_wait=5": "max_wait",
			"/cdr?person=%ED%99%8D": "person",
		} {
			if a := r.do(request{method: "GET", path: path}); a.status < 400 || a.body.Field != field {
				t.Errorf("%s: %d %s", path, a.status, a.raw)
			}
		}
	})
}
