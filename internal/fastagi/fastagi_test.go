package fastagi_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/dipcast/dipcast/internal/fastagi"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// recorded is what Asterisk 22 sends.
const recorded = "agi_network: yes\nagi_network_script: call\nagi_request: agi://127.0.0.1:4573/call\n" +
	"agi_channel: PJSIP/T2_1010-00000001\nagi_language: en\nagi_type: PJSIP\nagi_uniqueid: 1795250000.1\nagi_version: 22.8.2\n" +
	"agi_callerid: 1010\nagi_calleridname: \ud64d\uae38\ub3d9\nagi_callingpres: 0\nagi_callingani2: 0\nagi_callington: 0\nagi_callingtns: 0\n" +
	"agi_dnid: 01026132471\nagi_rdnis: unknown\nagi_context: T2_to-network\nagi_extension: s\nagi_priority: 12\nagi_enhanced: 0.0\n" +
	"agi_accountcode: 07045805605\nagi_threadid: 140000000000000\nagi_arg_1: 1\nagi_arg_2: 2\nagi_arg_3: \nagi_arg_4: 01026132471\n\n"

// served runs a server until the test ends and gives its address.
func served(t *testing.T, o fastagi.Options) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	o.Logger = slog.New(slog.NewTextHandler(t.Output(), nil))
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := fastagi.New(o).Serve(ctx, l); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() { cancel(); wg.Wait() })
	return l.Addr().String()
}

// dial connects and sends.
func dial(t *testing.T, addr, text string) (net.Conn, *bufio.Reader) {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
	return conn, bufio.NewReader(conn)
}

func TestAnswer(t *testing.T) {
	got := make(chan *fastagi.Request, 1)
	addr := served(t, fastagi.Options{Handler: func(_ context.Context, r *fastagi.Request) []fastagi.Variable {
		got <- r
		return []fastagi.Variable{{Name: "DC_ANSWER", Value: "allow"}, {Name: "DC_MORE", Value: ""}}
	}})
	conn, r := dial(t, addr, recorded)
	want := &fastagi.Request{
		Script: "call", Channel: "PJSIP/T2_1010-00000001", UniqueID: "1795250000.1", Context: "T2_to-network",
		Args: []string{"1", "2", "", "01026132471"},
	}
	if d := cmp.Diff(want, <-got); d != "" {
		t.Error(d)
	}
	for _, x := range [][2]string{{"SET VARIABLE DC_ANSWER \"allow\"\n", "HANGUP\n200 result=1\n"}, {"SET VARIABLE DC_MORE \"\"\n", "200 result=1\n"}} {
		line, err := r.ReadString('\n')
		if err != nil || line != x[0] {
			t.Fatalf("%q, %v, want %q", line, err, x[0])
		}
		if _, err := io.WriteString(conn, x[1]); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.ReadByte(); !errors.Is(err, io.EOF) {
		t.Errorf("not closed: %v", err)
	}
}

// TestBadRequests: each gets no answer, and the server goes on.
func TestBadRequests(t *testing.T) {
	addr := served(t, fastagi.Options{Handler: func(_ context.Context, r *fastagi.Request) []fastagi.Variable {
		if r.Script == "panic" {
			panic("planted")
		}
		if r.Script == "injection" {
			return []fastagi.Variable{{Name: "X", Value: "1\"\nEXEC System x"}}
		}
		t.Errorf("a bad request was handled: %+v", r)
		return nil
	}})
	for name, text := range map[string]string{
		"empty line":       "\n",
		"HTTP":             "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
		"long line":        "agi_channel: " + strings.Repeat("x", fastagi.MaxLine) + "\n\n",
		"many lines":       strings.Repeat("agi_x: 1\n", fastagi.MaxLines+1) + "\n",
		"arguments":        "agi_arg_2: x\n\n",
		"a fact twice":     "agi_uniqueid: 1\nagi_calleridname: x\nagi_uniqueid: 2\n\n",
		"no number":        "agi_arg_x: x\n\n",
		"no colon":         "agi_channel\n\n",
		"handler panics":   "agi_network_script: panic\n\n",
		"handler's answer": "agi_network_script: injection\n\n",
	} {
		_, r := dial(t, addr, text)
		if b, err := r.ReadByte(); err == nil {
			t.Errorf("%s: answered with %q", name, b)
		}
	}
}

func TestAllow(t *testing.T) {
	asked := make(chan netip.Addr, 1)
	addr := served(t, fastagi.Options{
		Allow:   func(_ context.Context, from netip.Addr) bool { asked <- from; return false },
		Handler: func(context.Context, *fastagi.Request) []fastagi.Variable { t.Error("handled"); return nil },
	})
	_, r := dial(t, addr, recorded)
	if _, err := r.ReadByte(); err == nil {
		t.Error("answered")
	}
	if from := <-asked; from.String() != "127.0.0.1" {
		t.Errorf("from %s", from)
	}
}

// TestSlow: who sends half a request, or does not take the answer, is cut off,
// and so are those beyond the number of connections.
func TestSlow(t *testing.T) {
	addr := served(t, fastagi.Options{
		Timeout: 50 * time.Millisecond, Conns: 2,
		Handler: func(context.Context, *fastagi.Request) []fastagi.Variable {
			return []fastagi.Variable{{Name: "X", Value: "1"}}
		},
	})
	for _, text := range []string{"agi_network: yes\n", recorded} {
		_, r := dial(t, addr, text)
		if _, err := io.ReadAll(r); err != nil && !strings.Contains(err.Error(), "reset") {
			t.Error(err)
		}
	}
	for range 5 {
		_, r := dial(t, addr, "")
		if _, err := r.ReadByte(); err == nil {
			t.Error("answered")
		}
	}
}

// TestWarningsAreBounded: nobody fills the log by asking wrongly.
func TestWarningsAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var logged strings.Builder
		s := fastagi.New(fastagi.Options{
			Handler: func(context.Context, *fastagi.Request) []fastagi.Variable { return nil },
			Logger:  slog.New(slog.NewTextHandler(&logged, nil)),
		})
		wrong := func() {
			ours, theirs := net.Pipe()
			go func() { _, _ = io.WriteString(theirs, "\n"); _ = theirs.Close() }()
			s.ServeConn(t.Context(), ours)
		}
		for range 100 {
			wrong()
		}
		<-time.After(11 * time.Second)
		wrong()
		if got := logged.String(); strings.Count(got, "level=WARN") != 2 || !strings.Contains(got, "warnings_before=99") {
			t.Errorf("logged: %s", got)
		}
	})
}
