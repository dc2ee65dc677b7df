package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dipcast/dipcast/internal/app"
	"github.com/dipcast/dipcast/internal/config"
)

// asChild in the environment makes the test's program the gateway or the
// copying process.
const asChild = "DIPCAST_TEST_BENCH_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(asChild) == "" {
		goleak.VerifyTestMain(m)
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	err := asDIPCAST(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// asDIPCAST does what dipcast does with the same arguments.
func asDIPCAST(ctx context.Context, args []string) error {
	if args[0] == "bench" {
		n, err := strconv.Atoi(args[2])
		if err != nil {
			return err
		}
		return Copy(ctx, n, args[3], os.Stdout)
	}
	cfg, err := config.Load(args[2], os.Environ())
	if err != nil {
		return err
	}
	a := app.New(app.Options{Config: cfg, Logger: slog.New(slog.DiscardHandler)})
	if err := a.Start(ctx); err != nil {
		return err
	}
	defer a.Stop()
	<-ctx.Done()
	return nil
}

func command(args ...string) *exec.Cmd {
	c := exec.Command(os.Args[0], args...)
	c.Env = append(os.Environ(), asChild+"=1")
	return c
}

var tiny = sizes{
	repeats: 1, idle: 5, rest: 10 * time.Millisecond,
	bursts:  []load{{"burst-200", 3, 300, 0}, {"burst-1", 1, 300, 0}},
	paced:   []load{{"paced-1000", 3, 100, 1000}},
	pings:   []pingLoad{{"ping-1", 1, 50}, {"ping-64", 16, 100}},
	stalled: load{"stalled", 5, 100, 1000},
}

// TestRun runs every row, small. What is lost, doubled or changed on the way
// makes a row fail.
func TestRun(t *testing.T) {
	all := strings.Fields("idle burst-200 burst-1 paced-1000 ping-1 ping-64 stalled dead-server tls")
	for _, tt := range []struct {
		name   string
		tenant bool
		rows   []string
	}{{"operators", false, all}, {"a tenant", true, []string{"burst-200", "ping-64"}}} {
		t.Run(tt.name, func(t *testing.T) {
			var began []string
			r, err := Run(t.Context(), Options{
				Command: command, Tenant: tt.tenant, Only: tt.rows, sizes: &tiny, Progress: func(name string) { began = append(began, name) },
			})
			if err != nil {
				t.Fatalf("%v: %+v", err, r)
			}
			var got []string
			for _, row := range r.Rows {
				got = append(got, row.Name)
				if row.Lost != 0 || row.Error != "" || row.Name != "idle" && row.PerSecond <= 0 {
					t.Errorf("%+v", row)
				}
			}
			if !slices.Equal(got, tt.rows) || !slices.Equal(began, tt.rows) {
				t.Errorf("rows %v, begun %v", got, began)
			}
			var b bytes.Buffer
			if err := json.NewEncoder(&b).Encode(r); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestRunning: a gateway that runs already, here one that bench has started.
func TestRunning(t *testing.T) {
	b := &bench{o: Options{Command: command}, size: tiny}
	s, err := b.site(t.Context(), siteOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	r, err := Run(t.Context(), Options{URL: s.target.url, Username: "ops", Password: s.target.password, sizes: &tiny})
	if err != nil || len(r.Rows) != 2 || r.Rows[1].PerSecond == 0 {
		t.Errorf("%v: %+v", err, r)
	}
	for _, u := range []string{"ws://192.0.2.1:8000/", "http://127.0.0.1/", "ws://example.com/", ":"} {
		if _, err := Run(t.Context(), Options{URL: u}); !errors.Is(err, errLoopback) {
			t.Errorf("%s: %v", u, err)
		}
	}
}

func TestCanceled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	r, err := Run(ctx, Options{Command: command, sizes: &tiny, Progress: func(name string) {
		if name == "paced-1000" {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) || len(r.Rows) != 3 {
		t.Errorf("%v: %+v", err, r)
	}
}

func TestGatewayThatDoesNotStart(t *testing.T) {
	broken := func(...string) *exec.Cmd { return exec.Command("sh", "-c", "echo no such thing >&2; exit 1") }
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	_, err := Run(ctx, Options{Command: broken, sizes: &tiny})
	if err == nil || !strings.Contains(err.Error(), "no such thing") {
		t.Errorf("error %v does not say what the gateway said", err)
	}
	if _, err := Run(t.Context(), Options{Command: command, Only: []string{"burst-7"}}); err == nil {
		t.Error("a row that is not there was accepted")
	}
}
