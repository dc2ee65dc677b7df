package storetest

import (
	"context"
	"database/sql"
	"fmt"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/store"
)

// copied are the columns of a call that its copies have unchanged.
const copied = `server, origin, wait, talk, direction, disposition, reason, missed, cause, src, src_ext, src_name,
	dst, dst_ext, dst_name, did, by_number, by_ext, by_name, div_type, div_ext, div_number, queue, account, channel, dstchannel, lastapp,
	lastdata, dcontext, recording, served, exts, nums, names, updated`

// Multiply makes each call of the history so many times as many, a moment after
// the other, and some of the people in them as well: quicker than to write them
// one by one. It goes in the order of each table's key, and indexes are made
// afterwards: at ten million calls a row that lands anywhere is a page read and
// written.
func (d *Database) Multiply(tb testing.TB, db *sql.DB, times int) {
	tb.Helper()
	m := d.multiplier(tb, db)
	later := fmt.Sprintf(`id + k.i * %d`, int64(24*time.Hour/time.Millisecond/perDay)<<20)
	for _, t := range []struct{ table, key, columns, values, where string }{
		{"cdr", "tenant, id", "tenant, id, linkedid, uniqueid, started, answered, ended, " + copied, "tenant, " + later + ", linkedid || '-' || k.i, uniqueid, started, answered, ended, " + copied, ""},
		{"cdr_details", "tenant, id", "tenant, id, details", "tenant, " + later + ", details", ""},
		{"cdr_parties", "tenant, who, id", "tenant, who, id", "tenant, who, " + later, ""},
		{"cdr_who", "who", "who, tenant, ext, number, reversed, name", "who - k.i, tenant, ext || '9', number || k.i, k.i || reversed, name || k.i", " AND k.i % 10 = 0"},
		{"cdr_grams", "tenant, gram, who", "tenant, gram, who", "tenant, gram, who - k.i", " AND k.i % 10 = 0"},
	} {
		m.base(t.table, t.key)
		m.copy(t.table, t.columns, t.values, t.where, 1, times-1)
		m.run(`DROP TABLE base_` + t.table)
	}
	m.makeIndexes()
}

// repeat writes the calls of the history again, times in all, each time so much
// later, as if the same people had called each other again. every is full days.
func (d *Database) repeat(tb testing.TB, db *sql.DB, times int, every time.Duration) {
	tb.Helper()
	m := d.multiplier(tb, db)
	if d.Engine == "sqlite" { // nobody else has it open, and what is broken off is thrown away
		m.run(`PRAGMA journal_mode = OFF`)
	}
	ms := every.Milliseconds()
	id := fmt.Sprintf(`id + k.i * %d`, ms<<20)
	call := fmt.Sprintf(`CAST(CAST(substr(linkedid, 1, 10) AS INTEGER) + k.i * %d AS TEXT) || substr(linkedid, 11)`, ms/1000)
	at := fmt.Sprintf(`started + k.i * %[1]d, CASE answered WHEN 0 THEN 0 ELSE answered + k.i * %[1]d END, ended + k.i * %[1]d, `, ms)
	// Rows in the order of time, as a gateway writes them, all companies together.
	m.base("cdr", "id, tenant")
	for k := 1; k < times; k++ {
		m.copy("cdr", "tenant, id, linkedid, uniqueid, started, answered, ended, "+copied, "tenant, "+id+", "+call+", "+call+", "+at+copied, "", k, k)
	}
	m.run(`DROP TABLE base_cdr`)
	m.base("cdr_details", "id, tenant")
	for k := 1; k < times; k++ {
		m.copy("cdr_details", "tenant, id, details", "tenant, "+id+", details", "", k, k)
	}
	m.run(`DROP TABLE base_cdr_details`)
	m.base("cdr_parties", "tenant, who, id")
	m.copy("cdr_parties", "tenant, who, id", "tenant, who, "+id, "", 1, times-1)
	m.run(`DROP TABLE base_cdr_parties`)
	m.makeIndexes()
}

// multiplier copies rows of the history within the database, by one connection.
type multiplier struct {
	tb      testing.TB
	ctx     context.Context //nolint:containedctx // lives as long as one test's filling
	conn    *sql.Conn
	indexes map[string]string
	rows    map[string]int // of each base
}

func (d *Database) multiplier(tb testing.TB, db *sql.DB) *multiplier {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), 3*time.Hour)
	tb.Cleanup(cancel)
	conn, err := db.Conn(ctx)
	if err != nil {
		tb.Fatal(err)
	}
	m := &multiplier{tb: tb, ctx: ctx, conn: conn, rows: map[string]int{}}
	if d.Engine == "sqlite" {
		m.run(`PRAGMA synchronous = OFF`, `PRAGMA cache_size = -262144`)
	}
	m.indexes = d.indexes(ctx, tb, conn)
	for name := range m.indexes {
		m.run(`DROP INDEX ` + name)
	}
	return m
}

func (m *multiplier) run(statements ...string) {
	m.tb.Helper()
	for _, s := range statements {
		if _, err := m.conn.ExecContext(m.ctx, s); err != nil {
			m.tb.Fatalf("%v: %s", err, s)
		}
	}
}

// base keeps the rows of a table as they are, in the order of a key.
func (m *multiplier) base(table, key string) {
	m.tb.Helper()
	m.run(`CREATE TEMP TABLE base_`+table+` AS SELECT row_number() OVER (ORDER BY `+key+`) AS n, `+table+`.* FROM `+table,
		`CREATE INDEX base_`+table+`_n ON base_`+table+` (n)`)
	var rows int
	if err := m.conn.QueryRowContext(m.ctx, `SELECT count(*) FROM base_`+table).Scan(&rows); err != nil {
		m.tb.Fatal(err)
	}
	m.rows[table] = rows
}

