package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"
)

// Action is an AMI action: its headers by name, "Action" among them. Values are
// strings, numbers or booleans; Variable also []string or a map of strings.
type Action map[string]any

// Response is an answer that says yes.
type Response struct {
	Server int
	Data   Headers
	// Items are those of a list, without the event that completes it.
	Items []Headers
}

// requestTimeout is for a context without a deadline; the gateway answers within
// 10 s, a synchronous Originate excepted.
const requestTimeout = 15 * time.Second

// maxItems bounds the items of one list.
const maxItems = 100_000

// request is one that waits for its answer. Guarded by Client.mu.
type request struct {
	s    *session
	res  *Response
	list bool
	done chan error // takes one
}

// Do sends an action to a server and waits for its answer; 0 is the only server
// there is. It waits for a connection if there is none. The ActionID is made
// here, unless action has one.
//
// An answer that says no is an *Error. ErrLost says that the connection broke
// before the answer came. Without a deadline in ctx it waits 15 s.
func (c *Client) Do(ctx context.Context, server int, action Action) (*Response, error) {
	if _, ok := ctx.Deadline(); !ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, requestTimeout)
		defer cancel()
	}
	id, text, err := c.encode(server, action)
	if err != nil {
		return nil, err
	}
	s, err := c.session(ctx)
	if err != nil {
		return nil, err
	}
	r := &request{s: s, done: make(chan error, 1)}
	if err := c.register(id, r); err != nil {
		return nil, err
	}
	defer c.forget(id)
	select {
	case s.out <- text:
	case <-s.end:
		return nil, ErrLost
	case <-ctx.Done():
		return nil, fmt.Errorf("client: not sent: %w", ctx.Err())
	}
	select {
	case err := <-r.done:
		if err != nil {
			return nil, err
		}
		return r.res, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("client: no answer: %w", ctx.Err())
	}
}

// encode writes the request's frame.
func (c *Client) encode(server int, action Action) (id string, text []byte, err error) {
	a := maps.Clone(action)
	for name, v := range a {
		if strings.EqualFold(name, "ActionID") {
			id, _ = v.(string)
		}
	}
	if id == "" {
		id = c.nextID()
		a["ActionID"] = id
	}
	frame := map[string]any{"data": a}
	if server != 0 {
		frame["AMIServerID"] = server
	}
	if text, err = json.Marshal(frame); err != nil {
		return "", nil, fmt.Errorf("client: action: %w", err)
	}
	return id, text, nil
}

// session waits for a connection.
func (c *Client) session(ctx context.Context) (*session, error) {
	for {
		c.mu.Lock()
		s, changed, stopped := c.now, c.changed, c.stopped
		c.mu.Unlock()
		switch {
		case stopped:
			return nil, ErrStopped
		case s != nil:
			return s, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, fmt.Errorf("client: no connection: %w", ctx.Err())
		}
	}
}

func (c *Client) register(id string, r *request) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.waiting[id] != nil {
		return fmt.Errorf("client: a request with the ActionID %q is under way", id)
	}
	select {
	case <-r.s.end: // lost went through the table already
		return ErrLost
	default:
	}
	c.waiting[id] = r
	return nil
}

func (c *Client) forget(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.waiting, id)
}

// lost ends every request of a connection that has ended.
func (c *Client) lost(s *session) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, r := range c.waiting {
		if r.s == s {
			r.settle(ErrLost)
		}
	}
}

// settle gives the outcome to Do; the first one counts.
func (r *request) settle(err error) {
	select {
	case r.done <- err:
	default:
	}
}

var errTooMany = errors.New("client: the list is too long")

// answer takes a frame that belongs to a request.
func (c *Client) answer(s *session, w *wire) bool {
	if w.Seq != nil {
		return false // an event, whatever its ActionID
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	r := c.waiting[w.Data.Get("ActionID")]
	if r == nil || r.s != s {
		// An answer that nobody waits for any more, unless it is an event.
		return w.Type != 3
	}
	d := w.Data
	switch {
	case w.Type == 3 && r.list:
		switch list := d.Get("EventList"); {
		case list == "Complete":
			r.settle(nil)
		case list != "":
			r.settle(&Error{Message: "the list was not completed: " + list, Data: d})
		case len(r.res.Items) >= maxItems:
			r.settle(errTooMany)
		default:
			r.res.Items = append(r.res.Items, d)
		}
	case w.Type == 3:
		return false
	case d.Get("Response") == "Error":
		r.settle(&Error{Code: d.Get("Code"), Message: d.Get("Message"), Field: d.Get("Field"), ChannelID: d.Get("ChannelId"), Data: d})
	default:
		r.res = &Response{Server: w.ServerID, Data: d}
		if r.list = strings.EqualFold(d.Get("EventList"), "start"); !r.list {
			r.settle(nil)
		}
	}
	return true
}
