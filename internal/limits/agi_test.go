package limits_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/fastagi"
	"github.com/dipcast/dipcast/internal/limits"
	"github.com/dipcast/dipcast/internal/policy"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// question is what T2_to-network asks.
func question(args ...string) *fastagi.Request {
	return &fastagi.Request{Script: "call", Channel: "PJSIP/T2_1010-00000001", UniqueID: "1795250000.1", Context: "T2_to-network", Args: args}
}

func (r *rig) answer(q *fastagi.Request) string {
	r.t.Helper()
	v := r.gate.Answer(r.t.Context(), q)
	if len(v) != 1 || v[0].Name != dialplan.CallAnswer {
		r.t.Fatalf("%+v", v)
	}
	return v[0].Value
}

func TestAnswer(t *testing.T) {
	r := newRig(t, tenant.Limits{PerMinute: 3, AbroadPerMinute: 1, Countries: opened.Countries, Until: opened.Until})
	change := func(f func(*fastagi.Request)) *fastagi.Request {
		q := question("1", "2", "1010", mobile, "no")
		f(q)
		return q
	}
	for _, tt := range []struct {
		name string
		q    *fastagi.Request
		want string
	}{
		{"national", question("1", "2", "1010", mobile, "no"), "allow"},
		{"national, diverted", question("1", "2", "1010", "+821026132471", "yes"), "allow"},
		{"another's extension is none", question("1", "2", "9999", mobile, "no"), "allow"},
		{"nobody's, abroad", question("1", "2", "", abroad, "no"), "21"},
		{"abroad", question("1", "2", "1010", abroad, "no"), "allow"},
		{"abroad, over the limit", question("1", "2", "1010", "+12125550123", "no"), "42"},
		{"abroad, diverted", question("1", "2", "1013", abroad, "yes"), "21"},
		{"another country", question("1", "2", "1013", "00181312345678", "no"), "21"},
		{"premium", question("1", "2", "1010", payers, "no"), "21"},
		{"help", question("1", "2", "1010", "+82119", "no"), "allow"},
		{"help, diverted", question("1", "2", "1010", "119", "yes"), "21"},
		{"another server", question("2", "2", "1010", mobile, "no"), "21"},
		{"no such tenant", question("1", "3", "1010", mobile, "no"), "21"},
		{"too few arguments", question("1", "2", "1010", mobile), "21"},
		{"no server", question("x", "2", "1010", mobile, "no"), "21"},
		{"no number", question("1", "2", "1010", "", "no"), "21"},
		{"letters", question("1", "2", "1010", "0102613247a", "no"), "21"},
		{"another context", change(func(q *fastagi.Request) { q.Context = "T10_to-network" }), "21"},
		{"no context", change(func(q *fastagi.Request) { q.Context = "" }), "21"},
		{"the third", question("1", "2", "1010", mobile, "no"), "allow"},
		{"over the limit", question("1", "2", "1010", mobile, "no"), "42"},
		{"another extension", question("1", "2", "1013", mobile, "no"), "allow"},
	} {
		if got := r.answer(tt.q); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
	if s := r.trail.String(); strings.Count(s, "refused rate_limited") != 2 || strings.Count(s, "refused forbidden") != 5 {
		t.Errorf("the trail: %s", s)
	}
	if n := strings.Count(r.logs.String(), "render its files anew"); n != 1 {
		t.Errorf("%d warnings about questions that are wrong: %s", n, r.logs)
	}
}

// stuck is a database that answers nothing until it is closed.
type stuck struct {
	policy.Counters
	until chan struct{}
}

func (s stuck) TakeCalls(context.Context, []*policy.CallCount) error {
	<-s.until
	return nil
}

// TestSlowDatabase: a phone does not wait for it.
func TestSlowDatabase(t *testing.T) {
	r := newRig(t, opened)
	r.stop()
	until := make(chan struct{})
	d, err := tenant.NewDirectory([]tenant.Tenant{*r.two})
	if err != nil {
		t.Fatal(err)
	}
	r.gate = limits.New(limits.Options{
		Counters: stuck{until: until}, Directory: func() *tenant.Directory { return d }, Trail: r.trail,
		Logger: slog.New(slog.NewTextHandler(r.logs, nil)), Now: r.clock.Now,
	})
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { r.gate.Run(ctx) })
	if got := r.answer(question("1", "2", "1010", mobile, "no")); got != "allow" {
		t.Errorf("national: %s", got)
	}
	if got := r.answer(question("1", "2", "1010", abroad, "no")); got != "42" {
		t.Errorf("abroad: %s", got)
	}
	close(until)
	cancel()
	wg.Wait()
}

// BenchmarkQuestion is what a question costs Asterisk: connect, ask, count on
// disk, answer.
func BenchmarkQuestion(b *testing.B) {
	st, err := store.Open(b.Context(), store.Options{DataDir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	d, err := tenant.NewDirectory([]tenant.Tenant{{
		ID: tenant.NewID("7be69580e27641df", 2), Number: 2, Name: "둘", Servers: []int{1}, Extensions: []string{"1010"},
		Limits: tenant.Limits{PerMinute: 100_000, PerHour: 100_000},
	}})
	if err != nil {
		b.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	gate := limits.New(limits.Options{Counters: st, Directory: func() *tenant.Directory { return d }, Trail: &trail{}, Logger: log})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { gate.Run(ctx) })
	wg.Go(func() {
		if err := fastagi.New(fastagi.Options{Handler: gate.Answer, Logger: log}).Serve(ctx, l); err != nil {
			b.Error(err)
		}
	})
	b.Cleanup(func() { cancel(); wg.Wait(); _ = st.Close() })
	for b.Loop() {
		conn, err := net.DialTimeout("tcp", l.Addr().String(), 10*time.Second)
		if err != nil {
			b.Fatal(err)
		}
		fmt.Fprintf(conn, "agi_network: yes\nagi_context: T2_to-network\nagi_arg_1: 1\nagi_arg_2: 2\nagi_arg_3: 1010\nagi_arg_4: %s\nagi_arg_5: no\n\n", mobile)
		line, err := bufio.NewReader(conn).ReadString('\n')
		if err != nil || !strings.Contains(line, "allow") {
			b.Fatalf("%q, %v", line, err)
		}
		_, _ = io.WriteString(conn, "200 result=1\n")
		_ = conn.Close()
	}
}
