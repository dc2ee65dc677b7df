package store_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/store/storetest"
)

const (
	tenantTwo = "7be69580e27641df"
	tenantTen = "0123456789abcdef"
)

var dayOne = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

// someCall is the n-th call of a company, one each minute.
func someCall(tenant string, n int) store.CallRow {
	at := dayOne.Add(time.Duration(n) * time.Minute)
	return store.CallRow{
		TenantID: tenant, Server: 1, Linkedid: fmt.Sprintf("1790000000.%d", n), Origin: store.OriginLive,
		Started: at, Answered: at.Add(5 * time.Second), Ended: at.Add(65 * time.Second), Wait: 5 * time.Second, Talk: time.Minute,
		Direction: "external", Disposition: "ANSWERED", Reason: "completed",
		From: store.CallParty{Number: fmt.Sprintf("0101234%04d", n), Name: "홍길동"},
		To:   store.CallParty{Extension: "1010", Number: "07045805605"}, By: store.CallParty{Extension: "1010", Number: "1010", Name: "김영업"},
		DID: "07045805605", Account: "07045805605", Uniqueid: fmt.Sprintf("1790000000.%d", n), Details: `{"legs":[]}`,
	}
}

// ids are the numbers of the calls of a page.
func ids(p store.CallPage) []string {
	out := []string{}
	for i := range p.Rows {
		_, n, _ := strings.Cut(p.Rows[i].Linkedid, ".")
		out = append(out, n)
	}
	return out
}

