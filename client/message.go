package client

import "time"

// Message is what a client is told: an *Event, *CallStep, *Snapshot, *Gap, *Link
// or *Connection.
type Message interface{ message() }

// Position is a place in what happens on one server.
type Position struct {
	Server int    `json:"server"`
	Epoch  string `json:"epoch"` // opaque
	Seq    uint64 `json:"seq"`
}

// Event is an event of Asterisk.
type Event struct {
	Server     int
	ServerName string
	TLS        bool   // the gateway's link to the server is
	Tenant     string // as T2; "" when it is nobody's
	Epoch      string
	Seq        uint64
	Time       time.Time
	Call       string // id of the call it belongs to, or ""
	Data       Headers
}

// Name is the event's, "Newchannel".
func (e *Event) Name() string { return e.Data.Get("Event") }

// CallStep is a step of a call.
type CallStep struct {
	Server int
	Epoch  string
	Seq    uint64
	Time   time.Time
	Event  string // ringing, answered, changed, ended
	Who    *Party // who began to ring or has answered, else nil
	Call   Call   // as it is after the step
}

// Snapshot is how it is on one server. It replaces all that was known of it.
type Snapshot struct {
	Server  int
	Epoch   string
	Seq     uint64
	Calls   []Call // the live ones
	Devices []Device
	// Partial: the server's state is still being read, or its link is down, so
	// that something may be missing.
	Partial bool
}

// Gap says that something may be missing here. A Snapshot follows.
type Gap struct {
	Server   int
	From, To uint64 // both included
	Reason   string // slow, link, restart, window
}

// Link says that the gateway's link to a server came or went.
type Link struct {
	Server int
	Up     bool
	Time   time.Time
}

// Connection says that the client's own connection to the gateway came or went.
type Connection struct {
	Up bool
	// Resumed says that a connection that came goes on where the last one
	// ended. Recovered: and that nothing was lost; else gaps tell what was.
	Resumed, Recovered bool
	Err                error // why it went
}

func (*Event) message()      {}
func (*CallStep) message()   {}
func (*Snapshot) message()   {}
func (*Gap) message()        {}
func (*Link) message()       {}
func (*Connection) message() {}
