package rest_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/demo"
	"github.com/dipcast/dipcast/internal/sipphone"
)

// operation is one of the document's.
type operation struct {
	method, path, id string
	spec             map[string]any
}

func (d document) operations() []operation {
	var all []operation
	paths := d.object("paths")
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		methods := paths[path].(map[string]any)
		for _, method := range slices.Sorted(maps.Keys(methods)) {
			spec := methods[method].(map[string]any)
			id, _ := spec["operationId"].(string)
			all = append(all, operation{strings.ToUpper(method), path, id, spec})
		}
	}
	return all
}

// ofCompany reports an operation on the description of a company.
func (o operation) ofCompany() bool {
	for _, tag := range o.spec["tags"].([]any) {
		if tag == "company" || tag == "tenants" {
			return true
		}
	}
	switch o.id {
	case "create-extension", "change-extension", "delete-extension", "change-password", "rotate-device", "import-extensions", "export-extensions":
		return true
	}
	return false
}

// noJSON reports an operation that takes or gives something else.
func (o operation) noJSON() bool {
	return slices.Contains([]string{"events", "cdr-csv", "prompt-audio", "replace-prompt", "tone-recording", "upload-tone-recording", "fax", "fax-pdf", "fax-tiff", "fax-page", "send-fax", "recording", "voicemail-sound", "preview-cards", "audit-csv", "support-bundle", "backup-file", "upload-backup"}, o.id)
}

// ofUsers reports an operation that is for users of the web, who sign in.
func (o operation) ofUsers() bool {
	tag := o.spec["tags"].([]any)[0]
	return o.id != "session" && (tag == "session" || tag == "users" || tag == "roles")
}

// content is the JSON part of a body: its schema, and its example as text.
func content(t *testing.T, what string, body any) (schema map[string]any, example any, text string) {
	t.Helper()
	b, _ := body.(map[string]any)
	all, _ := b["content"].(map[string]any)
	m, _ := all["application/json"].(map[string]any)
	schema, _ = m["schema"].(map[string]any)
	example, ok := m["example"]
	if schema == nil || !ok {
		t.Errorf("%s has no schema or no example", what)
		return nil, nil, ""
	}
	raw, err := json.Marshal(example)
	if err != nil {
		t.Fatal(err)
	}
	return schema, example, string(raw)
}

// read is the document of a running gateway.
func (s *site) document() document {
	s.t.Helper()
	var d document
	r := s.as(nil, "GET", prefix+"/openapi.json", "")
	if err := json.Unmarshal([]byte(r.raw), &d); err != nil || r.status != 200 {
		s.t.Fatal(r.status, err)
	}
	return d
}

// TestExamples sends the request example of every operation in the document,
// unchanged, with the examples of its path, to a gateway on a real Asterisk. The
// answer has the documented status and the form of its schema, and so have all
// examples of answers.
func TestExamples(t *testing.T) {
	s := start(t)
	d := s.document()
	operations := d.operations()
	if len(operations) < 20 {
		t.Errorf("only %d operations", len(operations))
	}
	for _, op := range operations {
		if !op.ofCompany() { // TestCompanyExamples
			who := key()
			if strings.Contains(fmt.Sprint(op.spec["description"]), "For operators.") {
				who = basic(demo.Operator)
			}
			if strings.HasPrefix(op.path, prefix+"/my/") {
				who = basic(demo.Employee2)
			}
			s.example(t, d, op, who)
		}
	}
	s.t = t
}

// TestCompanyExamples is TestExamples for operations that change companies: what
// one makes, the next reads, changes, and removes.
func TestCompanyExamples(t *testing.T) {
	s := start(t)
	d := s.document()
	steps := []string{"create-", "", "import-", "change-", "undo", "delete-"}
	step := func(op operation) (at int) {
		for i, prefix := range steps {
			if prefix != "" && strings.HasPrefix(op.id, prefix) {
				return i
			}
		}
		return 1
	}
	var all []operation
	for _, op := range d.operations() {
		if op.ofCompany() {
			all = append(all, op)
		}
	}
	if len(all) < 60 {
		t.Errorf("only %d operations", len(all))
	}
	slices.SortStableFunc(all, func(a, b operation) int { return step(a) - step(b) })
	for _, op := range all {
		who := key()
		if slices.Contains(op.spec["tags"].([]any), "tenants") {
			who = basic(demo.Operator)
		}
		s.t = t
		if op.id == "delete-trunk" {
			s.do("PUT", prefix+"/routes", "[]")
		}
		if op.id == "delete-tone-recording" {
			s.do("POST", prefix+"/tones", `{"name":"welcome"}`)
			s.do("PUT", prefix+"/tones/welcome/recording", recorded(1000))
		}
		s.example(t, d, op, who)
	}
	s.t = t
}

