package rest_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
)

// TestLeft: who has gone before their credentials were checked was refused nothing;
// what was found out of them before, is a refusal still.
func TestLeft(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		for _, tt := range []struct {
			who     string
			stays   bool
			refused int
		}{
			{"unchecked", true, 1},
			{"unchecked", false, 0},
			{"nobody", false, 1},
			{"limited", false, 1},
		} {
			ctx, leave := context.WithCancel(r.t.Context())
			defer leave()
			if !tt.stays {
				leave()
			}
			q := httptest.NewRequestWithContext(ctx, http.MethodGet, prefix+"/extensions", http.NoBody)
			q.Header.Set("Who", tt.who)
			r.refusals = nil
			r.api.ServeHTTP(httptest.NewRecorder(), q)
			if len(r.refusals) != tt.refused {
				t.Errorf("%s, stays %t: %d refusals, want %d: %v", tt.who, tt.stays, len(r.refusals), tt.refused, r.refusals)
			}
		}
	})
}
