package seed_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/asteriskproc"
	"github.com/dipcast/dipcast/internal/demo"
)

// TestEveryBlock pastes every request of the document and compares the answer
// with the one printed below it. What a request reads is set beforehand to what
// the document shows.
func TestEveryBlock(t *testing.T) {
	for name, version := range map[string]asteriskproc.Version{"22": asteriskproc.Asterisk22, "16": asteriskproc.Asterisk16} {
		t.Run("asterisk "+name, func(t *testing.T) {
			s := start(t, version)
			blocks := document(t)
			for i := 0; i < len(blocks); i++ {
				b := blocks[i]
				switch {
				case b.isTemplate():
				case b.isREST():
					s.clickToCall(b)
				case b.isRequest():
					n := 0
					for i+1 < len(blocks) && blocks[i+1].isResponse() {
						n++
						i++
						s.answered(b, blocks[i])
					}
					if n == 0 {
						s.originated(b)
					}
				case b.isResponse():
					t.Errorf("a response without a request under %q", b.heading)
				}
			}
		})
	}
}

// answered pastes a request with one documented answer.
func (s *site) answered(request, response block) {
	s.t.Helper()
	want := parse(s.t, response.text)
	// "Value: no" is documented for a diversion that is off, and so on.
	if value, ok := strings.CutPrefix(want.Data["Output"], "Value: "); ok {
		var r struct {
			Data struct{ Command string } `json:"data"`
		}
		if err := json.Unmarshal([]byte(request.text), &r); err != nil {
			s.t.Fatal(err)
		}
		s.command(strings.Replace(r.Data.Command, "database get", "database put", 1) + " " + value)
	}
	got, raw := s.ask(request.text)
	if !got.sameAs(want) {
		s.t.Errorf("%s\nrequest:\n%s\nanswer: %s\ndocumented:\n%s", request.heading, request.text, raw, response.text)
	}
}

// originated pastes a click-to-call: it is taken, its Response comes before its
// OriginateResponse, under the same ActionID.
func (s *site) originated(b block) {
	s.t.Helper()
	s.events = nil
	got, raw := s.ask(b.text)
	if got.Type != 4 || got.Data["Response"] != "Success" || got.Data["ActionID"] != "DIPCAST-C2C" {
		s.t.Errorf("%s: %s", b.heading, raw)
		return
	}
	for _, e := range s.events {
		if e.Data["Event"] == "OriginateResponse" {
			s.t.Errorf("%s: OriginateResponse came before the Response", b.heading)
		}
	}
	e := s.event("OriginateResponse", func(f frame) bool { return f.Data["Event"] == "OriginateResponse" })
	if e.Data["ActionID"] != "DIPCAST-C2C" || e.Data["Response"] != "Success" {
		s.t.Errorf("%s: %+v", b.heading, e)
	}
	// The next example uses the same ActionID: this call has to be over.
	s.hangUp()
}

// hangUp ends all calls at the phones.
func (s *site) hangUp() {
	s.t.Helper()
	for _, ext := range []string{"1010", "1013", "1018"} {
		for _, c := range s.demo.Phone(2, ext).Calls() {
			_ = c.Hangup(s.t.Context()) // it may have ended by itself
		}
	}
	for _, c := range s.demo.Network().Calls() {
		_ = c.Hangup(s.t.Context())
	}
}

// clickToCall pastes the REST body.
func (s *site) clickToCall(b block) {
	s.t.Helper()
	s.events = nil
	status, body := s.post(b.text)
	var got struct {
		Status, Message string
		Data            map[string]any
	}
	if err := json.Unmarshal([]byte(body), &got); err != nil {
		s.t.Fatalf("%v: %s", err, body)
	}
	if status != 200 || got.Status != "success" || got.Message == "" {
		s.t.Fatalf("%d %s", status, body)
	}
	for _, k := range []string{"action_id", "call_id", "channel_id"} {
		if v, _ := got.Data[k].(string); v == "" {
			s.t.Errorf("no %s: %s", k, body)
		}
	}
	// The call exists under the names that were answered.
	channel := got.Data["channel_id"].(string)
	s.event("Newchannel of the call", func(f frame) bool {
		return f.Data["Event"] == "Newchannel" && f.Data["Uniqueid"] == channel &&
			strings.Contains(f.Data["Context"], "click-to-call")
	})
	s.event("OriginateResponse", func(f frame) bool {
		return f.Data["Event"] == "OriginateResponse" && f.Data["ActionID"] == got.Data["action_id"] && f.Data["Response"] == "Success"
	})
	s.hangUp()
}

// TestErrors: the three error texts of the document, each contained where a
// client looks for it.
func TestErrors(t *testing.T) {
	s := start(t, asteriskproc.Asterisk22)
	key := demo.Tenant2 + " diversions/1018/CFU/destination"
	if got := s.command("database get " + key); !strings.Contains(got, "Database entry not found") {
		t.Errorf("not found: %q", got)
	}
	f, raw := s.ask(`{"AMIServerID":1,"data":{"Action":"Command","Command":"database put ` + key + `","ActionID":"e"}}`)
	for _, text := range []string{"Usage: database put <family> <key> <value>", "a given family, key, and value"} {
		if f.Data["Response"] != "Error" || !strings.Contains(f.Data["Output"], text) {
			t.Errorf("%q is missing: %s", text, raw)
		}
	}
}
