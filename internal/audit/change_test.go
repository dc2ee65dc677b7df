package audit_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dipcast/dipcast/internal/audit"
)

func TestDiff(t *testing.T) {
	type inner struct {
		On     bool   `json:"on"`
		Secret string `json:"secret,omitempty"`
	}
	type thing struct {
		Name  string   `json:"name"`
		List  []string `json:"list,omitempty"`
		Inner *inner   `json:"inner,omitempty"`
		N     int64    `json:"n"`
	}
	a := thing{Name: "<a> & 가", List: []string{"x"}, Inner: &inner{On: true}, N: 1 << 60}
	b := thing{Name: "b", Inner: &inner{Secret: "s"}, N: 1 << 60}
	got := audit.Diff(a, b)
	want := []audit.Change{
		{Field: "inner.on", Before: json.RawMessage("true"), After: json.RawMessage("false")},
		{Field: "inner.secret", After: json.RawMessage(`"s"`)},
		{Field: "list", Before: json.RawMessage(`["x"]`)},
		{Field: "name", Before: json.RawMessage(`"<a> & 가"`), After: json.RawMessage(`"b"`)},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if same := audit.Diff(a, a); same != nil {
		t.Errorf("%v", same)
	}
	if all := audit.Diff(nil, b); len(all) != 4 || all[0].Before != nil {
		t.Errorf("%s", all)
	}
	if gone := audit.Diff(&b, nil); len(gone) != 4 || gone[0].After != nil {
		t.Errorf("%s", gone)
	}
}

// TestChangesOfARow: numbers and names are there, secrets and ids of tenants are not,
// and a row has an end.
func TestChangesOfARow(t *testing.T) {
	d := &disk{}
	l := newLog(t, audit.Options{Store: d, Lookup: lookup})
	l.Start()
	value := func(v string) json.RawMessage { return json.RawMessage(v) }
	l.Record(t.Context(), audit.KindChanged, audit.Entry{Changes: []audit.Change{
		{Field: "extensions[1010].mobile", Before: value(`"01026132471"`), After: value(`"01099552471"`)},
		{Field: "trunks[1].secret", Before: value(`"hunter2-a"`), After: value(`"hunter2-b"`)},
		{Field: "trunks[2]", After: value(`{"name":"t","secret":"hunter2-c","deep":[{"api_key":"hunter2-d","pin":"hunter2-e"}]}`)},
		{Field: "naver_works.private_key", After: value(`"hunter2-f"`)},
		{Field: "note", After: value(`"of ` + idTwo + `"`)},
		{Field: "cut", After: value(`{"a":"b…`)}, // no JSON
		{Field: "long", After: value(`"` + strings.Repeat("가", 1000) + `"`)},
	}})
	many := make([]audit.Change, 500)
	for i := range many {
		many[i] = audit.Change{Field: strings.Repeat("f", 300), After: value(`"` + strings.Repeat("v", 400) + `"`)}
	}
	l.Record(t.Context(), audit.KindChanged, audit.Entry{Changes: many})
	if err := l.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	text := d.rows[0].Changes
	var got []audit.Change
	if err := json.Unmarshal([]byte(text), &got); err != nil || len(got) != 7 {
		t.Fatalf("%v in %s", err, text)
	}
	for _, secret := range []string{"hunter2", idTwo} {
		if strings.Contains(text, secret) {
			t.Errorf("%s in %s", secret, text)
		}
	}
	for _, wanted := range []string{`"before":"01026132471","after":"01099552471"`, `"[redacted]"`, "of T2", `"{\"a\":\"b…"`} {
		if !strings.Contains(text, wanted) {
			t.Errorf("no %s in %s", wanted, text)
		}
	}
	text = d.rows[1].Changes
	if err := json.Unmarshal([]byte(text), &got); err != nil || len(text) > 17<<10 || got[len(got)-1].Field != "…" {
		t.Errorf("%v, %d bytes", err, len(text))
	}
}

func TestWatch(t *testing.T) {
	l := newLog(t, audit.Options{Store: &disk{}})
	ctx, recorded := audit.Watch(t.Context())
	l.Record(t.Context(), audit.KindChanged, audit.Entry{})
	if recorded() {
		t.Error("recorded with another context")
	}
	l.Record(ctx, audit.KindChanged, audit.Entry{})
	if !recorded() {
		t.Error("not seen")
	}
}
