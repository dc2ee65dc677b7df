package demo

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

var (
	textReady    = say{"DIPCAST 데모가 준비되었습니다. 모두 이 컴퓨터 안에서만 열려 있습니다. (English: --lang en)", "The DIPCAST demo is ready, on this machine only. (한국어: --lang ko)"}
	textRecorded = say{"!! 녹화된 통화를 재생하고 있습니다. 요청에는 답하지만 실제로 울리는 전화는 없습니다.", "!! Recorded calls are being played. Requests are answered, but no phone rings."}
	textWhy      = say{"   Asterisk를 쓸 수 없었습니다: %v", "   No Asterisk could be had: %v"}

	textOpen   = say{"브라우저로 여세요:", "Open in a browser:"}
	textOpenAs = say{"로그인: 회사 관리자 %[1]s/%[1]s, 직원(내선 1010) %[2]s/%[2]s, 운영자 %[3]s/%[3]s", "Sign in: company administrator %[1]s/%[1]s, employee (extension 1010) %[2]s/%[2]s, operator %[3]s/%[3]s"}

	textAddress    = say{"주소", "Addresses"}
	textServers    = say{"서버", "Servers"}
	textNetwork    = say{"전화망", "Network"}
	textFiles      = say{"파일", "Files"}
	textCompanies  = say{"회사", "Companies"}
	textOperators  = say{"운영자", "Operator"}
	textWeb        = say{"웹, REST, WebSocket (/ws)", "web, REST, WebSocket (/ws)"}
	textDCMIWS     = say{"WebSocket 전용", "WebSocket only"}
	textChat       = say{"NAVER WORKS 대화방: 얼쑤팩토리 통화의 카드가 옵니다. 로그인 %[1]s / %[2]s", "NAVER WORKS chat: cards of 얼쑤팩토리's calls arrive here. Sign in as %[1]s / %[2]s"}
	textAnswers    = say{"받는 번호", "answers"}
	textGone       = say{"끝내면 지워집니다", "removed at the end"}
	textExtensions = say{"내선", "extensions"}
	textNumbers    = say{"번호", "numbers"}
	textLogin      = say{"로그인", "login"}
	textSeesAll    = say{"모든 회사를 봅니다", "sees all companies"}
	textOn         = say{"서버", "server"}

	textTry     = say{"다른 터미널에서 해 보세요", "Try in another terminal"}
	textHealth  = say{"상태", "health"}
	textClick   = say{"클릭투콜: 1010을 먼저 울리고, 받으면 16682471로 겁니다", "click-to-call: rings 1010, and calls 16682471 when it answers"}
	textSocket  = say{"WebSocket: 이벤트를 보고, 아래 줄을 붙여 넣어 보내세요", "WebSocket: see events, and paste the lines below to send them"}
	textNode    = say{"websocat이 없으면 Node 20.10 이상으로", "without websocat: Node 20.10 or newer"}
	textKill    = say{"서버 하나를 꺼 보세요. %.0f초 뒤에 다시 켜집니다", "stop a server; it is started again after %.0f s"}
	textCtrlC   = say{"끝내려면 Ctrl-C.", "Ctrl-C ends the demo."}
	textCalling = say{"통화가 끝날 때마다 한 줄씩 나옵니다. %s", "Each call that ends gives a line. %s"}
)

// summary prints what there is, and what to try.
func (d *Demo) summary() {
	b := &page{lang: d.o.Lang}
	b.line("")
	b.line("%s", textReady.in(b.lang))
	if d.recorded {
		b.line("%s", textRecorded.in(b.lang))
		if d.why != nil {
			b.line("%s", textWhy.format(b.lang, firstLine(d.why)))
		}
	}
	b.line("")
	b.line("  %s  %s/", textOpen.in(b.lang), d.URL())
	b.line("  %s", textOpenAs.format(b.lang, Login2, Employee2, Operator))
	b.line("")
	b.row(textAddress, "%s   %s", d.URL(), textWeb.in(b.lang))
	b.row(say{}, "%s    %s", d.DCMIWSURL(), textDCMIWS.in(b.lang))
	b.row(say{}, "%s   %s", d.ChatURL(), textChat.format(b.lang, "1010@example.com", WorksPassword))
	d.describeServers(b)
	for i := range companies {
		label := say{}
		if i == 0 {
			label = textCompanies
		}
		companies[i].describe(b, label)
	}
	b.row(textOperators, "%s %s/%s   %s", textLogin.in(b.lang), Operator, Operator, textSeesAll.in(b.lang))
	d.examples(b)
	b.line("")
	b.line("%s", textCalling.format(b.lang, textCtrlC.in(b.lang)))
	b.line("")
	b.line("%s", heading(b.lang))
	d.screen.line(strings.TrimSuffix(b.String(), "\n"))
}

