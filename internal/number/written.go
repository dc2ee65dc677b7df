package number

import "strings"

// Written is a number as people in Korea write it: 010-1234-5678, 02-123-4567,
// 1668-2471, 070-4580-5605. What is none of ours, extensions too, stays as it is.
// The web writes numbers in the same way.
func Written(s string) string {
	n := s
	if rest, ok := strings.CutPrefix(n, "+82"); ok {
		n = "0" + strings.TrimPrefix(rest, "0")
	}
	if !digits(n) {
		return s
	}
	if len(n) == 8 && n[0] == '1' && n[1] >= '5' {
		return n[:4] + "-" + n[4:]
	}
	area := 3
	switch {
	case strings.HasPrefix(n, "02"):
		area = 2
	case strings.HasPrefix(n, "050") && len(n) > 4:
		area = 4
	}
	rest := len(n) - area
	if n[0] != '0' || strings.HasPrefix(n, "00") || rest < 7 || rest > 8 {
		return s
	}
	return n[:area] + "-" + n[area:len(n)-4] + "-" + n[len(n)-4:]
}
