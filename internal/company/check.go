package company

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/dipcast/dipcast/internal/number"
)

// Problem is one thing wrong with a description.
type Problem struct {
	Field string // "extensions[1010].ring_seconds", "trunks[3].host"; "" the whole
	Text  string // what is wrong and how to mend it; no tenant id, no secret
}

// Error implements error.
func (p Problem) Error() string {
	if p.Field == "" {
		return p.Text
	}
	return p.Field + ": " + p.Text
}

// Bounds of a description: a list that is longer is a problem.
const (
	MaxExtensions = 2000
	MaxDevices    = 5
	MaxTrunks     = 100
	MaxList       = 1000 // of everything else
	MaxName       = 80   // characters of a name
	MaxSeconds    = 600  // that something rings
	MaxCalls      = 1000 // calls at a time
)

var (
	idPattern    = regexp.MustCompile(`^[0-9a-f]{16}$`)
	shownPattern = regexp.MustCompile(`^\+?[0-9]{3,20}$`)
	namePattern  = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]{0,31}$`)
	codePattern  = regexp.MustCompile(`^[*#][0-9*#]{0,5}$`)
	pinPattern   = regexp.MustCompile(`^[0-9]{4,10}$`)
	emailPattern = regexp.MustCompile(`^[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$`) // less than RFC 5321 has: it stands in voicemail.conf
	areaPattern  = regexp.MustCompile(`^` + number.AreaCodes + `$`)
	datePattern  = regexp.MustCompile(`^([0-9]{4}-)?(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$`)
)

// checker collects problems. At is where the fields begin.
type checker struct {
	c        *Company
	trunks   []int // its own and shared ones
	at       string
	problems []Problem
}

func (k *checker) addf(field, format string, args ...any) {
	k.problems = append(k.problems, Problem{k.at + field, fmt.Sprintf(format, args...)})
}

// Check returns what is wrong with a company. shared are the ids of trunks that
// are not its own and that it may use.
func Check(c *Company, shared []int) []Problem {
	k := &checker{c: c, trunks: slices.Clone(shared)}
	for i := range c.Trunks {
		k.trunks = append(k.trunks, c.Trunks[i].ID)
	}
	k.head()
	each(k, "extensions", MaxExtensions, c.Extensions, func(e *Extension) string { return e.Number }, k.extension)
	each(k, "trunks", MaxTrunks, c.Trunks, func(t *Trunk) string { return itoa(t.ID) }, k.trunk)
	each(k, "dids", MaxList, c.DIDs, func(d *DID) string { return d.Number }, k.did)
	each(k, "numbers", MaxList, c.Numbers, func(n *string) string { return *n }, func(n *string) { k.shown("", *n) })
	each(k, "ring_groups", MaxList, c.RingGroups, func(g *RingGroup) string { return g.Number }, k.ringGroup)
	each(k, "attendants", MaxList, c.Attendants, func(a *Attendant) string { return a.Number }, k.attendant)
	each(k, "conferences", MaxList, c.Conferences, func(r *Conference) string { return r.Number }, k.conference)
	each(k, "time_groups", MaxList, c.TimeGroups, func(g *TimeGroup) string { return itoa(g.ID) }, k.timeGroup)
	each(k, "holidays", MaxList, c.Holidays, func(h *Holiday) string { return h.Date }, k.holiday)
	each(k, "classes", MaxList, c.Classes, func(c *Class) string { return c.Name }, k.class)
	each(k, "tones", MaxList, c.Tones, func(t *Tone) string { return t.Name }, k.tone)
	k.naverWorks(c.NaverWorks)
	k.routes()
	k.codes()
	k.dialed()
	return k.problems
}

// each checks a list: its length, that names are there once, and every entry.
func each[T any](k *checker, field string, limit int, list []T, name func(*T) string, check func(*T)) {
	if len(list) > limit {
		k.addf(field, "there are %d; %d are allowed", len(list), limit)
		return
	}
	seen := make(map[string]bool, len(list))
	for i := range list {
		n := name(&list[i])
		k.at = field + "[" + n + "]"
		if seen[n] {
			k.addf("", "it is there twice")
		}
		seen[n] = true
		check(&list[i])
	}
	k.at = ""
}