func (d *Demo) describeServers(b *page) {
	label := textServers
	for i := range d.plan.servers {
		s := &d.plan.servers[i]
		what, where := d.backends[s.id].describe()
		b.row(label, "%d %s   %s", s.id, s.name, what)
		b.row(say{}, "  %s", where)
		label = say{}
	}
	if d.recorded {
		return
	}
	var answers []string
	for _, p := range answering {
		answers = append(answers, p.number)
	}
	b.row(textNetwork, "SIP %s/udp   %s %s", hostPort(d.plan.network), textAnswers.in(b.lang), strings.Join(answers, " "))
	b.row(textFiles, "%s   (%s)", d.dir.path, textGone.in(b.lang))
}

func (c *firm) describe(b *page, label say) {
	var servers, exts, numbers []string
	for _, id := range c.servers {
		servers = append(servers, strconv.Itoa(id))
	}
	for _, e := range c.extensions {
		exts = append(exts, e.number+" "+e.name)
	}
	for _, did := range c.didOrder {
		numbers = append(numbers, did+" → "+c.dids[did])
	}
	numbers = slices.Concat(numbers, c.numbers)
	b.row(label, "%s (T%d, %s %s)   tenant %s   app-key %s   %s %s/%s", c.name, c.number,
		textOn.in(b.lang), strings.Join(servers, ", "), c.id, strings.Join(c.appKeys, ", "),
		textLogin.in(b.lang), c.login, c.login)
	b.row(say{}, "  %s %s", textExtensions.in(b.lang), strings.Join(exts, ", "))
	b.row(say{}, "  %s %s", textNumbers.in(b.lang), strings.Join(numbers, ", "))
}

// examples are requests to paste. Each is one line, so that it can be.
func (d *Demo) examples(b *page) {
	t := &companies[0]
	basic := base64.StdEncoding.EncodeToString([]byte(t.login + ":" + t.login))
	headers := fmt.Sprintf("-H 'tenant: %s' -H 'app-key: %s'", t.id, AppKey2)
	b.line("")
	b.line("%s", textTry.in(b.lang))
	b.line("")
	b.example(textHealth, fmt.Sprintf("curl %s %s/api/v2/health", headers, d.URL()))
	b.example(textClick, fmt.Sprintf(`curl %s -H 'Content-Type: application/json' -d '{"caller":"1010","callee":"16682471","cos_id":"2","cid_name":"얼쑤팩토리","cid_number":"16662471","variables":{"EXEC_AA":"yes"}}' %s/api/v2/core/click_to_call`, headers, d.URL()))
	b.example(textSocket, fmt.Sprintf("websocat -H='Authorization: Basic %s' %s", basic, d.DCMIWSURL()),
		`{"AMIServerID":1,"data":{"Action":"ping","ActionID":"p1"}}`,
		fmt.Sprintf(`{"AMIServerID":1,"data":{"Action":"Command","Command":"database put %s diversions/1010/CFI/destination sub-custom-numbers,%s,1","ActionID":"d1"}}`, t.id, Mobile),
		fmt.Sprintf(`{"AMIServerID":1,"data":{"Action":"Originate","Channel":"Local/1010@T2_cos-all","Context":"T2_cos-all","Exten":"07045144801","Priority":"1","Timeout":"30000","Variable":"EXEC_AA=yes","Variable":"CHANNEL(accountcode)=%s","Callerid":"얼쑤팩토리 <16682471>","ActionID":"c1","Async":"yes"}}`, t.didOrder[0]))
	b.example(textNode, fmt.Sprintf(`node --experimental-websocket -e 'const w=new WebSocket("%s",{headers:{Authorization:"Basic %s"}});w.onopen=()=>w.send(JSON.stringify({AMIServerID:1,data:{Action:"ping",ActionID:"p1"}}));w.onmessage=m=>console.log(m.data)'`, d.DCMIWSURL(), basic))
	last := len(d.plan.servers)
	if a, ok := d.backends[last].(*asterisk); ok {
		b.example(say{textKill.format(Korean, d.o.RestartAfter.Seconds()), textKill.format(English, d.o.RestartAfter.Seconds())},
			fmt.Sprintf("kill %d", a.Instance().PID()))
	}
}

// page is a text of lines in one language.
type page struct {
	strings.Builder
	lang Lang
}

func (b *page) line(format string, args ...any) { fmt.Fprintf(b, format+"\n", args...) }

// row is a label and what it names.
func (b *page) row(label say, format string, args ...any) {
	const labelWidth = 12
	b.line("  %s%s", pad(label.in(b.lang), labelWidth), fmt.Sprintf(format, args...))
}

// example is what a command does, as a comment, and the command.
func (b *page) example(what say, lines ...string) {
	b.line("# %s", what.in(b.lang))
	for _, l := range lines {
		b.line("%s", l)
	}
}