// example sends the example of one operation.
func (s *site) example(t *testing.T, d document, op operation, who http.Header) {
	t.Run(op.id, func(t *testing.T) {
		s.t = t
		responses := op.spec["responses"].(map[string]any)
		status := 0
		for text, r := range responses {
			n, _ := strconv.Atoi(text)
			if n < 300 {
				status = n
			}
			if op.noJSON() && n < 300 {
				continue
			}
			schema, example, _ := content(t, text, r)
			if wrong := d.invalid(schema, example, text); wrong != "" {
				t.Errorf("the example of %s", wrong)
			}
		}
		if strings.HasSuffix(op.path, "/people/sync") {
			return // there is no NAVER WORKS here; internal/people has one
		}
		if op.id == "resend-dead-letter" || op.id == "drop-dead-letter" {
			return // nothing dies here within ten minutes: TestDeadLetters of internal/rest
		}
		if slices.Contains([]string{"upload-certificate", "remove-certificate", "make-certificate", "create-backup", "backup", "check-backup", "delete-backup", "restore-backup", "undo-restore", "speak", "speak-prompt", "speak-tone"}, op.id) {
			return // the demo does not encrypt, and does not start itself again: TestCertificateOfListeners and TestRestore of internal/app; a voice is in TestSpeech there
		}
		if op.id == "delete-key" {
			s.do("POST", prefix+"/keys", `{"name":"crm"}`) // one that is there from create-key stays
		}
		if op.id == "resend-fax" || op.id == "cancel-fax" {
			return // test/fax sends faxes
		}
		if op.noJSON() {
			return // TestEvents looks at the stream, TestTable at the table, TestRecordings and internal/rest at sounds, test/fax at faxes, test/works at the preview of cards
		}
		body := ""
		if op.spec["requestBody"] != nil {
			var example any
			var schema map[string]any
			schema, example, body = content(t, "request", op.spec["requestBody"])
			if wrong := d.invalid(schema, example, "request"); wrong != "" {
				t.Errorf("the example of the %s", wrong)
			}
		}
		if op.ofUsers() {
			return // tests of internal/app sign in
		}
		path := s.pathOf(op)
		r := s.as(who, op.method, path, body)
		if r.status != status {
			t.Fatalf("%s %s %s: %d %s, documented %d", op.method, path, body, r.status, r.raw, status)
		}
		var answer any
		if err := json.Unmarshal([]byte(r.raw), &answer); err != nil {
			t.Fatal(err)
		}
		schema, _, _ := content(t, "answer", responses[strconv.Itoa(status)])
		if wrong := d.invalid(schema, answer, "answer"); wrong != "" {
			t.Error(wrong)
		}
		s.allOver()
	})
}

// hooked puts a webhook that there is into a path, and a delivery of it that has
// succeeded.
func (s *site) hooked(op operation, path string) string {
	s.t.Helper()
	r := newReceiver(s.t)
	var hook struct{ ID string }
	s.data(s.do("POST", prefix+"/webhooks", `{"url":"`+r.URL+`","events":["call.ringing"]}`), &hook)
	if op.id == "replay-delivery" {
		s.demo.Phone(2, "1010").SetBehaviour(sipphone.Ring())
		s.incoming(did1010)
		var list []struct{ ID string }
		s.until("a delivery", func() bool {
			s.get(prefix+"/webhooks/"+hook.ID+"/deliveries?state=sent", &list)
			return len(list) > 0
		})
		path = strings.Replace(path, "dk3v2l1nq3k0", list[0].ID, 1)
	}
	return strings.Replace(path, "k3v7qxw2m5t4nbyd6hzfj2rgce", hook.ID, 1)
}

