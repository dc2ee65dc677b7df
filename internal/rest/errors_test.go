package rest_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/ami/amitest"
)

// wrong are requests that go wrong in the way of a status, by operation and
// status: "diversion 404". Those that are the same for all are in common.
var wrong = map[string]func(*rig) request{
	"click-to-call 400":        post("/core/click_to_call", `{"caller":"1010","callee":"10&13"}`),
	"click-to-call 404":        post("/core/click_to_call?server_id=9", `{"caller":"1010","callee":"1013"}`),
	"click-to-call 422":        post("/core/click_to_call", `{"caller":"1010","callee":"1013","cos_id":"3"}`),
	"click-to-call 504":        silent(post("/core/click_to_call", `{"caller":"1010","callee":"1013"}`), "Originate"),
	"cancel-click-to-call 400": post("/core/click_to_call/cancel", `{}`),
	"cancel-click-to-call 404": post("/core/click_to_call/cancel", `{"call_id":"1-never"}`),
	"cancel-click-to-call 409": post("/core/click_to_call/cancel", `{"caller":"1010"}`),
	"cancel-click-to-call 422": post("/core/click_to_call/cancel", `{"caller":1010}`),
	"cancel-click-to-call 504": func(r *rig) request {
		r.silent("Hangup")
		var started struct {
			CallID string `json:"call_id"`
		}
		a := r.do(request{method: "POST", path: "/core/click_to_call", body: `{"caller":"1010","callee":"1013"}`})
		if err := json.Unmarshal(a.body.Data, &started); err != nil {
			r.t.Fatal(err)
		}
		return request{method: "POST", path: "/core/click_to_call/cancel", body: `{"call_id":"` + started.CallID + `"}`}
	},

	"calls 400":         get("/calls?extension=1010", "ops"),
	"calls 404":         get("/calls?server_id=9", ""),
	"calls 422":         get("/calls?state=over", ""),
	"call 404":          get("/calls/1-never", ""),
	"call 422":          get("/calls/1-"+strings.Repeat("1", 200), ""),
	"hangup-call 404":   post("/calls/1-never/hangup", ""),
	"hangup-call 409":   ended("hangup", ""),
	"hangup-call 422":   post("/calls/1-"+strings.Repeat("1", 200)+"/hangup", ""),
	"hangup-call 504":   silent(live("hangup", ""), "Hangup"),
	"redirect-call 400": live("redirect", `{"exten":"s"}`),
	"redirect-call 404": post("/calls/1-never/redirect", `{"exten":"1013"}`),
	"redirect-call 409": ended("redirect", `{"exten":"1013"}`),
	"redirect-call 422": live("redirect", `{}`),
	"move-call 400":     live("move", `{"to":"number","extension":"1013"}`),
	"move-call 404":     post("/calls/1-never/move", `{"to":"desk","extension":"1010"}`),
	"move-call 409":     ended("move", `{"to":"desk","extension":"1010"}`),
	"move-call 422":     live("move", `{}`),
	"move-call 504":     silent(live("move", `{"to":"desk","extension":"1013"}`), "Redirect"),
	"redirect-call 504": silent(live("redirect", `{"exten":"1013"}`), "Redirect"),

	"extensions 400":        get("/extensions", "ops"),
	"extensions 404":        get("/extensions?tenant=T99", "ops"),
	"extensions 422":        get("/extensions?limit=0", ""),
	"extension 400":         get("/extensions/1010", "ops"),
	"extension 404":         get("/extensions/1099", ""),
	"extension 422":         get("/extensions/1010?tenant=T23456789", ""),
	"extension-devices 400": get("/extensions/1010/devices", "ops"),
	"extension-devices 404": get("/extensions/1099/devices", ""),
	"extension-devices 422": get("/extensions/1010/devices?tenant=T23456789", ""),

	"refused-registrations 400": get("/refused-registrations", "ops"),
	"refused-registrations 404": get("/refused-registrations?tenant=T99", "ops"),
	"refused-registrations 422": get("/refused-registrations?limit=0", ""),
	"registrations 400":         get("/registrations", "ops"),
	"registrations 404":         get("/registrations?server_id=9", ""),
	"registrations 422":         get("/registrations?limit=0", ""),
	"trunk-registrations 404":   get("/trunk-registrations?server_id=9", "ops"),
	"trunk-registrations 422":   get("/trunk-registrations?server_id=one", "ops"),
	"pending 400":               byOps("GET", "/servers/6/pending", ""),
	"pending 404":               byOps("GET", "/servers/9/pending", ""),
	"pending 422":               byOps("GET", "/servers/"+strings.Repeat("1", 100)+"/pending", ""),
	"apply 400":                 byOps("POST", "/servers/4/apply", ""),
	"apply 404":                 byOps("POST", "/servers/one/apply", ""),
	"apply 409":                 byOps("POST", "/servers/5/apply", ""),
	"apply 422":                 byOps("POST", "/servers/1/apply?restart=maybe", ""),
	"undo-apply 400":            byOps("POST", "/servers/4/apply/undo", ""),
	"undo-apply 404":            byOps("POST", "/servers/9/apply/undo", ""),
	"undo-apply 409":            byOps("POST", "/servers/5/apply/undo", ""),
	"undo-apply 422":            byOps("POST", "/servers/"+strings.Repeat("1", 100)+"/apply/undo", ""),
	"applies 404":               byOps("GET", "/servers/9/applies", ""),
	"applies 422":               byOps("GET", "/servers/1/applies?limit=0", ""),
	"bans 422":                  get("/bans?limit=0", "ops"),
	"ban 400":                   byOps("POST", "/bans", `{"source":"everybody"}`),
	"ban 409":                   byOps("POST", "/bans", `{"source":"127.0.0.1"}`),
	"ban 422":                   byOps("POST", "/bans", `{"source":1}`),
	"lift-ban 400":              byOps("DELETE", "/bans/everybody", ""),
	"lift-ban 404":              byOps("DELETE", "/bans/203.0.113.7", ""),
	"lift-ban 422":              byOps("DELETE", "/bans/"+strings.Repeat("1", 100), ""),

	"unlock-extension 400": func(*rig) request {
		return request{method: "POST", path: "/extensions/1010/unlock", who: "ops"}
	},
	"unlock-extension 404": post("/extensions/1099/unlock", ""),
	"unlock-extension 422": post("/extensions/1010/unlock?tenant=T23456789", ""),
	"events 400":           get("/events?events=,", ""),
	"events 404":           get("/events?servers=9", ""),

	"change-diversions 400":           put("/diversions", `{"1010":{}}`),
	"change-extension-diversions 400": put("/diversions/1010", `{"CFI":{"destination":"10&13"}}`),
	"change-diversion 400":            put("/diversions/1010/CFI", `{}`),
	"change-diversions 422":           put("/diversions", `{"1010":{"BOSS":{"enable":true}}}`),
	"change-extension-diversions 422": put("/diversions/1010", `{"CFI":{"enable":"maybe"}}`),
	"change-diversion 422":            put("/diversions/1010/CFI", `{"destination":1013}`),
}

