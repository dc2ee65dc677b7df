package policy

import (
	"crypto/rand"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"github.com/dipcast/dipcast/ami"
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
)

func (q *request) originate() (*Plan, error) {
	channel, err := q.need("Channel")
	if err != nil {
		return nil, err
	}
	t, caller, err := q.party("Channel", channel)
	if err != nil {
		return nil, err
	}
	context, err := q.need("Context")
	if err != nil {
		return nil, err
	}
	if t2, err := q.callContext("Context", context); err != nil {
		return nil, err
	} else if t2.ID != t.ID {
		return nil, forbidden("Context", "must be of the company that Channel belongs to")
	}
	exten, err := q.need("Exten")
	if err != nil {
		return nil, err
	}
	if err := Callable("Exten", t, exten, q.p.o.Now()); err != nil {
		return nil, err
	}
	if err := q.priority("Priority"); err != nil {
		return nil, err
	}
	s := start{tenant: t, channel: channel, context: context, caller: caller, callee: exten, field: "Exten", timeout: DefaultTimeout}
	if err := q.options(&s); err != nil {
		return nil, err
	}
	variables := q.variables()
	if len(variables) > MaxVariables {
		return nil, tooManyVariables("Variable")
	}
	for _, v := range variables {
		name, value, ok := strings.Cut(v, "=")
		if !ok {
			return nil, invalid("Variable", "must be NAME=value")
		}
		if err := s.variable("Variable", name, value); err != nil {
			return nil, err
		}
	}
	return s.plan()
}

// variables are the values of all Variable fields, "NAME=value".
func (q *request) variables() []string {
	var all []string
	for _, f := range q.r.Fields {
		if strings.EqualFold(f.Name, "Variable") {
			all = append(all, f.Value)
		}
	}
	return all
}

func tooManyVariables(field string) error {
	return envelope.Errorf(envelope.BadRequest, field, "%s must not be given more than %d times", field, MaxVariables)
}

// options reads what an Originate may say beyond where to call.
func (q *request) options(s *start) error {
	if v, ok := q.get("Timeout"); ok {
		timeout, err := millis("Timeout", v, MinTimeout, MaxTimeout)
		if err != nil {
			return err
		}
		s.timeout = timeout
	}
	if v, ok := q.get("EarlyMedia"); ok {
		early, err := truth("EarlyMedia", v)
		if err != nil {
			return err
		}
		s.earlyMedia = early
	}
	v, _ := q.get("Async")
	async, err := truth("Async", v)
	if err != nil {
		return err
	}
	s.sync = !async
	v, _ = q.get("Callerid")
	s.name, s.number, err = parseCallerID("Callerid", v)
	return err
}

// start is a call to be originated, from whichever face.
type start struct {
	tenant           *tenant.Tenant
	channel, context string
	caller, callee   string
	field            string // of the callee
	timeout          time.Duration
	name, number     string // caller id as given
	earlyMedia, sync bool
	variables        []string // NAME=value, checked
}

// variable accepts the three names that mean something here. A value's comma
// would begin another variable (main/manager.c, astman_get_variables), so none
// of them can hold one.
func (s *start) variable(field, name, value string) error {
	switch name {
	case "EXEC_AA":
		yes, err := truth(field, value)
		if err != nil {
			return invalid(field, "must set EXEC_AA to yes or no")
		}
		value = yesNo(yes) // the dialplan knows no other spelling
	case "CHANNEL(language)":
		if !isLanguage(value) {
			return invalid(field, "must set CHANNEL(language) to a language such as ko or en_US")
		}
	case "CHANNEL(accountcode)":
		if number.Check(value) != nil {
			return invalid(field, "must set CHANNEL(accountcode) to a phone number: 3 to 15 digits and nothing else")
		}
		if !s.tenant.OwnsNumber(value) {
			return forbidden(field, "must set CHANNEL(accountcode) to a number of yours")
		}
	default:
		return forbidden(field, "must be one of EXEC_AA, CHANNEL(language) and CHANNEL(accountcode)")
	}
	if s.variables == nil {
		s.variables = make([]string, 0, 3)
	}
	s.variables = append(s.variables, name+"="+value)
	return nil
}

// isLanguage reports ko, kor or en_US.
func isLanguage(s string) bool {
	base, region, hasRegion := strings.Cut(s, "_")
	return (len(base) == 2 || len(base) == 3) && isWord(base) && strings.ToLower(base) == base &&
		(!hasRegion || len(region) == 2 && isWord(region) && strings.ToUpper(region) == region)
}

// plan builds the Originate. Async always goes on the wire: the outcome comes
// as an event, and a lost link cannot make us send it twice.
func (s *start) plan() (*Plan, error) {
	id := newChannelID()
	c := &Call{
		ChannelID: id, OtherChannelID: id + "-2", Channel: s.channel,
		Caller: s.caller, Callee: s.callee, Field: s.field, Timeout: s.timeout, Sync: s.sync,
		ShownNumber: s.number, NetworkNumber: s.tenant.NumberOf(s.caller),
	}
	if s.tenant.OwnsNumber(s.number) {
		c.NetworkNumber = s.number
	}
	a := ami.NewAction("Originate").
		Add("Channel", s.channel).Add("Context", s.context).Add("Exten", s.callee).Add("Priority", "1").
		Add("Timeout", strconv.FormatInt(s.timeout.Milliseconds(), 10)).
		Add("ChannelId", c.ChannelID).Add("OtherChannelId", c.OtherChannelID).Add("Async", "true")
	for _, v := range s.variables {
		a.Add("Variable", v)
	}
	if s.name != "" || s.number != "" {
		a.Add("CallerID", formatCallerID(s.name, s.number))
	}
	if s.earlyMedia {
		a.Add("EarlyMedia", "true")
	}
	if err := a.Err(); err != nil {
		return nil, fromAMI(err)
	}
	return &Plan{Kind: Originate, User: Calls, Action: a, Tenant: s.tenant, Call: c}, nil
}

// newChannelID is unguessable, so that nobody can name a call before it exists.
func newChannelID() string {
	var b [10]byte
	_, _ = rand.Read(b[:]) // never fails, crypto/rand
	return "dipcast-" + hex.EncodeToString(b[:])
}
