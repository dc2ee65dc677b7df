package company

import (
	"fmt"
	"maps"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/dipcast/dipcast/internal/number"
)

var (
	hostPattern = regexp.MustCompile(`^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$`)
	userPattern = regexp.MustCompile(`^[A-Za-z0-9+._~@-]{1,64}$`)
)

func itoa(n int) string { return strconv.Itoa(n) }

// CheckTrunk returns what is wrong with a trunk that belongs to nobody.
func CheckTrunk(t *Trunk) []Problem {
	k := &checker{at: "trunks[" + itoa(t.ID) + "]"}
	k.trunk(t)
	return k.problems
}

func (k *checker) trunk(t *Trunk) {
	if t.ID < 1 || t.ID > 999_999 {
		k.addf(".id", "is not between 1 and 999999")
	}
	k.name(".name", t.Name)
	k.text(".preset", t.Preset)
	k.host(".host", t.Host)
	k.between(".port", t.Port, 65535)
	k.oneOf(".transport", t.Transport, "udp", "tcp", "tls")
	if t.Proxy != "" {
		host, port, ok := strings.Cut(t.Proxy, ":")
		k.host(".proxy", host)
		if n, err := strconv.Atoi(port); ok && (err != nil || n < 1 || n > 65535) {
			k.addf(".proxy", "%q is no port", port)
		}
	}
	if t.Register && (t.Username == "" || t.Secret.Empty()) {
		k.addf(".register", "needs username and secret")
	}
	k.user(".username", t.Username)
	k.user(".auth_user", t.AuthUser)
	k.user(".from_user", t.FromUser)
	k.secret(".secret", t.Secret.Reveal())
	if t.FromDomain != "" {
		k.host(".from_domain", t.FromDomain)
	}
	if t.ExpirySeconds != 0 && (t.ExpirySeconds < 30 || t.ExpirySeconds > 86400) {
		k.addf(".expiry_seconds", "%d is not between 30 and 86400", t.ExpirySeconds)
	}
	for _, m := range t.Match {
		if _, err := netip.ParsePrefix(m); err != nil {
			if _, err := netip.ParseAddr(m); err != nil {
				k.addf(".match", "%q is neither an address nor a network", m)
			}
		}
	}
	k.codecs(".codecs", t.Codecs)
	k.oneOf(".dtmf", t.DTMF, "rfc4733", "inband", "info", "auto")
	k.oneOf(".number_format", t.NumberFormat, "national", "e164", "+e164")
	k.oneOf(".diverted_shows", t.DivertedShows, ShowCaller, ShowOwn)
	k.between(".channels", t.Channels, MaxCalls)
	k.between(".qualify_seconds", t.QualifySeconds, 3600)
}

func (k *checker) user(field, user string) {
	if user != "" && !userPattern.MatchString(user) {
		k.addf(field, "use up to 64 letters, digits and + . _ ~ @ -")
	}
}

func (k *checker) host(field, host string) {
	if _, err := netip.ParseAddr(host); err == nil {
		return
	}
	if host == "" {
		k.addf(field, "is missing")
		return
	}
	if len(host) > 253 || !hostPattern.MatchString(host) {
		k.addf(field, "%q is neither an IP address nor a host's name", host)
	}
}

func (k *checker) routes() {
	if len(k.c.Routes) > MaxList {
		k.addf("routes", "there are %d; %d are allowed", len(k.c.Routes), MaxList)
	}
	for i, r := range k.c.Routes {
		k.at = fmt.Sprintf("routes[%d]", i)
		k.name(".name", r.Name)
		for _, p := range r.Prefixes {
			if strings.Trim(p, "0123456789") != "" || p == "" || len(p) > 20 {
				k.addf(".prefixes", "%q is not 1 to 20 digits", p)
			}
		}
		if len(r.Trunks) == 0 {
			k.addf(".trunks", "names none")
		}
		for _, id := range r.Trunks {
			if !slices.Contains(k.trunks, id) {
				k.addf(".trunks", "there is no trunk %d", id)
			}
		}
		k.between(".strip", r.Strip, 20)
		if strings.Trim(r.Prepend, "0123456789+*#") != "" || len(r.Prepend) > 20 {
			k.addf(".prepend", "%q is not up to 20 digits, +, * and #", r.Prepend)
		}
	}
	k.at = ""
}

