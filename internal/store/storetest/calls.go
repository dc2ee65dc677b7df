package storetest

import (
	"context"
	"database/sql"
	"fmt"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/store"
)

// Figures of the history that Call makes.
const (
	extensions = 100
	numbers    = 300000
	// perDay calls of a company of that size: ten million are three years and a half.
	perDay = 8000
)

var (
	familyNames = []string{"김", "이", "박", "최", "정", "강", "조", "윤", "장", "임", "한", "오", "서", "신", "권", "황", "안", "송", "류", "홍"}
	givenNames  = []string{"민준", "서연", "도윤", "하은", "시우", "지우", "예준", "서윤", "주원", "지민", "길동", "영희", "철수", "수진", "현우", "은지"}
	firstDay    = time.Date(2023, 6, 1, 0, 0, 0, 0, time.UTC)
)

// Call is the n-th call of a company's history as it might be: callers that come
// again, extensions that ring together, some calls missed, some diverted.
func Call(tenantID string, n int) store.CallRow {
	return callAt(tenantID, n, firstDay.Add(time.Duration(n)*24*time.Hour/perDay))
}

// callAt is the n-th call, which began within three seconds of began.
func callAt(tenantID string, n int, began time.Time) store.CallRow {
	x := uint64(n)*0x9e3779b97f4a7c15 + 0x1234567
	pick := func(of int) int { // xorshift: the same calls in every run
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		return int(x % uint64(of))
	}
	at := began.Add(time.Duration(pick(3000)) * time.Millisecond)
	ext := func() store.CallParty {
		e := pick(extensions)
		return store.CallParty{Extension: fmt.Sprint(1000 + e), Number: fmt.Sprint(1000 + e), Name: familyNames[e%20] + givenNames[e/20*3%16]}
	}
	// Few numbers call often, many seldom.
	number := pick(pick(numbers) + 1)
	outside := store.CallParty{Number: fmt.Sprintf("010%08d", uint64(number)*2654435761%100000000), Name: familyNames[number%20] + givenNames[number/20%16]}
	if number%3 == 0 {
		outside.Name = ""
	}
	r := store.CallRow{
		TenantID: tenantID, Server: 1 + n%2, Linkedid: fmt.Sprintf("%d.%d", at.Unix(), n), Origin: store.OriginLive | store.OriginAsterisk,
		Started: at, Wait: time.Duration(2000+pick(20000)) * time.Millisecond, Reason: "completed", Disposition: "ANSWERED",
		Channel: fmt.Sprintf("PJSIP/trk-1-%08x", n), LastApp: "Dial", LastData: "PJSIP/T2_1010,20,i", DContext: "T2_cos-all",
		Uniqueid: fmt.Sprintf("%d.%d", at.Unix(), n),
	}
	inside := ext()
	switch pick(10) {
	case 0, 1:
		r.Direction, r.From, r.To = "internal", inside, ext()
	case 2, 3, 4, 5:
		r.Direction, r.From, r.To = "outgoing", inside, outside
	default:
		r.Direction, r.From, r.To = "external", outside, store.CallParty{Extension: inside.Extension, Number: fmt.Sprintf("070458%05d", inside.Extension[3])}
		r.DID = r.To.Number
		for range pick(4) { // who rang too
			r.Others = append(r.Others, ext())
		}
	}
	r.Account = "0704580560" + inside.Extension[3:]
	r.By = r.To
	if r.Direction == "external" {
		r.By = inside
	}
	switch pick(20) {
	case 0, 1, 2:
		r.Disposition, r.Reason, r.Missed = "NO ANSWER", "no_answer", r.Direction != "outgoing"
	case 3:
		r.Disposition, r.Reason = "BUSY", "busy"
	case 4:
		if pick(50) == 0 {
			r.Disposition, r.Reason = "FAILED", "failed"
		}
	case 5:
		r.DivertedBy = store.CallDiversion{Type: "CFN", Extension: inside.Extension, Number: "010" + fmt.Sprintf("%08d", pick(100))}
	}
	if r.Disposition == "ANSWERED" {
		r.Talk = time.Duration(pick(300)) * time.Second
		r.Answered = at.Add(r.Wait)
	} else {
		r.By = store.CallParty{}
	}
	r.Ended = at.Add(r.Wait + r.Talk)
	r.DstChannel = "PJSIP/T2_" + inside.Extension + fmt.Sprintf("-%08x", n+1)
	r.Details = fmt.Sprintf(`{"legs":[{"extension":%q,"number":%q,"since":%q,"until":%q,"result":"answered"}],"diverted":[],"transfers":[],"click_to_call":null,"merged":[],"ended":{"reason":%q,"missed":%v,"cause":16,"cause_text":"Normal Clearing"}}`,
		inside.Extension, inside.Number, at.Format(time.RFC3339Nano), r.Ended.Format(time.RFC3339Nano), r.Reason, r.Missed)
	return r
}

