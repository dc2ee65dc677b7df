package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Who saw a call of the history; they add up.
const (
	OriginLive     = 1 // we, from its beginning to its end
	OriginPart     = 2 // we, but not all of it
	OriginAsterisk = 4 // Asterisk's own record
)

// CallRow is one call of the history as one company sees it. Numbers and names
// in it are plain, so it must not be logged.
type CallRow struct {
	TenantID string // "": nobody's, for operators only
	ID       int64  // set by the store: grows with Started
	Server   int
	Linkedid string
	Origin   int // of the constants above

	Started, Answered, Ended time.Time // Answered is zero when nobody did
	Wait, Talk               time.Duration
	Direction                string // external, internal, outgoing
	Disposition              string // as Asterisk names it: ANSWERED, NO ANSWER, BUSY, FAILED
	Reason                   string // why it ended, as package call names it
	Missed                   bool
	Cause                    int // Q.850

	From, To, By CallParty // By answered
	DID          string
	// DivertedBy is the last diversion that took effect: its type, whose, where to.
	DivertedBy CallDiversion
	Queue      string
	Account    string

	// What Asterisk's own record says.
	Channel, DstChannel, LastApp, LastData, DContext, Uniqueid string
	Recording                                                  string

	Others  []CallParty // everybody else who took part
	Details string      // JSON: what only the page of one call shows
}

// CallParty is somebody in a call.
type CallParty struct{ Extension, Number, Name string }

// CallDiversion is a diversion that took effect.
type CallDiversion struct{ Type, Extension, Number string }

// maxParties bounds who is found in a call, and maxCallText a text of it, in
// bytes.
const (
	maxParties  = 64
	maxCallText = 256
	maxLastData = 1024
)

// SaveCalls writes calls, all in one transaction or none: one row for each
// server, Linkedid and tenant, which replaces the one before.
func (s *Store) SaveCalls(ctx context.Context, rows []CallRow) error {
	if len(rows) == 0 {
		return nil
	}
	err := s.update(ctx, func(tx *sql.Tx) error { return s.saveCalls(ctx, tx, rows) })
	if err != nil {
		return fmt.Errorf("save calls: %w", err)
	}
	return nil
}

