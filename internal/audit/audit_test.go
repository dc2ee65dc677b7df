package audit_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/dipcast/dipcast/internal/audit"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

const idTwo = "7be69580e27641df"

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func lookup(id string) (int, bool) { return 2, id == idTwo }

// disk is an Appender that can fail and be slow.
type disk struct {
	mu    sync.Mutex
	rows  []store.AuditRow
	calls int
	err   error
	gate  chan struct{} // when set, each call waits for one token
}

func (d *disk) AppendAudit(ctx context.Context, rows []store.AuditRow) error {
	d.mu.Lock()
	gate := d.gate
	d.mu.Unlock()
	if gate != nil {
		select {
		case <-gate:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.calls++
	if d.err != nil {
		return d.err
	}
	d.rows = append(d.rows, rows...)
	return nil
}

func (d *disk) set(err error) {
	d.mu.Lock()
	d.err = err
	d.mu.Unlock()
}

// kinds returns "refused×3 gap×1" and so on, in order of first appearance.
func (d *disk) kinds() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	var order []string
	count := make(map[string]int)
	for _, r := range d.rows {
		if count[r.Kind] == 0 {
			order = append(order, r.Kind)
		}
		count[r.Kind]++
	}
	for i, k := range order {
		order[i] = fmt.Sprintf("%s×%d", k, count[k])
	}
	return strings.Join(order, " ")
}

func newLog(t *testing.T, o audit.Options) *audit.Log {
	t.Helper()
	l, err := audit.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// TestRefusedLeavesOneRowAndOneLine, masked, on a real database.
func TestRefusedLeavesOneRowAndOneLine(t *testing.T) {
	s, err := store.Open(t.Context(), store.Options{DataDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	d, err := tenant.NewDirectory([]tenant.Tenant{{
		ID: tenant.NewID(idTwo, 2), Number: 2, Name: "얼쑤팩토리", Servers: []int{1}, Extensions: []string{"1010"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	at := time.UnixMilli(1760579048983).UTC()
	key := []byte("key")
	l := newLog(t, audit.Options{
		Store: s, Logger: slog.New(slog.NewJSONHandler(&log, nil)), Lookup: d.NumberByID, IDKey: key, Now: func() time.Time { return at },
	})
	l.Start()
	actionID := "DIPCAST-1-" + idTwo + "-1010-착신-01026132471"
	l.Refused(t.Context(), audit.Entry{
		Identity: tenant.Identity{Role: tenant.ExtensionRole, Tenant: d.ByNumber(2), Extension: "1010", Name: "desk", Via: tenant.ViaLogin},
		Remote:   "[2001:db8::1]:4711", Server: 1, Action: "Originate\r\nx", Code: "forbidden", Field: "Context",
		ActionID: actionID, Detail: "to 01099552471 of " + idTwo,
	})
	if err := l.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	rows, err := s.Audit(t.Context(), 0, 10)
	if err != nil || len(rows) != 1 {
		t.Fatalf("%v %v", rows, err)
	}
	want := store.AuditRow{
		ID: 1, At: at, Kind: "refused", Role: "extension", Tenant: 2, Extension: "1010", Name: "desk", Via: "login",
		Remote: "2001:db8::1", Server: 1, Action: "Originate??x", Code: "forbidden", Field: "Context",
		ActionID: "DIPCAST-1-T2-1010-착신-010****2471", ActionHash: audit.ActionHash(key, actionID),
		Detail: "to 010****2471 of T2", PrevHash: strings.Repeat("0", 64), Hash: rows[0].Hash,
	}
	if diff := cmp.Diff(want, rows[0]); diff != "" {
		t.Error(diff)
	}
	found, err := s.AuditByAction(t.Context(), audit.ActionHash(key, actionID), 10)
	if err != nil || len(found) != 1 {
		t.Errorf("%v %v", found, err)
	}
	if strings.Count(log.String(), "\n") != 1 {
		t.Errorf("not one line: %s", &log)
	}
	var line map[string]any
	if err := json.Unmarshal(log.Bytes(), &line); err != nil || line["tenant"] != "T2" || line["level"] != "WARN" || line["code"] != "forbidden" {
		t.Errorf("%v %v", line, err)
	}
	for _, secret := range []string{idTwo, "26132471", "99552471", "쑤"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log shows %q: %s", secret, &log)
		}
	}
	l.Refused(t.Context(), audit.Entry{}) // after Close: counted, no panic
	if got := l.Stats(); got != (audit.Stats{Written: 1, Dropped: 1}) {
		t.Errorf("%+v", got)
	}
}

func TestBatches(t *testing.T) {
	d := &disk{gate: make(chan struct{}, 10)}
	l := newLog(t, audit.Options{Store: d, Batch: 50})
	for range 120 {
		l.Refused(t.Context(), audit.Entry{Code: "forbidden"})
	}
	l.Start()
	l.Start() // does nothing
	for range 3 {
		d.gate <- struct{}{}
	}
	if err := l.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if d.calls != 3 || d.kinds() != "refused×120" {
		t.Errorf("%d transactions: %s", d.calls, d.kinds())
	}
	if err := l.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(t.Context()); err != nil {
		t.Errorf("second Close: %v", err)
	}
	if err := l.Flush(t.Context()); err != nil {
		t.Errorf("Flush after Close: %v", err)
	}
}

// TestFullQueueDropsCountsAndTells: Refused never waits.
func TestFullQueueDropsCountsAndTells(t *testing.T) {
	d := &disk{}
	l := newLog(t, audit.Options{Store: d, Queue: 10})
	for range 25 {
		l.Refused(t.Context(), audit.Entry{Code: "forbidden"})
	}
	if got := l.Stats(); got != (audit.Stats{Dropped: 15, Waiting: 10}) {
		t.Errorf("%+v", got)
	}
	l.Start()
	if err := l.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if d.kinds() != "refused×10 gap×1" || !strings.HasPrefix(d.rows[10].Detail, "15 entries") {
		t.Errorf("%s %+v", d.kinds(), d.rows[len(d.rows)-1])
	}
}

// TestDatabaseAway: the log line comes at once, one error is logged, and the
// rows are written when the database is back.
func TestDatabaseAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		d := &disk{err: errors.New("disk is full")}
		l := newLog(t, audit.Options{Store: d, Logger: slog.New(slog.NewTextHandler(&log, nil))})
		l.Start()
		l.Refused(t.Context(), audit.Entry{Code: "forbidden"})
		<-time.After(10 * time.Second) // of the bubble
		synctest.Wait()
		if n := strings.Count(log.String(), "disk is full"); n != 1 || strings.Count(log.String(), "msg=audit ") != 1 {
			t.Errorf("%d errors: %s", n, &log)
		}
		if d.calls < 10 {
			t.Errorf("%d attempts", d.calls)
		}
		d.set(nil)
		if err := l.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		if d.kinds() != "refused×1" || !strings.Contains(log.String(), "written again") {
			t.Errorf("%s %s", d.kinds(), &log)
		}
		if err := l.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
}

func TestCloseGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &disk{err: errors.New("disk is full")}
		l := newLog(t, audit.Options{Store: d})
		l.Start()
		for range 3 {
			l.Refused(t.Context(), audit.Entry{Code: "forbidden"})
		}
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		err := l.Close(ctx)
		if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "3 entries") {
			t.Errorf("got %v", err)
		}
		if got := l.Stats(); got != (audit.Stats{Dropped: 3}) {
			t.Errorf("%+v", got)
		}
	})
}

func TestFlushAndCloseWithoutStart(t *testing.T) {
	l := newLog(t, audit.Options{Store: &disk{}})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := l.Flush(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Flush: %v", err)
	}
	if err := l.Close(t.Context()); err != nil {
		t.Errorf("Close: %v", err)
	}
	l.Start() // too late: does nothing
	if _, err := audit.New(audit.Options{}); err == nil {
		t.Error("New without a store")
	}
}

// TestRepeatedRefusalsAreCounted: nobody fills the disk by failing, and others
// are written meanwhile.
func TestRepeatedRefusalsAreCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &disk{}
		l := newLog(t, audit.Options{Store: d, Repeat: 5})
		l.Start()
		for range 100 {
			l.Refused(t.Context(), audit.Entry{Remote: "127.0.0.9:1", Code: "unauthorized"})
		}
		l.Refused(t.Context(), audit.Entry{Remote: "127.0.0.9:1", Code: "forbidden"})
		for range 20 {
			l.Record(t.Context(), "access", audit.Entry{Remote: "127.0.0.9:1", Code: "unauthorized"})
		}
		if err := l.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		if d.kinds() != "refused×6 access×20" {
			t.Errorf("%s", d.kinds())
		}
		<-time.After(2 * time.Minute) // of the bubble
		synctest.Wait()
		if d.kinds() != "refused×6 access×20 repeated×1" || d.rows[26].Detail != "95 more like this" || d.rows[26].Remote != "127.0.0.9" {
			t.Errorf("%s %+v", d.kinds(), d.rows[len(d.rows)-1])
		}
		for range 7 {
			l.Refused(t.Context(), audit.Entry{Remote: "127.0.0.9:1", Code: "unauthorized"})
		}
		if err := l.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		if d.kinds() != "refused×11 access×20 repeated×2" {
			t.Errorf("%s", d.kinds())
		}
	})
}

