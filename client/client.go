package client

import (
	"context"
	"errors"
	"iter"
	"maps"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
)

// Client is a connection to a gateway that comes back when it breaks. All
// methods may be called from any goroutine.
type Client struct {
	o    Options
	runs atomic.Bool
	id   atomic.Uint64 // of the last request

	mu      sync.Mutex
	now     *session            // nil while there is no connection
	changed chan struct{}       // closed when now changes
	stopped bool                // Run has ended
	read    map[int]Position    // the last that came, by server
	handled map[int]Position    // the last that was handled
	waiting map[string]*request // by ActionID
}

// New returns a Client. It does nothing until Run or Messages.
func New(o Options) (*Client, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	c := &Client{
		o: o, changed: make(chan struct{}), read: map[int]Position{}, handled: map[int]Position{},
		waiting: map[string]*request{},
	}
	for _, p := range o.Positions {
		c.read[p.Server], c.handled[p.Server] = p, p
	}
	return c, nil
}

// errEnough ends Run when an iteration was left.
var errEnough = errors.New("enough")

// Messages is Run as an iterator. The last element is the error that ended it,
// if it was not the loop itself that did.
func (c *Client) Messages(ctx context.Context) iter.Seq2[Message, error] {
	return func(yield func(Message, error) bool) {
		err := c.Run(ctx, func(m Message) error {
			if !yield(m, nil) {
				return errEnough
			}
			return nil
		})
		if !errors.Is(err, errEnough) {
			yield(nil, err)
		}
	}
}

// Run connects, hands each message to handle, one after the other, and connects
// again whenever the connection breaks. It returns once, for good, when ctx has
// ended, handle returned an error, or the gateway refused the credentials (a
// *RefusedError); never nil. Then all its goroutines have ended and every
// request was answered.
//
// A handle that takes long delays nobody else: the client stops reading, see
// Options.QueueBytes. Do may be called inside it, but gets no answer while the
// queue is full, so give it a deadline.
func (c *Client) Run(ctx context.Context, handle func(Message) error) error {
	if !c.runs.CompareAndSwap(false, true) {
		return ErrStopped
	}
	ctx, cancel := context.WithCancelCause(ctx)
	q := newQueue(c.o.QueueBytes)
	var wg sync.WaitGroup
	wg.Go(func() { cancel(c.keep(ctx, q)) })
	err := c.hand(ctx, q, handle)
	cancel(err)
	wg.Wait()
	c.mu.Lock()
	c.stopped = true
	close(c.changed)
	c.mu.Unlock()
	return err
}

func (c *Client) hand(ctx context.Context, q *queue, handle func(Message) error) error {
	for {
		m, err := q.take(ctx)
		if err != nil {
			return err
		}
		if err := handle(m); err != nil {
			return err
		}
		c.mu.Lock()
		advance(c.handled, m)
		c.mu.Unlock()
	}
}

// Positions are the places behind the last messages that were handled, by
// server. A program that keeps them, for instance in a file, goes on there when
// it starts again: Options.Positions. The gateway remembers some seconds.
func (c *Client) Positions() []Position {
	c.mu.Lock()
	defer c.mu.Unlock()
	return positions(c.handled)
}

func positions(all map[int]Position) []Position {
	out := make([]Position, 0, len(all))
	for _, server := range slices.Sorted(maps.Keys(all)) {
		out = append(out, all[server])
	}
	return out
}

// advance moves the position of m's server behind m. It reports false when m
// came before.
func advance(at map[int]Position, m Message) bool {
	var p Position
	switch m := m.(type) {
	case *Event:
		p = Position{m.Server, m.Epoch, m.Seq}
	case *CallStep:
		p = Position{m.Server, m.Epoch, m.Seq}
	case *Snapshot:
		// It tells how things are anew, also at a place that was told before.
		if old := at[m.Server]; old.Epoch != m.Epoch || m.Seq > old.Seq {
			at[m.Server] = Position{m.Server, m.Epoch, m.Seq}
		}
		return true
	default:
		return true
	}
	if old := at[p.Server]; old.Epoch == p.Epoch && p.Seq <= old.Seq {
		return false
	}
	at[p.Server] = p
	return true
}

// use makes s the connection of the moment; nil: there is none.
func (c *Client) use(s *session) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = s
	close(c.changed)
	c.changed = make(chan struct{})
}

func (c *Client) nextID() string { return "dipcast-go-" + strconv.FormatUint(c.id.Add(1), 10) }
