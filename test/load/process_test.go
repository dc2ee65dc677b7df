package load_test

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// usage is what a process has used (proc(5)).
type usage struct {
	cpu time.Duration // of all its threads, in steps of 10 ms
	rss int64         // resident bytes now
	at  time.Time
}

// ticks is USER_HZ, 100 on every Linux that Go runs on.
const ticks = 100

func usageOf(pid int) usage {
	u := usage{at: time.Now()}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return u
	}
	f := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	n := func(i int) int64 { v, _ := strconv.ParseInt(f[i], 10, 64); return v }
	u.cpu = time.Duration(n(11)+n(12)) * time.Second / ticks
	u.rss = n(21) * int64(os.Getpagesize())
	return u
}

// busy is how much of one core was used since before, in percent.
func (u usage) busy(before usage) float64 {
	return 100 * float64(u.cpu-before.cpu) / float64(u.at.Sub(before.at))
}

// load1 is the load average of the last minute, as text.
func load1() string {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "?"
	}
	return strings.Join(strings.Fields(string(b))[:3], " ")
}
