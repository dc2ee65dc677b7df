package bench

import (
	"fmt"
	"io"
	"strings"
)

// words are the heads of the columns, and the word for a row that failed.
type words struct{ row, result, ofLimit, latency, cpu, failed string }

var (
	english = words{"row", "result", "of the limit", "p50 / p99", "CPU", "FAILED"}
	korean  = words{"항목", "결과", "한계 대비", "p50 / p99", "CPU", "실패"}
)

// labels say what a row is, English and Korean.
var labels = map[string][2]string{
	"idle":        {"memory of an idle client", "대기 중인 클라이언트 하나의 메모리"},
	"burst-200":   {"burst, 200 clients", "몰아치기, 클라이언트 200"},
	"burst-50":    {"burst, 50 clients", "몰아치기, 클라이언트 50"},
	"burst-10":    {"burst, 10 clients", "몰아치기, 클라이언트 10"},
	"burst-1":     {"burst, 1 client", "몰아치기, 클라이언트 1"},
	"paced-1000":  {"1,000 events/s to 200 clients", "초당 이벤트 1,000, 클라이언트 200"},
	"paced-5000":  {"5,000 events/s to 200 clients", "초당 이벤트 5,000, 클라이언트 200"},
	"ping-1":      {"Ping, one at a time", "Ping, 하나씩"},
	"ping-64":     {"Ping, 64 in flight", "Ping, 동시에 64"},
	"stalled":     {"1 of 5 clients does not read", "5 중 1은 읽지 않음"},
	"dead-server": {"Ping beside a dead server", "멈춘 서버 옆에서 Ping"},
	"tls":         {"burst over wss, of ws", "wss 몰아치기, ws 대비"},
}

// WriteTable writes r for people.
func (r *Report) WriteTable(out io.Writer, inKorean bool) error {
	w, lang := english, 0
	if inKorean {
		w, lang = korean, 1
	}
	fmt.Fprintf(out, "DIPCAST %s, %s, %d CPU, %s, %s\n\n", r.Version, r.System, r.CPUs, r.Go, r.Started.Format("2006-01-02 15:04 UTC"))
	lines := [][]string{{w.row, w.result, w.ofLimit, w.latency, w.cpu, ""}}
	for i := range r.Rows {
		row := &r.Rows[i]
		note := ""
		switch {
		case row.Error != "":
			note = w.failed + ": " + row.Error
		case row.WithoutP99Millis > 0:
			note = without(row, inKorean)
		}
		lines = append(lines, []string{labels[row.Name][lang], row.result(), row.percent(), row.latencies(), row.cpu(), note})
	}
	return columns(out, lines)
}

// columns writes lines with their cells below each other.
func columns(out io.Writer, lines [][]string) error {
	wide := make([]int, len(lines[0]))
	for _, l := range lines {
		for i, cell := range l {
			wide[i] = max(wide[i], width(cell))
		}
	}
	var b strings.Builder
	for _, l := range lines {
		end := 0
		for i, cell := range l {
			b.WriteString(cell)
			if cell != "" {
				end = b.Len()
			}
			b.WriteString(strings.Repeat(" ", wide[i]-width(cell)+2))
		}
		line := b.String()[:end]
		b.Reset()
		if _, err := fmt.Fprintln(out, line); err != nil {
			return err
		}
	}
	return nil
}

// width is how many places of a terminal s takes: Korean letters take two.
func width(s string) int {
	n := 0
	for _, r := range s {
		if n++; r >= 0x1100 {
			n++
		}
	}
	return n
}

func (r *Row) result() string {
	switch {
	case r.ClientKiB != 0:
		return fmt.Sprintf("%.1f KiB", r.ClientKiB)
	case r.Name == "stalled":
		return fmt.Sprintf("%+.1f MiB", r.GrowthMiB)
	case r.PerSecond >= 1e6:
		return fmt.Sprintf("%.2f M/s", r.PerSecond/1e6)
	case r.PerSecond >= 1e4:
		return fmt.Sprintf("%.0f k/s", r.PerSecond/1e3)
	case r.PerSecond > 0:
		return fmt.Sprintf("%.0f /s", r.PerSecond)
	}
	return ""
}

func (r *Row) percent() string {
	if r.Percent == 0 {
		return ""
	}
	return fmt.Sprintf("%.0f %%", r.Percent)
}

func (r *Row) latencies() string {
	if r.P99Millis == 0 {
		return ""
	}
	return fmt.Sprintf("%.2f / %.2f ms", r.P50Millis, r.P99Millis)
}

func (r *Row) cpu() string {
	if r.CPUMicros == 0 {
		return ""
	}
	return fmt.Sprintf("%.2f µs", r.CPUMicros)
}

// without says how the same load goes without what the row is about.
func without(r *Row, inKorean bool) string {
	if r.WithoutP50Millis > 0 {
		if inKorean {
			return fmt.Sprintf("멈춘 서버 없이 %.2f / %.2f ms", r.WithoutP50Millis, r.WithoutP99Millis)
		}
		return fmt.Sprintf("without it %.2f / %.2f ms", r.WithoutP50Millis, r.WithoutP99Millis)
	}
	if inKorean {
		return fmt.Sprintf("모두 읽으면 p99 %.2f ms", r.WithoutP99Millis)
	}
	return fmt.Sprintf("p99 %.2f ms when all read", r.WithoutP99Millis)
}