// bodies are bodies of requests that change something, by operation.
var bodies = map[string]string{
	"change-diversions":           `{"1010":{"CFI":{"enable":true,"destination":"1013"}},"1013":{"CFI":{"enable":true}}}`,
	"change-extension-diversions": `{"CFI":{"enable":true,"destination":"1013"}}`,
	"change-diversion":            `{"enable":true,"destination":"1013"}`,
	"click-to-call":               `{"caller":"1010","callee":"1013"}`,
	"cancel-click-to-call":        `{"caller":"1010"}`,
	"redirect-call":               `{"exten":"1013"}`,
	"move-call":                   `{"to":"desk","extension":"1010"}`,
	"ban":                         `{"source":"203.0.113.7"}`,
}

func get(path, who string) func(*rig) request {
	return func(*rig) request { return request{method: "GET", path: path, who: who} }
}

func post(path, body string) func(*rig) request {
	return func(*rig) request { return request{method: "POST", path: path, body: body} }
}

func put(path, body string) func(*rig) request {
	return func(*rig) request { return request{method: "PUT", path: path, body: body} }
}

func byOps(method, path, body string) func(*rig) request {
	return func(*rig) request { return request{method: method, path: path, body: body, who: "ops"} }
}

// live is a request about a call that is live, ended about one that was.
func live(verb, body string) func(*rig) request {
	return func(r *rig) request {
		return request{method: "POST", path: "/calls/" + r.ring("17.1") + "/" + verb, body: body}
	}
}

