package ami

import (
	"sync/atomic"
	"time"
)

// Stats are the counts of a Client since it was made, over all connections.
type Stats struct {
	Messages   uint64        // read while the link was up
	Events     uint64        // of them events
	Responses  uint64        // of them responses
	BytesIn    uint64        // read from the socket
	BytesOut   uint64        // written to the socket
	Actions    uint64        // accepted by Send, Do and List, and own Pings
	Timeouts   uint64        // actions that ended by their deadline
	Late       uint64        // responses and list items dropped because their action had ended without them
	Duplicate  uint64        // second responses dropped
	Unmatched  uint64        // responses with no or an unknown ActionID, given to OnMessage
	Early      uint64        // messages before the link was up, not given to OnMessage
	Connects   uint64        // links that came up
	Reconnects uint64        // attempts after the first
	Pings      uint64        // sent
	PingRTT    time.Duration // of the last Ping answered; 0 none
	Panics     uint64        // in callbacks, caught
	Pending    int           // actions in flight now
}

type counters struct {
	messages, events, responses, bytesIn, bytesOut, actions, timeouts, late, duplicate,
	unmatched, early, connects, reconnects, pings, panics atomic.Uint64
	rtt atomic.Int64
}

// Stats returns the counts so far.
func (c *Client) Stats() Stats {
	n := &c.stats
	st := Stats{
		Messages: n.messages.Load(), Events: n.events.Load(), Responses: n.responses.Load(),
		BytesIn: n.bytesIn.Load(), BytesOut: n.bytesOut.Load(), Actions: n.actions.Load(),
		Timeouts: n.timeouts.Load(), Late: n.late.Load(), Duplicate: n.duplicate.Load(),
		Unmatched: n.unmatched.Load(), Early: n.early.Load(), Connects: n.connects.Load(),
		Reconnects: n.reconnects.Load(), Pings: n.pings.Load(), PingRTT: time.Duration(n.rtt.Load()),
		Panics: n.panics.Load(),
	}
	if s := c.session.Load(); s != nil {
		st.Pending = s.pending()
	}
	return st
}