func TestTextsAreCutAfterMasking(t *testing.T) {
	d := &disk{}
	l := newLog(t, audit.Options{Store: d, Lookup: lookup})
	l.Start()
	for _, s := range []string{
		strings.Repeat("가", 100_000), strings.Repeat(idTwo+" ", 10_000), strings.Repeat("f", 5000) + "-" + idTwo,
		strings.Repeat("a", 1015) + " " + idTwo, strings.Repeat("-", 60) + idTwo, "x 01026132471",
	} {
		l.Refused(t.Context(), audit.Entry{Action: s, ActionID: s, Field: s, Detail: s, Identity: tenant.Identity{Name: s}})
	}
	if err := l.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, r := range d.rows {
		for _, text := range []string{r.Action, r.ActionID, r.Field, r.Detail, r.Name} {
			if n := len([]rune(text)); n > 256 {
				t.Errorf("%d characters", n)
			}
			if strings.Contains(text, idTwo[:8]) || strings.Contains(text, "2613") {
				t.Errorf("not masked: %q", text)
			}
		}
		if len([]rune(r.Action)) > 64 {
			t.Errorf("%q", r.Action)
		}
	}
}

func TestManyAtOnce(t *testing.T) {
	d := &disk{}
	l := newLog(t, audit.Options{Store: d, Repeat: 1 << 20, Queue: 1 << 14})
	l.Start()
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for range 1000 {
				l.Refused(t.Context(), audit.Entry{Remote: fmt.Sprintf("127.0.0.%d:1", i), Code: "forbidden"})
			}
		})
	}
	wg.Wait()
	if err := l.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if s := l.Stats(); s.Written != 8000 || s.Dropped != 0 || d.kinds() != "refused×8000" {
		t.Errorf("%+v %s", s, d.kinds())
	}
}