func find(t *testing.T, s *store.Store, q store.CallQuery) []string {
	t.Helper()
	if q.Limit == 0 {
		q.Limit = 100
	}
	if q.TenantID == "" && !q.All {
		q.TenantID = tenantTwo
	}
	p, err := s.Calls(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	return ids(p)
}

func TestCalls(t *testing.T) { each(t, testCalls) }

func testCalls(t *testing.T, d *database) {
	s := d.open(t)
	if got := find(t, s, store.CallQuery{}); len(got) != 0 {
		t.Errorf("an empty history has %v", got)
	}
	var rows []store.CallRow
	for n := range 10 {
		rows = append(rows, someCall(tenantTwo, n))
	}
	r := &rows[3]
	r.Direction, r.Disposition, r.Reason, r.Missed, r.Answered, r.By, r.Talk = "internal", "NO ANSWER", "no_answer", true, time.Time{}, store.CallParty{}, 0
	r.From, r.To, r.DID = store.CallParty{Extension: "1013", Number: "1013", Name: "Jack Ma"}, store.CallParty{Extension: "1018", Number: "1018"}, ""
	rows[4].DivertedBy = store.CallDiversion{Type: "CFN", Extension: "1010", Number: "01026132471"}
	rows[5].Others = []store.CallParty{{Extension: "1020", Number: "1020", Name: "이재고"}}
	rows[6].From = store.CallParty{Number: "+821026132471", Name: "Smith & 김_100%"}
	rows = append(rows, someCall(tenantTen, 50), someCall("", 60))
	both := someCall(tenantTwo, 70) // a call of two companies
	rows = append(rows, both)
	both.TenantID = tenantTen
	rows = append(rows, both)
	if err := s.SaveCalls(t.Context(), rows); err != nil {
		t.Fatal(err)
	}
	if err := s.SaveCalls(t.Context(), rows); err != nil { // each call once
		t.Fatal(err)
	}
	yes, no := true, false
	all := []string{"70", "9", "8", "7", "6", "5", "4", "3", "2", "1", "0"}
	for _, c := range []struct {
		name string
		q    store.CallQuery
		want []string
	}{
		{"all", store.CallQuery{}, all},
		{"another company", store.CallQuery{TenantID: tenantTen}, []string{"70", "50"}},
		{"nobody known", store.CallQuery{TenantID: "ffffffffffffffff"}, []string{}},
		{"operators", store.CallQuery{All: true, Limit: 4}, []string{"70", "70", "60", "50"}},
		{"oldest first", store.CallQuery{Oldest: true, Limit: 3}, []string{"0", "1", "2"}},
		{"time", store.CallQuery{From: dayOne.Add(2 * time.Minute), To: dayOne.Add(4 * time.Minute)}, []string{"3", "2"}},
		{"direction", store.CallQuery{Direction: "internal"}, []string{"3"}},
		{"disposition", store.CallQuery{Dispositions: []string{"NO ANSWER"}}, []string{"3"}},
		{"dispositions", store.CallQuery{Dispositions: []string{"NO ANSWER", "BUSY"}}, []string{"3"}},
		{"missed", store.CallQuery{Missed: &yes}, []string{"3"}},
		{"not missed", store.CallQuery{Missed: &no, Limit: 2}, []string{"70", "9"}},
		{"answered", store.CallQuery{Answered: &no}, []string{"3"}},
		{"talk", store.CallQuery{MinTalk: 61 * time.Second}, []string{}},
		{"extension", store.CallQuery{Extensions: []string{"1020"}}, []string{"5"}},
		{"extensions", store.CallQuery{Extensions: []string{"1020", "1013"}}, []string{"5", "3"}},
		{"own calls", store.CallQuery{Only: "1018"}, []string{"3"}},
		{"own calls with a colleague", store.CallQuery{Only: "1018", Extensions: []string{"1020"}}, []string{}},
		{"did", store.CallQuery{DID: "07045805605", Direction: "external", Limit: 1}, []string{"70"}},
		{"no did", store.CallQuery{DID: "0704580560"}, []string{}},
		{"account", store.CallQuery{Account: "07045805605", Limit: 1}, []string{"70"}},
		{"server", store.CallQuery{Server: 2}, []string{}},
		{"linkedid", store.CallQuery{Linkedid: "1790000000.5"}, []string{"5"}},
		{"linkedid of another", store.CallQuery{Linkedid: "1790000000.50"}, []string{}},
		{"number", store.CallQuery{Number: "01012340002"}, []string{"2"}},
		{"number as an extension", store.CallQuery{Number: "1013"}, []string{"3"}},
		{"number in another form", store.CallQuery{Number: "010-2613-2471"}, []string{"6", "4"}},
		{"beginning", store.CallQuery{Number: "+82 10 1234 000", Match: store.MatchPrefix, Limit: 2}, []string{"9", "8"}},
		{"last digits", store.CallQuery{Number: "0007", Match: store.MatchSuffix}, []string{"7"}},
		{"last digits of none", store.CallQuery{Number: "2347", Match: store.MatchSuffix}, []string{}},
		{"either", store.CallQuery{Number: "2471", Match: store.MatchEither}, []string{"6", "4"}},
		{"caller's", store.CallQuery{Number: "1018", NumberOf: "src"}, []string{}},
		{"caller's, written in another way", store.CallQuery{Number: "010-2613-2471", NumberOf: "src"}, []string{"6"}},
		{"caller's beginning", store.CallQuery{Number: "010 2613", NumberOf: "src", Match: store.MatchPrefix}, []string{"6"}},
		{"caller's last digits", store.CallQuery{Number: "13-2471", NumberOf: "src", Match: store.MatchSuffix}, []string{"6"}},
		{"caller's either", store.CallQuery{Number: "+82102613", NumberOf: "src", Match: store.MatchEither}, []string{"6"}},
		{"called", store.CallQuery{Number: "1018", NumberOf: "dst"}, []string{"3"}},
		{"name", store.CallQuery{Name: "길동", Limit: 2}, []string{"70", "9"}},
		{"one character", store.CallQuery{Name: "재"}, []string{"5"}},
		{"name in other letters", store.CallQuery{Name: "JACK ma"}, []string{"3"}},
		{"decomposed", store.CallQuery{Name: "\u110b\u1175\u110c\u1162"}, []string{"5"}},
		{"part of a name", store.CallQuery{Name: "mith김"}, []string{"6"}},
		{"no such name", store.CallQuery{Name: "동길"}, []string{}},
		{"several", store.CallQuery{Name: "홍길동", Number: "0008", Match: store.MatchSuffix, Answered: &yes}, []string{"8"}},
	} {
		if diff := cmp.Diff(c.want, find(t, s, c.q)); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
	if got, err := s.CallDetails(t.Context(), &store.CallRow{TenantID: tenantTwo, Server: 1, Linkedid: "1790000000.5"}); got != `{"legs":[]}` || err != nil {
		t.Errorf("details %q, %v", got, err)
	}
	p, err := s.Calls(t.Context(), store.CallQuery{TenantID: tenantTwo, Linkedid: "1790000000.4", Limit: 1})
	if err != nil || len(p.Rows) != 1 {
		t.Fatal(p, err)
	}
	want := rows[4]
	got := p.Rows[0]
	want.ID, want.Details = got.ID, ""
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if n := s.Rows(t, "cdr"); n != 14 {
		t.Errorf("%d rows", n)
	}
}

// TestCallsReplaced: a call that turns out to have begun earlier moves; it is
// there once.
func TestCallsReplaced(t *testing.T) { each(t, testCallsReplaced) }

func testCallsReplaced(t *testing.T, d *database) {
	s := d.open(t)
	for n := range 3 {
		if err := s.SaveCalls(t.Context(), []store.CallRow{someCall(tenantTwo, n)}); err != nil {
			t.Fatal(err)
		}
	}
	again := someCall(tenantTwo, 2)
	again.Started, again.From.Number = dayOne.Add(30*time.Second), "0299998888"
	same := someCall(tenantTwo, 5)
	same.Started = again.Started // at the same moment
	if err := s.SaveCalls(t.Context(), []store.CallRow{again, same}); err != nil {
		t.Fatal(err)
	}
	got := find(t, s, store.CallQuery{})
	slices.Sort(got[1:3])
	if diff := cmp.Diff([]string{"1", "2", "5", "0"}, got); diff != "" {
		t.Error(diff)
	}
	if got := find(t, s, store.CallQuery{Number: "01012340002"}); len(got) != 0 {
		t.Errorf("found by the number that it had: %v", got)
	}
	if got := find(t, s, store.CallQuery{Number: "8888", Match: store.MatchSuffix}); len(got) != 1 {
		t.Errorf("not found by its number: %v", got)
	}
}

// TestCallPages: pages follow each other without a gap or a call twice, with
// every kind of search, in both orders, while calls are added.
func TestCallPages(t *testing.T) { each(t, testCallPages) }

func testCallPages(t *testing.T, d *database) {
	s := d.open(t)
	r := rand.New(rand.NewPCG(1, 2))
	var rows []store.CallRow
	for n := range 700 {
		c := someCall([]string{tenantTwo, tenantTen, ""}[r.IntN(3)], n)
		c.From.Number = fmt.Sprintf("010%08d", r.IntN(400))
		if r.IntN(3) == 0 {
			c.Direction, c.To = "internal", store.CallParty{Extension: "1013", Number: "1013", Name: "지화자"}
		}
		c.Started, c.Missed = dayOne.Add(time.Duration(r.IntN(300))*time.Second), r.IntN(2) == 0
		rows = append(rows, c)
	}
	if err := s.SaveCalls(t.Context(), rows); err != nil {
		t.Fatal(err)
	}
	added, yes := 0, true
	for name, q := range map[string]store.CallQuery{
		"all":                {TenantID: tenantTwo},
		"everyones":          {All: true},
		"direction":          {TenantID: tenantTwo, Direction: "internal"},
		"everyones internal": {All: true, Direction: "internal"},
		"extension":          {TenantID: tenantTwo, Extensions: []string{"1013"}},
		"missed of one":      {TenantID: tenantTwo, Extensions: []string{"1013"}, Missed: &yes},
		"missed of many":     {TenantID: tenantTwo, Number: "010", Match: store.MatchPrefix, Missed: &yes},
		"many numbers":       {TenantID: tenantTwo, Number: "010", Match: store.MatchPrefix},
		"few numbers":        {TenantID: tenantTwo, Number: "1", Match: store.MatchSuffix},
		"name":               {TenantID: tenantTwo, Name: "화자"},
	} {
		for _, q.Oldest = range []bool{false, true} {
			q.After = store.CallCursor{}
			whole := q
			whole.Limit = 1000
			want := find(t, s, whole)
			got := []string{}
			q.Limit = 7
			for {
				p, err := s.Calls(t.Context(), q)
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, ids(p)...)
				if !p.More {
					break
				}
				q.After = p.Next
				added++ // behind where the pages are
				late := someCall("ffffffffffffffff", 1000+added)
				if err := s.SaveCalls(t.Context(), []store.CallRow{late}); err != nil {
					t.Fatal(err)
				}
			}
			got = slices.DeleteFunc(got, func(id string) bool { return len(id) >= 4 })
			want = slices.DeleteFunc(want, func(id string) bool { return len(id) >= 4 })
			if diff := cmp.Diff(want, got); diff != "" || len(got) < 5 {
				t.Errorf("%s, oldest first %v: %d calls %s", name, q.Oldest, len(got), diff)
			}
		}
	}
	missed := 0
	for i := range rows {
		if rows[i].TenantID == tenantTwo && rows[i].Missed && rows[i].To.Extension == "1013" {
			missed++
		}
	}
	if got := find(t, s, store.CallQuery{TenantID: tenantTwo, Extensions: []string{"1013"}, Missed: &yes, Limit: 1000}); len(got) != missed || missed < 20 {
		t.Errorf("missed of one: %d calls, want %d", len(got), missed)
	}
}

var (
	historyCalls = flag.Int("history-calls", 200000, "how many calls the history has in TestHistorySearches")
	historyLimit = flag.Duration("history-limit", 0, "what a page may take, at the 95th percentile; 0 means any time")
	historyOnly  = flag.String("history-only", "", "of this engine only")
)

// TestHistorySearches: no search reads a whole table, with 200,000 calls in it.
// make load-history has it look at ten million, and at the time that a page takes.
func TestHistorySearches(t *testing.T) { each(t, testHistorySearches) }

func testHistorySearches(t *testing.T, d *database) {
	if *historyOnly != "" && *historyOnly != d.Engine {
		return
	}
	s := d.open(t)
	const times = 100
	begun := time.Now()
	for n := 0; n < *historyCalls/times; n += 2000 {
		var rows []store.CallRow
		for i := range min(2000, *historyCalls/times-n) {
			rows = append(rows, storetest.Call(tenantTwo, (n+i)*times))
		}
		if err := s.SaveCalls(t.Context(), rows); err != nil {
			t.Fatal(err)
		}
	}
	db := d.Raw(t)
	d.Multiply(t, db, times)
	if n := s.Rows(t, "cdr"); n != *historyCalls {
		t.Fatalf("%d calls", n)
	}
	if _, err := db.ExecContext(t.Context(), `ANALYZE`); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d calls in %v", *historyCalls, time.Since(begun))
	// What few calls are is found at once, however far back and whatever else is asked.
	rare := someCall(tenantTwo, 0)
	rare.Started, rare.Linkedid, rare.Served, rare.Reason, rare.Talk = rare.Started.AddDate(-9, 0, 0), "1500000000.1", "fax", "declined", time.Hour
	rare.DivertedBy, rare.Disposition = store.CallDiversion{Type: "CFU", Extension: "1010", Number: "01026132471"}, "CONGESTION"
	if err := s.SaveCalls(t.Context(), []store.CallRow{rare}); err != nil {
		t.Fatal(err)
	}
	yes := true
	searches := storetest.Searches(tenantTwo)
	for name, q := range map[string]store.CallQuery{
		"a fax":                       {Served: []string{"fax"}},
		"an hour's talk":              {MinTalk: time.Hour},
		"a reason":                    {Reasons: []string{"declined"}},
		"a disposition, diverted":     {Dispositions: []string{"CONGESTION"}, Diverted: &yes},
		"an extension's fax":          {Served: []string{"fax"}, Extensions: []string{"1010"}},
		"a name's fax":                {Served: []string{"fax"}, Name: "길동"},
		"an extension's reason, long": {Reasons: []string{"declined"}, Only: "1010", MinTalk: time.Minute},
	} {
		q.TenantID, q.Limit = tenantTwo, 50
		searches[name] = q
		if got, err := s.Calls(t.Context(), q); err != nil || got.More || len(got.Rows) != 1 || got.Rows[0].Linkedid != rare.Linkedid {
			t.Errorf("%s: %v %v", name, got, err)
		}
	}
	searches["diverted"] = store.CallQuery{TenantID: tenantTwo, Limit: 50, Diverted: &yes}
	for name, q := range searches {
		queries := 0
		s.Watch(func(query string, args []any) {
			queries++
			plan := d.Plan(t, db, query, args...)
			if scans := storetest.Scans(plan); len(scans) > 0 && !strings.Contains(query, "FROM cdr_tenants WHERE") {
				t.Errorf("%s reads a whole table: %v\n%s", name, plan, query)
			}
		})
		_, err := s.Calls(t.Context(), q)
		s.Watch(nil)
		if err != nil {
			t.Fatal(err)
		}
		if queries == 0 {
			t.Errorf("%s: no query was seen", name)
		}
	}
	const pages = 20 // of each search, one after the other
	var all []time.Duration
	for name, q := range searches {
		var took []time.Duration
		for range pages {
			begun := time.Now()
			p, err := s.Calls(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			took = append(took, time.Since(begun))
			if q.After = p.Next; !p.More {
				q.After = store.CallCursor{}
			}
		}
		slices.Sort(took)
		all = append(all, took...)
		t.Logf("%-20s p50 %8.1f ms, slowest %8.1f ms", name, ms(took[pages/2]), ms(took[pages-1]))
	}
	slices.Sort(all)
	p95 := all[len(all)*95/100]
	t.Logf("%s, %d calls: a page takes %.1f ms at p50, %.1f ms at p95, %.1f ms at most", d.Engine, *historyCalls, ms(all[len(all)/2]), ms(p95), ms(all[len(all)-1]))
	if *historyLimit > 0 && p95 > *historyLimit {
		t.Errorf("p95 is %v", p95)
	}
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
