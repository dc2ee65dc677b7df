package app_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/ami/amitest"
)

// TestSharedTrunks: a company sees how the lines are that it may use with all
// others, on its own servers, and nothing else of them.
func TestSharedTrunks(t *testing.T) {
	s := newSite(t)
	for _, srv := range s.servers {
		srv.Handle("PJSIPShowRegistrationsOutbound", func(c *amitest.Conn, q amitest.Request) {
			id := q.ActionID()
			c.Raw(fmt.Appendf(nil, "Response: Success\r\nActionID: %[1]s\r\nEventList: start\r\nMessage: x\r\n\r\n"+
				"Event: OutboundRegistrationDetail\r\nActionID: %[1]s\r\nObjectName: trk-1\r\nStatus: Registered\r\n\r\n"+
				"Event: OutboundRegistrationDetail\r\nActionID: %[1]s\r\nObjectName: trk-4\r\nStatus: Rejected\r\n\r\n"+
				"Event: OutboundRegistrationDetailComplete\r\nActionID: %[1]s\r\nEventList: Complete\r\nListItems: 2\r\n\r\n", id))
		})
	}
	for _, k := range []struct{ tenant, body string }{
		{"shared", `{"id":1,"name":"대표 회선","host":"203.0.113.9","register":true,"username":"user-of-the-trunk","secret":"x-of-the-trunk"}`},
		{"shared", `{"id":2,"name":"둘째","server":2,"host":"203.0.113.10"}`},
		{"shared", `{"id":3,"host":"203.0.113.11","server":1,"register":true,"username":"u","secret":"s3cret"}`},
		{"T10", `{"id":4,"name":"열의 것","host":"203.0.113.12","register":true,"username":"u","secret":"s3cret"}`},
	} {
		if r := s.do("POST", "/api/v2/trunks?tenant="+k.tenant, k.body, basic("ops")); r.status != 201 {
			t.Fatalf("%d %s", r.status, r.raw)
		}
	}
	s.servers[1].Emit("DeviceStateChange", "Privilege", "call,all", "Device", "PJSIP/trk-2", "State", "NOT_INUSE")
	first, third := `{"id":1,"name":"대표 회선","server_id":1,"state":"registered","up":true}`, `{"id":3,"name":"","server_id":1,"state":"unregistered","up":false}`
	want := map[string]string{
		"demo":   `"data":[` + first + `,` + third + `,{"id":1,"name":"대표 회선","server_id":2,"state":"registered","up":true},{"id":2,"name":"둘째","server_id":2,"state":"none","up":true}]`,
		"demo10": `"data":[` + first + `,` + third + `]`,
	}
	for who, data := range want {
		var last string
		s.until("the trunks as "+who+" sees them, not "+last, func() bool {
			last = s.do("GET", "/api/v2/shared-trunks", "", basic(who)).raw
			return strings.Contains(last, data)
		})
	}
	if r := s.do("GET", "/api/v2/shared-trunks", "", basic("phone1010")); r.status != 403 {
		t.Errorf("one extension: %d %s", r.status, r.raw)
	}
	s.servers[1].Refuse(true)
	s.servers[1].Cut()
	s.until("the second server's are not known", func() bool {
		return strings.Contains(s.do("GET", "/api/v2/shared-trunks?tenant=T2", "", basic("ops")).raw, `{"id":2,"name":"둘째","server_id":2,"state":"unknown","up":false}`)
	})
}
