package rest

import (
	"context"
	"encoding/csv"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// maxAuditTable bounds the lines of one table.
const maxAuditTable = 100000

// auditColumns are those of the table, by their names in JSON.
var auditColumns = []string{"id", "time", "kind", "role", "tenant", "extension", "name", "via", "remote", "server_id", "action", "code", "field", "detail", "action_id", "changes", "hash"}

// exampleAuditTable is the beginning of a table.
var exampleAuditTable = "\uFEFF" + strings.Join(auditColumns, ",") + "\r\n" +
	"1042,2026-11-22T01:02:03.400Z,changed,operator,T2,,ops,login,192.0.2.7,,change extension 1010,,,changed extensions[1010].name,,,5c1f…\r\n"

func (a *API) getAuditTable(ctx context.Context, in *struct{ AuditFilter }) (*huma.StreamResponse, error) {
	q, err := a.auditQuery(ctx, &in.AuditFilter)
	var rows []store.AuditRow
	var more bool
	if err == nil { // the first page before the answer's status: later an error can only cut it
		rows, more, err = a.auditPage(ctx, q, 1000)
	}
	if err != nil {
		return nil, a.refused(ctx, "audit", 0, err)
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) { a.writeAudit(ctx, hc, q, rows, more) }}, nil
}

// writeAudit streams page after page. A client that takes no bytes for a minute is
// given up.
func (a *API) writeAudit(ctx context.Context, hc huma.Context, q store.AuditQuery, rows []store.AuditRow, more bool) {
	_, w := humago.Unwrap(hc)
	w.Header().Set("Content-Type", "text/csv; charset=utf-8; header=present")
	w.Header().Set("Content-Disposition", `attachment; filename="audit.csv"`)
	w.WriteHeader(http.StatusOK)
	control := http.NewResponseController(w)
	_, _ = w.Write([]byte("\uFEFF")) // a client that is gone shows at the next flush
	out := csv.NewWriter(w)
	out.UseCRLF = true
	_ = out.Write(auditColumns)
	who := callerOf(ctx).who
	for left := maxAuditTable; ; {
		_ = control.SetWriteDeadline(time.Now().Add(time.Minute))
		for i := range rows {
			_ = out.Write(auditRow(who, &rows[i]))
		}
		left -= len(rows)
		if out.Flush(); out.Error() != nil || !more || left <= 0 {
			return
		}
		q.Before = rows[len(rows)-1].ID
		var err error
		if rows, more, err = a.auditPage(ctx, q, min(left, 1000)); err != nil {
			panic(http.ErrAbortHandler) // so that the client sees that something is missing
		}
	}
}

func auditRow(who tenant.Identity, r *store.AuditRow) []string {
	v := auditView(who, r)
	server := ""
	if v.ServerID > 0 {
		server = strconv.Itoa(v.ServerID)
	}
	row := []string{
		v.ID, v.Time.Format("2006-01-02T15:04:05.000Z07:00"), v.Kind, v.Role, v.Tenant, v.Extension, v.Name, v.Via, v.Remote, server,
		v.Action, v.Code, v.Field, v.Detail, v.ActionID, r.Changes, r.Hash,
	}
	for i := range row {
		row[i] = safeCell(row[i])
	}
	return row
}
