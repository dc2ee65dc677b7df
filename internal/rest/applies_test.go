package rest_test

import (
	"strings"
	"testing"
)

// TestApplies: operators alone see and do them, and are told why not.
func TestApplies(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		for _, q := range []request{
			{method: "GET", path: "/servers/1/pending"},
			{method: "POST", path: "/servers/1/apply"},
			{method: "POST", path: "/servers/1/apply/undo", who: "1010"},
			{method: "GET", path: "/servers/1/applies", who: "ten"},
		} {
			if a := r.do(q); a.status != 403 || a.body.Code != "forbidden" {
				t.Errorf("%s %s by a tenant: %d %s", q.method, q.path, a.status, a.raw)
			}
			q.who = "ops"
			if a := r.do(q); a.status != 200 {
				t.Errorf("%s %s: %d %s", q.method, q.path, a.status, a.raw)
			}
		}
		if a := r.do(request{method: "POST", path: "/servers/4/apply", who: "ops"}); !strings.Contains(a.body.Message, "etc/pjsip.conf:3: bad") {
			t.Errorf("refused: %s", a.raw)
		}
	})
}
