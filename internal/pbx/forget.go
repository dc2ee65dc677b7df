package pbx

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Forget removes all diversions of an extension that was deleted, so that who
// gets its number next does not divert to where the one before wanted. Its lamps
// go out.
func (s *Server) Forget(ctx context.Context, t *tenant.Tenant, ext string) error {
	place := s.writes.take(line(t, ext))
	defer place.leave()
	if err := place.wait(ctx); err != nil {
		return fmt.Errorf("wait for an earlier change: %w", err)
	}
	now, err := s.diversions(ctx, t.ID.Hex(), ext)
	if err != nil {
		return err
	}
	gate := dialplan.GateKey(ext)
	for _, key := range slices.Sorted(maps.Keys(now)) {
		if key == gate {
			continue // the last: calls go by it
		}
		if _, err := s.dbDel(ctx, t.ID.Hex(), key); err != nil {
			return err
		}
	}
	if _, err := s.align(ctx, t, ext); err != nil {
		return err
	}
	_, err = s.dbDel(ctx, t.ID.Hex(), gate)
	return err
}
