package outbox

import (
	"cmp"
	"container/heap"
	"slices"
	"time"

	"github.com/dipcast/dipcast/internal/store"
)

// botKey is what fails as one: what a company sends to one bot.
type botKey struct {
	kind   string
	tenant int
}

// bot is all that waits for one kind and tenant.
type bot struct {
	key   botKey
	send  Sender
	lanes map[string]*lane
	ready ready // lanes with a row that may go
	rows  int
	full  bool // it was told that the backlog is full

	flying   int
	failures int           // in a row
	open     bool          // it failed too often: one row at a time tries whether it is back
	pause    time.Duration // the next one
	until    time.Time     // nothing goes before
}

func (b *bot) paused(now time.Time) bool { return b.open || b.until.After(now) }

// lane is what goes one after the other.
type lane struct {
	bot  *bot
	name string
	rows []*item // by id
	busy bool    // rows[flying] is being sent

	place int       // in bot.ready, -1 not there
	next  *item     // what goes next, of a lane that is ready
	timer time.Time // when the lane is looked at again; zero no such time
}

// item is one row.
type item struct {
	row  store.OutboxRow // Body is nil when it has to be read
	own  bool            // waits for a reason of its own lane
	sent bool            // it is being sent
}

// size is what a body takes of the memory for bodies.
func (i *item) size() int { return len(i.row.Body) }

// ready orders lanes by what goes first: the lower priority, then the older row.
type ready []*lane

func (r ready) Len() int { return len(r) }

func (r ready) Less(i, j int) bool {
	a, b := &r[i].next.row, &r[j].next.row
	return cmp.Or(cmp.Compare(a.Priority, b.Priority), cmp.Compare(a.ID, b.ID)) < 0
}

func (r ready) Swap(i, j int) {
	r[i], r[j] = r[j], r[i]
	r[i].place, r[j].place = i, j
}

func (r *ready) Push(x any) {
	l := x.(*lane) //nolint:forcetypeassert // only lanes are pushed
	l.place = len(*r)
	*r = append(*r, l)
}

func (r *ready) Pop() any {
	old := *r
	l := old[len(old)-1]
	old[len(old)-1] = nil
	*r = old[:len(old)-1]
	l.place = -1
	return l
}

// timers are the times at which lanes are looked at again, the next first.
type timers []timer

type timer struct {
	at   time.Time
	lane *lane
}

func (t timers) Len() int           { return len(t) }
func (t timers) Less(i, j int) bool { return t[i].at.Before(t[j].at) }
func (t timers) Swap(i, j int)      { t[i], t[j] = t[j], t[i] }
func (t *timers) Push(x any)        { *t = append(*t, x.(timer)) } //nolint:forcetypeassert // only timers are pushed

func (t *timers) Pop() any {
	old := *t
	x := old[len(old)-1]
	old[len(old)-1] = timer{}
	*t = old[:len(old)-1]
	return x
}

// head finds the row that may go now: the oldest one, unless it has to wait; then
// one that is more important than all that wait before it. Without one it gives
// the time to look again.
func (l *lane) head(now time.Time) (next *item, at time.Time) {
	first := true
	least := 0 // priority of those that wait
	for _, i := range l.rows {
		if !first && i.row.Priority >= least {
			continue
		}
		if !i.row.NotBefore.After(now) {
			return i, now
		}
		least, first = i.row.Priority, false
		if at.IsZero() || i.row.NotBefore.Before(at) {
			at = i.row.NotBefore
		}
	}
	return nil, at
}

// settle puts a lane where it belongs after it has changed: among those that are
// ready, or those that wait for a time. The caller holds mu.
func (b *Outbox) settle(l *lane, now time.Time) {
	switch {
	case len(l.rows) == 0:
		l.unready()
		if l.bot.lanes[l.name] == l { // a timer may still know one that ended
			delete(l.bot.lanes, l.name)
		}
		return
	case l.busy:
		l.unready()
		return
	}
	next, at := l.head(now)
	if next != nil {
		l.next = next
		if l.place < 0 {
			heap.Push(&l.bot.ready, l)
		} else {
			heap.Fix(&l.bot.ready, l.place)
		}
		return
	}
	l.unready()
	if l.timer.IsZero() || at.Before(l.timer) {
		l.timer = at
		heap.Push(&b.timers, timer{at, l})
	}
}

func (l *lane) unready() {
	if l.place >= 0 {
		heap.Remove(&l.bot.ready, l.place)
	}
	l.next = nil
}

// insert adds a row. The caller holds mu.
func (b *Outbox) insert(r *store.OutboxRow, now time.Time) {
	send := b.o.Senders[r.Kind]
	if send == nil {
		return
	}
	key := botKey{r.Kind, r.Tenant}
	o := b.bots[key]
	if o == nil {
		o = &bot{key: key, send: send, lanes: map[string]*lane{}}
		b.bots[key] = o
		b.order = append(b.order, o)
	}
	l := o.lanes[r.Lane]
	if l == nil {
		l = &lane{bot: o, name: r.Lane, place: -1}
		o.lanes[r.Lane] = l
	}
	i := &item{row: *r}
	if b.bodies+i.size() > b.o.Bodies {
		i.row.Body = nil
	}
	b.bodies += i.size()
	at, _ := slices.BinarySearchFunc(l.rows, r.ID, func(i *item, id int64) int { return cmp.Compare(i.row.ID, id) })
	l.rows = slices.Insert(l.rows, at, i)
	o.rows++
	if o.rows > b.o.Backlog {
		b.overflow(o, now)
	}
	b.settle(l, now)
}

// remove takes a row out of its lane. The caller holds mu, and settles the lane.
func (b *Outbox) remove(l *lane, i *item) {
	at := slices.Index(l.rows, i)
	l.rows = slices.Delete(l.rows, at, at+1)
	l.bot.rows--
	b.bodies -= i.size()
	if l.bot.rows < b.o.Backlog/2 {
		l.bot.full = false
	}
}

// take ends all rows of a bot that match and are not being sent. The caller holds
// mu.
func (b *Outbox) take(o *bot, now time.Time, how ending, match func(*item) bool) (n int) {
	for _, l := range o.lanes {
		before := n
		if !slices.ContainsFunc(l.rows, match) {
			continue
		}
		for _, i := range slices.Clone(l.rows) {
			if i.sent || !match(i) {
				continue
			}
			b.remove(l, i)
			b.end(&i.row, how)
			n++
		}
		if n > before {
			b.settle(l, now)
		}
	}
	return n
}

// overflow drops the oldest of the least important rows. The caller holds mu.
func (b *Outbox) overflow(o *bot, now time.Time) {
	var worst *item
	for _, l := range o.lanes {
		for _, i := range l.rows {
			if !i.sent && (worst == nil || i.row.Priority > worst.row.Priority || i.row.Priority == worst.row.Priority && i.row.ID < worst.row.ID) {
				worst = i
			}
		}
	}
	if worst == nil {
		return
	}
	if !o.full {
		o.full = true
		b.log.Error("too much waits to be sent; the oldest is dropped", "kind", o.key.kind, "tenant", o.key.tenant, "waiting", o.rows)
	}
	l := o.lanes[worst.row.Lane]
	b.remove(l, worst)
	b.end(&worst.row, dropped)
	b.settle(l, now)
}
