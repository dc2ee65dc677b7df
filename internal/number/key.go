package number

import "strings"

// Key is the form in which numbers are compared: 010-2613-2471, +82 10 2613 2471
// and 821026132471 are all 01026132471, and numbers of other countries begin with
// +. It is "" for what is no number. A Key is never dialled: it leaves out what
// stands behind a number, such as an extension.
func Key(s string) string {
	n := bare(s)
	switch {
	case strings.HasPrefix(n, "+82"):
		n = domestic(n[3:])
	case strings.HasPrefix(n, "+"):
		return abroadKey(n[1:])
	case strings.HasPrefix(n, "00"):
		rest := Abroad(n)
		if home, ok := strings.CutPrefix(rest, "82"); ok {
			n = domestic(home)
			break
		}
		return abroadKey(rest)
	case len(n) >= 10 && len(n) <= 12 && strings.HasPrefix(n, "82"):
		// E.164 without its sign, as some trunks write it. No number of the Korean
		// plan that begins with 8 is as long.
		n = domestic(n[2:])
	}
	if len(n) < MinDigits || len(n) > MaxDigits {
		return ""
	}
	return n
}

// domestic is a number behind the country's code as it is dialled at home:
// representative numbers have no 0.
func domestic(rest string) string {
	rest = strings.TrimPrefix(rest, "0")
	if len(rest) == 8 && rest[0] == '1' && strings.IndexByte("568", rest[1]) >= 0 {
		return rest
	}
	return "0" + rest
}

func abroadKey(rest string) string {
	if len(rest) < 4 || len(rest) > MaxDigits {
		return ""
	}
	return "+" + rest
}

// bare leaves the digits of a number, and a + before them. What stands behind
// the number ends it: letters, a comma, or parentheses when seven digits came
// before. It is "" when the text has anything else in it.
func bare(s string) string {
	var b strings.Builder
	digits := 0
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
			digits++
		case r == '+' && b.Len() == 0:
			b.WriteRune(r)
		case r == '(' && digits >= 7, digits >= 3 && strings.ContainsRune(";,#*xXeEpPtT~/내", r):
			return b.String()
		case strings.ContainsRune(" -.()/·‐‑–\u00a0\u3000", r):
		default:
			return ""
		}
	}
	return b.String()
}
