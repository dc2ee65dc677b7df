package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// HourCount is what an hour of a company was like, by the calls that began in it.
type HourCount struct {
	In, InAnswered, InMissed                   int64 // from the network
	Internal, InternalAnswered, InternalMissed int64
	Out, OutAnswered                           int64
	Voicemail, Diverted                        int64
	// Waits counts the calls to the company that were answered by how long they
	// waited, see WaitBounds; WaitMS is all their waiting together.
	Waits  []int64 `json:",omitempty"`
	WaitMS int64
	TalkMS int64
	// Peak is how many calls went on at the same time, at most.
	Peak int64
	Exts map[string]ExtCount `json:",omitempty"`
}

// ExtCount is what an extension had to do with calls: in which it took part, made,
// answered, missed, and milliseconds of talk.
type ExtCount [5]int64

// WaitBounds are the upper bounds of the counters of HourCount.Waits, in seconds;
// the last counter has what is longer.
var WaitBounds = []int64{1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 90, 120, 180, 300, 600}

// Bounds of counting.
const (
	// lookBack is how long a call of an earlier hour may last to count for Peak.
	lookBack = 2
	// settle is how long after its end an hour is kept as it was counted.
	settle = 2 * time.Minute
	// runHours is how many hours are counted with one query.
	runHours = 24
	// markedHours bounds the hours that one call touches.
	markedHours = 48
	// allTenants stands for all companies in cdr_hours.
	allTenants = -1
)

// HoursQuery says of what hours are counted.
type HoursQuery struct {
	TenantID string // required, or All
	All      bool
	// From and To are full hours: those from From on and before To.
	From, To time.Time
	Now      time.Time
	// Within is how long may be counted what was not before.
	Within time.Duration
}

// Hours gives the counts of hours, from Unix hour From on, nil for those that were
// not counted yet: there were too many for now. Missing is how many.
func (s *Store) Hours(ctx context.Context, q HoursQuery) (all []*HourCount, missing int, err error) {
	tenant := int64(allTenants)
	if !q.All {
		tenant, err = tenantNumber(ctx, s.read, q.TenantID)
	}
	from, to := unixHour(q.From), min(unixHour(q.To), unixHour(q.Now)+1)
	switch {
	case errors.Is(err, sql.ErrNoRows): // nothing was ever written of it
		all = make([]*HourCount, max(0, to-from))
		for i := range all {
			all[i] = &HourCount{}
		}
		return all, 0, nil
	case err != nil:
	default:
		all, missing, err = s.hours(ctx, tenant, from, to, q.Now, time.Now().Add(q.Within))
	}
	if err != nil {
		return nil, 0, fmt.Errorf("count hours: %w", err)
	}
	return all, missing, nil
}

func unixHour(t time.Time) int64 { return t.Unix() / 3600 }

func hourStart(h int64) time.Time { return time.Unix(h*3600, 0).UTC() }

func (s *Store) hours(ctx context.Context, tenant, from, to int64, now, until time.Time) ([]*HourCount, int, error) {
	if to <= from {
		return nil, 0, nil
	}
	out := make([]*HourCount, to-from)
	rows, err := s.read.QueryContext(ctx, `SELECT hour, data FROM cdr_hours WHERE tenant = $1 AND hour >= $2 AND hour < $3 AND data <> ''`, tenant, from, to) //nolint:sqlclosecheck // eachRow closes them
	if err == nil {
		err = eachRow(rows, func() error {
			var h int64
			var data []byte
			if err := rows.Scan(&h, &data); err != nil {
				return err
			}
			out[h-from] = &HourCount{}
			return json.Unmarshal(data, out[h-from])
		})
	}
	if err != nil {
		return nil, 0, err
	}
	// The newest first: those are looked at.
	for end, did := to, false; end > from; {
		if out[end-1-from] != nil {
			end--
			continue
		}
		begin := end - 1
		for begin > from && out[begin-1-from] == nil && end-begin < runHours {
			begin--
		}
		if did && !time.Now().Before(until) {
			break
		}
		did = true
		counts, err := s.count1(ctx, tenant, begin, end, now)
		if err != nil {
			return nil, 0, err
		}
		copy(out[begin-from:], counts)
		end = begin
	}
	missing := 0
	for _, h := range out {
		if h == nil {
			missing++
		}
	}
	return out, missing, nil
}

