package policy

import (
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/tenant"
)

// User names the AMI user that carries an action, by the rights it needs.
type User uint8

// The users of a server; one that has a single user carries all.
const (
	Calls    User = iota // Originate, Hangup, Redirect and what only reads
	Database             // DBGet, DBPut, DBDel, and lists of PJSIP, which need the class system
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
	Action *ami.Action // of Send, List and Originate
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
	Field                     string        // the request's field with the callee
	Timeout                   time.Duration // how long the caller may ring
	Sync                      bool          // the client wants the outcome as its one Response
	Asks                      string        // the channel whose dialplan asks the gate; "" is ChannelID
	ShownNumber               string        // towards the caller's own phone, as given
	NetworkNumber             string        // towards the network: one of the tenant's
}
