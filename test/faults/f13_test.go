package faults_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/dipcast/dipcast/ami/amitest"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/store/storetest"
)

// ended has a call between two extensions begin and end on a server.
func ended(srv *amitest.Server, n int) (linkedid string) {
	linkedid = fmt.Sprintf("1790000000.%d", n)
	channel := fmt.Sprintf("PJSIP/T2_1013-%08x", n)
	about := []string{
		"Privilege", "call,all", "Channel", channel, "CallerIDNum", "1013", "CallerIDName", "지화자",
		"Context", "T2_cos-all", "Exten", "1010", "Uniqueid", linkedid, "Linkedid", linkedid,
	}
	srv.Emit("Newchannel", append(about, "ChannelState", "4", "ChannelStateDesc", "Ring")...)
	srv.Emit("Hangup", append(about, "ChannelState", "4", "Cause", "16", "Cause-txt", "Normal Clearing")...)
	return linkedid
}

// broken is a database that something is wrong with.
type broken struct {
	name   string
	engine string
	// harm breaks it, and gives what mends it.
	harm func(t *testing.T, g *gateway, d *storetest.Database) (mend func())
	told string // what the log says
}

// TestF13_Database: while the database is locked, full, read-only or away, calls
// and events go on, what needs it is answered with 503, and the gateway is not
// ready; when it is back, everything is, and the history has the calls of the
// time between.
func TestF13_Database(t *testing.T) {
	for _, b := range []broken{
		{"locked", "sqlite", locked, "database is locked"},
		{"disk full", "sqlite", diskFull, ""},
		{"read-only", "postgres", readOnly, "read-only"},
		{"away", "postgres", func(t *testing.T, _ *gateway, _ *storetest.Database) func() { return storetest.Away(t) }, ""},
	} {
		t.Run(b.name, func(t *testing.T) {
			if b.engine == "sqlite" { // the others have one server, which goes away
				t.Parallel()
			}
			d := storetest.SQLite(t)
			if b.engine == "postgres" {
				d = storetest.Postgres(t)
			}
			g := unstartedGateway(t)
			g.configure(yaml + database(d))
			d.Dir = filepath.Join(filepath.Dir(g.file), "var") // where the configuration has it
			g.start()
			c := g.dial("demo", "")
			c.ping(1)
			before := ended(g.servers[0], 1)
			g.inHistory(before)
			unlock := func() int { return do(t, "POST", "http://"+g.http+"/api/v2/extensions/1010/unlock", "").status }
			if status := unlock(); status != 200 {
				t.Fatalf("unlock before: %d", status)
			}
			db := d.Raw(t) // something to unlock, so that it has to be written
			if _, err := db.ExecContext(t.Context(), `INSERT INTO limit_locks (tenant_id, extension, at) VALUES ($1, '1010', 1)`, two); err != nil {
				t.Fatal(err)
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			mend := b.harm(t, g, d)
			defer mend()
			until(t, "503 for what needs the database", func() bool { return unlock() == 503 })
			until(t, "not ready", func() bool { return do(t, "GET", "http://"+g.http+"/readyz", "").status == 503 })
			mark := c.mark()
			var between []string
			for n := range 20 {
				between = append(between, ended(g.servers[0], 100+n))
			}
			c.event(mark, "Hangup", "Uniqueid", between[19])
			c.ping(1) // and actions
			refused := c.ask(1, "Getvar")
			if refused.get("Code") != "forbidden" {
				t.Errorf("a refusal: %s", refused.raw)
			}
			until(t, "a line in the log", func() bool { return len(g.logs.of("call history cannot be kept; calls wait", 0)) > 0 })
			until(t, "the reason in the log", func() bool {
				return strings.Contains(fmt.Sprint(g.logs.of("call history cannot be kept; calls wait", 0)), b.told)
			})
			if text := fmt.Sprint(g.logs.of("call history cannot be kept; calls wait", 0)); strings.Contains(text, "1790000000") {
				t.Errorf("the log says %s", text)
			}
			mend()
			until(t, "ready again", func() bool { return do(t, "GET", "http://"+g.http+"/readyz", "").status == 200 })
			until(t, "what needs the database", func() bool { return unlock() == 200 })
			for _, id := range between {
				g.inHistory(id)
			}
			// The audit waits in memory and tries again each second on its own.
			until(t, "the refusal of the time between in the audit, or that something is missing there", func() bool {
				text := audited(t, d)
				return strings.Contains(text, "Getvar") || strings.Contains(text, "lost")
			})
			g.signal(syscall.SIGKILL)
			<-g.ended
			g.start()
			g.inHistory(between[19])
			s, err := store.OpenReadOnly(t.Context(), d.Options())
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = s.Close() }()
			if _, err := s.Inspect(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}

// audited is the audit as text, or why it cannot be read.
func audited(t *testing.T, d *storetest.Database) string {
	s, err := store.OpenReadOnly(t.Context(), d.Options())
	if err != nil {
		return fmt.Sprint(err)
	}
	defer func() { _ = s.Close() }()
	rows, err := s.Audit(t.Context(), 0, 1000)
	return fmt.Sprint(rows, err)
}

// database is the line of the configuration that names d.
func database(d *storetest.Database) string {
	return fmt.Sprintf("database: %q\n", strings.ReplaceAll(d.URL, "%", "%%")) // configure fills in what has a %
}

// inHistory waits until a call is in the history.
func (g *gateway) inHistory(linkedid string) {
	g.t.Helper()
	until(g.t, "call in the history", func() bool {
		r := do(g.t, "GET", "http://"+g.http+"/api/v2/cdr?linkedid="+linkedid, "")
		var page struct{ Data []json.RawMessage }
		return r.status == 200 && json.Unmarshal([]byte(r.raw), &page) == nil && len(page.Data) == 1
	})
}

// locked holds SQLite's lock from another connection. It is given up after more
// than the five seconds that the gateway waits.
func locked(t *testing.T, _ *gateway, d *storetest.Database) func() {
	db := d.Raw(t)
	tx, err := db.BeginTx(t.Context(), nil)
	if err == nil {
		_, err = tx.ExecContext(t.Context(), `INSERT INTO seeds (kind, name, content, present) VALUES ('x', 'x', '{}', 0)`)
	}
	if err != nil {
		t.Fatal(err)
	}
	return func() { _ = tx.Rollback() } // done when it is called again
}

// diskFull lets no file of the gateway grow.
func diskFull(t *testing.T, g *gateway, _ *storetest.Database) func() {
	var was unix.Rlimit
	if err := unix.Prlimit(g.cmd.Process.Pid, unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: 1, Max: unix.RLIM_INFINITY}, &was); err != nil {
		t.Fatal(err)
	}
	return func() { _ = unix.Prlimit(g.cmd.Process.Pid, unix.RLIMIT_FSIZE, &was, nil) } // it may have ended
}

// readOnly makes every transaction one that only reads, as on a standby.
func readOnly(t *testing.T, _ *gateway, d *storetest.Database) func() {
	db := d.Raw(t)
	set := func(to string) {
		var name string
		ctx := context.Background() // mended behind the test's end too
		err := db.QueryRowContext(ctx, `SELECT current_database()`).Scan(&name)
		for _, statement := range []string{
			`SET default_transaction_read_only = off`,
			`ALTER DATABASE ` + name + ` SET default_transaction_read_only = ` + to,
			`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()`,
		} {
			if err == nil {
				_, err = db.ExecContext(ctx, statement)
			}
		}
		if err != nil {
			t.Error(err)
		}
	}
	db.SetMaxOpenConns(1)
	set("on")
	return func() { set("off") }
}

// writerEnv tells the test program to be the one that is killed.
const writerEnv = "DIPCAST_TEST_WRITER"

// writer writes rows of the audit and calls until it is killed, and says which
// are on disk.
func writer(text string) {
	var o store.Options
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		panic(err)
	}
	ctx := context.Background()
	s, err := store.Open(ctx, o)
	if err != nil {
		panic(err)
	}
	for n := 0; ; n++ {
		rows := []store.AuditRow{{Kind: "refused", Detail: strings.Repeat("x", 500)}, {Kind: "refused"}}
		call := storetest.Call(two, int(rand.Int32()))
		if err := errors.Join(s.AppendAudit(ctx, rows), s.SaveCalls(ctx, []store.CallRow{call})); err != nil {
			panic(err)
		}
		fmt.Fprintln(os.Stdout, rows[1].ID, call.Linkedid)
	}
}

// TestF13_KilledInTransaction: a process that writes is killed with -9 at any
// moment. What it said to be on disk is there, the audit's chain is whole, and the
// next start works.
func TestF13_KilledInTransaction(t *testing.T) {
	t.Parallel()
	for engine, kills := range map[string]int{"sqlite": 25, "postgres": 15} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			d := storetest.SQLite(t)
			if engine == "postgres" {
				d = storetest.Postgres(t)
			}
			o, err := json.Marshal(map[string]string{"Database": d.URL, "DataDir": d.Dir})
			if err != nil {
				t.Fatal(err)
			}
			acknowledged := 0
			for range kills {
				var last int64
				calls := map[string]bool{}
				cmd := exec.CommandContext(t.Context(), os.Args[0])
				cmd.Env = append(os.Environ(), writerEnv+"="+string(o))
				out, err := cmd.StdoutPipe()
				if err == nil {
					err = cmd.Start()
				}
				if err != nil {
					t.Fatal(err)
				}
				after := 1 + rand.IntN(20)
				lines := bufio.NewScanner(out)
				for n := 0; lines.Scan(); n++ {
					if n == after {
						_ = cmd.Process.Kill() // what it has still said is read
					}
					id, call, ok := strings.Cut(lines.Text(), " ")
					if k, err := strconv.ParseInt(id, 10, 64); err == nil && ok {
						last, calls[call] = max(last, k), true
						acknowledged++
					}
				}
				_ = cmd.Wait() // killed
				s, err := store.Open(t.Context(), d.Options())
				if err != nil {
					t.Fatal(err)
				}
				if rows, err := s.Inspect(t.Context()); err != nil || rows < last || last == 0 {
					t.Errorf("%d rows of %d acknowledged, %v", rows, last, err)
				}
				for id := range calls {
					if p, err := s.Calls(t.Context(), store.CallQuery{TenantID: two, Linkedid: id, Limit: 1}); err != nil || len(p.Rows) != 1 {
						t.Errorf("an acknowledged call is lost: %v", err)
					}
				}
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			}
			t.Logf("%d kills, %d acknowledged, none lost", kills, acknowledged)
		})
	}
}

