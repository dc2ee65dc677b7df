package number

import (
	"slices"
	"strings"
)

// reportLines are the numbers for people in danger and for reporting crimes,
// beside 112 and 119. Sorted.
var reportLines = []string{
	"109", "111", "113", "117", "118", "122", "125", "127", "1301", "1303", "1337", "1366", "1388", "1391", "1393", "182",
}

// EmergencyNumbers returns every number of the kind Emergency as it is dialled
// without an area code: 112 and 119 first, then those that give way to an own
// extension.
func EmergencyNumbers() []string { return slices.Concat([]string{"112", "119"}, reportLines) }

// AreaCodes matches an area code, as a POSIX extended regular expression
// without capturing anything else: what areaCode knows.
const AreaCodes = "(02|03[1-3]|04[1-4]|05[1-5]|06[1-4])"

// Expensive matches what Cost calls International or Premium, as a POSIX
// extended regular expression, for a dialplan that has nobody to ask.
const Expensive = "^(00|060|[+]820?60|[+]8200|[+]([^8]|8[^2]))"

// Cost says what a number costs that is on its way to the network: Emergency,
// International, Premium or else National, whatever its length. It never
// answers with anything cheaper than what a carrier could make of s: unlike
// Classify it judges numbers with + and those that the plan does not know.
func Cost(s string) Kind {
	if rest, ok := strings.CutPrefix(s, "+82"); ok {
		if alwaysEmergency(rest) || reportLine(rest) {
			return Emergency
		}
		s = "0" + strings.TrimPrefix(rest, "0")
	}
	switch {
	case alwaysEmergency(s), reportLine(s):
		return Emergency
	case strings.HasPrefix(s, "00"), strings.HasPrefix(s, "+"):
		return International
	case strings.HasPrefix(s, "060"):
		return Premium
	}
	return National
}

// Abroad returns what follows the access code of an international number,
// beginning with the country: "12125550123" of "+12125550123" and of
// "00112125550123", where 001 names the carrier. It is "" for other numbers.
//
// Carriers have three digits after the plan (001, 002, 005, 006, 008), or five
// when the third is 3 or 7 (00300, 00700).
func Abroad(s string) string {
	if rest, ok := strings.CutPrefix(s, "+"); ok {
		if strings.HasPrefix(rest, "82") {
			return ""
		}
		return rest
	}
	if len(s) < 3 || !strings.HasPrefix(s, "00") {
		return ""
	}
	n := 3
	if s[2] == '3' || s[2] == '7' {
		n = 5
	}
	if len(s) <= n {
		return ""
	}
	return s[n:]
}
