package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dipcast/dipcast/internal/store"
)

// TestFaxes: a fax is kept once, ends once, and is found by what it is.
func TestFaxes(t *testing.T) {
	each(t, func(t *testing.T, d *database) {
		s := d.open(t)
		at := time.UnixMilli(1795294477000).UTC()
		in := store.Fax{
			Fax: "aa", TenantID: "t2", Server: 1, Name: "n1", Direction: store.FaxIn, Status: store.FaxReceived, Own: "0701", Other: "0102", Station: "X",
			Pages: 3, Done: 3, Damaged: 1, Mode: "t38", Rate: 14400, Linkedid: "1.2", Begun: at, Ended: at.Add(time.Minute),
		}
		out := store.Fax{Fax: "bb", TenantID: "t2", Server: 1, Name: "bb", Direction: store.FaxOut, Status: store.FaxSending, Extension: "1010", Pages: 2, Begun: at.Add(time.Second)}
		other := store.Fax{Fax: "cc", TenantID: "t3", Server: 1, Name: "n1", Direction: store.FaxIn, Status: store.FaxFailed, Reason: "dropped", Begun: at}
		for _, f := range []store.Fax{in, out, other} {
			if added, err := s.AddFax(t.Context(), f); !added || err != nil {
				t.Fatal(added, err)
			}
		}
		if added, err := s.AddFax(t.Context(), in); added || err != nil {
			t.Error("kept twice", err)
		}
		list := func(q store.FaxQuery) (names []string, all []store.Fax) {
			t.Helper()
			if q.Limit == 0 {
				q.Limit = 10
			}
			all, err := s.Faxes(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			for i := range all {
				names = append(names, all[i].Fax)
			}
			return names, all
		}
		names, all := list(store.FaxQuery{TenantID: "t2"})
		if d := cmp.Diff([]string{"bb", "aa"}, names); d != "" {
			t.Fatal(d)
		}
		in.ID = all[1].ID
		if d := cmp.Diff(in, all[1]); d != "" {
			t.Error(d)
		}
		if names, _ := list(store.FaxQuery{TenantID: "t2", Before: all[0].ID}); len(names) != 1 || names[0] != "aa" {
			t.Error(names)
		}
		if names, _ := list(store.FaxQuery{Number: "0102"}); len(names) != 1 || names[0] != "aa" {
			t.Error(names)
		}
		if names, _ := list(store.FaxQuery{Status: store.FaxSending, Server: 1}); len(names) != 1 || names[0] != "bb" {
			t.Error(names)
		}
		out.Status, out.Done, out.Ended = store.FaxSent, 2, at.Add(time.Minute)
		for _, first := range []bool{true, false} {
			if ended, err := s.EndFax(t.Context(), out); ended != first || err != nil {
				t.Error(ended, err)
			}
		}
		if _, all := list(store.FaxQuery{Fax: "bb"}); len(all) != 1 || all[0].Status != store.FaxSent || all[0].Done != 2 || all[0].Ended.IsZero() {
			t.Error(all)
		}
	})
}
