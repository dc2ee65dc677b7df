package demo

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/dipcast/dipcast/internal/sipphone"
)

// Manners of phones and of the network towards calls that the demo did not
// make itself: they answer soon, and no call lasts for ever.
const (
	phoneRings   = 1500 * time.Millisecond
	phoneTalks   = 40 * time.Second
	networkRings = 2 * time.Second
	networkTalks = 12 * time.Second
)

// phoneKey names a phone: which company's extension, at which server.
type phoneKey struct {
	tenant int
	ext    string
	server int
}

// startPhones makes a phone for every extension at each of its company's
// servers, and lets them register in the background. Those at the home server
// and those at the other are the same extension on two lines, so each server
// can be called through.
func (d *Demo) startPhones(ctx context.Context) error {
	d.onClose(func() {
		var closes []func()
		for _, p := range d.phones {
			closes = append(closes, func() { _ = p.Close() }) // it has nothing to tell
		}
		together(closes)
	})
	for i := range d.plan.servers {
		s := &d.plan.servers[i]
		for j := range companies {
			c := &companies[j]
			if !c.on(s.id) {
				continue
			}
			for _, e := range c.extensions {
				p, err := d.startPhone(ctx, c, e, s)
				if p != nil {
					d.phones[phoneKey{c.number, e.number, s.id}] = p
				}
				if err != nil {
					return fmt.Errorf("phone %s at server %d: %w", e.number, s.id, err)
				}
			}
		}
	}
	return nil
}

func (d *Demo) startPhone(ctx context.Context, c *firm, e person, s *serverPlan) (*sipphone.Phone, error) {
	user := endpoint(c, e.number)
	p, err := sipphone.New(sipphone.Options{
		Server: hostPort(s.sip), User: user, Password: d.plan.phones[user], Name: e.name,
		Behaviour: d.scripts.behave(sipphone.AutoAnswer(sipphone.AnswerFor(phoneRings, phoneTalks))),
		Logger:    d.log,
	})
	if err != nil {
		return nil, err
	}
	if err := p.Start(ctx); err != nil {
		return nil, err
	}
	return p, p.KeepRegistered()
}

// startNetwork starts the telephone network, which both servers have as their
// trunk.
func (d *Demo) startNetwork(ctx context.Context) error {
	numbers := map[string]sipphone.Number{}
	for _, p := range callers {
		numbers[p.number] = sipphone.Number{}
	}
	for _, p := range answering {
		numbers[p.number] = sipphone.Number{}
	}
	n, err := sipphone.NewNetwork(sipphone.NetworkOptions{
		Listen: hostPort(d.plan.network), Server: hostPort(d.plan.servers[0].sip), Numbers: numbers,
		Behaviour: sipphone.AnswerFor(networkRings, networkTalks), Logger: d.log,
	})
	if err != nil {
		return fmt.Errorf("telephone network: %w", err)
	}
	if err := n.Start(ctx); err != nil {
		return fmt.Errorf("telephone network: %w", err)
	}
	d.onClose(func() { _ = n.Close() }) // it has nothing to tell
	d.network = n
	return nil
}

// registerAt has the phones of a server register at once.
func (d *Demo) registerAt(ctx context.Context, server int) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	var wg sync.WaitGroup
	for key, p := range d.phones {
		if key.server == server {
			// One that fails goes on trying by itself.
			wg.Go(func() { _ = p.Register(ctx) })
		}
	}
	wg.Wait()
}

// errNotRegistered reports a phone that the server does not accept in time.
var errNotRegistered = errors.New("not registered")

// registered waits for all phones.
func (d *Demo) registered(ctx context.Context) error {
	for key, p := range d.phones {
		if err := p.WaitRegistered(ctx); err != nil {
			return fmt.Errorf("phone %s of T%d at server %d: %w: %w", key.ext, key.tenant, key.server, errNotRegistered, err)
		}
	}
	return nil
}

// scripts are the calls of the demo's own traffic that are under way: what the
// phone that is rung does with them. They are known by the caller's number.
type scripts struct {
	mu sync.Mutex
	by map[string]sipphone.Behaviour
}

// take books a caller's number; false when it is in a call already.
func (s *scripts) take(number string, b sipphone.Behaviour) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, taken := s.by[number]; taken {
		return false
	}
	if s.by == nil {
		s.by = map[string]sipphone.Behaviour{}
	}
	s.by[number] = b
	return true
}

func (s *scripts) drop(number string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.by, number)
}

// behave follows the script of a call that has one, and else does what
// otherwise says.
func (s *scripts) behave(otherwise sipphone.Behaviour) sipphone.Behaviour {
	return func(ctx context.Context, c *sipphone.Call) {
		s.mu.Lock()
		b := s.by[c.Invite().From.Number]
		s.mu.Unlock()
		if b == nil {
			b = otherwise
		}
		b(ctx, c)
	}
}
