package store

import (
	"fmt"
	"hash/fnv"
	"slices"
	"time"
)

// idBits are those of an id below the milliseconds.
const idBits = 20

// callID is the lowest id of a call that began at t.
func callID(t time.Time) int64 { return t.UnixMilli() << idBits }

func (p *preparedCall) tellApart() int64 {
	h := fnv.New64a()
	_, _ = fmt.Fprint(h, p.Server, "-", p.Linkedid, "-", p.tenant) // never fails
	return int64(h.Sum64() & (1<<idBits - 1))
}

// giveIDs keeps the ids of calls that are there and began at the same moment,
// removes those that did not, and finds free ones for the rest. Rows that must
// not replace what is there are left out.
func (w *callWriter) giveIDs() error {
	type key struct {
		linkedid       string
		server, tenant int64
	}
	old, whole := map[key]int64{}, map[key]bool{}
	for part := range slices.Chunk(w.rows, 500) {
		in := w.s.list1()
		for i := range part {
			in.add(part[i].Linkedid)
		}
		rows, err := w.tx.QueryContext(w.ctx, `SELECT linkedid, server, tenant, id, origin FROM cdr WHERE linkedid IN (`+in.marks()+`)`, in.args...) //nolint:gosec // marks only
		if err != nil {
			return err
		}
		err = eachRow(rows, func() error {
			var k key
			var id int64
			var origin int
			err := rows.Scan(&k.linkedid, &k.server, &k.tenant, &id, &origin)
			old[k], whole[k] = id, origin&OriginLive != 0
			return err
		})
		if err != nil {
			return err
		}
	}
	if w.completing {
		w.rows = slices.DeleteFunc(w.rows, func(r preparedCall) bool {
			return r.Origin&OriginLive == 0 && whole[key{r.Linkedid, int64(r.Server), r.tenant}]
		})
	}
	for i := range w.rows {
		r := &w.rows[i]
		first := callID(r.Started)
		if id, ok := old[key{r.Linkedid, int64(r.Server), r.tenant}]; ok {
			if id>>idBits == first>>idBits {
				r.ID = id
				continue
			}
			for _, remove := range []string{
				`DELETE FROM cdr WHERE tenant = $1 AND id = $2`,
				`DELETE FROM cdr_details WHERE tenant = $1 AND id = $2`,
			} {
				if _, err := w.tx.ExecContext(w.ctx, remove, r.tenant, id); err != nil {
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
