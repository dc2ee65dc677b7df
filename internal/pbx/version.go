package pbx

import (
	"context"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/policy"
)

// versionTimeout bounds how long a server may take to say which one it is.
const versionTimeout = 2 * time.Second

// AsteriskVersion is the version of the server's Asterisk, "" when it cannot be
// asked now.
func (s *Server) AsteriskVersion(ctx context.Context) string {
	if !s.Up() {
		return ""
	}
	ctx, cancel := context.WithTimeout(ctx, versionTimeout)
	defer cancel()
	r, err := s.links[policy.Events].client.Do(ctx, ami.NewAction("CoreSettings"))
	if err != nil || !r.Success() {
		return ""
	}
	return r.Get("AsteriskVersion")
}
