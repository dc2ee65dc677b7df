package people

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/dipcast/dipcast/internal/number"
	"github.com/dipcast/dipcast/internal/outward"
)

// Bounds of look-ups.
const (
	// LookupTimeout is how long a card waits for a name.
	LookupTimeout = 300 * time.Millisecond
	// lookupLife is how long an answer counts, that there is no name too.
	lookupLife  = 10 * time.Minute
	maxLookups  = 10000    // answers that are remembered, of all companies
	maxAtOnce   = 16       // requests of one company
	maxAnswer   = 64 << 10 // bytes
	maxFailures = 5        // in a row; then nobody is asked for
	lookupPause = 30 * time.Second
	maxReason   = 300 // characters of an error in a log
)

// lookup asks companies' servers for names, and remembers the answers.
type lookup struct {
	s      *Service
	client *http.Client

	mu    sync.Mutex
	seen  map[place]found
	asked map[place]*asking // under way
	state map[int]*asked
}

type found struct {
	name  string
	until time.Time
}

// asking is a request that several calls may wait for.
type asking struct {
	done chan struct{}
	name string
}

// asked is how a company's server does.
type asked struct {
	now      int // requests under way
	failures int
	until    time.Time // nobody asks before
}

func newLookup(s *Service) *lookup {
	return &lookup{
		s: s, client: outward.NewClient(outward.Options{Allowed: s.o.Private, Timeout: LookupTimeout, PerHost: maxAtOnce}),
		seen: map[place]found{}, asked: map[place]*asking{}, state: map[int]*asked{},
	}
}

// name asks once for all who want the same number at a time. It is "" when there
// is no answer in time.
func (l *lookup) name(ctx context.Context, tenant int, look Lookup, key string) string {
	k := place{tenant, key}
	now := l.s.o.Now()
	l.mu.Lock()
	if f, ok := l.seen[k]; ok && now.Before(f.until) {
		l.mu.Unlock()
		return f.name
	}
	if a := l.asked[k]; a != nil {
		l.mu.Unlock()
		select {
		case <-a.done:
			return a.name
		case <-ctx.Done():
			return ""
		}
	}
	st := l.state[tenant]
	if st == nil {
		st = &asked{}
		l.state[tenant] = st
	}
	if st.now >= maxAtOnce || now.Before(st.until) {
		l.mu.Unlock()
		return ""
	}
	st.now++
	a := &asking{done: make(chan struct{})}
	l.asked[k] = a
	l.mu.Unlock()

	name, err := l.ask(ctx, look, key)
	l.answered(k, st, a, name, err)
	return name
}

// answered keeps an answer, or counts a failure.
func (l *lookup) answered(k place, st *asked, a *asking, name string, err error) {
	now := l.s.o.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	st.now--
	delete(l.asked, k)
	a.name = name
	close(a.done)
	if err == nil {
		st.failures = 0
		if len(l.seen) >= maxLookups {
			l.makeRoom(now)
		}
		l.seen[k] = found{name, now.Add(lookupLife)}
		return
	}
	if st.failures++; st.failures >= maxFailures {
		st.failures, st.until = 0, now.Add(lookupPause)
		l.s.log.Warn("names of callers are not looked up for a while", "tenant", l.s.o.Directory().ByNumber(k.tenant), "pause", lookupPause,
			"error", number.MaskText(short(err), nil))
	}
}

// makeRoom drops what is past, or else any tenth. The caller holds mu.
func (l *lookup) makeRoom(now time.Time) {
	for k, f := range l.seen {
		if !now.Before(f.until) {
			delete(l.seen, k)
		}
	}
	for k := range l.seen {
		if len(l.seen) < maxLookups*9/10 {
			return
		}
		delete(l.seen, k)
	}
}

func (l *lookup) forget(tenant int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for k := range l.seen {
		if k.tenant == tenant {
			delete(l.seen, k)
		}
	}
	delete(l.state, tenant)
}

// errLookup reports an answer that is none.
var errLookup = errors.New("look-up of a name")

// ask makes one request. A 404 or 204 says that there is no name.
func (l *lookup) ask(ctx context.Context, look Lookup, key string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.Replace(look.URL, numberMark, url.QueryEscape(key), 1), nil)
	if err != nil {
		return "", err
	}
	req.Header.Set("Accept", "application/json, text/plain")
	req.Header.Set("User-Agent", "DIPCAST")
	if a := look.Authorization.Reveal(); a != "" {
		req.Header.Set("Authorization", a)
	}
	resp, err := l.client.Do(req)
	if err != nil {
		return "", err
	}
	defer func() { _ = resp.Body.Close() }() // read as far as it counts
	switch resp.StatusCode {
	case http.StatusOK:
	case http.StatusNoContent, http.StatusNotFound:
		return "", nil
	default:
		return "", fmt.Errorf("%w: %s", errLookup, resp.Status)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return "", err
	}
	var answer struct{ Name, Company string }
	kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if body = bytes.TrimSpace(body); kind == "text/plain" && !bytes.HasPrefix(body, []byte("{")) {
		line, _, _ := bytes.Cut(body, []byte("\n"))
		return text(string(line), maxName), nil
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return "", fmt.Errorf("%w: neither JSON with name and company nor text/plain", errLookup)
	}
	return shown(text(answer.Name, maxName), text(answer.Company, maxName)), nil
}

// short is an error without the address, which holds the number.
func short(err error) string {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	return text(err.Error(), maxReason)
}
