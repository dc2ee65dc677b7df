package pbx_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dipcast/dipcast/ami/amitest"
	"github.com/dipcast/dipcast/internal/policy"
)

// TestSecretsStay: passwords of phones do not leave in a list's items, nor in a
// console command's output, and PJSIP's lists go by the one user that may read
// them.
func TestSecretsStay(t *testing.T) {
	inBubble(t, rigOptions{separate: true}, func(r *rig) {
		pass(2 * time.Second)
		r.servers[0].Handle("PJSIPShowAuths", func(c *amitest.Conn, q amitest.Request) {
			c.Respond(q, "Success", "EventList", "start", "Message", "A listing of Auths follows, presented as AuthList events")
			id := "\r\nActionID: " + q.ActionID() + "\r\n"
			c.Raw([]byte("Event: AuthList" + id + "ObjectName: T2_1010\r\nMd5Cred: \r\nPassword: s3cret\r\nUsername: T2_1010\r\n\r\n" +
				"Event: AuthListComplete" + id + "EventList: Complete\r\nListItems: 1\r\n\r\n"))
		})
		r.servers[0].Handle("Command", func(c *amitest.Conn, q amitest.Request) {
			c.Respond(q, "Success", "Message", "Command output follows", "Output", " username : T2_1010", "Output", " password : s3cret")
		})
		list := r.send(r.ops, 1, `{"Action":"PJSIPShowAuths","ActionID":"mine"}`)
		text := r.send(r.ops, 1, `{"Action":"Command","Command":"core show channels","ActionID":"mine"}`)
		synctest.Wait()
		a := list.one(t)
		all := strings.Join(a.events, "")
		if len(a.events) != 2 || strings.Contains(all, "s3cret") || !strings.Contains(all, "Password: "+policy.Redacted+"\r\nUsername: T2_1010") || !strings.Contains(all, "ListItems: 1") {
			t.Errorf("%v %q", a, a.events)
		}
		if out := text.one(t).fields["Output"]; out != " password : "+policy.Redacted {
			t.Errorf("%v", text.one(t))
		}
	})
}
