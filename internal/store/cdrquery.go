package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// CallMatch says how a number is compared.
type CallMatch int

// The ways.
const (
	MatchExact  CallMatch = iota
	MatchPrefix           // the number begins with it
	MatchSuffix           // … ends with it: the last digits
	MatchEither           // one of the two
)

// CallQuery says which calls of the history are wanted. What is zero does not
// narrow.
type CallQuery struct {
	TenantID string // required, or All
	All      bool   // of all tenants and of nobody
	// Only is the extension of a login that sees its own calls alone.
	Only string

	From, To     time.Time // began at or after From, and before To
	Server       int
	Linkedid     string
	Direction    string
	Dispositions []string
	Missed       *bool
	Answered     *bool
	MinTalk      time.Duration
	Extensions   []string // one of them took part
	DID          string
	Account      string

	Number string // anybody's, with NumberOf "src" or "dst" that party's
	Match  CallMatch
	// NumberOf is "" for anybody's, or "src", "dst", "did".
	NumberOf string
	Name     string // in anybody's name

	Oldest bool       // oldest first
	After  CallCursor // behind this one
	Limit  int        // required
}

// CallCursor is a place in the history. The zero value is its beginning.
type CallCursor struct{ ID, Tenant int64 }

// CallPage is a part of the history. It may be shorter than the limit, even
// empty, although there is more: then Next is where to go on.
type CallPage struct {
	Rows []CallRow // without Details and Others
	More bool
	Next CallCursor
}

// Bounds of one page. What only a look at each row can tell is looked for in a
// window of the history at a time, so that no query takes long however much there
// is.
const (
	maxWhos    = 200   // parties that are followed one by one
	firstLook  = 2500  // rows of the first window
	mostLook   = 20000 // … and of the largest
	maxLook    = 50000 // rows looked at for a page
	firstChunk = 200   // calls of a party that are looked at first
)

// Calls gives a page of the history.
func (s *Store) Calls(ctx context.Context, q CallQuery) (CallPage, error) {
	page, err := s.calls(ctx, q)
	if err != nil {
		return CallPage{}, fmt.Errorf("read call history: %w", err)
	}
	return page, nil
}

func (s *Store) calls(ctx context.Context, q CallQuery) (CallPage, error) {
	c := callReader{s: s, ctx: ctx, q: &q}
	if !q.All {
		n, err := tenantNumber(ctx, s.read, q.TenantID)
		if errors.Is(err, sql.ErrNoRows) || q.TenantID == "" {
			return CallPage{}, nil // nothing was ever written of it
		}
		if err != nil {
			return CallPage{}, err
		}
		c.tenant = n
	}
	c.from, c.to = math.MinInt64, math.MaxInt64
	if !q.From.IsZero() {
		c.from = callID(q.From)
	}
	if !q.To.IsZero() {
		c.to = callID(q.To)
	}
	c.at = q.After
	if q.Linkedid != "" {
		return c.byLinkedid()
	}
	if !q.All {
		whos, some, err := c.driver()
		if err != nil {
			return CallPage{}, err
		}
		if some {
			return c.byParties(whos)
		}
	}
	return c.byTime()
}

// callReader makes one page.
type callReader struct {
	s      *Store
	ctx    context.Context //nolint:containedctx // lives as long as one query
	q      *CallQuery
	tenant int64
	// from and to bound ids; at is where the page begins.
	from, to int64
	at       CallCursor
	page     CallPage
}

func (c *callReader) see(query string, args []any) {
	if c.s.watch != nil {
		c.s.watch(query, args)
	}
}

func (c *callReader) query(query string, args ...any) (*sql.Rows, error) {
	c.see(query, args)
	return c.s.read.QueryContext(c.ctx, query, args...)
}

func (c *callReader) row(query string, args ...any) *sql.Row {
	c.see(query, args)
	return c.s.read.QueryRowContext(c.ctx, query, args...)
}

// byLinkedid finds the calls with an id: a few.
func (c *callReader) byLinkedid() (CallPage, error) {
	l := c.s.list1()
	where := `linkedid = ` + l.add(c.q.Linkedid) + c.whose(&l) + c.within(&l) + c.conditions(&l)
	return c.finish(c.read(`SELECT `+readColumns+` FROM cdr WHERE `+where+c.order(&l, c.q.Limit+1), l.args))
}

