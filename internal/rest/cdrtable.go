package rest

import (
	"context"
	"encoding/csv"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/dipcast/dipcast/internal/store"
)

// maxTable bounds the rows of one table: more than a spreadsheet takes.
const maxTable = 1000000

// tableColumns are those of the table, by their names in JSON.
var tableColumns = []string{
	"calldate", "answered_at", "ended_at", "direction", "src", "src_name", "dst", "dst_name", "did", "answered_by", "answered_by_name",
	"disposition", "reason", "missed", "duration", "wait", "billsec", "diverted_by", "diverted_extension", "diverted_number",
	"queue", "accountcode", "server_id", "call_id", "uniqueid", "channel", "dstchannel", "dcontext", "lastapp", "lastdata", "recording_url",
}

// exampleTable is the beginning of a table.
var exampleTable = "\uFEFF" + strings.Join(tableColumns, ",") + "\r\n" +
	"2026-10-20T01:02:03.400Z,2026-10-20T01:02:08.120Z,2026-10-20T01:03:10.000Z,external,01012345678,홍길동,07045805605,,07045805605,01026132471,," +
	"ANSWERED,completed,false,66,4,61,CFN,1010,01026132471,,07045805605,1,1-1790000000.12,1790000000.12," +
	"PJSIP/trk-1-0000001c,PJSIP/trk-1-0000001e,T2_cos-all,Dial,\"PJSIP/01026132471@trk-1,60,i\",\r\n"

func (a *API) getCDRTable(ctx context.Context, in *struct {
	CDRFilter
	Limit int `query:"limit" minimum:"1" maximum:"1000000" default:"1000000" doc:"at most so many rows"`
},
) (*huma.StreamResponse, error) {
	q, err := a.cdrQuery(ctx, &in.CDRFilter)
	if err != nil {
		return nil, a.refused(ctx, "cdr", in.ServerID, err)
	}
	q.Limit = min(in.Limit, 1000)
	// The first page before the answer's status: later an error can only cut it.
	page, err := a.history(ctx, q)
	if err != nil {
		return nil, a.refused(ctx, "cdr", in.ServerID, err)
	}
	rows := a.rowsOf(ctx, q, page, min(in.Limit, maxTable))
	return &huma.StreamResponse{Body: func(hc huma.Context) { a.writeTable(ctx, hc, q, page, in.Limit, rows) }}, nil
}

// countTable bounds how long the rows of a table are counted before it begins.
const countTable = 2 * time.Second

// rowsOf is how many rows a table will have, -1 when that takes too long.
func (a *API) rowsOf(ctx context.Context, q store.CallQuery, first store.CallPage, most int) int {
	if !first.More {
		return min(len(first.Rows), most)
	}
	ctx, cancel := context.WithTimeout(ctx, countTable)
	defer cancel()
	n, err := a.o.History.CountCalls(ctx, q, most)
	if err != nil {
		return -1 // the table comes all the same
	}
	return n
}

// writeTable streams page after page. A client that takes no bytes for a minute
// is given up.
func (a *API) writeTable(ctx context.Context, hc huma.Context, q store.CallQuery, page store.CallPage, limit, rows int) {
	_, w := humago.Unwrap(hc)
	w.Header().Set("Content-Type", "text/csv; charset=utf-8; header=present")
	w.Header().Set("Content-Disposition", `attachment; filename="calls.csv"`)
	if rows >= 0 {
		w.Header().Set("X-Total-Count", strconv.Itoa(rows))
	}
	w.WriteHeader(http.StatusOK)
	control := http.NewResponseController(w)
	_, _ = w.Write([]byte("\uFEFF")) // a client that is gone shows at the next flush
	out := csv.NewWriter(w)
	out.UseCRLF = true
	_ = out.Write(tableColumns)
	for left := min(limit, maxTable); ; {
		_ = control.SetWriteDeadline(time.Now().Add(time.Minute))
		for i := range page.Rows[:min(left, len(page.Rows))] {
			_ = out.Write(tableRow(&page.Rows[i]))
		}
		left -= len(page.Rows)
		if out.Flush(); out.Error() != nil || !page.More || left <= 0 {
			return
		}
		q.After, q.Limit = page.Next, min(left, 1000)
		var err error
		if page, err = a.history(ctx, q); err != nil {
			panic(http.ErrAbortHandler) // so that the client sees that something is missing
		}
	}
}

func tableRow(r *store.CallRow) []string {
	at := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.Format("2006-01-02T15:04:05.000Z07:00")
	}
	secs := func(d time.Duration) string { return strconv.FormatInt(int64(d/time.Second), 10) }
	by := r.By.Extension
	if by == "" {
		by = r.By.Number
	}
	row := []string{
		at(r.Started), at(r.Answered), at(r.Ended), r.Direction, r.From.Number, r.From.Name, r.To.Number, r.To.Name, r.DID, by, r.By.Name,
		r.Disposition, r.Reason, strconv.FormatBool(r.Missed), secs(r.Ended.Sub(r.Started)), secs(r.Wait), secs(r.Talk),
		r.DivertedBy.Type, r.DivertedBy.Extension, r.DivertedBy.Number, r.Queue, r.Account,
		strconv.Itoa(r.Server), fmt.Sprint(r.Server, "-", r.Linkedid), r.Uniqueid, r.Channel, r.DstChannel, r.DContext, r.LastApp, r.LastData, r.Recording,
	}
	for i := range row {
		row[i] = safeCell(row[i])
	}
	return row
}

// safeCell keeps a spreadsheet from taking a text for a formula: what callers
// choose stands in it (OWASP, CSV Injection). The signs of full width count where
// people write Korean, Chinese and Japanese.
func safeCell(s string) string {
	if first, _ := utf8.DecodeRuneInString(s); s != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", first) {
		return "'" + s
	}
	return s
}
