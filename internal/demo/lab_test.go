package demo_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/demo"
	"github.com/dipcast/dipcast/internal/sipphone"
)

// lab is a demo and its clients, for steps that build on each other.
type lab struct {
	*testing.T

	d               *demo.Demo
	out             *paper
	web, plain, ten *client
}

func (l *lab) step(name string, f func(*lab)) {
	if l.Failed() {
		return // it would only confuse
	}
	began := time.Now()
	f(l)
	l.Logf("%s: %.1f s", name, time.Since(began).Seconds())
}

func (l *lab) ready() {
	if res, _ := l.http(http.MethodGet, "/readyz", nil, ""); res.StatusCode != http.StatusOK {
		l.Errorf("/readyz: %s", res.Status)
	}
	for _, k := range []struct {
		tenant, server int
	}{{2, 1}, {2, 2}, {10, 1}} {
		for _, ext := range []string{"1010", "1013", "1018"} {
			if p := l.d.PhoneAt(k.tenant, ext, k.server); p == nil || !p.Registered() {
				l.Errorf("phone %s of T%d is not up at server %d", ext, k.tenant, k.server)
			}
		}
	}
	if recorded, why := l.d.Recorded(); recorded || why != nil {
		l.Errorf("recorded %v: %v", recorded, why)
	}
	for _, want := range []string{l.d.URL(), l.d.DCMIWSURL(), "7be69580e27641df", "얼씨구절씨구", "ops/ops", "curl ", "websocat "} {
		if !strings.Contains(l.out.String(), want) {
			l.Errorf("the summary does not name %s", want)
		}
	}
}

func (l *lab) requests() {
	for _, c := range []*client{l.web, l.plain} {
		for i, name := range []string{"dcrm.makecall.io", "dcrm2.makecall.io"} {
			f := c.ask("DIPCAST-CoreServiceCheck-Custom", `{"AMIServerID": `+string(rune('1'+i))+`, "data": {"Action": "ping", "ActionID": "{id}"}}`)
			if f.Type != 4 || f.ServerID != i+1 || f.ServerName != name || f.SSL == nil || *f.SSL || !f.is("Response", "Success", "Ping", "Pong") {
				l.Errorf("ping: %+v", f)
			}
		}
		for _, d := range []string{"CFI", "CFB", "CFN", "CFU"} {
			if got := c.command("1", "database get 7be69580e27641df diversions/1010/"+d+"/enable"); got != "Value: yes" {
				l.Errorf("%s/enable: %q", d, got)
			}
		}
	}
	if f := l.ten.ask("x", `{"AMIServerID":2,"data":{"Action":"ping","ActionID":"{id}"}}`); !f.is("Response", "Error") {
		l.Errorf("tenant 10 may use server 2: %+v", f)
	}
	f := l.ten.ask("y", `{"AMIServerID":1,"data":{"Action":"Command","Command":"database get 7be69580e27641df diversions/1010/CFI/enable","ActionID":"{id}"}}`)
	if !f.is("Response", "Error") {
		l.Errorf("tenant 10 reads of tenant 2: %+v", f)
	}
	l.http(http.MethodGet, "/api/v2/health", http.Header{"Tenant": {demo.Tenant2}, "App-Key": {demo.AppKey2}}, "")
	ops := connect(l.T, l.d.DCMIWSURL(), demo.Operator)
	if out := ops.command("1", "core show channels"); !strings.Contains(out, "active channels") {
		l.Errorf("an operator's command gives %q", out)
	}
}

