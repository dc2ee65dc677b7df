package bench

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync/atomic"
	"time"
)

// outcome is one timed run.
type outcome struct {
	tally

	perSecond float64 // deliveries
}

// settle is how long everything rests before the clock runs.
const settle = 200 * time.Millisecond

// clocked runs begin and waits until the audience has everything.
func (b *bench) clocked(ctx context.Context, a *audience, begin func(context.Context) error) (outcome, error) {
	if err := pause(ctx, settle); err != nil {
		return outcome{}, err
	}
	ended := context.AfterFunc(ctx, func() {
		for _, r := range a.rs {
			r.c.close()
		}
	})
	defer ended()
	start := time.Now()
	if err := begin(ctx); err != nil {
		return outcome{}, err
	}
	t, err := a.tally(b.gen)
	if cerr := ctx.Err(); cerr != nil {
		return outcome{}, cerr
	}
	return outcome{tally: t, perSecond: float64(t.got) / t.end.Sub(start).Seconds()}, err
}

// events sends events to n clients of s, rate a second, or 0: as fast as it goes.
func (b *bench) events(ctx context.Context, s *site, n, events, rate int) (Row, error) {
	row := Row{Clients: n, Events: events, Rate: rate}
	sent := make([]atomic.Int64, events)
	if rate == 0 {
		sent = nil // a burst waits in queues: its latency says how long it was
	}
	a, err := s.target.listen(ctx, n, events, sent)
	if err != nil {
		return row, err
	}
	defer a.close()
	return b.deliver(ctx, s, a, row, sent)
}

func (b *bench) deliver(ctx context.Context, s *site, a *audience, row Row, sent []atomic.Int64) (Row, error) {
	stream := b.gen.stream(row.Events)
	before := usageOf(s.pid())
	peak := watch(s.pid())
	marked := 0
	out, err := b.clocked(ctx, a, func(ctx context.Context) error {
		return s.asterisk.send(ctx, stream, row.Rate, func(n int) {
			now := time.Now().UnixNano()
			for ; marked < n && marked < len(sent); marked++ {
				sent[marked].Store(now)
			}
		})
	})
	row.GrowthMiB = float64(peak()-before.rss) / (1 << 20)
	row.PerSecond = out.perSecond
	row.Lost, row.Disorder = out.lost, out.disorder
	if cpu := usageOf(s.pid()).cpu - before.cpu; out.got > 0 {
		row.CPUMicros = float64(cpu.Microseconds()) / float64(out.got)
	}
	if sent != nil {
		row.latency(&out.late)
	}
	return row, err
}

func (r *Row) latency(l *latencies) {
	r.P50Millis = float64(l.quantile(.5)) / 1e6
	r.P99Millis = float64(l.quantile(.99)) / 1e6
}

// burst is events beside the limit.
func (b *bench) burst(ctx context.Context, s *site, n, events int) (Row, error) {
	limit, err := b.limit(ctx, n, events)
	if err != nil {
		return Row{}, fmt.Errorf("limit: %w", err)
	}
	row, err := b.events(ctx, s, n, events, 0)
	row.LimitPerSecond = limit
	return row, err
}

// ping measures round trips.
func (b *bench) ping(ctx context.Context, t target, inFlight, requests int) (Row, error) {
	row := Row{Clients: 1, Events: requests, InFlight: inFlight}
	c, err := t.dial(ctx, 64<<10)
	if err != nil {
		return row, err
	}
	defer c.close()
	res, err := pings(ctx, []*client{c}, inFlight, requests)
	row.PerSecond = float64(res.late.total) / res.took.Seconds()
	row.latency(&res.late)
	return row, err
}

// idle measures what connected clients cost that nothing is sent to.
func (b *bench) idle(ctx context.Context, s *site, n int) (Row, error) {
	row := Row{Clients: n}
	// The gateway gives memory back when it is quiet for a second or two.
	rest := func() error { return pause(ctx, b.size.rest) }
	if err := rest(); err != nil {
		return row, err
	}
	before := usageOf(s.pid())
	var clients []*client
	defer func() {
		for _, c := range clients {
			c.close()
		}
	}()
	for i := range n {
		c, err := s.target.dial(ctx, 4<<10)
		if err != nil {
			return row, fmt.Errorf("client %d: %w", i+1, err)
		}
		clients = append(clients, c)
	}
	if err := rest(); err != nil {
		return row, err
	}
	row.ClientKiB = float64(usageOf(s.pid()).rss-before.rss) / 1024 / float64(n)
	return row, nil
}

// stalled measures the others while one of five clients does not read, on a
// gateway of its own: memory that another row left behind would hide growth.
func (b *bench) stalled(ctx context.Context, events, rate int) (Row, error) {
	s, err := b.site(ctx, siteOptions{})
	if err != nil {
		return Row{}, err
	}
	defer s.close()
	if err := pause(ctx, b.size.rest); err != nil {
		return Row{}, err
	}
	sleeper, err := s.target.dial(ctx, 4<<10)
	if err != nil {
		return Row{}, err
	}
	defer sleeper.close()
	row, err := b.events(ctx, s, 4, events, rate)
	if err != nil {
		return row, err
	}
	sleeper.close()
	without, err := b.events(ctx, s, 4, events, rate)
	if err != nil {
		return row, fmt.Errorf("without a stalled client: %w", err)
	}
	row.WithoutP99Millis = without.P99Millis
	return row, nil
}

// dead compares Pings of a gateway beside whose server there is one that takes
// connections and never says a word.
func (b *bench) dead(ctx context.Context, alone Row, requests int) (Row, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return Row{}, err
	}
	defer ln.Close()
	s, err := b.site(ctx, siteOptions{dead: ln.Addr().String()})
	if err != nil {
		return Row{}, err
	}
	defer s.close()
	row, err := b.ping(ctx, s.target, 1, requests)
	row.WithoutP50Millis = alone.P50Millis
	row.WithoutP99Millis = alone.P99Millis
	return row, err
}

// overTLS is the burst over wss; the limit is the burst over ws.
func (b *bench) overTLS(ctx context.Context, plain Row, n, events int) (Row, error) {
	s, err := b.site(ctx, siteOptions{tls: true})
	if err != nil {
		return Row{}, err
	}
	defer s.close()
	row, err := b.events(ctx, s, n, events, 0)
	row.LimitPerSecond = plain.PerSecond
	return row, err
}

// errLoopback keeps load off the network.
var errLoopback = errors.New("only a gateway on this machine is measured: give a ws://127.0.0.1:port/ address")