func (k *checker) head() {
	c := k.c
	if !idPattern.MatchString(c.ID) {
		k.addf("id", "must be 16 lower-case hexadecimal digits") // not repeated: it is sensitive
	}
	if c.Number < 1 || c.Number > 9999 {
		k.addf("number", "%d is not between 1 and 9999", c.Number)
	}
	if c.Main && c.Number != 1 {
		k.addf("main", "only number 1 may be the main tenant")
	}
	k.name("name", c.Name)
	k.language("language", c.Language)
	if c.AreaCode != "" && !areaPattern.MatchString(c.AreaCode) {
		k.addf("area_code", "%q is no area code such as 02 or 031", c.AreaCode)
	}
	k.between("lines", c.Lines, MaxCalls)
	p := c.Parking
	if p.Number != "" && p.Number != CodeOff {
		if err := number.CheckExtension(p.Number); err != nil {
			k.addf("parking.number", "%v", err)
		} else if lot, _ := c.ParkingLot(); len(itoa(lot.Last)) != len(p.Number) {
			k.addf("parking.spaces", "the last one, %d, is longer than %s", lot.Last, p.Number)
		}
	}
	k.hasTone("hold_music", c.HoldMusic)
	k.recorded("recording", c.Recording.Internal, c.Recording.Incoming, c.Recording.Outgoing)
	if f := c.Recording.Format; f != "" && !slices.Contains(RecordFormats, f) {
		k.addf("recording.format", "%q is none of %s", f, strings.Join(RecordFormats, ", "))
	}
	k.between("recording.keep_days", c.Recording.KeepDays, MaxKeepDays)
	k.fax(c.Fax)
	k.between("parking.spaces", p.Spaces, 99)
	k.between("parking.seconds", p.Seconds, MaxSeconds)
}

// text refuses what no line of a file may hold.
func (k *checker) text(field, value string) {
	if strings.ContainsAny(value, "\r\n\x00") {
		k.addf(field, "holds a line break or NUL")
	}
}

func (k *checker) name(field, value string) {
	k.text(field, value)
	if len([]rune(value)) > MaxName {
		k.addf(field, "is longer than %d characters", MaxName)
	}
}

func (k *checker) language(field, value string) {
	if value != "" && value != Korean && value != English {
		k.addf(field, "%q is not ko or en", value)
	}
}

func (k *checker) between(field string, n, highest int) {
	if n < 0 || n > highest {
		k.addf(field, "%d is not between 0 and %d", n, highest)
	}
}

func (k *checker) shown(field, n string) {
	if !shownPattern.MatchString(n) {
		k.addf(field, "a number has 3 to 20 digits, with + in front for another country")
	}
}

func (k *checker) secret(field, value string) {
	k.text(field, value)
	// Asterisk would not read these back as they are.
	if strings.TrimSpace(value) != value || strings.HasPrefix(value, ">") {
		k.addf(field, "begins or ends with a blank, or begins with >")
	}
	if len(value) > 128 {
		k.addf(field, "is longer than 128 characters")
	}
}

func (k *checker) oneOf(field, value string, allowed ...string) {
	if value != "" && !slices.Contains(allowed, value) {
		k.addf(field, "%q is not one of %s", value, strings.Join(allowed, ", "))
	}
}

func (k *checker) codecs(field string, codecs []string) {
	for _, codec := range codecs {
		k.oneOf(field, codec, "alaw", "ulaw", "g722", "opus")
	}
}

