package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
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
	MaxTalk      time.Duration // 0: any
	MinWait      time.Duration
	MaxWait      time.Duration // 0: any
	Reasons      []string
	Served       []string // what of the server's own it came to in the end
	Diverted     *bool
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
		if err == nil && some && len(whos) > 0 {
			var few bool
			few, err = c.fewAreRare()
			some = !few
		}
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
	last     CallCursor // of the rows in it
}

func (c *callReader) see(query string, args []any) {
	if c.s.watch != nil {
		c.s.watch(query, args)
	}
}

func (c *callReader) ids(query string, args []any) ([]int64, error) {
	c.see(query, args)
	return readIDs(c.ctx, c.s.read, query, args)
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
// is one query; else window by window, of the calls that meet its rare condition.
func (c *callReader) byTime() (CallPage, error) {
	if c.exact() {
		l := c.s.list1()
		where := `1 = 1` + c.whose(&l) + c.within(&l) + c.rare(&l) + c.conditions(&l)
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
		where := `1 = 1` + c.whose(&l)
		if c.q.rarest() == notRare {
			where += c.through(&l, end)
		} else {
			// By their ids: a planner that sees a range of them goes through all
			// the calls between instead of through the few.
			where += ` AND id IN (SELECT id FROM (SELECT id, tenant FROM cdr WHERE 1 = 1` + c.whose(&l) + c.within(&l) + c.rare(&l) + c.order(&l, look) + `) w)`
		}
		where += c.conditions(&l)
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
	inner := `SELECT id, tenant FROM cdr WHERE 1 = 1` + c.whose(&l) + c.within(&l) + c.rare(&l) + c.order(&l, size)
	pick := `min`
	if c.q.Oldest {
		pick = `max`
	}
	var id, tenant sql.NullInt64
	// The last row's tenant decides only between calls of one moment: such a
	// window may end a row early, never late.
	err = c.row(`SELECT `+pick+`(id), count(*) FROM (`+inner+`) w`, l.args...).Scan(&id, &n)
	if err != nil || n == 0 {
		return end, 0, err
	}
	end.ID = id.Int64
	if c.q.All {
		err = c.row(`SELECT `+pick+`(tenant) FROM cdr WHERE id = $1`, end.ID).Scan(&tenant)
		end.Tenant = tenant.Int64
	} else {
		end.Tenant = c.tenant
	}
	return end, n, err
}

// take adds rows to the page.
func (c *callReader) take(rows []callRead) {
	for i := range rows {
		if len(c.page.Rows) == c.q.Limit {
			c.page.More, c.page.Next = true, c.last
			return
		}
		c.page.Rows = append(c.page.Rows, rows[i].CallRow)
		c.last = CallCursor{rows[i].ID, rows[i].tenant}
	}
}

func (c *callReader) finish(rows []callRead, err error) (CallPage, error) {
	if err != nil {
		return CallPage{}, err
	}
	c.take(rows)
	return c.page, nil
}