// byTime goes through the history. When an index has exactly what is wanted, that
// is one query; else window by window.
func (c *callReader) byTime() (CallPage, error) {
	plain := c.s.list1()
	if c.conditions(&plain) == "" || c.q.onlyDisposition() {
		l := c.s.list1()
		where := `1 = 1` + c.whose(&l) + c.within(&l) + c.conditions(&l)
		return c.finish(c.read(`SELECT `+readColumns+` FROM cdr WHERE `+where+c.order(&l, c.q.Limit+1), l.args))
	}
	looked := 0
	for look := firstLook; looked < maxLook; look = min(2*look, mostLook) {
		end, n, err := c.window(look)
		if err != nil || n == 0 {
			return c.page, err
		}
		looked += n
		l := c.s.list1()
		where := `1 = 1` + c.whose(&l) + c.within(&l) + c.until(&l, end) + c.conditions(&l)
		rows, err := c.read(`SELECT `+readColumns+` FROM cdr WHERE `+where+c.order(&l, c.q.Limit+1-len(c.page.Rows)), l.args)
		if err != nil {
			return CallPage{}, err
		}
		if c.take(rows); c.page.More || n < look {
			return c.page, nil
		}
		c.at = end
	}
	c.page.More, c.page.Next = true, c.at
	return c.page, nil
}

// window finds the last row of the next ones, and how many they are.
func (c *callReader) window(size int) (end CallCursor, n int, err error) {
	l := c.s.list1()
	inner := `SELECT id, tenant FROM cdr WHERE 1 = 1` + c.whose(&l) + c.within(&l) + c.order(&l, size)
	pick := `min`
	if c.q.Oldest {
		pick = `max`
	}
	var id, tenant sql.NullInt64
	// The last row's tenant decides only between calls of one moment: such a
	// window may end a row early, never late.
	err = c.row(`SELECT `+pick+`(id), count(*) FROM (`+inner+`) w`, l.args...).Scan(&id, &n) //nolint:gosec // built from constants
	if err != nil || n == 0 {
		return end, 0, err
	}
	end.ID = id.Int64
	if c.q.All {
		err = c.row(`SELECT `+pick+`(tenant) FROM cdr WHERE id = $1`, end.ID).Scan(&tenant) //nolint:gosec // as above
		end.Tenant = tenant.Int64
	} else {
		end.Tenant = c.tenant
	}
	return end, n, err
}

// byParties goes through the calls of some parties, in the order of time.
func (c *callReader) byParties(whos []int64) (CallPage, error) {
	if len(whos) == 0 {
		return c.page, nil
	}
	for chunk, looked := max(firstChunk, 2*c.q.Limit), 0; looked < maxLook; chunk = min(2*chunk, 2000) {
		ids, err := c.idsOf(whos, chunk)
		if err != nil || len(ids) == 0 {
			return c.page, err
		}
		looked += len(ids)
		l := c.s.list1()
		where := `tenant = ` + l.add(c.tenant) + ` AND id IN (`
		for i, id := range ids {
			if i > 0 {
				where += ","
			}
			where += l.add(id)
		}
		where += `)` + c.conditions(&l)
		rows, err := c.read(`SELECT `+readColumns+` FROM cdr WHERE `+where+c.order(&l, c.q.Limit+1-len(c.page.Rows)), l.args)
		if err != nil {
			return CallPage{}, err
		}
		if c.take(rows); c.page.More || len(ids) < chunk {
			return c.page, nil
		}
		c.at = CallCursor{ids[len(ids)-1], c.tenant}
	}
	c.page.More, c.page.Next = true, c.at
	return c.page, nil
}

// idsOf are the next calls of any of the parties. Each party's are in the order of
// an index, so that only the first of each are read.
func (c *callReader) idsOf(whos []int64, limit int) ([]int64, error) {
	l := c.s.list1()
	var b strings.Builder
	for i, w := range whos {
		if i > 0 {
			b.WriteString(` UNION ALL `)
		}
		b.WriteString(`SELECT id FROM (SELECT id FROM cdr_parties WHERE tenant = ` + l.add(c.tenant) + ` AND who = ` + l.add(w) + c.within(&l) + c.order(&l, limit) + `) p`)
	}
	rows, err := c.query(`SELECT DISTINCT id FROM (`+b.String()+`) u`+c.order(&l, limit), l.args...) //nolint:gosec // built from constants
	if err != nil {
		return nil, err
	}
	var ids []int64
	err = eachRow(rows, func() error {
		var id int64
		err := rows.Scan(&id)
		ids = append(ids, id)
		return err
	})
	return ids, err
}