func ended(verb, body string) func(*rig) request {
	return func(r *rig) request {
		q := live(verb, body)(r)
		r.end("17.1")
		return q
	}
}

// silent is a request while the server does not answer some actions.
func silent(f func(*rig) request, actions ...string) func(*rig) request {
	return func(r *rig) request {
		r.silent(actions...)
		return f(r)
	}
}

// common is a request of an operation that goes wrong in a way that many have.
func common(op operation, status int) func(*rig) request {
	path := strings.NewReplacer("{ext}", "1010", "{type}", "CFI", "{id}", "1010", "{call_id}", "1-17.1", "{source}", "203.0.113.7", "{server_id}", "1").Replace(strings.TrimPrefix(op.path, prefix))
	q := request{method: op.method, path: path, body: bodies[op.id]}
	diversions := strings.HasPrefix(path, "/diversions")
	return func(r *rig) request {
		switch status {
		case 400:
			if diversions {
				q.who = "ops" // of which tenant?
			}
		case 401:
			q.who = "nobody"
		case 403:
			q.header = http.Header{"Origin": {"null"}}
		case 404:
			if diversions {
				q.path += "?server_id=9"
			}
		case 409:
			if diversions { // somebody writes at the same time
				for _, kind := range []string{"CFI", "CFB"} {
					r.server.DB().Put(family, "diversions/1010/"+kind+"/enable", "maybe")
				}
				n := 0
				r.server.Handle("DBGetTree", func(c *amitest.Conn, a amitest.Request) {
					if n++; n > 1 {
						r.server.DB().Put(family, "diversions/1010/CFI/enable", "other")
					}
					c.Answer(a)
				})
			}
		case 413:
			q.body += strings.Repeat(" ", 64<<10)
		case 422:
			if diversions {
				q.path += "?server_id=one"
			}
		case 429:
			q.who = "limited"
		case 500:
			q.who = "broken"
		case 503:
			q.who = "unchecked"
		case 504:
			if diversions {
				r.silent("DBGetTree")
			}
		}
		return q
	}
}

// operation is one of the document's.
type operation struct {
	method, path, id string
	statuses         []int // of errors
}

func operations(t *testing.T, r *rig) []operation {
	t.Helper()
	var d struct {
		Paths map[string]map[string]struct {
			OperationID string `json:"operationId"`
			Responses   map[string]any
		}
	}
	if err := json.Unmarshal([]byte(r.do(request{method: "GET", path: "/openapi.json"}).raw), &d); err != nil {
		t.Fatal(err)
	}
	var all []operation
	for _, path := range slices.Sorted(maps.Keys(d.Paths)) {
		for method, spec := range d.Paths[path] {
			op := operation{method: strings.ToUpper(method), path: path, id: spec.OperationID}
			for status := range spec.Responses {
				if n, _ := strconv.Atoi(status); n >= 400 {
					op.statuses = append(op.statuses, n)
				}
			}
			slices.Sort(op.statuses)
			all = append(all, op)
		}
	}
	return all
}

// TestEveryDocumentedError makes each status that the document promises for an
// operation happen, and finds the documented form each time.
func TestEveryDocumentedError(t *testing.T) {
	var all []operation
	inBubble(t, nil, func(r *rig) { all = operations(t, r) })
	used := map[string]bool{}
	for _, op := range all {
		for _, status := range op.statuses {
			name := fmt.Sprint(op.id, " ", status)
			f := wrong[name]
			used[name] = true
			if f == nil {
				f = common(op, status)
			}
			t.Run(name, func(t *testing.T) {
				inBubble(t, nil, func(r *rig) {
					q := f(r)
					a := r.do(q)
					if a.status != status || a.body.Status != "error" || a.body.Code == "" || a.body.Message == "" {
						t.Errorf("%s %s %s: %d %s", q.method, q.path, q.body[:min(200, len(q.body))], a.status, a.raw)
					}
				})
			})
		}
	}
	for name := range wrong {
		if !used[name] {
			t.Errorf("%q is not documented", name)
		}
	}
}
