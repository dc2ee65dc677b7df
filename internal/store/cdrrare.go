package store

import "time"

// longTalk is from how long on a talk stands in an index of its own: cdr_long.
const longTalk = 10 * time.Minute

// fewRare are so many calls that all of them are looked at rather than those of an
// extension or a number.
const fewRare = 20000

// rarity is a kind of condition that has an index in the order of time, of the calls
// that meet it and no others.
type rarity int

const (
	notRare rarity = iota
	rareServed
	rareTalk
	rareReason
	rareDiverted
	rareDisposition
	rareMissed
)

// rarest is the condition of a query that fewest calls meet as a rule, of those that
// have such an index.
func (q *CallQuery) rarest() rarity {
	switch {
	case q.All: // the indexes are each company's
	case len(q.Served) == 1 && q.Served[0] != "":
		return rareServed
	case q.MinTalk >= longTalk:
		return rareTalk
	case len(q.Reasons) == 1 && q.Reasons[0] != "completed":
		return rareReason
	case q.Diverted != nil && *q.Diverted:
		return rareDiverted
	case len(q.Dispositions) == 1:
		return rareDisposition
	case q.Missed != nil && *q.Missed:
		return rareMissed
	}
	return notRare
}

// rare is that condition, "" when there is none. It repeats what the index says of
// its rows: a value among the arguments does not tell the planner.
func (c *callReader) rare(l *list1) string {
	switch c.q.rarest() {
	case rareServed:
		return ` AND served <> '' AND served = ` + l.add(c.q.Served[0])
	case rareTalk:
		return ` AND talk >= 600000 AND talk >= ` + l.add(c.q.MinTalk.Milliseconds())
	case rareReason:
		return ` AND reason <> 'completed' AND reason = ` + l.add(c.q.Reasons[0])
	case rareDiverted:
		return ` AND div_type <> ''`
	case rareDisposition:
		return ` AND disposition = ` + l.add(c.q.Dispositions[0])
	case rareMissed:
		return ` AND missed = 1`
	}
	return ""
}

// exact reports that an index has exactly what is wanted, in the order of time.
func (c *callReader) exact() bool {
	rest := *c.q
	switch c.q.rarest() {
	case rareServed:
		rest.Served = nil
	case rareReason:
		rest.Reasons = nil
	case rareDiverted:
		rest.Diverted = nil
	case rareDisposition:
		rest.Dispositions = nil
	case rareMissed:
		rest.Missed = nil
	}
	l := c.s.list1()
	return (&callReader{s: c.s, q: &rest}).conditions(&l) == ""
}

// fewAreRare reports that so few calls from the page's beginning on meet the rare
// condition that it is best to look at all of them.
func (c *callReader) fewAreRare() (bool, error) {
	if c.q.rarest() == notRare {
		return false, nil
	}
	l := c.s.list1()
	where := `1 = 1` + c.whose(&l) + c.within(&l) + c.rare(&l)
	var n int
	err := c.row(`SELECT count(*) FROM (SELECT 1 FROM cdr WHERE `+where+` LIMIT `+l.add(fewRare+1)+`) w`, l.args...).Scan(&n)
	return n <= fewRare, err
}