// driver finds the parties whose calls are to be looked through: those of the
// filter with the fewest. some is false when no filter names a party, or every one
// that does names too many.
func (c *callReader) driver() (best []int64, some bool, err error) {
	try := func(whos []int64, err error) error {
		if err == nil && len(whos) <= maxWhos && (!some || len(whos) < len(best)) {
			best, some = whos, true
		}
		return err
	}
	if c.q.Only != "" {
		if err := try(c.whos(`ext = $2`, c.q.Only)); err != nil {
			return nil, false, err
		}
	}
	if len(c.q.Extensions) > 0 {
		var all []int64
		for _, x := range c.q.Extensions {
			whos, err := c.whos(`ext = $2`, x)
			if err != nil {
				return nil, false, err
			}
			all = append(all, whos...)
		}
		slices.Sort(all)
		_ = try(slices.Compact(all), nil)
	}
	for _, number := range []string{c.q.DID, c.q.Account} {
		if key := NumberKey(number); key != "" {
			if err := try(c.whos(`number = $2`, key)); err != nil {
				return nil, false, err
			}
		}
	}
	if key := NumberKey(c.q.Number); key != "" {
		if err := try(c.byNumber(key)); err != nil {
			return nil, false, err
		}
	}
	if name := NameKey(c.q.Name); name != "" {
		if err := try(c.byName(name)); err != nil {
			return nil, false, err
		}
	}
	return best, some, nil
}

// whos are the parties with a condition, at most one more than is followed.
func (c *callReader) whos(condition string, args ...any) ([]int64, error) {
	return c.scanWhos(`SELECT who FROM cdr_who WHERE tenant = $1 AND `+condition+fmt.Sprintf(` LIMIT %d`, maxWhos+1), append([]any{c.tenant}, args...))
}

func (c *callReader) scanWhos(query string, args []any) ([]int64, error) {
	rows, err := c.query(query, args...)
	if err != nil {
		return nil, err
	}
	var out []int64
	err = eachRow(rows, func() error {
		var id int64
		err := rows.Scan(&id)
		out = append(out, id)
		return err
	})
	return out, err
}

