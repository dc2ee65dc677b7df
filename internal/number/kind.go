package number

import (
	"slices"
	"strings"
)

// Kind is what a destination is, as far as cost and danger go.
type Kind uint8

// The kinds. The zero value is Invalid, so that a forgotten classification
// refuses.
const (
	// Invalid is no number, or one that the Korean plan does not know. It is
	// not to be dialled.
	Invalid Kind = iota
	// Internal is an own extension, or a short number that no network number
	// begins with. The caller decides whether it exists.
	Internal
	// National covers fixed lines, 070, 050, 080 and the representative
	// numbers 15xx, 16xx and 18xx, and service numbers such as 114.
	National
	// Mobile is 010 and the older 011, 016 to 019.
	Mobile
	// International is everything that begins with 00, whatever the carrier.
	International
	// Premium is 060.
	Premium
	// Emergency is 112, 119 (with or without an area code) and the other
	// Korean numbers for help in danger and for reporting crimes.
	Emergency
)

// String returns the kind in lower case, for error texts and metric labels.
func (k Kind) String() string {
	switch k {
	case Internal:
		return "internal"
	case National:
		return "national"
	case Mobile:
		return "mobile"
	case International:
		return "international"
	case Premium:
		return "premium"
	case Emergency:
		return "emergency"
	default:
		return "invalid"
	}
}

// Outbound reports whether a call to this kind leaves for a public network.
func (k Kind) Outbound() bool { return k > Internal }

// Classify says what kind s is. own reports whether a text is an extension of
// the caller's tenant; nil means none is. 112 and 119 are Emergency even when
// own claims them; any other number that own claims is Internal. What Check
// refuses, and what the plan does not know, is Invalid.
//
// Source: Korea's numbering plan (Ministry of Science and ICT, rules on
// telecommunications numbers): area codes 02 and 031 to 064, mobile 01x,
// 070 internet telephony, 060 premium, 080 free, 050 and 030 personal
// numbers, 1YY and 13YY special numbers, 00 international.
func Classify(s string, own func(string) bool) Kind {
	if Check(s) != nil {
		return Invalid
	}
	switch {
	case alwaysEmergency(s):
		return Emergency
	case own != nil && own(s):
		return Internal
	case reportLine(s):
		return Emergency
	case s[0] == '0':
		return classifyTrunk(s)
	default:
		return classifyPlain(s)
	}
}

// alwaysEmergency also knows 02119 and 031112: a call to the emergency centre
// of a region, as lines without a place of their own dial it.
func alwaysEmergency(s string) bool {
	rest := s
	if n := areaCode(s); n > 0 {
		rest = s[n:]
	}
	return rest == "112" || rest == "119"
}

// reportLine knows the numbers for people in danger and for reporting crimes.
// Unlike 112 and 119 they give way to an own extension, because three-digit
// extensions are common.
func reportLine(s string) bool { return slices.Contains(reportLines, s) }

// areaCode returns the length of the area code s begins with, or 0.
func areaCode(s string) int {
	if strings.HasPrefix(s, "02") {
		return 2
	}
	if len(s) < 3 || s[0] != '0' {
		return 0
	}
	switch s[1] {
	case '3':
		if s[2] >= '1' && s[2] <= '3' {
			return 3
		}
	case '4', '6':
		if s[2] >= '1' && s[2] <= '4' {
			return 3
		}
	case '5':
		if s[2] >= '1' && s[2] <= '5' {
			return 3
		}
	}
	return 0
}

// classifyTrunk knows the numbers that begin with 0.
func classifyTrunk(s string) Kind {
	n := len(s)
	switch {
	case strings.HasPrefix(s, "00"):
		return International // the strictest rule first: no length opens it
	case strings.HasPrefix(s, "060"):
		return Premium
	case strings.HasPrefix(s, "01"):
		if n >= 10 && n <= 11 && strings.IndexByte("016789", s[2]) >= 0 {
			return Mobile
		}
	case strings.HasPrefix(s, "070"):
		if n == 11 {
			return National
		}
	case strings.HasPrefix(s, "080"):
		if n == 10 || n == 11 {
			return National
		}
	case strings.HasPrefix(s, "050"), strings.HasPrefix(s, "030"):
		if n >= 10 && n <= 12 {
			return National
		}
	default:
		if a := areaCode(s); a > 0 && n-a >= 7 && n-a <= 8 {
			return National
		}
	}
	return Invalid
}

// classifyPlain knows the numbers that do not begin with 0.
func classifyPlain(s string) Kind {
	n := len(s)
	switch {
	case n == 3 && s[0] == '1', n == 4 && strings.HasPrefix(s, "13"):
		return National // 114, 120, 131, 1330: services, not emergencies
	case n == 6 && strings.HasPrefix(s, "14"):
		return National // free representative numbers 14YYYY
	case n == 8 && s[0] == '1':
		if strings.IndexByte("568", s[1]) >= 0 {
			return National
		}
		return Invalid
	case n <= 6:
		return Internal
	case n <= 8 && s[0] >= '2':
		return National // within the own area
	}
	return Invalid
}