func (s *Store) saveCalls(ctx context.Context, tx *sql.Tx, rows []CallRow) error {
	w := callWriter{s: s, ctx: ctx, tx: tx, now: s.stamp(), tenants: map[string]int64{"": 0}}
	for i := range rows {
		if err := w.add(&rows[i]); err != nil {
			return err
		}
	}
	return w.write()
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

// callWriter writes one batch.
type callWriter struct {
	s   *Store
	ctx context.Context //nolint:containedctx // lives as long as one transaction
	tx  *sql.Tx
	now int64

	tenants map[string]int64
	rows    []preparedCall
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

// querier is a transaction, or the connections for reading.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
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
	return w.insertWhos()
}

// giveIDs keeps the ids of calls that are there and began at the same moment,
// removes those that did not, and finds free ones for the rest.
func (w *callWriter) giveIDs() error {
	type key struct {
		linkedid       string
		server, tenant int64
	}
	old := map[key]int64{}
	for part := range slices.Chunk(w.rows, 500) {
		in := w.s.list1()
		for i := range part {
			in.add(part[i].Linkedid)
		}
		rows, err := w.tx.QueryContext(w.ctx, `SELECT linkedid, server, tenant, id FROM cdr WHERE linkedid IN (`+in.marks()+`)`, in.args...) //nolint:gosec // marks only
		if err != nil {
			return err
		}
		err = eachRow(rows, func() error {
			var k key
			var id int64
			err := rows.Scan(&k.linkedid, &k.server, &k.tenant, &id)
			old[k] = id
			return err
		})
		if err != nil {
			return err
		}
	}
	for i := range w.rows {
		r := &w.rows[i]
		first := callID(r.Started)
		if id, ok := old[key{r.Linkedid, int64(r.Server), r.tenant}]; ok {
			if id>>idBits == first>>idBits {
				r.ID = id
				continue
			}
			for _, table := range []string{"cdr", "cdr_details"} {
				if _, err := w.tx.ExecContext(w.ctx, `DELETE FROM `+table+` WHERE tenant = $1 AND id = $2`, r.tenant, id); err != nil {
					return err
				}
			}
		}
		r.ID = first | r.tellApart()
	}
	return w.evade()
}

// evade moves calls of the same moment whose bits happen to be equal apart.
func (w *callWriter) evade() error {
	type place struct{ tenant, id int64 }
	type call struct {
		linkedid string
		server   int
	}
	taken := map[place]call{}
	for part := range slices.Chunk(w.rows, 500) {
		in := w.s.list1()
		for i := range part {
			for n := range int64(4) { // and those that it might move to
				in.add(part[i].ID + n)
			}
		}
		rows, err := w.tx.QueryContext(w.ctx, `SELECT tenant, id, linkedid, server FROM cdr WHERE id IN (`+in.marks()+`)`, in.args...) //nolint:gosec // marks only
		if err != nil {
			return err
		}
		err = eachRow(rows, func() error {
			var at place
			var c call
			err := rows.Scan(&at.tenant, &at.id, &c.linkedid, &c.server)
			taken[at] = c
			return err
		})
		if err != nil {
			return err
		}
	}
	for i := range w.rows {
		r := &w.rows[i]
		me := call{r.Linkedid, r.Server}
		for c, ok := taken[place{r.tenant, r.ID}]; ok && c != me; c, ok = taken[place{r.tenant, r.ID}] {
			r.ID++
		}
		taken[place{r.tenant, r.ID}] = me
	}
	return nil
}

// idBits are those of an id below the milliseconds.
const idBits = 20

// callID is the lowest id of a call that began at t.
func callID(t time.Time) int64 { return t.UnixMilli() << idBits }

func (p *preparedCall) tellApart() int64 {
	h := fnv.New64a()
	_, _ = fmt.Fprint(h, p.Server, "-", p.Linkedid, "-", p.tenant) // never fails
	return int64(h.Sum64() & (1<<idBits - 1))                      //nolint:gosec // 20 bits
}

const callColumns = `tenant, id, server, linkedid, origin, started, answered, ended, wait, talk, direction, disposition, reason, missed, cause,
	src, src_ext, src_name, dst, dst_ext, dst_name, did, by_number, by_ext, by_name, div_type, div_ext, div_number, queue, account,
	channel, dstchannel, lastapp, lastdata, dcontext, uniqueid, recording, exts, nums, names, updated`

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
			r.Channel, r.DstChannel, r.LastApp, r.LastData, r.DContext, r.Uniqueid, r.Recording, r.exts, r.nums, r.names, w.now)
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
	rows, err := w.tx.QueryContext(w.ctx, `SELECT who FROM cdr_who WHERE who IN (`+in.marks()+`)`, in.args...) //nolint:gosec // marks only
	if err != nil {
		return err
	}
	return eachRow(rows, func() error {
		var id int64
		err := rows.Scan(&id)
		all[id] = nil
		return err
	})
}

// who is somebody, as calls are searched by.
type who struct {
	id, tenant        int64
	ext, number, name string
}

func newWho(tenant int64, ext, number, name string) who {
	x := who{tenant: tenant, ext: ext, number: number, name: name}
	h := fnv.New64a()
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(tenant)) //nolint:gosec // its bits
	_, _ = h.Write(b[:])
	_, _ = h.Write([]byte(ext + "\x00" + number + "\x00" + name)) // never fails
	x.id = int64(h.Sum64() >> 1)                                  //nolint:gosec // 63 bits
	return x
}

// index finds what the call is searched by.
func (p *preparedCall) index() {
	parties := append([]CallParty{p.From, p.To, p.By, {Number: p.DID}, {Number: p.DivertedBy.Number, Extension: p.DivertedBy.Extension}}, p.Others...)
	if len(parties) > maxParties {
		parties = parties[:maxParties]
	}
	var exts, nums, names terms
	for _, x := range parties {
		number, name := NumberKey(x.Number), NameKey(x.Name)
		if x.Extension == "" && number == "" && name == "" {
			continue
		}
		exts.add(x.Extension)
		nums.add(number)
		names.add(name)
		one := newWho(p.tenant, x.Extension, number, name)
		if !slices.ContainsFunc(p.whos, func(o who) bool { return o.id == one.id }) {
			p.whos = append(p.whos, one)
		}
	}
	if account := NumberKey(p.Account); account != "" && !nums.has(account) {
		p.whos = append(p.whos, newWho(p.tenant, "", account, ""))
	}
	p.exts, p.nums, p.names = exts.String(), nums.String(), names.String()
}