func (c *callReader) byNumber(key string) ([]int64, error) {
	var out []int64
	if c.q.Match == MatchExact {
		return c.whos(`number = $2`, key)
	}
	if c.q.Match == MatchPrefix || c.q.Match == MatchEither {
		whos, err := c.whos(`number >= $2 AND number < $3 ORDER BY number`, key, key+afterKeys)
		if err != nil {
			return nil, err
		}
		out = append(out, whos...)
	}
	if c.q.Match == MatchSuffix || c.q.Match == MatchEither {
		whos, err := c.whos(`reversed >= $2 AND reversed < $3 ORDER BY reversed`, reversed(key), reversed(key)+afterKeys)
		if err != nil {
			return nil, err
		}
		out = append(out, whos...)
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// byName are the parties whose names have all pairs of characters of a name: a
// few more than have it.
func (c *callReader) byName(name string) ([]int64, error) {
	grams := gramsOf(name)
	if len([]rune(name)) > 1 { // the single ones say nothing more
		grams = slices.DeleteFunc(grams, func(g string) bool { return len([]rune(g)) == 1 })
	}
	if len(grams) > 8 {
		grams = grams[:8]
	}
	l := c.s.list1()
	query := `SELECT g0.who FROM cdr_grams g0`
	for i := 1; i < len(grams); i++ {
		query += fmt.Sprintf(` JOIN cdr_grams g%[1]d ON g%[1]d.tenant = %[2]s AND g%[1]d.gram = %[3]s AND g%[1]d.who = g0.who`, i, l.add(c.tenant), l.add(grams[i]))
	}
	query += ` WHERE g0.tenant = ` + l.add(c.tenant) + ` AND g0.gram = ` + l.add(grams[0]) + fmt.Sprintf(` LIMIT %d`, maxWhos+1)
	return c.scanWhos(query, l.args)
}

// onlyDisposition: one disposition is all that narrows, and has an index.
func (q *CallQuery) onlyDisposition() bool {
	rest := *q
	rest.Dispositions = nil
	var l list1
	return !q.All && len(q.Dispositions) == 1 && (&callReader{q: &rest}).conditions(&l) == ""
}

// whose narrows to the tenant.
func (c *callReader) whose(l *list1) string {
	if c.q.All {
		return ""
	}
	return ` AND tenant = ` + l.add(c.tenant)
}

// within narrows to the time, behind where the page begins.
func (c *callReader) within(l *list1) string {
	from, to := c.from, c.to
	than := ""
	if c.at != (CallCursor{}) {
		switch {
		case c.q.All && c.q.Oldest:
			from, than = max(from, c.at.ID), `>`
		case c.q.All:
			to, than = min(to, c.at.ID+1), `<`
		case c.q.Oldest:
			from = max(from, c.at.ID+1)
		default:
			to = min(to, c.at.ID)
		}
	}
	where := ` AND id >= ` + l.add(from) + ` AND id < ` + l.add(to)
	if than != "" { // of the same moment, other companies' calls
		where += ` AND (id ` + than + ` ` + l.add(c.at.ID) + ` OR tenant ` + than + ` ` + l.add(c.at.Tenant) + `)`
	}
	return where
}

// until ends a window.
func (c *callReader) until(l *list1, end CallCursor) string {
	switch {
	case c.q.All && c.q.Oldest:
		return ` AND (id < ` + l.add(end.ID) + ` OR id = ` + l.add(end.ID) + ` AND tenant <= ` + l.add(end.Tenant) + `)`
	case c.q.All:
		return ` AND (id > ` + l.add(end.ID) + ` OR id = ` + l.add(end.ID) + ` AND tenant >= ` + l.add(end.Tenant) + `)`
	case c.q.Oldest:
		return ` AND id <= ` + l.add(end.ID)
	}
	return ` AND id >= ` + l.add(end.ID)
}

func (c *callReader) order(l *list1, limit int) string {
	by := ` ORDER BY id DESC`
	if c.q.All {
		by += `, tenant DESC`
	}
	if c.q.Oldest {
		by = strings.ReplaceAll(by, "DESC", "ASC")
	}
	return by + ` LIMIT ` + l.add(limit)
}

// conditions are what a row itself must meet; "" when everything does.
func (c *callReader) conditions(l *list1) string {
	q := c.q
	var b strings.Builder
	and := func(s string) { b.WriteString(` AND ` + s) }
	if q.Only != "" {
		and(`exts LIKE ` + l.add("%|"+like(q.Only)+"|%"))
	}
	if q.Server != 0 {
		and(`server = ` + l.add(q.Server))
	}
	if q.Direction != "" {
		and(`direction = ` + l.add(q.Direction))
	}
	if len(q.Dispositions) == 1 {
		and(`disposition = ` + l.add(q.Dispositions[0]))
	} else if len(q.Dispositions) > 1 {
		var in []string
		for _, d := range q.Dispositions {
			in = append(in, l.add(d))
		}
		and(`disposition IN (` + strings.Join(in, ",") + `)`)
	}
	if q.Missed != nil {
		and(`missed = ` + l.add(flag(*q.Missed)))
	}
	if q.Answered != nil && *q.Answered {
		and(`answered > 0`)
	} else if q.Answered != nil {
		and(`answered = 0`)
	}
	if q.MinTalk > 0 {
		and(`talk >= ` + l.add(q.MinTalk.Milliseconds()))
	}
	if len(q.Extensions) > 0 {
		var any []string
		for _, x := range q.Extensions {
			any = append(any, `exts LIKE `+l.add("%|"+like(x)+"|%"))
		}
		and(`(` + strings.Join(any, ` OR `) + `)`)
	}
	if q.DID != "" {
		and(`did = ` + l.add(q.DID))
	}
	if q.Account != "" {
		and(`account = ` + l.add(q.Account))
	}
	if q.Number != "" {
		and(q.numberCondition(l))
	}
	if q.Name != "" {
		and(`names LIKE ` + l.add("%"+like(NameKey(q.Name))+"%"))
	}
	return b.String()
}

func (q *CallQuery) numberCondition(l *list1) string {
	key := NumberKey(q.Number)
	column, before, after := `nums`, "%|", "|%"
	if q.NumberOf != "" {
		column, before, after = q.NumberOf, "", ""
		if column != "src" && column != "dst" && column != "did" {
			return `1 = 0`
		}
		key = q.Number // as it is shown
	}
	prefix := func() string { return column + ` LIKE ` + l.add(before+like(key)+"%") }
	suffix := func() string { return column + ` LIKE ` + l.add("%"+like(key)+after) }
	switch q.Match {
	case MatchPrefix:
		return prefix()
	case MatchSuffix:
		return suffix()
	case MatchEither:
		return `(` + prefix() + ` OR ` + suffix() + `)`
	}
	return column + ` LIKE ` + l.add(before+like(key)+after)
}

// like makes s stand for itself in a pattern. The default escape sign is none in
// SQLite: what would need one becomes any one character, and keys have none.
func like(s string) string { return strings.NewReplacer("%", "_", `\`, "_").Replace(s) }

// take adds rows to the page.
func (c *callReader) take(rows []callRead) {
	for i := range rows {
		if len(c.page.Rows) == c.q.Limit {
			last := &c.page.Rows[c.q.Limit-1]
			c.page.More, c.page.Next = true, CallCursor{last.ID, c.lastTenant()}
			return
		}
		c.page.Rows = append(c.page.Rows, rows[i].CallRow)
		c.at = CallCursor{rows[i].ID, rows[i].tenant}
	}
}

// lastTenant is that of the last row taken.
func (c *callReader) lastTenant() int64 { return c.at.Tenant }

func (c *callReader) finish(rows []callRead, err error) (CallPage, error) {
	if err != nil {
		return CallPage{}, err
	}
	c.take(rows)
	return c.page, nil
}

// readColumns are those of a list.
const readColumns = `tenant, id, server, linkedid, origin, started, answered, ended, wait, talk,
	direction, disposition, reason, missed, cause, src, src_ext, src_name, dst, dst_ext, dst_name, did,
	by_number, by_ext, by_name, div_type, div_ext, div_number, queue, account,
	channel, dstchannel, lastapp, lastdata, dcontext, uniqueid, recording`

type callRead struct {
	CallRow
	tenant int64
}

func (c *callReader) read(query string, args []any) ([]callRead, error) {
	c.see(query, args)
	return c.s.scanCalls(c.ctx, query, args)
}

func (s *Store) scanCalls(ctx context.Context, query string, args []any) ([]callRead, error) {
	rows, err := s.read.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	var out []callRead
	err = eachRow(rows, func() error {
		var r callRead
		var started, answered, ended, wait, talk int64
		var missed int
		err := rows.Scan(&r.tenant, &r.ID, &r.Server, &r.Linkedid, &r.Origin, &started, &answered, &ended, &wait, &talk,
			&r.Direction, &r.Disposition, &r.Reason, &missed, &r.Cause, &r.From.Number, &r.From.Extension, &r.From.Name,
			&r.To.Number, &r.To.Extension, &r.To.Name, &r.DID, &r.By.Number, &r.By.Extension, &r.By.Name,
			&r.DivertedBy.Type, &r.DivertedBy.Extension, &r.DivertedBy.Number, &r.Queue, &r.Account,
			&r.Channel, &r.DstChannel, &r.LastApp, &r.LastData, &r.DContext, &r.Uniqueid, &r.Recording)
		r.Started, r.Answered, r.Ended = unstamp(started), unstamp(answered), unstamp(ended)
		r.Wait, r.Talk = time.Duration(wait)*time.Millisecond, time.Duration(talk)*time.Millisecond
		r.Missed = missed == 1
		out = append(out, r)
		return err
	})
	for i := range out {
		if err == nil {
			out[i].TenantID, err = s.tenantID(ctx, out[i].tenant)
		}
	}
	return out, err
}

// CallDetails returns the JSON that was saved with a call, "" when there is none.
func (s *Store) CallDetails(ctx context.Context, r *CallRow) (string, error) {
	n, err := tenantNumber(ctx, s.read, r.TenantID)
	var text string
	if err == nil {
		err = s.read.QueryRowContext(ctx, `SELECT d.details FROM cdr c JOIN cdr_details d ON d.tenant = c.tenant AND d.id = c.id
			WHERE c.linkedid = $1 AND c.server = $2 AND c.tenant = $3`, r.Linkedid, r.Server, n).Scan(&text)
	}
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("read call history: %w", err)
	}
	return text, nil
}
