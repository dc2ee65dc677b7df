package bench

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

// usage is what a process has used, as Linux tells in /proc. Elsewhere it is
// zero.
type usage struct {
	cpu time.Duration // user and system time, in steps of 10 ms
	rss int64         // resident bytes
}

// ticks is USER_HZ, 100 on every Linux that Go runs on.
const ticks = 100

func usageOf(pid int) usage {
	var u usage
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return u
	}
	// Fields 14, 15 and 24 of proc(5); the second may hold spaces.
	f := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	if len(f) < 22 {
		return u
	}
	n := func(i int) int64 { v, _ := strconv.ParseInt(f[i], 10, 64); return v }
	u.cpu = time.Duration(n(11)+n(12)) * time.Second / ticks
	u.rss = n(21) * int64(os.Getpagesize())
	return u
}

// watch notes the largest resident size of pid until the returned function is
// called, which gives it.
func watch(pid int) func() int64 {
	var peak int64
	var wg sync.WaitGroup
	ctx, cancel := context.WithCancel(context.Background())
	wg.Go(func() {
		for {
			peak = max(peak, usageOf(pid).rss)
			if pause(ctx, 20*time.Millisecond) != nil {
				return
			}
		}
	})
	return func() int64 { cancel(); wg.Wait(); return peak }
}

// pause waits for d, or returns the error of ctx when that ends.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