// Searches are one of every kind, on a history of Calls.
func Searches(tenantID string) map[string]store.CallQuery {
	yes, no := true, false
	sample := Call(tenantID, 12345)
	all := map[string]store.CallQuery{
		"newest":             {},
		"oldest":             {Oldest: true},
		"a week":             {From: firstDay.AddDate(0, 0, 7), To: firstDay.AddDate(0, 0, 14)},
		"direction":          {Direction: "external"},
		"missed":             {Missed: &yes},
		"answered":           {Answered: &yes},
		"not answered":       {Answered: &no},
		"disposition":        {Dispositions: []string{"FAILED"}},
		"dispositions":       {Dispositions: []string{"BUSY", "FAILED"}},
		"long talk":          {MinTalk: 299 * time.Second},
		"longer than any":    {MinTalk: time.Hour},
		"extension":          {Extensions: []string{"1010"}},
		"three extensions":   {Extensions: []string{"1010", "1013", "1018"}},
		"own calls":          {Only: "1010"},
		"own missed calls":   {Only: "1010", Missed: &yes},
		"did":                {DID: "07045800048"},
		"account":            {Account: "07045805600"},
		"server":             {Server: 1},
		"linkedid":           {Linkedid: sample.Linkedid},
		"number":             {Number: sample.To.Number},
		"number of caller":   {Number: sample.From.Number, NumberOf: "src"},
		"all mobile numbers": {Number: "010", Match: store.MatchPrefix},
		"beginning":          {Number: "0101234567", Match: store.MatchPrefix},
		"four last digits":   {Number: "4567", Match: store.MatchSuffix},
		"six last digits":    {Number: "234567", Match: store.MatchSuffix},
		"either end":         {Number: "01012", Match: store.MatchEither},
		"name":               {Name: "홍길동"},
		"part of a name":     {Name: "길동"},
		"one character":      {Name: "홍"},
		"no such name":       {Name: "남궁옥분"},
		"all":                {All: true},
		"all, missed":        {All: true, Missed: &yes},
		"many at once":       {Extensions: []string{"1010"}, Name: "길동", Direction: "external", Answered: &yes, From: firstDay, Number: "010", Match: store.MatchPrefix},
	}
	for name, q := range all {
		q.TenantID, q.Limit = tenantID, 50
		all[name] = q
	}
	return all
}

// indexes are those of the history that are no keys: how each is made, by name.
func (d *Database) indexes(ctx context.Context, tb testing.TB, conn *sql.Conn) map[string]string {
	tb.Helper()
	query := `SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND name LIKE 'cdr%'`
	if d.Engine != "sqlite" {
		query = `SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() AND indexname LIKE 'cdr%' AND indexname NOT LIKE '%\_pkey' AND indexname NOT LIKE '%\_key'`
	}
	rows, err := conn.QueryContext(ctx, query)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	all := map[string]string{}
	for rows.Next() {
		var name, create string
		if err := rows.Scan(&name, &create); err != nil {
			tb.Fatal(err)
		}
		all[name] = create
	}
	if err := rows.Err(); err != nil || len(all) == 0 {
		tb.Fatalf("%d indexes of the history: %v", len(all), err)
	}
	return all
}
