package hostile_test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dipcast/dipcast/internal/audit"
	"github.com/dipcast/dipcast/internal/store"
)

// verdict is a refusal as a client is told.
type verdict struct{ code, field, message string }

// frame is all of the WebSocket answer.
func (v verdict) frame(server int, id string) string {
	name := [...]string{"", "dcrm.makecall.io", "dcrm2.makecall.io"}[server]
	f := fmt.Sprintf(`{"type":4,"server_id":%d,"server_name":%q,"ssl":false,"data":{"Response":"Error","ActionID":%s`, server, name, quote(id))
	f += `,"Message":` + quote(v.message) + `,"Code":` + quote(v.code)
	if v.field != "" {
		f += `,"Field":` + quote(v.field)
	}
	return f + "}}"
}

// body is all of the REST answer.
func (v verdict) body() string {
	b := `{"status":"error","code":` + quote(v.code) + `,"message":` + quote(v.message)
	if v.field != "" {
		b += `,"field":` + quote(v.field)
	}
	return b + "}"
}

// refusal is a line that the audit must have.
type refusal struct {
	who, code, field string
	server           int
	action           string // "": whatever the client wrote
}

// who a user of a site is in the audit.
var roles = map[string]string{
	"demo": "tenant T2 demo", "phone1010": "extension T2 phone1010", "demo10": "tenant T10 demo10", "ops": "operator T0 ops", "crm": "tenant T2 crm", "": "none T0 ",
}

// gateway says that an answer comes from the gateway, not from a server;
// noServer that a request to REST was judged, but is about none.
const (
	gateway  = 0
	noServer = -99
)

// refused sends a request that must be refused: the answer is compared to its
// last byte, nothing reaches a server, and the connection goes on. server is
// what the answer says it is from.
func (c *client) refused(server int, request, id string, v verdict) {
	c.s.t.Helper()
	marks := c.s.marks()
	got := c.ask(request)
	if want := v.frame(server, id); got != want {
		c.s.t.Errorf("%.400s\ngot  %s\nwant %s", request, got, want)
	}
	c.ping()
	c.s.untouched(marks, request)
	c.s.wanted = append(c.s.wanted, refusal{who: roles[c.who], code: v.code, field: v.field, server: server})
}

// marks are those of all wires.
func (s *site) marks() []int {
	out := make([]int, len(s.wires))
	for i, w := range s.wires {
		if w != nil {
			out[i] = w.mark()
		}
	}
	return out
}

// untouched checks that nothing but fences went to the servers.
func (s *site) untouched(marks []int, why string) {
	s.t.Helper()
	for i, w := range s.wires {
		if w == nil {
			continue
		}
		if got := w.actions(marks[i]); len(got) > 0 {
			s.t.Errorf("%.400s\nreached server %d: %q", why, i+1, got)
		}
	}
}

// call is a request to REST.
type call struct{ method, path, body string }

const clickToCall = "/api/v2/core/click_to_call"

// refuses is refused for REST, asked by tenant two's program. server is the one
// in the audit, gateway when the request did not get so far.
func (s *site) refuses(c *client, r call, status int, server int, v verdict) {
	s.t.Helper()
	marks := s.marks()
	got := s.do(r.method, r.path, r.body, appKey(two))
	if want := v.body(); got.body != want || got.status != status {
		s.t.Errorf("%s %s %.400s\ngot  %d %s\nwant %d %s", r.method, r.path, r.body, got.status, got.body, status, want)
	}
	c.ping()
	s.untouched(marks, r.path+" "+r.body)
	want := refusal{who: roles["crm"], code: v.code, field: v.field, server: server}
	switch server {
	case noServer:
		want.server = 0
	case gateway: // found by the document's types: the audit tells the code only
		want.field = ""
	}
	s.wanted = append(s.wanted, want)
}

// checkAudit compares the audit with what was refused, line by line.
func (s *site) checkAudit() {
	s.t.Helper()
	if s.t.Failed() || s.unchecked {
		return
	}
	id := fmt.Sprintf("fence-%d", s.read)
	s.dial("ops", silent).ask(`{"AMIServerID":2,"data":{"Action":"Nothing","ActionID":"` + id + `"}}`)
	var rows []store.AuditRow
	s.until("the audit is written", func() bool {
		more, err := s.audit.Audit(short(s.t), s.read, 10000)
		if err != nil {
			s.t.Fatal(err)
		}
		rows = more
		return slices.ContainsFunc(rows, func(r store.AuditRow) bool { return r.ActionID == id })
	})
	s.read = rows[len(rows)-1].ID
	wanted := s.wanted
	s.wanted = nil
	refused := slices.DeleteFunc(slices.Clone(rows[:len(rows)-1]), func(r store.AuditRow) bool { return r.Kind == audit.KindChanged })
	for i, r := range refused {
		got := refusal{fmt.Sprintf("%s T%d %s", r.Role, r.Tenant, r.Name), r.Code, r.Field, r.Server, r.Action}
		if i >= len(wanted) {
			s.t.Errorf("one line too many in the audit: %+v", got)
			continue
		}
		want := wanted[i]
		if want.action == "" {
			want.action = got.action
		}
		if got != want || r.Kind != "refused" || r.Remote != "127.0.0.1" || r.Detail == "" {
			s.t.Errorf("line %d of the audit is %+v, want %+v", i, r, want)
		}
		for _, secret := range append(secrets[:len(secrets):len(secrets)], s.logs.secrets...) {
			if strings.Contains(fmt.Sprintf("%+v", r), secret) {
				s.t.Errorf("the audit shows %s: %+v", secret, r)
			}
		}
	}
	if n := len(rows) - 1; n < len(wanted) {
		s.t.Errorf("the audit lacks %+v", wanted[n:])
	}
}
