package number

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// TenantLookup returns the number of the tenant with an id of 16 lower-case
// hex digits, and whether there is one.
type TenantLookup func(id string) (number int, ok bool)

// tenantIDLen is the length of a tenant's id in hex digits.
const tenantIDLen = 16

// maskRun is the length from which a run of digits is taken for a phone number.
const maskRun = 7

// MaskText returns free text, such as a client's ActionID, fit for a log:
//
//   - 16 hex digits, in any letter case, become T2 when lookup knows the
//     tenant and T? otherwise; a longer run of hex digits becomes T? as a
//     whole, because it may hold an id;
//   - 7 and more digits, and digits grouped as 010-1234-5678, keep at most
//     three in front and four at the end;
//   - control characters and invalid UTF-8 become '?', so that one text stays
//     one log line.
//
// A nil lookup knows no tenant.
func MaskText(s string, lookup TenantLookup) string {
	var b strings.Builder
	b.Grow(len(s))
	for len(s) > 0 {
		if n := hexRun(s); n >= tenantIDLen && !phoneLike(s[:n]) {
			b.WriteString(tenantMark(s[:n], lookup))
			s = s[n:]
			continue
		}
		if size, n := digitRun(s); n > 0 {
			if n >= maskRun {
				b.WriteString(maskDigits(s[:size], n))
			} else {
				b.WriteString(s[:size])
			}
			s = s[size:]
			continue
		}
		r, size := utf8.DecodeRuneInString(s)
		if (r == utf8.RuneError && size == 1) || unicode.IsControl(r) {
			r = '?'
		}
		b.WriteRune(r)
		s = s[size:]
	}
	return b.String()
}

// MaskIDs replaces the tenant ids that lookup knows, and nothing else: for texts
// in which numbers must be read.
func MaskIDs(s string, lookup TenantLookup) string {
	if lookup == nil {
		return s
	}
	var b strings.Builder
	from := 0
	for i := 0; i < len(s); {
		n := hexRun(s[i:])
		if n == tenantIDLen {
			if t, ok := lookup(strings.ToLower(s[i : i+n])); ok {
				b.WriteString(s[from:i])
				b.WriteString("T" + strconv.Itoa(t))
				from = i + n
			}
		}
		i += max(n, 1)
	}
	b.WriteString(s[from:])
	return b.String()
}

// hexRun returns how many ASCII hex digits s begins with.
func hexRun(s string) int {
	for i := range len(s) {
		c := s[i] | 0x20 // folds letters; digits have the bit already
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return i
		}
	}
	return len(s)
}

// phoneLike reports a run of decimal digits of another length than an id's: it
// is masked as a number, which tells a reader more than T?.
func phoneLike(run string) bool { return len(run) != tenantIDLen && digits(run) }

func tenantMark(run string, lookup TenantLookup) string {
	if lookup != nil && len(run) == tenantIDLen {
		if n, ok := lookup(strings.ToLower(run)); ok {
			return "T" + strconv.Itoa(n)
		}
	}
	return "T?"
}

// digitRun returns the bytes and the digits of the number s begins with: a run
// of digits in any script, or the grouped form of a Korean number.
func digitRun(s string) (size, n int) {
	if size = groupedRun(s); size > 0 {
		for _, r := range s[:size] {
			if unicode.IsDigit(r) {
				n++
			}
		}
		return size, n
	}
	for _, r := range s {
		if !unicode.IsDigit(r) {
			break
		}
		size += utf8.RuneLen(r)
		n++
	}
	return size, n
}

// groupedRun returns the length of a prefix such as 02-123-4567,
// 010-1234-5678 or 010.1234.5678, or 0. Groups without a leading 0 are left
// alone: 1010-1013 in an ActionID are two extensions.
func groupedRun(s string) int {
	if s[0] != '0' {
		return 0
	}
	i, groups := 0, [3][2]int{{2, 4}, {3, 4}, {4, 4}}
	for g, limits := range groups {
		start := i
		for i < len(s) && s[i] >= '0' && s[i] <= '9' {
			i++
		}
		if i-start < limits[0] || i-start > limits[1] {
			return 0
		}
		if g == len(groups)-1 {
			if hexRun(s[i:]) > 0 {
				return 0 // a part of an id: not to be cut in two
			}
			return i
		}
		if i == len(s) || strings.IndexByte("-. ", s[i]) < 0 {
			return 0
		}
		i++
	}
	return 0
}
