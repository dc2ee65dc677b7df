package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// SaveCalls writes calls, all in one transaction or none: one row for each
// server, Linkedid and tenant, which replaces the one before.
func (s *Store) SaveCalls(ctx context.Context, rows []CallRow) error {
	if len(rows) == 0 {
		return nil
	}
	err := s.update(ctx, func(tx *sql.Tx) error { return s.saveCalls(ctx, tx, rows, false) })
	if err != nil {
		return fmt.Errorf("save calls: %w", err)
	}
	return nil
}

func (s *Store) saveCalls(ctx context.Context, tx *sql.Tx, rows []CallRow, completing bool) error {
	w := callWriter{s: s, ctx: ctx, tx: tx, now: s.stamp(), tenants: map[string]int64{"": 0}, completing: completing}
	for i := range rows {
		if err := w.add(&rows[i]); err != nil {
			return err
		}
	}
	return w.write()
}

// callWriter writes one batch.
type callWriter struct {
	s   *Store
	ctx context.Context //nolint:containedctx // lives as long as one transaction
	tx  *sql.Tx
	now int64

	tenants map[string]int64
	rows    []preparedCall
	// completing: what was seen to its end meanwhile, by another node, stays.
	completing bool
}

// preparedCall is a row with what is searched in it.
type preparedCall struct {
	*CallRow
	tenant            int64
	whos              []who
	exts, nums, names string
}

func (w *callWriter) add(r *CallRow) error {
	n, err := w.tenant(r.TenantID)
	if err != nil {
		return err
	}
	r.clean()
	p := preparedCall{CallRow: r, tenant: n}
	p.index()
	// The last of several in one batch counts.
	w.rows = slices.DeleteFunc(w.rows, func(o preparedCall) bool {
		return o.tenant == n && o.Server == r.Server && o.Linkedid == r.Linkedid
	})
	w.rows = append(w.rows, p)
	return nil
}

// tenant finds the short number of a tenant, or makes one.
func (w *callWriter) tenant(id string) (int64, error) {
	if n, ok := w.tenants[id]; ok {
		return n, nil
	}
	n, err := tenantNumber(w.ctx, w.tx, id)
	if errors.Is(err, sql.ErrNoRows) {
		if err := w.tx.QueryRowContext(w.ctx, `SELECT coalesce(max(n), 0) + 1 FROM cdr_tenants`).Scan(&n); err != nil {
			return 0, err
		}
		_, err = w.tx.ExecContext(w.ctx, `INSERT INTO cdr_tenants (n, tenant_id) VALUES ($1, $2)`, n, id)
	}
	if err != nil {
		return 0, err
	}
	w.tenants[id] = n
	return n, nil
}

// tenantID is the tenant with a short number, which never becomes another's.
func (s *Store) tenantID(ctx context.Context, n int64) (string, error) {
	if n == 0 {
		return "", nil
	}
	if id, ok := s.tenantIDs.Load(n); ok {
		return id.(string), nil //nolint:forcetypeassert // only texts are put in
	}
	var id string
	if err := s.read.QueryRowContext(ctx, `SELECT tenant_id FROM cdr_tenants WHERE n = $1`, n).Scan(&id); err != nil {
		return "", err
	}
	s.tenantIDs.Store(n, id)
	return id, nil
}

func tenantNumber(ctx context.Context, q querier, id string) (n int64, err error) {
	if id == "" {
		return 0, nil
	}
	err = q.QueryRowContext(ctx, `SELECT n FROM cdr_tenants WHERE tenant_id = $1`, id).Scan(&n)
	return n, err
}

// write puts the rows in: many of them with each statement, since a database in
// the network answers each once.
func (w *callWriter) write() error {
	if err := w.giveIDs(); err != nil {
		return err
	}
	for part := range slices.Chunk(w.rows, 100) {
		if err := w.insertCalls(part); err != nil {
			return err
		}
	}
	if err := w.recount(); err != nil {
		return err
	}
	return w.insertWhos()
}

