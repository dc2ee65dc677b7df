package workstest

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// event is one callback's JSON, without issuedTime.
type event map[string]any

// Delivery is a callback that was sent, or dropped.
type Delivery struct {
	Time   time.Time // when it began, by Options.Now
	Took   time.Duration
	Bot    int64
	Body   []byte
	Status int   // of the answer; 0 when there was none
	Err    error // why there was none
}

// maxQueued is how many events of a bot wait; more are dropped, and say so in
// Deliveries.
const maxQueued = 1000

var (
	errFull  = errors.New("queue of callbacks is full")
	errNoURL = errors.New("bot has no callback URL")
)

// spellings of the header names: the service's pages differ, and names are to be
// read in any case.
var spellings = [][2]string{
	{"X-WORKS-BotId", "X-WORKS-Signature"}, {"X-WORKS-botId", "x-works-signature"}, {"x-works-botid", "X-Works-Signature"},
}

// Emit queues a body as an event of a bot, whatever is in it. One event goes at a
// time, none is repeated (docs/bot-callback). ErrUnknown reports that there is no
// such bot.
func (s *Server) Emit(bot int64, body []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.queue(bot, body)
}

// emit queues an event that is issued now.
func (s *Server) emit(bot int64, e event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.issueEvent(bot, e)
}

// issueEvent is emit for who holds mu.
func (s *Server) issueEvent(bot int64, e event) {
	e["issuedTime"] = s.o.Now().UTC().Format("2006-01-02T15:04:05.000Z")
	body, err := json.Marshal(e)
	if err == nil {
		err = s.queue(bot, body)
	}
	if err != nil {
		s.delivered(Delivery{Time: s.o.Now(), Bot: bot, Body: body, Err: err})
	}
}

func (s *Server) queue(id int64, body []byte) error {
	b := s.bots[id]
	if b == nil {
		return fmt.Errorf("bot %d: %w", id, ErrUnknown)
	}
	if s.closed || b.CallbackURL == "" {
		return nil
	}
	if b.queue == nil {
		b.queue = make(chan []byte, maxQueued)
		s.start(func(ctx context.Context) { s.deliverAll(ctx, id, b.queue) })
	}
	select {
	case b.queue <- bytes.Clone(body):
		return nil
	default:
		return errFull
	}
}

// deliverAll sends the events of a bot in their order: a slow answer delays the
// next.
func (s *Server) deliverAll(ctx context.Context, bot int64, queue <-chan []byte) {
	for {
		select {
		case body := <-queue:
			s.Deliver(ctx, bot, body)
		case <-ctx.Done():
			return
		}
	}
}

// Deliver sends a body as an event of a bot now, past the queue: to send one
// twice, or out of order.
func (s *Server) Deliver(ctx context.Context, bot int64, body []byte) Delivery {
	d := Delivery{Time: s.o.Now(), Bot: bot, Body: body}
	began := time.Now()
	d.Status, d.Err = s.post(ctx, bot, body)
	d.Took = time.Since(began)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.delivered(d)
	return d
}

func (s *Server) delivered(d Delivery) {
	s.sent = bounded(append(s.sent, d), s.o.LogSize)
	s.wake()
}

// Deliveries gives what was sent, oldest first.
func (s *Server) Deliveries() []Delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.sent)
}

// post signs the very bytes that go out.
func (s *Server) post(ctx context.Context, id int64, body []byte) (int, error) {
	s.mu.Lock()
	b := s.bots[id]
	if b == nil {
		s.mu.Unlock()
		return 0, fmt.Errorf("bot %d: %w", id, ErrUnknown)
	}
	to, secret, names := b.CallbackURL, b.Secret, spellings[len(s.sent)%len(spellings)]
	s.mu.Unlock()
	if to == "" {
		return 0, errNoURL
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	req.GetBody = nil // net/http would send it again when a connection was closed
	req.Header.Set("Content-Type", "application/json; charset=UTF-8")
	req.Header[names[0]] = []string{strconv.FormatInt(id, 10)}
	req.Header[names[1]] = []string{Sign(secret, body)}
	resp, err := s.o.HTTP.Do(req)
	if err != nil {
		return 0, err
	}
	_, _ = io.CopyN(io.Discard, resp.Body, maxBody) // so that the connection can be used again
	return resp.StatusCode, resp.Body.Close()
}

// Sign gives the X-WORKS-Signature of a body.
func Sign(secret string, body []byte) string {
	h := hmac.New(sha256.New, []byte(secret))
	h.Write(body)
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}
