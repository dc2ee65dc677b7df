// Package policy decides what a client may have done on a server, and turns
// its request into exactly what will go on the wire. It allows by list:
// actions, their fields and the fields' values; everything else is refused
// with a code, the field at fault and a sentence that says what is allowed.
//
// Nothing of a request reaches a server but through a Plan, so what was checked
// and what is sent cannot differ.
package policy

import (
	"strings"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/attribution"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/tenant"
)

// User names the AMI user that carries an action, by the rights it needs.
type User uint8

// The users of a server; one that has a single user carries all.
const (
	Calls    User = iota // Originate, Hangup, Redirect and what only reads
	Database             // DBGet, DBPut, DBDel
	Events               // lists for the snapshot
	Commands             // an operator's CLI commands
)

// Kind says how a Plan is carried out and answered.
type Kind uint8

// The kinds of plans.
const (
	Send      Kind = iota // one action, one response
	List                  // one action, a response and its list's events
	Originate             // as Send, but never sent twice and known by its ChannelID
	ReadKey               // Key of Tenant's family
	WriteKey              // Key of Tenant's family becomes Value, gate and lamp follow
	DeleteKey             // Key of Tenant's family is removed, gate and lamp follow
	Answer                // nothing is sent, Fields are the answer
)

// Plan is a request that was allowed.
type Plan struct {
	Kind   Kind
	User   User
	Action *ami.Action
	// Tenant on whose behalf it happens; nil when an operator acts for none.
	Tenant *tenant.Tenant
	// Filter is set when the list's events must be narrowed to Tenant's, and
	// to Extension's when that is not empty.
	Filter    bool
	Extension string

	Key     dialplan.Key // of ReadKey, WriteKey, DeleteKey
	Value   string
	Command bool // it came as Action: Command and is answered in that shape

	Fields []envelope.Field // of Answer

	Call *Call // of Originate
}

// Call is what an Originate will do.
type Call struct {
	ChannelID, OtherChannelID string
	Channel                   string // Local/1010@T2_cos-all
	Caller, Callee            string
	Timeout                   time.Duration // how long the caller may ring
	Sync                      bool          // the client wants the outcome as its one Response
	ShownNumber               string        // towards the caller's own phone, as given
	NetworkNumber             string        // towards the network: one of the tenant's
}

// Channels finds live channels by exact name, for actions on them.
type Channels interface {
	Channel(server int, name string) (attribution.Live, bool)
}

// Options configures a Policy. All fields are required but OperatorCommands.
type Options struct {
	Directory        func() *tenant.Directory // the current one, at every call
	Channels         Channels
	OperatorCommands []string // CLI commands an operator may send, word for word
}

// Policy checks requests. It is safe for concurrent use.
type Policy struct {
	o        Options
	commands map[string]bool
}

// New returns a Policy.
func New(o Options) *Policy {
	p := &Policy{o: o, commands: map[string]bool{}}
	for _, c := range o.OperatorCommands {
		p.commands[c] = true
	}
	return p
}

// request is one check under way.
type request struct {
	p      *Policy
	who    tenant.Identity
	server int
	r      *envelope.Request
	used   map[string]bool // fields looked at, in lower case
}

// handlers by action name in lower case.
type handler struct {
	check     func(*request) (*Plan, error)
	operators bool // theirs alone
}

func handlers(name string) (handler, bool) {
	switch name {
	case "ping":
		return handler{check: (*request).ping}, true
	case "command":
		return handler{check: (*request).command}, true
	case "originate":
		return handler{check: (*request).originate}, true
	case "hangup":
		return handler{check: (*request).hangup}, true
	case "redirect":
		return handler{check: (*request).redirect}, true
	case "atxfer":
		return handler{check: (*request).atxfer}, true
	case "blindtransfer":
		return handler{check: (*request).blindTransfer}, true
	case "park":
		return handler{check: (*request).park}, true
	case "extensionstate":
		return handler{check: (*request).extensionState}, true
	case "queuestatus", "queuesummary":
		return handler{check: (*request).queueList}, true
	case "queueadd", "queueremove", "queuepause":
		return handler{check: (*request).queueMember}, true
	case "coreshowchannels":
		return handler{check: (*request).coreShowChannels}, true
	case "dbget", "dbput", "dbdel":
		return handler{check: (*request).db}, true
	case "status", "devicestatelist", "queues":
		return handler{check: (*request).operatorList, operators: true}, true
	}
	if strings.HasPrefix(name, "pjsipshow") {
		return handler{check: (*request).operatorList, operators: true}, true
	}
	return handler{}, false
}

// Check decides on a request to a server that who may reach. The error is
// always an *envelope.Error.
func (p *Policy) Check(who tenant.Identity, server int, r *envelope.Request) (*Plan, error) {
	if err := checkActionID(r.ActionID); err != nil {
		return nil, err
	}
	name := strings.Trim(r.Action, " ")
	if err := checkText("Action", name); err != nil {
		return nil, err
	}
	for i := range len(name) {
		if c := name[i]; c >= 0x80 {
			return nil, envelope.Errorf(envelope.BadRequest, "Action", "an action has only the letters A to Z")
		}
	}
	h, ok := handlers(strings.ToLower(name))
	if !ok {
		return nil, envelope.Errorf(envelope.Forbidden, "Action", "this action is not available here")
	}
	if h.operators && who.Role != tenant.Operator {
		return nil, envelope.Errorf(envelope.Forbidden, "Action", "this action is for operators only")
	}
	q := &request{p: p, who: who, server: server, r: r, used: map[string]bool{}}
	plan, err := h.check(q)
	if err != nil {
		return nil, err
	}
	if err := q.unused(); err != nil {
		return nil, err
	}
	if plan.Action != nil {
		if err := plan.Action.Err(); err != nil {
			return nil, fromAMI(err)
		}
	}
	return plan, nil
}