// count1 counts hours, and keeps those that are over. Each is marked in the
// database before: a call that is written meanwhile changes the mark, and what was
// counted without it is not kept.
func (s *Store) count1(ctx context.Context, tenant, from, to int64, now time.Time) ([]*HourCount, error) {
	closed := min(to, unixHour(now.Add(-settle)))
	marks := map[int64]int64{}
	if closed > from {
		err := s.update(ctx, func(tx *sql.Tx) error {
			w := callWriter{s: s, ctx: ctx, tx: tx}
			rows := values{width: 4}
			for h := from; h < closed; h++ {
				rows.add(tenant, h, int64(0), "")
			}
			return rows.exec(&w, `INSERT INTO cdr_hours (tenant, hour, changes, data) VALUES `, ` ON CONFLICT DO NOTHING`)
		})
		if err != nil {
			return nil, err
		}
		rows, err := s.read.QueryContext(ctx, `SELECT hour, changes FROM cdr_hours WHERE tenant = $1 AND hour >= $2 AND hour < $3`, tenant, from, closed) //nolint:sqlclosecheck // eachRow closes them
		if err == nil {
			err = eachRow(rows, func() error {
				var h, n int64
				err := rows.Scan(&h, &n)
				marks[h] = n
				return err
			})
		}
		if err != nil {
			return nil, err
		}
	}
	counts, err := s.countHours(ctx, tenant, from, to)
	if err != nil || closed <= from {
		return counts, err
	}
	return counts, s.update(ctx, func(tx *sql.Tx) error {
		update, err := tx.PrepareContext(ctx, `UPDATE cdr_hours SET data = $1 WHERE tenant = $2 AND hour = $3 AND changes = $4`)
		if err != nil {
			return err
		}
		defer func() { _ = update.Close() }() // ends with the transaction
		for h := from; h < closed; h++ {
			n, ok := marks[h]
			if !ok {
				continue
			}
			data, err := json.Marshal(counts[h-from])
			if err != nil {
				return err
			}
			if _, err := update.ExecContext(ctx, string(data), tenant, h, n); err != nil {
				return err
			}
		}
		return nil
	})
}

// countHours goes through the calls of some hours.
func (s *Store) countHours(ctx context.Context, tenant, from, to int64) ([]*HourCount, error) {
	out := make([]*HourCount, to-from)
	for i := range out {
		out[i] = &HourCount{}
	}
	l := s.list1()
	where := ` WHERE id >= ` + l.add(callID(hourStart(from-lookBack))) + ` AND id < ` + l.add(callID(hourStart(to)))
	if tenant != allTenants {
		where += ` AND tenant = ` + l.add(tenant)
	}
	rows, err := s.read.QueryContext(ctx, `SELECT started, answered, ended, wait, talk, direction, missed, served, div_type, src_ext, dst_ext, by_ext FROM cdr`+where+` ORDER BY id`, l.args...) //nolint:gosec // texts of ours, values by number
	if err != nil {
		return nil, err
	}
	var going ends
	at := from - lookBack
	err = eachRow(rows, func() error {
		var c counted
		if err := rows.Scan(&c.started, &c.answered, &c.ended, &c.wait, &c.talk, &c.direction, &c.missed, &c.served, &c.diverted, &c.src, &c.dst, &c.by); err != nil {
			return err
		}
		hour := c.started / 3600000
		for ; at < hour; at++ { // what goes on into an hour counts for it
			going.until((at + 1) * 3600000)
			peak(out, at+1-from, int64(len(going)))
		}
		going.until(c.started)
		going.push(c.ended)
		if i := hour - from; i >= 0 && i < int64(len(out)) {
			peak(out, i, int64(len(going)))
			out[i].add(&c)
		}
		return nil
	})
	for ; at < to-1; at++ {
		going.until((at + 1) * 3600000)
		peak(out, at+1-from, int64(len(going)))
	}
	return out, err
}

func peak(out []*HourCount, i, n int64) {
	if i >= 0 && i < int64(len(out)) {
		out[i].Peak = max(out[i].Peak, n)
	}
}

// counted is what is counted of a call. Times are milliseconds.
type counted struct {
	started, answered, ended, wait, talk, missed int64
	direction, served, diverted, src, dst, by    string
}