// TestF13_PowerCuts: the power goes at any byte that SQLite writes. Of what was
// written up to there everything that was acknowledged is there, and nothing is
// half. What is cut off is what the disk had not taken yet; everything before an
// acknowledgement it had, since each commit waits for the disk.
func TestF13_PowerCuts(t *testing.T) {
	t.Parallel()
	const cuts = 1000
	dir := t.TempDir()
	o := store.Options{DataDir: dir}
	s, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	wal := filepath.Join(dir, store.FileName+"-wal")
	type mark struct {
		size int64
		rows int64
	}
	var marks []mark
	copyOf := func(from, to string, n int64) {
		t.Helper()
		in, err := os.Open(from)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = in.Close() }()
		out, err := os.Create(to)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.CopyN(out, in, n); err != nil && !errors.Is(err, io.EOF) {
			t.Fatal(err)
		}
		if err := out.Close(); err != nil {
			t.Fatal(err)
		}
	}
	size := func() int64 {
		t.Helper()
		info, err := os.Stat(wal)
		if err != nil {
			t.Fatal(err)
		}
		return info.Size()
	}
	begin := size()
	for n := range 40 { // less than SQLite keeps in its log before it tidies up
		rows := []store.AuditRow{{Kind: "refused", Detail: strings.Repeat("y", 200)}, {Kind: "refused"}}
		if err := s.AppendAudit(t.Context(), rows); err != nil {
			t.Fatal(err)
		}
		if err := s.SaveCalls(t.Context(), []store.CallRow{storetest.Call(two, n)}); err != nil {
			t.Fatal(err)
		}
		marks = append(marks, mark{size(), rows[1].ID})
	}
	end := size()
	files := t.TempDir()
	copyOf(filepath.Join(dir, store.FileName), filepath.Join(files, "db"), 1<<40)
	copyOf(wal, filepath.Join(files, "wal"), 1<<40)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	at := filepath.Join(files, "at")
	for range cuts {
		if err := os.RemoveAll(at); err != nil {
			t.Fatal(err)
		}
		if err := os.Mkdir(at, 0o700); err != nil {
			t.Fatal(err)
		}
		cut := begin + rand.Int64N(end-begin+1)
		copyOf(filepath.Join(files, "db"), filepath.Join(at, store.FileName), 1<<40)
		copyOf(filepath.Join(files, "wal"), filepath.Join(at, store.FileName+"-wal"), cut)
		var acknowledged int64
		calls := 0
		for _, m := range marks {
			if m.size <= cut {
				acknowledged, calls = m.rows, calls+1
			}
		}
		s, err := store.OpenReadOnly(t.Context(), store.Options{DataDir: at})
		if err != nil {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		rows, err := s.Inspect(t.Context())
		p, err2 := s.Calls(t.Context(), store.CallQuery{TenantID: two, Limit: 100})
		if err != nil || err2 != nil || rows < acknowledged || len(p.Rows) < calls || rows%2 != 0 {
			t.Errorf("cut at %d: %d rows of %d acknowledged, %d calls of %d, %v, %v", cut, rows, acknowledged, len(p.Rows), calls, err, err2)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	t.Logf("%d cuts in %d bytes, %d acknowledged, none lost", cuts, end-begin, len(marks))
}

// pause lets time pass where a fault has to last.
func pause(t *testing.T, d time.Duration) {
	t.Helper()
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-t.Context().Done():
	}
}
