package edge

import (
	"net/netip"

	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Refusal is a request or a connection that was refused, for the audit.
type Refusal struct {
	Who      tenant.Identity
	Remote   netip.Addr
	Server   int
	Action   string
	ActionID string // the client's
	Err      *envelope.Error
}