func (h *HourCount) add(c *counted) {
	answered := int64(0)
	if c.answered > 0 {
		answered = 1
	}
	switch c.direction {
	case "external":
		h.In++
		h.InAnswered += answered
		h.InMissed += c.missed
	case "outgoing":
		h.Out++
		h.OutAnswered += answered
	default:
		h.Internal++
		h.InternalAnswered += answered
		h.InternalMissed += c.missed
	}
	if c.served == "voicemail" {
		h.Voicemail++
	}
	if c.diverted != "" {
		h.Diverted++
	}
	h.TalkMS += c.talk
	if c.direction == "external" && answered == 1 {
		if h.Waits == nil {
			h.Waits = make([]int64, len(WaitBounds)+1)
		}
		i, _ := slices.BinarySearch(WaitBounds, (c.wait+999)/1000)
		h.Waits[i]++
		h.WaitMS += c.wait
	}
	h.ext(c.src, func(x *ExtCount) { x[1]++ }, c.talk)
	if c.by != c.src {
		h.ext(c.by, func(x *ExtCount) { x[2]++ }, c.talk)
	}
	if c.dst != c.src && c.dst != c.by {
		h.ext(c.dst, func(x *ExtCount) { x[3] += c.missed }, 0)
	}
}

func (h *HourCount) ext(ext string, f func(*ExtCount), talk int64) {
	if ext == "" {
		return
	}
	if h.Exts == nil {
		h.Exts = map[string]ExtCount{}
	}
	x := h.Exts[ext]
	x[0]++
	x[4] += talk
	f(&x)
	h.Exts[ext] = x
}

// ends are the moments at which calls end, the earliest first: a heap.
type ends []int64

func (e *ends) push(v int64) {
	*e = append(*e, v)
	for i := len(*e) - 1; i > 0; {
		up := (i - 1) / 2
		if (*e)[up] <= (*e)[i] {
			break
		}
		(*e)[up], (*e)[i] = (*e)[i], (*e)[up]
		i = up
	}
}

// until forgets those that have ended at a moment.
func (e *ends) until(at int64) {
	for len(*e) > 0 && (*e)[0] <= at {
		last := len(*e) - 1
		(*e)[0] = (*e)[last]
		*e = (*e)[:last]
		for i := 0; ; {
			next := 2*i + 1
			if next >= last {
				break
			}
			if next+1 < last && (*e)[next+1] < (*e)[next] {
				next++
			}
			if (*e)[i] <= (*e)[next] {
				break
			}
			(*e)[i], (*e)[next] = (*e)[next], (*e)[i]
			i = next
		}
	}
}

// recount has the hours of calls that are written counted again.
func (w *callWriter) recount() error {
	hours := map[int64][]any{}
	for i := range w.rows {
		r := &w.rows[i]
		from, to := unixHour(r.Started), unixHour(later(r.Ended, r.Started))
		for h := from; h <= min(to, from+markedHours); h++ {
			for _, tenant := range []int64{r.tenant, allTenants} {
				if !slices.Contains(hours[tenant], any(h)) {
					hours[tenant] = append(hours[tenant], h)
				}
			}
		}
	}
	for _, tenant := range slices.Sorted(maps.Keys(hours)) {
		for part := range slices.Chunk(hours[tenant], 500) {
			l := w.s.list1()
			statement := `UPDATE cdr_hours SET changes = changes + 1, data = '' WHERE tenant = ` + l.add(tenant) + ` AND hour IN (`
			for i, h := range part {
				if i > 0 {
					statement += ","
				}
				statement += l.add(h)
			}
			if _, err := w.tx.ExecContext(w.ctx, statement+`)`, l.args...); err != nil {
				return err
			}
		}
	}
	return nil
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// CountHours counts some of the hours of the last days that were not counted yet,
// the newest first, at most some hundred of one company. more reports that there
// are others.
func (s *Store) CountHours(ctx context.Context, now time.Time, days int) (more bool, err error) {
	tenants, err := readIDs(ctx, s.read, `SELECT n FROM cdr_tenants ORDER BY n`, nil)
	to := unixHour(now.Add(-settle))
	from := to - int64(days)*24
	for _, tenant := range append(tenants, allTenants) {
		if err != nil {
			break
		}
		var have int64
		if err = s.read.QueryRowContext(ctx, `SELECT count(*) FROM cdr_hours WHERE tenant = $1 AND hour >= $2 AND hour < $3 AND data <> ''`, tenant, from, to).Scan(&have); err != nil {
			break
		}
		if have == to-from {
			continue
		}
		var missing int
		// One run of hours at a time.
		if _, missing, err = s.hours(ctx, tenant, from, to, now, now); err != nil {
			break
		}
		more = more || missing > 0
	}
	if err != nil {
		return false, fmt.Errorf("count hours: %w", err)
	}
	return more, nil
}
