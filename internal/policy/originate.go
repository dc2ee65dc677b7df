package policy

import (
	"crypto/rand"
	"encoding/hex"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/number"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Limits of an Originate.
const (
	MinTimeout     = time.Second
	MaxTimeout     = 120 * time.Second
	DefaultTimeout = 30 * time.Second
	MaxVariables   = 64
	// MaxNameBytes is the longest caller name; Asterisk cut a longer one to 78
	// bytes, in the middle of a letter.
	MaxNameBytes = 78
)

// local accepts Local/{own extension}@{own class of service}, exactly.
func (q *request) local(field, channel string) (*tenant.Tenant, error) {
	rest, ok := strings.CutPrefix(channel, "Local/")
	refused := envelope.Errorf(envelope.Forbidden, field, "%s must be Local/{your extension}@{your class of service}", field)
	if !ok {
		return nil, refused
	}
	ext, context, ok := strings.Cut(rest, "@")
	if !ok || !contextName.MatchString(context) {
		return nil, refused
	}
	t, err := q.callContext(field, context)
	if err != nil {
		return nil, refused
	}
	return t, q.extension(field, t, ext)
}

func (q *request) originate() (*Plan, error) {
	if err := q.early(); err != nil {
		return nil, err
	}
	for _, f := range q.r.Fields { // the most dangerous ones are named first
		if dangerous[strings.ToLower(f.Name)] {
			return nil, envelope.Errorf(envelope.Forbidden, f.Name, "%s is not available here", f.Name)
		}
	}
	channel, err := q.need("Channel")
	if err != nil {
		return nil, err
	}
	var t *tenant.Tenant
	if strings.HasPrefix(channel, "PJSIP/") {
		t, err = q.member("Channel", channel)
	} else {
		t, err = q.local("Channel", channel)
	}
	if err != nil {
		return nil, err
	}
	context, err := q.need("Context")
	if err != nil {
		return nil, err
	}
	t2, err := q.callContext("Context", context)
	if err != nil {
		return nil, err
	}
	if t2.ID != t.ID {
		return nil, envelope.Errorf(envelope.Forbidden, "Context", "Channel and Context belong to different companies")
	}
	exten, err := q.need("Exten")
	if err != nil {
		return nil, err
	}
	if err := Destination("Exten", t, exten); err != nil {
		return nil, err
	}
	if err := q.priority("Priority"); err != nil {
		return nil, err
	}
	parsed := dialplan.ParseChannel(channel)
	caller := parsed.Exten
	if caller == "" {
		_, caller = dialplan.ParseEndpoint(parsed.Endpoint)
	}
	s := start{Tenant: t, Channel: channel, Context: context, Caller: caller, Callee: exten, Timeout: DefaultTimeout}
	if err := q.options(&s); err != nil {
		return nil, err
	}
	return s.plan()
}

// options reads what an Originate may say beyond where to call.
func (q *request) options(s *start) error {
	if v, ok := q.get("Timeout"); ok {
		ms, err := integer("Timeout", v, int(MinTimeout.Milliseconds()), int(MaxTimeout.Milliseconds()))
		if err != nil {
			return err
		}
		s.Timeout = time.Duration(ms) * time.Millisecond
	}
	if v, ok := q.get("EarlyMedia"); ok {
		early, err := truth("EarlyMedia", v)
		if err != nil {
			return err
		}
		s.EarlyMedia = early
	}
	s.Sync = true
	if v, ok := q.get("Async"); ok {
		async, err := truth("Async", v)
		if err != nil {
			return err
		}
		s.Sync = !async
	}
	if v, ok := q.get("Callerid"); ok {
		name, num, err := parseCallerID("Callerid", v)
		if err != nil {
			return err
		}
		s.Name, s.Number = name, num
	}
	q.used["variable"] = true
	for _, f := range q.r.Fields {
		if !strings.EqualFold(f.Name, "Variable") {
			continue
		}
		name, value, ok := strings.Cut(f.Value, "=")
		if !ok {
			return envelope.Errorf(envelope.InvalidValue, "Variable", "Variable must be NAME=value")
		}
		if err := s.variable("Variable", name, value); err != nil {
			return err
		}
	}
	return nil
}

// start is a call to be originated, from whichever face.
type start struct {
	Tenant           *tenant.Tenant
	Channel, Context string
	Caller, Callee   string
	Timeout          time.Duration
	Name, Number     string // caller id as given
	EarlyMedia, Sync bool
	Variables        []string // NAME=value, checked
}

var language = regexp.MustCompile(`^[a-z]{2,3}(_[A-Z]{2})?$`)

// variable accepts the three names that mean something here.
func (s *start) variable(field, name, value string) error {
	if len(s.Variables) >= MaxVariables {
		return envelope.Errorf(envelope.BadRequest, field, "more than %d variables", MaxVariables)
	}
	wrong := func(want string) error {
		return envelope.Errorf(envelope.InvalidValue, field, "%s must be %s", name, want)
	}
	switch name {
	case "EXEC_AA":
		if _, err := truth(field, value); err != nil {
			return wrong("yes or no")
		}
	case "CHANNEL(language)":
		if !language.MatchString(value) {
			return wrong("a language such as ko or en")
		}
	case "CHANNEL(accountcode)":
		if number.Check(value) != nil {
			return wrong("a phone number")
		}
		if !s.Tenant.OwnsNumber(value) {
			return envelope.Errorf(envelope.Forbidden, field, "%s must be a number of your company", name)
		}
	default:
		return envelope.Errorf(envelope.Forbidden, field,
			"only EXEC_AA, CHANNEL(language) and CHANNEL(accountcode) may be set")
	}
	s.Variables = append(s.Variables, name+"="+value)
	return nil
}

// plan builds the Originate. Async always goes on the wire: the outcome comes
// as an event, and a lost link cannot make us send it twice.
func (s *start) plan() (*Plan, error) {
	id := newChannelID()
	c := &Call{
		ChannelID: id, OtherChannelID: id + "-2", Channel: s.Channel,
		Caller: s.Caller, Callee: s.Callee, Timeout: s.Timeout, Sync: s.Sync,
		ShownNumber: s.Number, NetworkNumber: s.Tenant.NumberOf(s.Caller),
	}
	if s.Number != "" && s.Tenant.OwnsNumber(s.Number) {
		c.NetworkNumber = s.Number
	}
	a := ami.NewAction("Originate").
		Add("Channel", s.Channel).Add("Context", s.Context).Add("Exten", s.Callee).Add("Priority", "1").
		Add("Timeout", strconv.FormatInt(s.Timeout.Milliseconds(), 10)).
		Add("ChannelId", c.ChannelID).Add("OtherChannelId", c.OtherChannelID).Add("Async", "true")
	for _, v := range s.Variables {
		a.Add("Variable", v)
	}
	if s.Name != "" || s.Number != "" {
		a.Add("CallerID", formatCallerID(s.Name, s.Number))
	}
	if s.EarlyMedia {
		a.Add("EarlyMedia", "true")
	}
	if err := a.Err(); err != nil {
		return nil, fromAMI(err)
	}
	return &Plan{Kind: Originate, User: Calls, Action: a, Tenant: s.Tenant, Call: c}, nil
}

// newChannelID is unguessable, so that nobody can name a call before it exists.
func newChannelID() string {
	var b [10]byte
	_, _ = rand.Read(b[:]) // never fails, crypto/rand
	return "dipcast-" + hex.EncodeToString(b[:])
}

// parseCallerID reads `name <number>`, `"name" <number>`, or a number alone.
func parseCallerID(field, v string) (name, num string, err error) {
	v = strings.TrimSpace(v)
	if i := strings.LastIndexByte(v, '<'); i >= 0 {
		rest, ok := strings.CutSuffix(v[i+1:], ">")
		if !ok {
			return "", "", envelope.Errorf(envelope.InvalidValue, field, "%s must be written as name <number>", field)
		}
		name, num = strings.TrimSpace(v[:i]), strings.TrimSpace(rest)
	} else if number.CheckFeature(v) == nil {
		num = v
	} else {
		name = v
	}
	if n := len(name); n >= 2 && name[0] == '"' && name[n-1] == '"' {
		name = name[1 : n-1]
	}
	if err := checkCallerName(field, name); err != nil {
		return "", "", err
	}
	return name, num, checkCallerNumber(field, num)
}

func checkCallerName(field, name string) error {
	if len(name) > MaxNameBytes {
		return envelope.Errorf(envelope.TooLong, field, "a caller's name has at most %d bytes, which are %d Korean letters", MaxNameBytes, MaxNameBytes/3)
	}
	if !utf8.ValidString(name) {
		return envelope.Errorf(envelope.InvalidValue, field, "a caller's name must be UTF-8")
	}
	for _, r := range name {
		if r < ' ' || r == 0x7f {
			return envelope.Errorf(envelope.InvalidValue, field, "a caller's name must not hold control characters")
		}
	}
	return nil
}

func checkCallerNumber(field, num string) error {
	if num == "" {
		return nil
	}
	if number.CheckFeature(num) != nil {
		return envelope.Errorf(envelope.InvalidValue, field, "a caller's number has digits only")
	}
	return nil
}

// formatCallerID writes a caller id as Asterisk reads it (main/callerid.c,
// ast_callerid_parse): quotes and backslashes in the name escaped.
func formatCallerID(name, num string) string {
	if name == "" {
		return "<" + num + ">"
	}
	name = strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name)
	return `"` + name + `" <` + num + `>`
}
