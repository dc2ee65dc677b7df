package bench

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"os/exec"
	"runtime"
	"slices"
	"time"
)

// Options configures a run.
type Options struct {
	// Command makes a command of this program with other arguments, which runs
	// as a process of its own. Required, unless URL is set.
	Command func(args ...string) *exec.Cmd
	Version string
	Quick   bool // small sizes, each once: about 20 s instead of some minutes
	Tenant  bool // clients are of a tenant, not operators
	// URL, Username and Password are of a gateway that runs already, on this
	// machine; only its Pings can be measured then. They go to its first server.
	URL, Username, Password string
	// Only names the rows to run; empty means all.
	Only []string
	// Progress is called before each row. Nil: not.
	Progress func(name string)
	// sizes replaces those of Quick, for tests.
	sizes *sizes
}

// Row is one line of the result. What does not belong to a row is zero.
type Row struct {
	Name             string  `json:"name"`
	Clients          int     `json:"clients,omitempty"`
	Events           int     `json:"events,omitempty"` // or requests
	Rate             int     `json:"rate,omitempty"`   // events a second; 0: a burst
	InFlight         int     `json:"in_flight,omitempty"`
	PerSecond        float64 `json:"per_second,omitempty"` // deliveries, or requests
	LimitPerSecond   float64 `json:"limit_per_second,omitempty"`
	Percent          float64 `json:"percent,omitempty"` // of the limit
	P50Millis        float64 `json:"p50_ms,omitempty"`
	P99Millis        float64 `json:"p99_ms,omitempty"`
	WithoutP50Millis float64 `json:"without_p50_ms,omitempty"` // without what the row is about
	WithoutP99Millis float64 `json:"without_p99_ms,omitempty"`
	CPUMicros        float64 `json:"cpu_us_per_delivery,omitempty"`
	ClientKiB        float64 `json:"client_kib,omitempty"`
	GrowthMiB        float64 `json:"growth_mib,omitempty"` // largest resident size during the row less that before
	Lost             int     `json:"lost"`
	Disorder         int     `json:"out_of_order"`
	Error            string  `json:"error,omitempty"`
}

// Report is the result of a run.
type Report struct {
	Version string    `json:"version"`
	System  string    `json:"system"`
	CPUs    int       `json:"cpus"`
	Go      string    `json:"go"`
	Started time.Time `json:"started"`
	Repeats int       `json:"repeats"` // each row is the median of so many
	Rows    []Row     `json:"rows"`
}

// ErrWrong reports that a row has an error; the Report has its text.
var ErrWrong = errors.New("a row failed")

// maxEvents bounds a run's memory: frames are made beforehand.
const maxEvents = 1 << 20

type bench struct {
	o      Options
	gen    generator
	size   sizes
	report *Report
}

// Run measures, and returns what it has together with the first error that kept
// it from going on, or ErrWrong.
func Run(ctx context.Context, o Options) (*Report, error) {
	b := &bench{o: o, size: full}
	if o.Quick {
		b.size = quick
	}
	if o.sizes != nil {
		b.size = *o.sizes
	}
	if o.Tenant {
		b.gen.prefix = "T2_"
	}
	b.report = &Report{
		Version: o.Version, System: runtime.GOOS + "/" + runtime.GOARCH, CPUs: runtime.NumCPU(),
		Go: runtime.Version(), Started: time.Now().UTC().Truncate(time.Second), Repeats: b.size.repeats,
	}
	for _, name := range o.Only {
		if !slices.Contains(Names(), name) {
			return nil, fmt.Errorf("only: there is no row %q", name)
		}
	}
	run := b.own
	if o.URL != "" {
		run = b.running
	}
	if err := run(ctx); err != nil {
		return b.report, err
	}
	for i := range b.report.Rows {
		if b.report.Rows[i].Error != "" {
			return b.report, ErrWrong
		}
	}
	return b.report, nil
}