// copy puts copies from to to of a base's rows into its table. In values k.i is
// which copy it is.
func (m *multiplier) copy(table, columns, values, where string, from, to int) {
	m.tb.Helper()
	atOnce := max(2000, 100000/(to-from+1)) // so that no transaction is very large
	for n := 0; n < m.rows[table]; n += atOnce {
		m.run(fmt.Sprintf(`WITH RECURSIVE k (i) AS (SELECT %d UNION ALL SELECT i + 1 FROM k WHERE i < %d)
			INSERT INTO %s (%s) SELECT %s FROM base_%s b CROSS JOIN k WHERE b.n > %d AND b.n <= %d%s ORDER BY b.n, k.i`,
			from, to, table, columns, values, table, n, n+atOnce, where))
	}
}

// makeIndexes makes what was dropped, and gives the connection back.
func (m *multiplier) makeIndexes() {
	m.tb.Helper()
	for _, create := range m.indexes {
		m.run(create)
	}
	if err := m.conn.Close(); err != nil {
		m.tb.Fatal(err)
	}
}

// manyCalls are so many that counting the hours of the overview takes a while; of
// fewer it is done when it is asked for.
const manyCalls = 50000

// Fill makes a history of about so many calls, over two years until now, of some
// companies: half of the calls are the first one's. It returns how many there are.
// Most calls are of office hours (9 to 18 h in Korea), the same people call again
// and again, and some results are rare.
func (d *Database) Fill(tb testing.TB, tenants []string, calls int, now time.Time) (rows int) {
	tb.Helper()
	s, err := store.Open(tb.Context(), d.Options())
	if err != nil {
		tb.Fatal(err)
	}
	const times, days = 20, 36
	base := calls/times + calls/times/500 + 1 // what would be after now is left out
	// The last of the days is today.
	first := now.UTC().Truncate(24*time.Hour).AddDate(0, 0, 1-times*days)
	batch := make([]store.CallRow, 0, 2000)
	for n := range base {
		batch = append(batch, fillCall(tenants, n, first.Add(dayTime(float64(n)*days/float64(base)))))
		if len(batch) == cap(batch) || n == base-1 {
			if err := s.SaveCalls(tb.Context(), batch); err != nil {
				tb.Fatal(err)
			}
			batch = batch[:0]
		}
	}
	if err := s.Close(); err != nil {
		tb.Fatal(err)
	}
	db := d.Raw(tb)
	d.repeat(tb, db, times, days*24*time.Hour)
	for _, table := range []string{"cdr", "cdr_details"} {
		if _, err := db.ExecContext(tb.Context(), fmt.Sprintf(`DELETE FROM %s WHERE id >= %d`, table, now.UnixMilli()<<20)); err != nil {
			tb.Fatal(err)
		}
	}
	if err := db.QueryRowContext(tb.Context(), `SELECT count(*) FROM cdr`).Scan(&rows); err != nil {
		tb.Fatal(err)
	}
	if err := db.Close(); err != nil {
		tb.Fatal(err)
	}
	if calls >= manyCalls {
		d.countAll(tb, now)
	}
	return rows
}

// countAll counts the hours of the overview, as a gateway does in the background.
func (d *Database) countAll(tb testing.TB, now time.Time) {
	tb.Helper()
	s, err := store.Open(tb.Context(), d.Options())
	if err != nil {
		tb.Fatal(err)
	}
	for more := true; more && err == nil; {
		more, err = s.CountHours(tb.Context(), now, 92)
	}
	if err == nil {
		err = s.Close()
	}
	if err != nil {
		tb.Fatal(err)
	}
}

// dayTime is how far into its days the moment day lies: nine of ten calls are within
// the first nine hours of a day in UTC, 9 to 18 h in Korea.
func dayTime(day float64) time.Duration {
	whole := float64(int(day))
	part := day - whole
	hours := part / 0.9 * 9
	if part >= 0.9 {
		hours = 9 + (part-0.9)/0.1*15
	}
	return time.Duration((whole*24 + hours) * float64(time.Hour))
}

// fillCall is the n-th call of Fill.
func fillCall(tenants []string, n int, at time.Time) store.CallRow {
	mixed := uint64(n) * 0x9e3779b97f4a7c15 >> 33
	tenant := tenants[0]
	if mixed%2 == 1 && len(tenants) > 1 {
		tenant = tenants[1+mixed/2%uint64(len(tenants)-1)]
	}
	r := callAt(tenant, n, at)
	unanswered := func(reason, served string) {
		r.Disposition, r.Reason, r.Served, r.Missed = "NO ANSWER", reason, served, r.Direction == "external"
		r.By, r.Answered, r.Talk, r.Ended = store.CallParty{}, time.Time{}, 0, r.Started.Add(r.Wait)
	}
	switch {
	case n%97 == 0:
		unanswered("no_answer", "voicemail")
	case n%1009 == 0:
		r.Served = "fax"
	case n%20011 == 0:
		unanswered("failed", "no_room")
	case n%211 == 0:
		unanswered("cancelled", "")
	case n%307 == 0:
		unanswered("declined", "")
	case n%5003 == 0 && r.Reason == "completed":
		r.Talk = 70 * time.Minute
		r.Ended = r.Answered.Add(r.Talk)
	}
	return r
}