// pathOf fills a path with the examples of its parts. The id of a call is one
// that there is: the examples that move and end calls do so.
func (s *site) pathOf(op operation) string {
	s.t.Helper()
	path := op.path
	parameters, _ := op.spec["parameters"].([]any)
	for _, p := range parameters {
		p := p.(map[string]any)
		if p["in"] != "path" {
			continue
		}
		name := p["name"].(string)
		value := ""
		if example, ok := p["example"]; ok {
			value = fmt.Sprint(example)
		}
		if value == "" {
			s.t.Fatalf("%s has no example", name)
		}
		if op.id == "cdr-call" {
			value = s.inHistory()
		} else if strings.HasSuffix(op.id, "-call-recording") {
			value = s.talking(op.id != "start-call-recording")
		} else if strings.Contains(op.path, "/recordings/") {
			value = s.aRecording().ID
		} else if name == "call_id" {
			s.demo.Phone(2, "1010").SetBehaviour(sipphone.Ring())
			s.incoming(did1010)
			value = s.live("state=ringing").CallID
		}
		path = strings.Replace(path, "{"+name+"}", value, 1)
	}
	if op.id == "revoke-softphone-link" {
		var made struct{ ID string }
		s.data(s.do("POST", prefix+"/extensions/1010/softphone", "{}"), &made)
		path = strings.Replace(path, "k7m2qx4vha", made.ID, 1)
	}
	if strings.HasPrefix(op.path, prefix+"/people/{id}") {
		var made struct{ ID string }
		s.data(s.do("POST", prefix+"/people", `{"name":"최수진"}`), &made)
		path = strings.Replace(path, "q3m7xk2vh5tw4nby", made.ID, 1)
	}
	if strings.HasPrefix(op.path, prefix+"/webhooks/{") {
		path = s.hooked(op, path)
	}
	if op.id == "read-voicemail" || op.id == "delete-voicemail" {
		s.aMessage("1010", "1795238999-00000001")
	}
	if op.id == "contact-name" || op.id == "delete-contact" {
		s.do("POST", prefix+"/contacts/import", `{"text":"name,number\n지화자,010-2613-2471\n"}`)
	}
	if op.id == "contact-name" {
		path += "?number=010-2613-2471"
	}
	if op.id == "delete-recording" {
		path += "?reason=example"
	}
	if op.id == "cancel-click-to-call" {
		s.click("1010", demo.Company)
	}
	if op.id == "calls" {
		s.demo.Phone(2, "1010").SetBehaviour(sipphone.Ring())
		s.incoming(did1010)
		s.live("state=ringing")
	}
	return path
}

// aMessage leaves a message in a mailbox, as Asterisk writes it.
func (s *site) aMessage(extension, id string) {
	s.t.Helper()
	inbox := filepath.Join(s.demo.Dir(), "1", "spool", "voicemail", "T2_voicemail", extension, "INBOX")
	if err := os.MkdirAll(inbox, 0o755); err != nil {
		s.t.Fatal(err)
	}
	text := "callerid=01012345678\norigtime=1795238999\nduration=12\nmsg_id=" + id + "\n"
	for name, body := range map[string]string{"msg0000.txt": text, "msg0000.wav": recorded(1000)} {
		if err := os.WriteFile(filepath.Join(inbox, name), []byte(body), 0o600); err != nil {
			s.t.Fatal(err)
		}
	}
}

// inHistory makes a call that rings in vain, and gives its id once the history has
// it.
func (s *site) inHistory() string {
	s.t.Helper()
	s.demo.Phone(2, "1010").SetBehaviour(sipphone.Ring())
	s.incoming(did1010)
	id := s.live("state=ringing").CallID
	s.allOver()
	s.until("the call in the history", func() bool {
		return s.do("GET", prefix+"/cdr/"+id, "").status == 200
	})
	return id
}

// allOver ends every call.
func (s *site) allOver() {
	s.t.Helper()
	var all []callView
	s.get(prefix+"/calls", &all)
	for _, c := range all {
		s.do("POST", prefix+"/calls/"+c.CallID+"/hangup", "") // it may have ended by itself
	}
	s.until("the end of all calls", func() bool { s.get(prefix+"/calls", &all); return len(all) == 0 })
}