func (k *checker) codes() {
	taken := map[string]Feature{}
	for _, f := range slices.Sorted(maps.Keys(DefaultCodes)) {
		code := k.c.Code(f)
		if other, ok := taken[code]; ok && code != "" {
			k.addf("codes."+string(f), "%s is the code of %s too", code, other)
		}
		taken[code] = f
	}
	for _, f := range slices.Sorted(maps.Keys(k.c.Codes)) {
		code := k.c.Codes[f]
		if _, ok := DefaultCodes[f]; !ok {
			k.addf("codes."+string(f), "there is no such feature")
		} else if code != CodeOff && !codePattern.MatchString(code) {
			k.addf("codes."+string(f), "%q: begin with * or #, then up to 5 of 0-9 * #; - turns it off", code)
		}
	}
}

// dialedAs is what a number in a field is, as people call it.
var dialedAs = map[string]string{
	"extensions":     "an extension",
	"ring_groups":    "a ring group",
	"attendants":     "an attendant",
	"conferences":    "a conference room",
	"parking.number": "the number that parks calls",
	"parking.spaces": "a parking space",
}

// dialed are the numbers that are dialed inside: each is one thing only.
func (k *checker) dialed() {
	taken := map[string]string{}
	take := func(field, n string) {
		if other, ok := taken[n]; ok {
			k.addf(field, "%s is %s too", n, dialedAs[other])
		}
		taken[n] = field
	}
	for i := range k.c.Extensions {
		take("extensions", k.c.Extensions[i].Number)
	}
	for i := range k.c.RingGroups {
		take("ring_groups", k.c.RingGroups[i].Number)
	}
	for i := range k.c.Attendants {
		take("attendants", k.c.Attendants[i].Number)
	}
	for i := range k.c.Conferences {
		take("conferences", k.c.Conferences[i].Number)
	}
	if lot, ok := k.c.ParkingLot(); ok {
		take("parking.number", lot.Number)
		for space := lot.First; space <= lot.Last; space++ {
			take("parking.spaces", itoa(space))
		}
	}
	for _, n := range k.c.Shown() {
		if taken[n] != "" {
			k.addf("dids", "%s is %s too", n, dialedAs[taken[n]])
		}
	}
	for _, e := range number.EmergencyNumbers() {
		if field := taken[e]; field != "" && field != "extensions" {
			k.addf(field, "%s is an emergency number", e)
		}
	}
}

// CheckAll returns what is wrong between companies: things that are there once
// for all of them. The problems' fields begin with the company's number:
// "T2.dids[07045805605]".
func CheckAll(companies []Company, shared []Trunk) []Problem {
	k := &checker{}
	owner := map[string]int{}
	own := func(c *Company, what, field string) {
		if other, taken := owner[what]; taken && other != c.Number {
			k.addf(fmt.Sprintf("T%d.%s", c.Number, field), belongs+"%s already", whose(other))
		}
		owner[what] = c.Number
	}
	for i := range shared {
		id := "trunk " + itoa(shared[i].ID)
		if _, twice := owner[id]; twice {
			k.addf("trunks["+itoa(shared[i].ID)+"]", "it is there twice")
		}
		owner[id] = 0
	}
	for i := range companies {
		c := &companies[i]
		if _, twice := owner["number "+itoa(c.Number)]; twice {
			k.addf(fmt.Sprintf("T%d.number", c.Number), "is there twice")
		}
		owner["number "+itoa(c.Number)] = c.Number
		own(c, "id "+c.ID, "id")
		for _, n := range c.Shown() {
			own(c, "shown "+n, "dids["+n+"]")
		}
		for j := range c.Trunks {
			own(c, "trunk "+itoa(c.Trunks[j].ID), "trunks["+itoa(c.Trunks[j].ID)+"]")
		}
		for j := range c.Classes {
			own(c, "class "+itoa(c.Classes[j].ID), "classes["+c.Classes[j].Name+"]")
		}
	}
	return k.problems
}

// belongs begins the text of a problem that names another company.
const belongs = "belongs to "

// Hidden is a problem as a company may see it, whose number is given: it does not
// say whose something is already, and is the company's own, whichever of the two
// came later.
func Hidden(p Problem, number int) Problem {
	if !strings.HasPrefix(p.Text, belongs) {
		return p
	}
	_, field, _ := strings.Cut(p.Field, ".")
	return Problem{fmt.Sprintf("T%d.%s", number, field), belongs + "somebody else already"}
}

func whose(number int) string {
	if number == 0 {
		return "the shared trunks"
	}
	return "tenant " + itoa(number)
}