// http sends a request and gives answer and body; a status other than 200 fails.
func (l *lab) http(method, path string, h http.Header, body string) (*http.Response, map[string]any) {
	l.Helper()
	req, err := http.NewRequestWithContext(ctx(l.T), method, l.d.URL()+path, strings.NewReader(body))
	if err != nil {
		l.Fatal(err)
	}
	if h != nil {
		req.Header = h
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Do(req)
	if err != nil {
		l.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		l.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(text, &out); err != nil || res.StatusCode != http.StatusOK {
		l.Fatalf("%s %s: %s %s", method, path, res.Status, text)
	}
	return res, out
}

// clickToCall is the documented request of REST, pasted.
func (l *lab) clickToCall() {
	at := l.web.mark()
	_, answer := l.http(http.MethodPost, "/api/v2/core/click_to_call",
		http.Header{"tenant": {demo.Tenant2}, "app-key": {demo.AppKeyDoc}, "Content-Type": {"application/json"}}, `{
    "caller": "1010",
    "callee": "16682471",
    "cos_id": "2",
    "cid_name": "얼쑤팩토리",
    "cid_number": "16662471",
    "variables": {
        "EXEC_AA": "yes",
        "CHANNEL(language)": "ko",
        "CHANNEL(accountcode)": "07045805605"
    }
}`)
	data, _ := answer["data"].(map[string]any)
	id, _ := data["channel_id"].(string)
	if answer["status"] != "success" || id == "" || data["call_id"] != "1-"+id || data["action_id"] == "" {
		l.Errorf("answer %v", answer)
	}
	own := answered(l.T, "1010", l.d.Phone(2, "1010"))
	if i := own.Invite(); !i.AutoAnswer || i.From.Name != "얼쑤팩토리" || i.From.Number != "16662471" {
		l.Errorf("1010 sees %+v", i.From)
	}
	far := answered(l.T, "16682471", l.d.Network())
	if i := far.Invite(); i.Called != demo.Company || i.From.Number != "16662471" {
		l.Errorf("the network is asked for %s by %s", i.Called, i.From.Number)
	}
	talk(l.T, own, far)
	l.web.event(at, 1, "Event", "Newchannel", "Uniqueid", id)
	l.web.event(at, 1, "Event", "OriginateResponse", "Uniqueid", id, "Response", "Success")
	l.out.wait(l.T, `T2 얼쑤팩토리 +1010 → 16682471 +클릭투콜, 받음 \d+초\n`)
}

// workflows sets a diversion and then calls: 1010, on its mobile, and then
// 07045144801, which is 1013's.
func (l *lab) workflows() {
	const key = "7be69580e27641df diversions/1010/CFI/"
	c := l.plain
	if got := c.command("1", "database get "+key+"enable"); got != "Value: yes" {
		l.Errorf("enable: %q", got)
	}
	if got := c.command("1", "database put "+key+"destination sub-custom-numbers,01026132471,1"); got != "Updated database successfully" {
		l.Errorf("destination: %q", got)
	}
	if got := c.command("1", "database put "+key+"enable yes"); got != "Updated database successfully" {
		l.Errorf("enable: %q", got)
	}
	if got := c.command("1", "database get "+key+"destination"); got != "Value: sub-custom-numbers,01026132471,1" {
		l.Errorf("destination: %q", got)
	}
	at := c.mark()
	c.send(`{
   "AMIServerID": 1,
   "data": {
      "Action": "Originate",
      "Channel": "Local/1010@T2_cos-all",
      "Context": "T2_cos-all",
      "Exten": "07045144801",
      "Priority": "1",
      "Timeout": "30000",
      "Variable": "EXEC_AA=yes",
      "Variable": "CHANNEL(language)=ko",
      "Variable": "CHANNEL(accountcode)=07045805605",
      "Callerid": "얼쑤팩토리 <16682471>",
      "ActionID": "DIPCAST-C2C",
      "EarlyMedia": "true",
      "Async": "yes"
   }
}`)
	mobile := answered(l.T, "the mobile", l.d.Network())
	if i := mobile.Invite(); i.Called != demo.Mobile || i.From.Number != "16682471" {
		l.Errorf("the network is asked for %s by %s", i.Called, i.From.Number)
	}
	desk := answered(l.T, "1013", l.d.Phone(2, "1013"))
	talk(l.T, mobile, desk)
	if f := c.event(at, 1, "Event", "OriginateResponse"); !f.is("ActionID", "DIPCAST-C2C", "Response", "Success") {
		l.Errorf("outcome %+v", f.text)
	}
	l.out.wait(l.T, `1010 ⇒ 01026132471 \(CFI\) → 07045144801 → 1013 +클릭투콜, 착신전환, 받음 \d+초\n`)

	// A call from the network is diverted too.
	in, err := l.d.Network().Call(ctx(l.T), sipphone.CallOptions{From: demo.Friend, Name: "김민수", To: "07045805605"})
	if err != nil {
		l.Fatal(err)
	}
	talk(l.T, in, answered(l.T, "the mobile", l.d.Network()))
	l.out.wait(l.T, `김민수 01012345678 → 07045805605 → 1010 ⇒ 01026132471 \(CFI\) +착신전환, 받음 \d+초\n`)
	if got := c.command("1", "database put "+key+"enable no"); got != "Updated database successfully" {
		l.Errorf("enable: %q", got)
	}
}

// secondExample is the documents' other click-to-call: 1013 calls a mobile.
func (l *lab) secondExample() {
	l.web.send(`{"AMIServerID":1,"data":{"Action":"Originate","Channel":"Local/1013@T2_cos-all","Context":"T2_cos-all","Exten":"01026132471","Priority":"1","Timeout":"30000","Variable":"EXEC_AA=yes","Variable":"CHANNEL(language)=ko","Variable":"CHANNEL(accountcode)=07045805605","Callerid":"지화자 <07045805605>","ActionID":"DIPCAST-C2C","EarlyMedia":"true","Async":"yes"}}`)
	own := answered(l.T, "1013", l.d.Phone(2, "1013"))
	talk(l.T, own, answered(l.T, "the mobile", l.d.Network()))
}

// incoming calls each company, and sees that none sees the other's.
func (l *lab) incoming() {
	two, ten := l.web.mark(), l.ten.mark()
	for _, call := range []struct {
		tenant             int
		from, name, to, is string
	}{
		{2, "01000421188", "이서연", "07045144801", "1013"},
		{10, "01000713320", "박도윤", "07010100000", "1010"},
	} {
		in, err := l.d.Network().Call(ctx(l.T), sipphone.CallOptions{From: call.from, Name: call.name, To: call.to})
		if err != nil {
			l.Fatal(err)
		}
		own := answered(l.T, call.is, l.d.Phone(call.tenant, call.is))
		if i := own.Invite(); i.From.Name != call.name || i.From.Number != call.from {
			l.Errorf("T%d is called by %+v", call.tenant, i.From)
		}
		talk(l.T, in, own)
	}
	l.web.event(two, 1, "Event", "Newchannel", "CallerIDNum", "01000421188", "CallerIDName", "이서연")
	l.web.event(two, 1, "Event", "Hangup", "CallerIDNum", "01000421188")
	l.ten.event(ten, 1, "Event", "Newchannel", "CallerIDNum", "01000713320", "CallerIDName", "박도윤")
	l.ten.event(ten, 1, "Event", "Hangup", "CallerIDNum", "01000713320")
	l.out.wait(l.T, `T2 얼쑤팩토리 +이서연 01000421188 → 07045144801 → 1013 +받음 \d+초\n`)
	l.out.wait(l.T, `T10 소리나루 +박도윤 01000713320 → 07010100000 → 1010 +받음 \d+초\n`)

	busy := l.d.Phone(2, "1013")
	busy.SetBehaviour(sipphone.Busy())
	if in, err := l.d.Network().Call(ctx(l.T), sipphone.CallOptions{From: "01000421188", To: "07045144801"}); err != nil {
		l.Fatal(err)
	} else if _, err := in.WaitEnded(ctx(l.T)); err != nil {
		l.Error(err)
	}
	if _, err := busy.NextCall(ctx(l.T)); err != nil { // so that nobody waits for it later
		l.Error(err)
	}
	l.out.wait(l.T, ` 01000421188 → 07045144801 → 1013 +통화중\n`)
	busy.SetBehaviour(sipphone.AutoAnswer(sipphone.Answer(0)))

	for _, f := range l.ten.seen() {
		if text := all(f); strings.Contains(text, "T2_") || strings.Contains(text, demo.Tenant2) {
			l.Errorf("tenant 10 sees of tenant 2: %s", text)
		}
	}
	for _, f := range append(l.web.seen(), l.plain.seen()...) {
		if text := all(f); strings.Contains(text, "T10_") || strings.Contains(text, demo.Tenant10) {
			l.Errorf("tenant 2 sees of tenant 10: %s", text)
		}
	}
}

func all(f *frame) string {
	text, err := json.Marshal(f.Data)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// stopAndStart stops the second server, and starts it again.
func (l *lab) stopAndStart() {
	at, ten := l.web.mark(), l.ten.mark()
	if err := l.d.StopAsterisk(2); err != nil {
		l.Fatal(err)
	}
	l.web.event(at, 2, "Event", "DIPCASTLink", "State", "down")
	if f := l.web.ask("p", `{"AMIServerID":2,"data":{"Action":"ping","ActionID":"{id}"}}`); !f.is("Response", "Error", "Code", "unavailable") {
		l.Errorf("a server that is away answers %+v", f.text)
	}
	if f := l.web.ask("p", `{"AMIServerID":1,"data":{"Action":"ping","ActionID":"{id}"}}`); !f.is("Ping", "Pong") {
		l.Errorf("the other server: %+v", f.text)
	}
	l.http(http.MethodGet, "/readyz", nil, "")
	at = l.web.mark()
	if err := l.d.StartAsterisk(ctx(l.T), 2); err != nil {
		l.Fatal(err)
	}
	l.web.event(at, 2, "Event", "DIPCASTLink", "State", "up")
	l.back(2)
	for _, f := range l.ten.seen()[ten:] {
		if f.ServerID == 2 {
			l.Errorf("tenant 10 is told of server 2: %s", all(f))
		}
	}
}

// killed kills the first server from outside; the demo starts it again.
func (l *lab) killed() {
	at, pid := l.plain.mark(), l.d.PID(1)
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		l.Fatal(err)
	}
	l.plain.event(at, 1, "Event", "DIPCASTLink", "State", "down")
	l.plain.event(at, 1, "Event", "DIPCASTLink", "State", "up")
	l.out.wait(l.T, `서버 1 dcrm\.makecall\.io: Asterisk가 멈췄습니다`)
	l.out.wait(l.T, `서버 1 dcrm\.makecall\.io: Asterisk를 다시 시작했습니다`)
	if now := l.d.PID(1); now == pid || now == 0 {
		l.Errorf("process %d is now %d", pid, now)
	}
	l.back(1)
	if got := l.plain.command("1", "database get 7be69580e27641df diversions/1010/CFI/destination"); got != "Value: sub-custom-numbers,01026132471,1" {
		l.Errorf("what was saved before: %q", got)
	}
}

// back checks that a server does all it did: it answers, its phones are called,
// its calls are seen.
func (l *lab) back(server int) {
	id := string(rune('0' + server))
	eventually(l.T, "all links of server "+id, func() bool {
		return l.web.ask("p", `{"AMIServerID":`+id+`,"data":{"Action":"ping","ActionID":"{id}"}}`).is("Ping", "Pong") &&
			l.web.command(id, "database get 7be69580e27641df diversions/1018/CFU/enable") == "Value: yes"
	})
	for _, ext := range []string{"1010", "1013", "1018"} {
		if err := l.d.PhoneAt(2, ext, server).WaitRegistered(ctx(l.T)); err != nil {
			l.Error(err)
		}
	}
	at := l.web.mark()
	in, err := l.d.Network().Call(ctx(l.T), sipphone.CallOptions{
		From: "01000958804", Name: "최하은", To: "07045144801", Server: l.d.SIPAddress(server),
	})
	if err != nil {
		l.Fatal(err)
	}
	talk(l.T, in, answered(l.T, "1013", l.d.PhoneAt(2, "1013", server)))
	l.web.event(at, server, "Event", "Newchannel", "CallerIDNum", "01000958804")
	l.web.event(at, server, "Event", "Hangup", "CallerIDNum", "01000958804")
	ops := connect(l.T, l.d.DCMIWSURL(), demo.Operator)
	eventually(l.T, "the end of all calls", func() bool {
		return strings.Contains(ops.command(id, "core show channels"), "0 active channels")
	})
}

func (l *lab) requestsRecorded() {
	for _, c := range []*client{l.web, l.plain} {
		if f := c.ask("p", `{"AMIServerID":2,"data":{"Action":"ping","ActionID":"{id}"}}`); !f.is("Ping", "Pong") {
			l.Errorf("ping: %+v", f.text)
		}
		if got := c.command("1", "database get 7be69580e27641df diversions/1010/CFI/enable"); got != "Value: yes" {
			l.Errorf("enable: %q", got)
		}
	}
	at := l.web.mark()
	l.http(http.MethodPost, "/api/v2/core/click_to_call",
		http.Header{"tenant": {demo.Tenant2}, "app-key": {demo.AppKey2}, "Content-Type": {"application/json"}},
		`{"caller":"1010","callee":"16682471"}`)
	l.web.event(at, 1, "Event", "OriginateResponse", "Response", "Success")
	l.web.event(at, 1, "Event", "Hangup", "Context", "T2_click-to-call")
}
