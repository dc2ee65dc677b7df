package pbx

import (
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"strings"

	"github.com/dipcast/dipcast/internal/dialplan"
)

// maxBans bounds what is read of a server's bans.
const maxBans = 10_000

// Bans are the sources that the server refuses to speak SIP with. Entries that
// are none of ours are given as the zero Prefix under their key.
func (s *Server) Bans(ctx context.Context) (map[string]netip.Prefix, error) {
	entries, err := s.tree(ctx, dialplan.BansFamily, dialplan.BansKey, maxBans)
	if err != nil {
		return nil, fmt.Errorf("read bans: %w", err)
	}
	out := make(map[string]netip.Prefix, len(entries))
	for k, v := range entries {
		var acl struct {
			Deny string `json:"deny"`
		}
		p, err := netip.Prefix{}, json.Unmarshal([]byte(v), &acl)
		if err == nil {
			p, _ = netip.ParsePrefix(acl.Deny) // else the zero one, as promised
		}
		out[strings.TrimPrefix(k, dialplan.BansKey+"/")] = p
	}
	return out, nil
}

// BanKey is the key a ban is kept under.
func BanKey(source netip.Prefix) string {
	return strings.ReplaceAll(source.Masked().String(), "/", "_")
}

// Ban has the server refuse every SIP message from a source from now on.
// Asterisk asks for its bans at each request (res_pjsip_acl by sorcery.conf), so
// nothing is reloaded.
func (s *Server) Ban(ctx context.Context, source netip.Prefix) error {
	value := `{"deny":"` + source.Masked().String() + `"}`
	if err := s.dbPut(ctx, dialplan.BansFamily, dialplan.BansKey+"/"+BanKey(source), value); err != nil {
		return fmt.Errorf("ban: %w", err)
	}
	return nil
}

// Unban takes an entry back by its key. One that is gone is no error.
func (s *Server) Unban(ctx context.Context, key string) error {
	if _, err := s.dbDel(ctx, dialplan.BansFamily, dialplan.BansKey+"/"+key); err != nil {
		return fmt.Errorf("lift a ban: %w", err)
	}
	return nil
}
