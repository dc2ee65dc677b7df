package store

import (
	"fmt"
	"slices"
	"strings"
)

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
	return c.ids(`SELECT DISTINCT id FROM (`+b.String()+`) u`+c.order(&l, limit), l.args)
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
	return c.ids(`SELECT who FROM cdr_who WHERE tenant = $1 AND `+condition+fmt.Sprintf(` LIMIT %d`, maxWhos+1), append([]any{c.tenant}, args...))
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
	return c.ids(query, l.args)
}