func (k *checker) extension(e *Extension) {
	if err := number.CheckExtension(e.Number); err != nil {
		k.addf(".number", "%v", err)
	}
	k.name(".name", e.Name)
	k.language(".language", e.Language)
	if e.Class != "" && e.Class != AllClass && k.c.Class(e.Class) == nil {
		k.addf(".class", "there is no class of service %q", e.Class)
	}
	if e.OwnNumber != "" && !slices.Contains(k.c.Shown(), e.OwnNumber) {
		k.addf(".own_number", "is none of the company's numbers")
	}
	k.between(".ring_seconds", e.RingSeconds, MaxSeconds)
	k.between(".call_limit", e.CallLimit, 100)
	for _, g := range e.PickupGroups {
		if g < 1 || g > 63 {
			k.addf(".pickup_groups", "%d is not between 1 and 63", g)
		}
	}
	k.recorded(".recorded", e.Recorded.Internal, e.Recorded.Incoming, e.Recorded.Outgoing)
	if v := e.Voicemail; v != nil {
		if v.AskPIN && v.PIN.Empty() {
			k.addf(".voicemail.ask_pin", "there is no PIN to ask for")
		}
		if !v.PIN.Empty() && !pinPattern.MatchString(v.PIN.Reveal()) {
			k.addf(".voicemail.pin", "must be 4 to 10 digits")
		}
		k.text(".voicemail.email", v.Email)
		if v.Email != "" && (len(v.Email) > 254 || !emailPattern.MatchString(v.Email)) {
			k.addf(".voicemail.email", "is not an e-mail address of letters, digits and . _ + -")
		}
	}
	if len(e.Devices) > MaxDevices {
		k.addf(".devices", "there are %d; %d are allowed", len(e.Devices), MaxDevices)
	}
	for i := range e.Devices {
		d, at := &e.Devices[i], fmt.Sprintf(".devices[%d]", i)
		if d.Secret.Empty() {
			k.addf(at+".secret", "is missing")
		}
		k.secret(at+".secret", d.Secret.Reveal())
		k.name(at+".name", d.Name)
		k.oneOf(at+".transport", d.Transport, "udp", "tcp", "tls")
		k.codecs(at+".codecs", d.Codecs)
		k.between(at+".contacts", d.Contacts, 10)
		k.oneOf(at+".app", d.App, AppAcrobits)
	}
}

func (k *checker) recorded(at, internal, incoming, outgoing string) {
	k.oneOf(at+".internal", internal, RecordAlways, RecordOnDemand)
	k.oneOf(at+".incoming", incoming, RecordAlways, RecordOnDemand)
	k.oneOf(at+".outgoing", outgoing, RecordAlways, RecordOnDemand)
}

func (k *checker) did(d *DID) {
	k.shown(".number", d.Number)
	k.name(".description", d.Description)
	k.name(".caller_prefix", d.CallerPrefix)
	k.language(".language", d.Language)
	k.target(".to", d.To)
	if d.To.IsZero() {
		k.addf(".to", "is missing")
	}
	k.target(".else", d.Else)
	k.hours(".time_group", d.TimeGroup)
	k.hasTone(".tone", d.Tone)
	k.between(".detect_fax", d.DetectFax, MaxDetectFax)
	if d.DetectFax > 0 && d.To.Kind == ToFax && d.TimeGroup == 0 {
		k.addf(".detect_fax", "every call is a fax here already")
	}
}

func (k *checker) hours(field string, id int) {
	if id != 0 && k.c.TimeGroup(id) == nil {
		k.addf(field, "there is no time group %d", id)
	}
}

func (k *checker) hasTone(field, name string) {
	if name != "" && name != OwnTone && !slices.ContainsFunc(k.c.Tones, func(t Tone) bool { return t.Name == name }) {
		k.addf(field, "there is no tone %q", name)
	}
}

func (k *checker) tone(t *Tone) {
	if t.Name == OwnTone {
		k.addf(".name", "%q is the tone that comes with DIPCAST", t.Name)
	} else if !IsToneName(t.Name) {
		k.addf(".name", "must begin with a letter and hold letters, digits and -")
	}
	k.name(".title", t.Title)
}

