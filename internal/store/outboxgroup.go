package store

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"sync"
	"time"
)

// groupTimeout bounds one transaction of a group, whose callers have deadlines of
// their own.
const groupTimeout = 30 * time.Second

// outboxGroup writes what several callers want written at the same moment in one
// transaction: each costs a flush of the disk, and while one is under way the next
// ones gather. So what people wait for, a card, a press, waits for two flushes at
// the most, however many come at once.
type outboxGroup struct {
	lead chan struct{} // holds one token, for who writes

	mu     sync.Mutex
	queue  []*groupJob
	known  bool  // last is
	last   int64 // id that was given
	node   int64 // bits of ids that tell processes apart
	listen func(rows []OutboxRow)
	noted  map[*sql.Tx][]OutboxRow // rows of transactions under way
}

// groupJob is what one caller wants written.
type groupJob struct {
	write func(context.Context, *sql.Tx) error
	done  chan struct{}
	err   error // once done
}

func newOutboxGroup() outboxGroup {
	node := rand.Int64N(1 << (idBits - 1)) //nolint:gosec // tells processes apart, no more
	return outboxGroup{lead: make(chan struct{}, 1), node: node, noted: map[*sql.Tx][]OutboxRow{}}
}

// do has f run in a transaction, alone or beside others, and returns when it is
// committed, or was not. When ctx ends before, the outcome is not known, and f may
// still run: what it gives must not be read then. An error of f undoes the others'
// part as well, which is repeated: it is for what hardly ever happens.
func (g *outboxGroup) do(ctx context.Context, s *Store, f func(context.Context, *sql.Tx) error) error {
	job := &groupJob{write: f, done: make(chan struct{})}
	g.mu.Lock()
	g.queue = append(g.queue, job)
	g.mu.Unlock()
	select {
	case <-job.done:
		return job.err
	case <-ctx.Done():
		return ctx.Err()
	case g.lead <- struct{}{}:
	}
	defer func() { <-g.lead }()
	g.mu.Lock()
	batch := g.queue
	g.queue = nil
	g.mu.Unlock()
	if len(batch) > 0 { // else somebody else has done it
		g.run(context.WithoutCancel(ctx), s, batch)
	}
	<-job.done
	return job.err
}

// run writes a batch: together, and when that does not work each for itself, so
// that one caller's fault is not another's.
func (g *outboxGroup) run(ctx context.Context, s *Store, batch []*groupJob) {
	ctx, cancel := context.WithTimeout(ctx, groupTimeout)
	defer cancel()
	together := func(jobs []*groupJob) error {
		return s.update(ctx, func(tx *sql.Tx) error {
			for _, j := range jobs {
				if err := j.write(ctx, tx); err != nil {
					return err
				}
			}
			return nil
		})
	}
	err := together(batch)
	for i, j := range batch {
		j.err = err
		if err != nil && len(batch) > 1 && !errors.Is(err, ErrUnavailable) && ctx.Err() == nil {
			j.err = together(batch[i : i+1])
		}
		close(j.done)
	}
}

// OnOutbox has f told of rows that were added, as soon as they are on disk, and in
// the goroutine that wrote them: it must not block, nor change them. There is one
// f; nil tells nobody.
func (s *Store) OnOutbox(f func(rows []OutboxRow)) {
	s.outbox.mu.Lock()
	defer s.outbox.mu.Unlock()
	s.outbox.listen = f
}

// note keeps rows until their transaction has ended.
func (g *outboxGroup) note(tx *sql.Tx, rows []OutboxRow) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.noted[tx] = append(g.noted[tx], rows...)
}

// ended tells of the rows of a transaction that was committed, and forgets them.
func (g *outboxGroup) ended(tx *sql.Tx, committed bool) {
	g.mu.Lock()
	rows, f := g.noted[tx], g.listen
	delete(g.noted, tx)
	g.mu.Unlock()
	if committed && len(rows) > 0 && f != nil {
		f(rows)
	}
}