// running measures a gateway that runs already.
func (b *bench) running(ctx context.Context) error {
	u, err := url.Parse(b.o.URL)
	if err != nil || u.Scheme != "ws" || !onThisMachine(u.Hostname()) {
		return errLoopback
	}
	t := target{url: b.o.URL, username: b.o.Username, password: b.o.Password}
	for _, p := range b.size.pings {
		if err := b.row(ctx, p.name, func() (Row, error) { return b.ping(ctx, t, p.inFlight, p.requests) }); err != nil {
			return err
		}
	}
	return nil
}

func onThisMachine(host string) bool {
	if a, err := netip.ParseAddr(host); err == nil {
		return a.IsLoopback()
	}
	return host == "localhost"
}

// own measures a gateway of its own.
func (b *bench) own(ctx context.Context) error {
	z := &b.size
	most := z.idle
	for _, l := range z.bursts {
		most = max(most, l.clients)
	}
	if err := needFiles(most); err != nil {
		return err
	}
	s, err := b.site(ctx, siteOptions{})
	if err != nil {
		return fmt.Errorf("start a gateway: %w", err)
	}
	defer s.close()
	// Memory first: what a burst left behind would be used for new clients.
	if err := b.row(ctx, "idle", func() (Row, error) { return b.idle(ctx, s, z.idle) }); err != nil {
		return err
	}
	for _, l := range z.bursts {
		if err := b.row(ctx, l.name, func() (Row, error) { return b.burst(ctx, s, l.clients, l.events) }); err != nil {
			return err
		}
	}
	for _, l := range z.paced {
		if err := b.row(ctx, l.name, func() (Row, error) { return b.events(ctx, s, l.clients, l.events, l.rate) }); err != nil {
			return err
		}
	}
	for _, p := range z.pings {
		if err := b.row(ctx, p.name, func() (Row, error) { return b.ping(ctx, s.target, p.inFlight, p.requests) }); err != nil {
			return err
		}
	}
	l := z.stalled
	if err := b.row(ctx, "stalled", func() (Row, error) { return b.stalled(ctx, l.events, l.rate) }); err != nil {
		return err
	}
	if err := b.row(ctx, "dead-server", func() (Row, error) {
		alone, err := b.ping(ctx, s.target, 1, z.pings[0].requests)
		if err != nil {
			return alone, err
		}
		return b.dead(ctx, alone, z.pings[0].requests)
	}); err != nil {
		return err
	}
	l = z.bursts[0]
	return b.row(ctx, "tls", func() (Row, error) {
		plain, err := b.events(ctx, s, l.clients, l.events, 0)
		if err != nil {
			return plain, err
		}
		return b.overTLS(ctx, plain, l.clients, l.events)
	})
}

// row measures one row as often as asked for and keeps the median. A row's own
// error is kept in it; the end of ctx, or a system that is too small, ends all.
func (b *bench) row(ctx context.Context, name string, measure func() (Row, error)) error {
	if len(b.o.Only) > 0 && !slices.Contains(b.o.Only, name) {
		return nil
	}
	if b.o.Progress != nil {
		b.o.Progress(name)
	}
	var runs []Row
	for range b.size.repeats {
		r, err := measure()
		if cerr := ctx.Err(); cerr != nil {
			return cerr
		}
		r.Name = name
		if r.LimitPerSecond > 0 {
			r.Percent = 100 * r.PerSecond / r.LimitPerSecond
		}
		if err != nil {
			r.Error = err.Error()
			runs = []Row{r}
			break
		}
		runs = append(runs, r)
	}
	slices.SortFunc(runs, func(x, y Row) int {
		// Each row has one figure that it is about.
		return cmp.Or(cmp.Compare(x.Percent, y.Percent), cmp.Compare(x.ClientKiB, y.ClientKiB), cmp.Compare(x.P50Millis, y.P50Millis))
	})
	b.report.Rows = append(b.report.Rows, runs[len(runs)/2])
	return nil
}