func (k *checker) target(field string, t Target) {
	switch t.Kind {
	case "":
		if t.Value != "" {
			k.addf(field, "%q has no kind", t.Value)
		}
	case ToExtension:
		if k.c.Extension(t.Value) == nil {
			k.addf(field, "there is no extension %q", t.Value)
		}
	case ToVoicemail:
		if e := k.c.Extension(t.Value); e == nil || e.Voicemail == nil {
			k.addf(field, "extension %q has no voicemail", t.Value)
		}
	case ToRingGroup:
		if !slices.ContainsFunc(k.c.RingGroups, func(g RingGroup) bool { return g.Number == t.Value }) {
			k.addf(field, "there is no ring group %q", t.Value)
		}
	case ToAttendant:
		if !slices.ContainsFunc(k.c.Attendants, func(a Attendant) bool { return a.Number == t.Value }) {
			k.addf(field, "there is no attendant %q", t.Value)
		}
	case ToConference:
		if !slices.ContainsFunc(k.c.Conferences, func(r Conference) bool { return r.Number == t.Value }) {
			k.addf(field, "there is no conference room %q", t.Value)
		}
	case ToNumber:
		if number.Classify(t.Value, nil) == number.Invalid {
			k.addf(field, "is no number to call")
		} else if number.Classify(t.Value, nil) == number.Emergency {
			k.addf(field, "calls cannot be sent to an emergency number")
		}
	case ToNotice:
		if !namePattern.MatchString(t.Value) {
			k.addf(field, "%q is no prompt's name", t.Value)
		}
	case ToBusy, ToHangup, ToFax:
		if t.Value != "" {
			k.addf(field, "%s takes no value", t.Kind)
		}
	default:
		k.addf(field, "%q is no target", t.Kind)
	}
}

func (k *checker) ringGroup(g *RingGroup) {
	if err := number.CheckExtension(g.Number); err != nil {
		k.addf(".number", "%v", err)
	}
	k.name(".name", g.Name)
	k.name(".caller_prefix", g.CallerPrefix)
	k.oneOf(".strategy", g.Strategy, RingAll, RingInTurn)
	k.between(".ring_seconds", g.RingSeconds, MaxSeconds)
	k.inner(".else", g.Else)
	if g.Else.Kind == ToRingGroup && g.Else.Value == g.Number {
		k.addf(".else", "is the group itself")
	}
	k.hasTone(".tone", g.Tone)
	if len(g.Members) == 0 || len(g.Members) > 50 {
		k.addf(".members", "must be 1 to 50")
	}
	for i, m := range g.Members {
		kind := number.Classify(m, func(s string) bool { return k.c.Extension(s) != nil })
		if kind == number.Invalid || kind == number.Emergency || kind == number.Internal && k.c.Extension(m) == nil {
			k.addf(".members", "%q is neither an extension nor a number that may be called", m)
		}
		if slices.Contains(g.Members[:i], m) {
			k.addf(".members", "%q is there twice", m)
		}
	}
}

func (k *checker) timeGroup(g *TimeGroup) {
	if g.ID < 1 || g.ID > 9999 {
		k.addf(".id", "is not between 1 and 9999")
	}
	k.name(".name", g.Name)
	if len(g.Spans) > 50 {
		k.addf(".spans", "there are %d; 50 are allowed", len(g.Spans))
	}
	for i, s := range g.Spans {
		at := fmt.Sprintf(".spans[%d]", i)
		for _, d := range s.Days {
			k.oneOf(at+".days", string(d), "mon", "tue", "wed", "thu", "fri", "sat", "sun")
		}
		from, to, err := s.Minutes()
		if err != nil {
			k.addf(at, "%v", err)
		} else if from == to || from == 24*60 {
			k.addf(at, "ends when it begins")
		}
	}
}

func (k *checker) holiday(h *Holiday) {
	if !datePattern.MatchString(h.Date) {
		k.addf(".date", "%q is no date such as 2026-09-25, or 03-01 for every year", h.Date)
	}
	k.name(".name", h.Name)
}

func (k *checker) class(c *Class) {
	if c.ID < 1 || c.Name == AllClass && c.ID != k.c.Number || c.Name != AllClass && c.ID <= 9999 {
		k.addf(".id", "must be 10000 or more; that of %q is the company's number", AllClass)
	}
	if !namePattern.MatchString(c.Name) {
		k.addf(".name", "must begin with a letter and hold letters, digits and -")
	}
	for _, d := range c.Dials {
		k.oneOf(".dials", d, "national", "mobile", "international", "premium")
	}
}
