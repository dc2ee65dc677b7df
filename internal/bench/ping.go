package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"
)

// trips is what requests took.
type trips struct {
	late latencies
	took time.Duration
}

// pings has each client send Pings, some in flight at a time, requests in all.
func pings(ctx context.Context, clients []*client, inFlight, requests int) (trips, error) {
	ended := context.AfterFunc(ctx, func() {
		for _, c := range clients {
			c.close()
		}
	})
	defer ended()
	all := make([]trips, len(clients))
	errs := make([]error, len(clients))
	start := time.Now()
	var wg sync.WaitGroup
	for i, c := range clients {
		wg.Go(func() { errs[i] = all[i].run(c, inFlight, requests/len(clients)) })
	}
	wg.Wait()
	res := trips{took: time.Since(start)}
	for i := range all {
		res.late.merge(&all[i].late)
	}
	if err := ctx.Err(); err != nil {
		return res, err
	}
	return res, errors.Join(errs...)
}

var (
	idKey   = []byte(`"ActionID":"ping-`)
	success = []byte(`"Response":"Success"`)
)

// run sends and takes answers in turn until there were so many.
func (t *trips) run(c *client, inFlight, requests int) error {
	sent := make([]time.Time, 0, requests)
	send := func() error {
		b := append([]byte(`{"AMIServerID":1,"data":{"Action":"Ping","ActionID":"ping-`), strconv.Itoa(len(sent))...)
		sent = append(sent, time.Now())
		return c.text(append(b, `"}}`...))
	}
	for len(sent) < min(inFlight, requests) {
		if err := send(); err != nil {
			return err
		}
	}
	for done := 0; done < requests; {
		frame, err := c.next()
		if err != nil {
			return err
		}
		if frame == nil {
			_ = c.conn.SetReadDeadline(time.Now().Add(silence)) // the read tells what is wrong
			if err := c.fill(); err != nil {
				return err
			}
			continue
		}
		i := bytes.Index(frame, idKey)
		if i < 0 {
			continue // an event, or news of a link
		}
		digits, _, _ := bytes.Cut(frame[i+len(idKey):], []byte(`"`))
		n, err := strconv.Atoi(string(digits))
		if err != nil || n >= len(sent) || sent[n].IsZero() || !bytes.Contains(frame, success) {
			return fmt.Errorf("not an answer to a Ping under way: %.200s", frame)
		}
		t.late.add(time.Since(sent[n]))
		sent[n] = time.Time{}
		done++
		if len(sent) < requests {
			if err := send(); err != nil {
				return err
			}
		}
	}
	return nil
}