// terms are texts between bars, each once.
type terms []string

func (t *terms) add(s string) {
	if s != "" && !t.has(s) {
		*t = append(*t, s)
	}
}

func (t *terms) has(s string) bool { return slices.Contains(*t, s) }

func (t *terms) String() string {
	if len(*t) == 0 {
		return ""
	}
	return "|" + strings.Join(*t, "|") + "|"
}

// clean makes every text one that both databases keep, and bounds it.
func (r *CallRow) clean() {
	for _, s := range []*string{
		&r.Linkedid, &r.Direction, &r.Disposition, &r.Reason, &r.From.Extension, &r.From.Number, &r.From.Name, &r.To.Extension, &r.To.Number,
		&r.To.Name, &r.By.Extension, &r.By.Number, &r.By.Name, &r.DID, &r.DivertedBy.Type, &r.DivertedBy.Extension, &r.DivertedBy.Number,
		&r.Queue, &r.Account, &r.Channel, &r.DstChannel, &r.LastApp, &r.DContext, &r.Uniqueid, &r.Recording,
	} {
		*s = bounded(*s, maxCallText)
	}
	r.LastData = bounded(r.LastData, maxLastData)
	r.Details = cleanText(r.Details)
	r.Others = slices.Clone(r.Others)
	for i := range r.Others {
		x := &r.Others[i]
		x.Extension, x.Number, x.Name = bounded(x.Extension, maxCallText), bounded(x.Number, maxCallText), bounded(x.Name, maxCallText)
	}
}

// bounded is a clean text of at most n bytes.
func bounded(s string, n int) string {
	if len(s) > n {
		s = strings.ToValidUTF8(s[:n], "")
	}
	return cleanText(s)
}

func stamp(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func unstamp(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// list1 is a list of arguments with their marks, which must stand in the
// statement in the order in which they were added.
type list1 struct {
	plain bool // marks are ?, else $1, $2 and so on
	args  []any
}

// list1 is an empty list. SQLite takes both forms, but looks for each numbered
// mark among all before it: of many that is slow.
func (s *Store) list1() list1 {
	_, plain := s.engine.(*sqliteEngine)
	return list1{plain: plain}
}

func (l *list1) add(v any) string {
	l.args = append(l.args, v)
	return l.mark(len(l.args))
}

func (l *list1) mark(n int) string {
	if l.plain {
		return "?"
	}
	return "$" + strconv.Itoa(n)
}

func (l *list1) marks() string { return l.some(1, len(l.args)) }

// some are n marks from the one numbered first.
func (l *list1) some(first, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(l.mark(first + i))
	}
	return b.String()
}

// maxArgs bounds the arguments of one statement: SQLite takes 32,766, and
// PostgreSQL reads them all before it begins.
const maxArgs = 6000

// values are rows for one INSERT.
type values struct {
	width int
	args  []any
}

func (v *values) add(args ...any) { v.args = append(v.args, args...) }

// exec inserts them, as many with each statement as it takes.
func (v *values) exec(w *callWriter, before, after string) error {
	l := w.s.list1()
	for part := range slices.Chunk(v.args, max(1, maxArgs/v.width)*v.width) {
		var b strings.Builder
		b.WriteString(before)
		for i := 0; i < len(part); i += v.width {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString("(" + l.some(i+1, v.width) + ")")
		}
		b.WriteString(after)
		if _, err := w.tx.ExecContext(w.ctx, b.String(), part...); err != nil {
			return err
		}
	}
	return nil
}

// eachRow goes through rows and closes them.
func eachRow(rows *sql.Rows, f func() error) error {
	defer func() { _ = rows.Close() }() // rows.Err says what happened
	for rows.Next() {
		if err := f(); err != nil {
			return err
		}
	}
	return rows.Err()
}