const callColumns = `tenant, id, server, linkedid, origin, started, answered, ended, wait, talk, direction, disposition, reason, missed, cause,
	src, src_ext, src_name, dst, dst_ext, dst_name, did, by_number, by_ext, by_name, div_type, div_ext, div_number, queue, account,
	channel, dstchannel, lastapp, lastdata, dcontext, uniqueid, recording, served, exts, nums, names, updated`

// callUpdate sets all columns but the key of a row that is there.
var callUpdate = func() string {
	var set []string
	for name := range strings.SplitSeq(callColumns, ",") {
		if name = strings.TrimSpace(name); name != "tenant" && name != "id" {
			set = append(set, name+" = excluded."+name)
		}
	}
	return strings.Join(set, ", ")
}()

func (w *callWriter) insertCalls(rows []preparedCall) error {
	calls, details := values{width: strings.Count(callColumns, ",") + 1}, values{width: 3}
	for i := range rows {
		r := &rows[i]
		calls.add(r.tenant, r.ID, r.Server, r.Linkedid, r.Origin, stamp(r.Started), stamp(r.Answered), stamp(r.Ended),
			r.Wait.Milliseconds(), r.Talk.Milliseconds(), r.Direction, r.Disposition, r.Reason, flag(r.Missed), r.Cause,
			r.From.Number, r.From.Extension, r.From.Name, r.To.Number, r.To.Extension, r.To.Name, r.DID,
			r.By.Number, r.By.Extension, r.By.Name, r.DivertedBy.Type, r.DivertedBy.Extension, r.DivertedBy.Number, r.Queue, r.Account,
			r.Channel, r.DstChannel, r.LastApp, r.LastData, r.DContext, r.Uniqueid, r.Recording, r.Served, r.exts, r.nums, r.names, w.now)
		details.add(r.tenant, r.ID, r.Details)
	}
	if err := calls.exec(w, `INSERT INTO cdr (`+callColumns+`) VALUES `, ` ON CONFLICT (tenant, id) DO UPDATE SET `+callUpdate); err != nil {
		return err
	}
	return details.exec(w, `INSERT INTO cdr_details (tenant, id, details) VALUES `,
		` ON CONFLICT (tenant, id) DO UPDATE SET details = excluded.details`)
}

// insertWhos writes who was in the calls: first everybody who is new.
func (w *callWriter) insertWhos() error {
	all := map[int64]*who{}
	parties := values{width: 3}
	for i := range w.rows {
		r := &w.rows[i]
		for j := range r.whos {
			x := &r.whos[j]
			all[x.id] = x
			parties.add(r.tenant, x.id, r.ID)
		}
	}
	ids := make([]int64, 0, len(all))
	for id := range all {
		ids = append(ids, id)
	}
	slices.Sort(ids) // in one order, so that two writers do not lock each other out
	for part := range slices.Chunk(ids, 500) {
		if err := w.known(part, all); err != nil {
			return err
		}
	}
	news, grams := values{width: 6}, values{width: 3}
	for _, id := range ids {
		x := all[id]
		if x == nil {
			continue
		}
		news.add(x.id, x.tenant, x.ext, x.number, reversed(x.number), x.name)
		for _, g := range gramsOf(x.name) {
			grams.add(x.tenant, g, x.id)
		}
	}
	if err := news.exec(w, `INSERT INTO cdr_who (who, tenant, ext, number, reversed, name) VALUES `, ` ON CONFLICT DO NOTHING`); err != nil {
		return err
	}
	if err := grams.exec(w, `INSERT INTO cdr_grams (tenant, gram, who) VALUES `, ` ON CONFLICT DO NOTHING`); err != nil {
		return err
	}
	return parties.exec(w, `INSERT INTO cdr_parties (tenant, who, id) VALUES `, ` ON CONFLICT DO NOTHING`)
}

// known takes those out of all that are in the database.
func (w *callWriter) known(ids []int64, all map[int64]*who) error {
	in := w.s.list1()
	for _, id := range ids {
		in.add(id)
	}
	there, err := readIDs(w.ctx, w.tx, `SELECT who FROM cdr_who WHERE who IN (`+in.marks()+`)`, in.args)
	for _, id := range there {
		all[id] = nil
	}
	return err
}
