package rest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
)

// exchange is an example of a request and of its answer, as JSON. Tests send
// every one of them to a gateway on a real Asterisk.
type exchange struct{ request, response string }

const (
	exampleAt   = `"server_id":1,"server_name":"dcrm.makecall.io"`
	exampleOff  = `"enable":true,"destination":null,"raw_destination":null,"time_group":null,"active":false}`
	exampleNone = `"enable":false,"destination":null,"raw_destination":null,"time_group":null,"active":false}`
	exampleOn   = `"enable":true,"destination":"01026132471","raw_destination":"sub-custom-numbers,01026132471,1","time_group":null,"active":true}`
	exampleAll  = `{` + exampleAt + `,"extension":"1010","has_enable_diversions":true,"diversions":{"CFI":{"type":"CFI",` + exampleOn + `,"CFB":{"type":"CFB",` + exampleOff + `,"CFN":{"type":"CFN",` + exampleOff + `,"CFU":{"type":"CFU",` + exampleOff + `,"DND":{"type":"DND",` + exampleNone + `,"PEA":{"type":"PEA",` + exampleNone + `},"name":"홍길동","ring_seconds":30}`
	exampleOne  = `{` + exampleAt + `,"extension":"1010","has_enable_diversions":true,"type":"CFI",` + exampleOn
	exampleGone = `{` + exampleAt + `,"extension":"1010","types":["CFI","CFB","CFN","CFU","DND","PEA"],"action":"disabled"}`

	exampleRegistration = `{"extension":"1010","device_name":"T2_1010","tenant_id":"T2","server_id":1,"address":"192.0.2.10:5060","via":"192.168.0.10:5060","transport":"udp","user_agent":"Yealink SIP-T46U 108.86.0.20","status":"reachable","rtt_ms":4.2,"expires_at":"2026-10-20T02:02:03Z"}`
	exampleBan          = `{"source":"203.0.113.7/32","since":"2026-10-20T01:02:03.456Z","until":"2026-10-20T02:02:03.456Z","failures":0,"times":1}`

	examplePrompt    = `{"name":"vm-intro","text":"지금은 전화를 받을 수 없습니다. 삐 소리가 난 후 메시지를 남겨 주십시오.","english":"Please leave your message after the tone.","use":"voicemail","own":false,"common":false}`
	examplePromptOwn = `{"name":"vm-intro","text":"지금은 전화를 받을 수 없습니다. 삐 소리가 난 후 메시지를 남겨 주십시오.","english":"Please leave your message after the tone.","use":"voicemail","own":true,"common":false,"length":4.2,"uploaded_at":"2026-10-20T01:02:03Z"}`

	exampleDevice    = `{"device_name":"T2_1010","user":"T2_1010","technology":"pjsip","server_id":1,"state":"NOT_INUSE","registered":true}`
	exampleExtension = `{"extension_id":"1010","extension":"1010","name":"홍길동","class_of_service_id":"2","context":"T2_cos-all","external_cid":"\"얼쑤팩토리\" <07045805605>","accountcode":"07045805605","tenant_id":"T2","state":"NOT_INUSE","registered":true,"locked":false,"class":"all","language":"ko","settings":{"number":"1010","name":"홍길동","devices":[{}]},"devices":[` + exampleDevice + `]}`
	exampleServer    = `{"id":1,"name":"dcrm.makecall.io","ssl":false,"up":true,"home":true,"since":"2026-10-20T01:02:03.456Z","version":"Asterisk Call Manager/11.0.0","ping_ms":0.21}`
	exampleCDR       = `{"id":"1-1790000000.12","call_id":"1-1790000000.12","server_id":1,"tenant":"T2","linkedid":"1790000000.12","uniqueid":"1790000000.12",` +
		`"calldate":"2026-10-20T01:02:03.400Z","answered_at":"2026-10-20T01:02:08.120Z","ended_at":"2026-10-20T01:03:10.000Z",` +
		`"src":"01012345678","dst":"07045805605","clid":"\"홍길동\" <01012345678>","from":{"number":"01012345678","name":"홍길동"},` +
		`"to":{"extension":"1010","number":"07045805605"},"led_to":null,"answered_by":{"number":"01026132471"},"diverted_by":{"type":"CFN","extension":"1010","number":"01026132471"},` +
		`"did":"07045805605","direction":"external","calltype":2,"disposition":"ANSWERED","reason":"completed","missed":false,"cause":16,` +
		`"duration":66,"wait":4,"billsec":61,"queue":"","accountcode":"07045805605","channel":"PJSIP/trk-1-0000001c","dstchannel":"PJSIP/trk-1-0000001e",` +
		`"dcontext":"T2_cos-all","lastapp":"Dial","lastdata":"PJSIP/01026132471@trk-1,60,i","recording_url":"","served":"","voicemail":false,"fax_id":"","source":"live"`
	exampleRecording = `{"id":"k3v7qxw2m5t4nbyd6hzfj2rgce","call_id":"1-1790000000.12","server_id":1,"tenant":"T2","direction":"external","from":"01012345678","to":"1010",` +
		`"began_at":"2026-10-20T01:02:08Z","seconds":61.2,"format":"wav","bytes":979244,"sha256":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",` +
		`"state":"whole","checked_at":"2026-10-20T01:03:12.345Z","held":false,"kept_until":"2027-01-18T01:02:08Z","url":"/api/v2/recordings/k3v7qxw2m5t4nbyd6hzfj2rgce"}`
	exampleCall = `{"call_id":"1-dipcast-6f1c0a7be4d25a90c3e1","server":1,"linkedid":"dipcast-6f1c0a7be4d25a90c3e1","tenant":"T2","direction":"outgoing","state":"ringing",` +
		`"from":{"extension":"1010","number":"1010","name":"홍길동"},"to":{"number":"16682471"},"account_code":"07045805605","served":false,` +
		`"ringing":[{"extension":"1010","number":"1010","name":"홍길동","channel":"PJSIP/T2_1010-0000001a","since":"2026-10-20T01:02:03.456Z"}],` +
		`"rung":[{"extension":"1010","number":"1010","name":"홍길동","since":"2026-10-20T01:02:03.401Z"}],` +
		`"diverted":[],"click_to_call":{"caller":{"extension":"1010","number":"1010","state":"ringing"},"callee":{"number":"16682471","state":"waiting"}},` +
		`"parked":null,"held":[],"talks":[],"transfers":[],"merged":[],"channels":[{"channel":"PJSIP/T2_1010-0000001a","uniqueid":"1790000000.12","extension":"1010","number":"1010","state":"ringing"}],` +
		`"started_at":"2026-10-20T01:02:03.400Z","ended":null}`
)

const (
	exampleWebhook = `{"id":"k3v7qxw2m5t4nbyd6hzfj2rgce","url":"https://crm.example.com/dipcast","description":"고객 관리","events":["call.ringing","call.ended"],"enabled":true,` +
		`"created_at":"2026-10-20T01:02:03.400Z","changed_at":"2026-10-20T01:02:03.400Z"`
	exampleWebhookSecret = `,"secret":"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwAAAAAAAAAAA="}` //nolint:gosec // nobody's
	exampleDelivery      = `{"id":"dk3v2l1nq3k0","event_id":"evt_6f1c0a7be4d25a90c3e16f1c0a7be4d2","type":"call.ringing","state":"sent","tries":1,"status":204,` +
		`"created_at":"2026-10-20T01:02:03.400Z","tried_at":"2026-10-20T01:02:03.410Z","took_ms":38,` +
		`"body":{"id":"evt_6f1c0a7be4d25a90c3e16f1c0a7be4d2","type":"call.ringing","timestamp":"2026-10-20T01:02:03.400Z","tenant":"T2","data":{"call_id":"1-1790000000.12"}}}`
	exampleDead = `{"id":"dk3v2l1nq3k0","tenant":"T2","kind":"webhook","label":"call.ended","to":"k3v7qxw2m5t4nbyd6hzfj2rgce","call_id":"1-1790000000.12",` +
		`"created_at":"2026-10-20T01:02:03.400Z","failed_at":"2026-10-20T01:10:34.900Z","tries":10,"error":"the receiver answered 404 Not Found","body":{}}`
)

// exampleStream is the beginning of a stream.
const exampleStream = "event: subscribed\ndata: {\"op\":\"subscribed\",\"recovered\":false}\n\n" +
	"event: event\nid: 1:6f1c0a7be4d2:4711\ndata: {\"type\":3,\"server_id\":1,\"server_name\":\"dcrm.makecall.io\",\"ssl\":false,\"tenant\":\"T2\",\"epoch\":\"6f1c0a7be4d2\",\"seq\":4711,\"time\":\"2026-10-20T01:02:03.456Z\",\"data\":{\"Event\":\"DeviceStateChange\",\"Device\":\"Custom:T2_CFI_1010\",\"State\":\"BUSY\"}}\n\n"

func done(data string) string { return `{"status":"success","data":` + data + `}` }

func listed(data string, total, limit int) string {
	return fmt.Sprintf(`{"status":"success","data":[%s],"total":%d,"limit":%d,"offset":0}`, data, total, limit)
}

const exampleOverview = `{"in":26,"in_answered":22,"in_missed":2,"out":9,"out_answered":8,"internal":4,"internal_answered":3,"internal_missed":1,"voicemail":2,"diverted":3,"talk_seconds":3120,"wait_mean":5.4,"wait_p90":11.2,"peak":4}`

const exampleVoicemail = `{"id":"1-1795238999-00000001","server_id":1,"tenant":"T2","extension":"1010","owner":"홍길동","number":"01012345678","name":"",` +
	`"at":"2026-11-20T01:29:59Z","seconds":12,"read":true,"url":"/api/v2/voicemail/1010/1-1795238999-00000001/sound"}`

const exampleSoftphone = `{"id":"k7m2qx4vha","extension":"1010","device_name":"T2_1010_1","url":"https://pbx.example.com/softphone/mF3xQ0rW5u8fJ2mT7yB1cV6zL9a",` +
	`"fetch_url":"https://pbx.example.com/provision/mF3xQ0rW5u8fJ2mT7yB1cV6zL9a","qr":{"text":"provlinkbs://pbx.example.com/provision/mF3xQ0rW5u8fJ2mT7yB1cV6zL9a","svg":"<svg …/>","png":"iVBORw0KGgo="},` +
	`"expires_at":"2026-10-21T01:02:03.400Z","encrypted":true,"push":false,"applied":1}`

const examplePending = `{"server_id":1,"changes":[{"file":"etc/pjsip.conf","kind":"changed","diff":"--- etc/pjsip.conf\n+++ etc/pjsip.conf\n@@ -40,2 +40,3 @@\n [T2_1010]\n type=auth\n+password=[hidden]\n","added":["T2_1014 (endpoint)"],"changed":["T2_1010 (auth)"],"removed":[]}],"reloads":["res_pjsip","pbx_config"],"restart":[],"warnings":["T2: the tone welcome has no recording: callers hear that it rings"]}`

const (
	exampleApplied = `{"server_id":1,"record":"20261020T010203.456789","summary":["etc/pjsip.conf: changed (added T2_1014 (endpoint))"],"calls":2,"restart":[],"restarting":false,"warnings":[]}`
	exampleRecord  = `{"record":"20261020T010203.456789","at":"2026-10-20T01:02:03.456789Z","by":"ops","outcome":"applied","summary":["etc/pjsip.conf: changed (added T2_1014 (endpoint))"]}`
)

// examples are those of every operation that speaks JSON, by its id.
var examples = map[string]exchange{
	"health":  {"", done(`{"healthy":true,"version":"1.0.0","servers":[` + exampleServer + `],"capacity":[{"kind":"phones","limit":300,"state":"ok"},{"kind":"phones_in_use","limit":100,"state":"near"},{"kind":"recorded_calls","limit":50,"state":"ok"}]}`)},
	"servers": {"", done(`[` + exampleServer + `]`)},
	"click-to-call": {
		`{"caller":"1010","callee":"16682471","cos_id":"2","cid_name":"얼쑤팩토리","cid_number":"16662471","variables":{"EXEC_AA":"yes","CHANNEL(language)":"ko","CHANNEL(accountcode)":"07045805605"}}`,
		`{"status":"success","message":"the caller is being rung","data":{"action_id":"c2c-dipcast-6f1c0a7be4d25a90c3e1","call_id":"1-dipcast-6f1c0a7be4d25a90c3e1","channel_id":"dipcast-6f1c0a7be4d25a90c3e1","server_id":1,"cid_number":"16662471"}}`,
	},
	"cancel-click-to-call": {`{"caller":"1010","callee":"16682471"}`, done(`{"cancelled":1,"call_ids":["1-dipcast-6f1c0a7be4d25a90c3e1"]}`)},
	"calls":                {"", listed(exampleCall, 1, 100)},
	"call":                 {"", done(exampleCall)},
	"hangup-call":          {"", done(`{"call_id":"1-dipcast-6f1c0a7be4d25a90c3e1","server_id":1,"channels":["PJSIP/T2_1010-0000001a"]}`)},
	"redirect-call":        {`{"exten":"1013","side":"from"}`, done(`{"call_id":"1-dipcast-6f1c0a7be4d25a90c3e1","server_id":1,"channel":"PJSIP/trk-1-0000001a","exten":"1013"}`)},

	"move-call": {`{"to":"desk","extension":"1010"}`, done(`{"call_id":"1-dipcast-6f1c0a7be4d25a90c3e1","server_id":1,"to":"desk","extension":"1010","channel":"PJSIP/trk-1-0000001a"}`)},

	"cdr": {"", `{"status":"success","data":[` + exampleCDR + `}],"has_more":true,"next":"dk3v2l1nq3k0.1","limit":100}`},
	"cdr-call": {"", done(exampleCDR + `,"legs":[{"extension":"1010","number":"1010","since":"2026-10-20T01:02:03.410Z","until":"2026-10-20T01:02:05.410Z","result":"no_answer"},` +
		`{"number":"01026132471","since":"2026-10-20T01:02:05.420Z","answered_at":"2026-10-20T01:02:08.120Z","until":"2026-10-20T01:03:10.000Z","result":"answered"}],` +
		`"diverted":[{"type":"CFN","extension":"1010","number":"01026132471","at":"2026-10-20T01:02:05.420Z"}],"transfers":[],"click_to_call":null,"merged":[],` +
		`"ended":{"reason":"completed","missed":false,"cause":16,"cause_text":"Normal Clearing"},` +
		`"why":{"ko":"1010이 2초 동안 받지 않아 부재중 착신전환으로 010-2613-2471로 돌려졌고, 010-2613-2471이 5초 만에 받아 1분 2초 동안 통화했습니다.","en":"1010 did not answer for 2 s, so 1010's call forward no answer sent it to 010-2613-2471; 010-2613-2471 answered after 5 s, they talked for 1 min 2 s."},` +
		`"timeline":[{"at":"2026-10-20T01:02:03.410Z","until":"2026-10-20T01:02:05.410Z","kind":"called","who":{"extension":"1010","number":"1010"},"to":null,"detail":"","result":"no_answer","cause":0,"text":{"ko":"1010이 2초 울렸으나 받지 않았습니다.","en":"1010 rang for 2 s and did not answer."}}],"recordings":[]}`)},

	"overview": {"", done(`{"from":"2026-10-19T15:00:00Z","to":"2026-10-20T15:00:00Z","zone":"Asia/Seoul","step":"hour","whole":true,"missing_hours":0,` +
		`"total":` + exampleOverview + `,"today":` + exampleOverview + `,"points":[{"at":"2026-10-20T01:00:00Z",` + exampleOverview[1:] + `],` +
		`"heat_in":[[0,0,0,0,0,0,0,0,0,4,6,3,1,5,4,2,1,0,0,0,0,0,0,0]],"heat_missed":[[0,0,0,0,0,0,0,0,0,1,0,0,1,0,0,0,0,0,0,0,0,0,0,0]],` +
		`"extensions":[{"extension":"1010","name":"홍길동","calls":12,"made":4,"answered":7,"missed":1,"talk_seconds":1840}],` +
		`"peak_at":"2026-10-20T01:00:00Z","capacity":[{"kind":"phones","limit":300,"state":"ok"},{"kind":"phones_in_use","limit":100,"state":"ok"},{"kind":"recorded_calls","limit":50,"state":"ok"}]}`)},

	"voicemail":        {"", listed(exampleVoicemail, 1, 1000)},
	"read-voicemail":   {`{"read":true}`, done(exampleVoicemail)},
	"delete-voicemail": {"", done(`{"id":"1-1795238999-00000001","action":"deleted"}`)},

	"faxes":                {"", `{"status":"success","data":[` + exampleFax + `],"has_more":true,"next":"dk3v2l1nq3k0","limit":100}`},
	"fax":                  {"", done(exampleFax)},
	"send-fax":             {"", done(exampleFaxSending)},
	"resend-fax":           {"", done(exampleFaxSending)},
	"cancel-fax":           {"", done(exampleFaxSending)},
	"recordings":           {"", `{"status":"success","data":[` + exampleRecording + `],"has_more":true,"next":"mfn5mqbk.k3v7qxw2m5t4nbyd6hzfj2rgce","limit":100}`},
	"recording-details":    {"", done(exampleRecording)},
	"check-recording":      {"", done(exampleRecording)},
	"link-recording":       {`{"reason":"고객 민원 확인","seconds":600}`, done(`{"url":"https://pbx.example.com/api/v2/recordings/k3v7qxw2m5t4nbyd6hzfj2rgce?expires=1790000600&link=x7k2m5qd&signature=9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08","expires_at":"2026-10-20T01:12:03Z","link":"x7k2m5qd"}`)},
	"hold-recording":       {`{"held":false,"reason":"분쟁이 끝남"}`, done(exampleRecording)},
	"delete-recording":     {"", done(exampleRecording)},
	"start-call-recording": {"", done(`{"call_id":"1-1790000000.12","server_id":1,"state":"started","channels":["PJSIP/T2_1010-0000001a"]}`)},
	"stop-call-recording":  {"", done(`{"call_id":"1-1790000000.12","server_id":1,"state":"stopped","channels":["PJSIP/T2_1010-0000001a"]}`)},
	"pause-call-recording": {`{"paused":true}`, done(`{"call_id":"1-1790000000.12","server_id":1,"state":"paused","channels":["PJSIP/T2_1010-0000001a"]}`)},

	"diversions":                   {"", listed(exampleAll, 1, 1000)},
	"extension-diversions":         {"", done(exampleAll)},
	"diversion":                    {"", done(exampleOne)},
	"change-diversions":            {`{"1010":{"CFI":{"destination":"01026132471"}},"1013":{"CFB":{"enable":"no"},"CFN":{"destination":null}}}`, done(`[` + exampleAll + `]`)},
	"change-extension-diversions":  {`{"CFI":{"enable":true,"destination":"01026132471"},"CFB":{"enable":false}}`, done(exampleAll)},
	"change-diversion":             {`{"enable":"yes","destination":"01026132471"}`, done(exampleOne)},
	"disable-diversions":           {"", done(`[` + exampleGone + `]`)},
	"disable-extension-diversions": {"", done(exampleGone)},
	"disable-diversion":            {"", done(`{` + exampleAt + `,"extension":"1010","type":"CFI","action":"disabled"}`)},

	"extensions":        {"", listed(exampleExtension, 1, 1000)},
	"extension":         {"", done(exampleExtension)},
	"extension-devices": {"", done(`[` + exampleDevice + `]`)},

	"unlock-extension": {"", done(`{"extension":"1010","locked":false,"was_locked":true}`)},

	"registrations":         {"", listed(exampleRegistration, 1, 1000)},
	"refused-registrations": {"", listed(`{"extension":"1010","device_name":"T2_1010","name":"T2_1010","why":"password","source":"192.0.2.10/32","at":"2026-10-20T01:02:03Z","times":3}`, 1, 1000)},
	"trunk-registrations":   {"", done(`[{"trunk":"trk-11","server_id":1,"state":"registered","next":"2026-10-20T01:12:03Z"}]`)},
	"shared-trunks":         {"", done(`[{"id":11,"name":"대표 회선","server_id":1,"state":"registered","up":true}]`)},
	"create-softphone-link": {`{}`, done(exampleSoftphone)},
	"softphone-links":       {"", listed(`{"id":"k7m2qx4vha","device":1,"by":"ops","created_at":"2026-10-20T01:02:03.400Z","expires_at":"2026-10-21T01:02:03.400Z"}`, 1, 1000)},
	"revoke-softphone-link": {"", done(`{"id":"k7m2qx4vha"}`)},

	"rotate-device": {"", done(`{"extension":"1010","device_name":"T2_1010","secret":"c2x7pm4hn9w5kqt3zr8vbd6y","applied":1}`)},
	"pending":       {"", done(examplePending)},
	"apply":         {"", done(exampleApplied)},
	"undo-apply":    {"", done(exampleApplied)},
	"tenant-pending": {"", done(`{"tenant":"T2","version":7,"applied":6,"waiting":true,"versions":[{"version":7,"at":"2026-10-20T01:02:03.400Z","by":"ops","summary":"change extension 1010"}],` +
		`"changes":[{"field":"extensions[1010].name","before":"\"홍길동\"","after":"\"홍길순\""}],` +
		`"servers":[{"server_id":1,"server_name":"dcrm.makecall.io","files":2,"restart":[],"applied_at":"2026-10-19T01:02:03.456Z"}]}`)},
	"tenant-apply":   {"", done(`[{"server_id":1,"server_name":"dcrm.makecall.io","applied":true,"files":2,"calls":3,"restart":false}]`)},
	"tenant-applies": {"", listed(`{"server_id":1,"server_name":"dcrm.makecall.io","at":"2026-10-20T01:02:03.456Z","version":7,"by":"demo","current":true}`, 1, 1000)},
	"applies":        {"", listed(exampleRecord, 1, 1000)},
	"bans":           {"", listed(exampleBan, 1, 1000)},
	"ban":            {`{"source":"203.0.113.7","minutes":60}`, done(exampleBan)},
	"lift-ban":       {"", done(exampleBan)},

	"prompts":        {"", listed(examplePrompt, 683, 1000)},
	"prompt":         {"", done(examplePrompt)},
	"reset-prompt":   {"", done(examplePrompt)},
	"replace-prompt": {"", done(examplePromptOwn)},

	"webhooks":           {"", listed(exampleWebhook+"}", 1, 1000)},
	"webhook":            {"", done(exampleWebhook + "}")},
	"create-webhook":     {`{"url":"https://crm.example.com/dipcast","events":["call.ringing","call.ended"]}`, done(exampleWebhook + exampleWebhookSecret)},
	"change-webhook":     {`{"events":["call.ringing","call.answered","call.ended"]}`, done(exampleWebhook + "}")},
	"rotate-webhook":     {`{"keep_hours":24}`, done(exampleWebhook + `,"former_secret_until":"2026-10-21T01:02:03.400Z"` + exampleWebhookSecret)},
	"delete-webhook":     {"", done(`{"id":"k3v7qxw2m5t4nbyd6hzfj2rgce"}`)},
	"test-webhook":       {"", done(exampleDelivery)},
	"webhook-deliveries": {"", `{"status":"success","data":[` + exampleDelivery + `],"has_more":true,"next":"dk3v2l1nq3k0","limit":50}`},
	"replay-delivery":    {"", done(`{"id":"dk3v2l1nq3k0"}`)},
	"dead-letters":       {"", `{"status":"success","data":[` + exampleDead + `],"has_more":false,"limit":50}`},
	"resend-dead-letter": {"", done(`{"id":"dk3v2l1nq3k0"}`)},
	"drop-dead-letter":   {"", done(`{"id":"dk3v2l1nq3k0"}`)},
	"outbox": {"", done(`{"since":"2026-10-20T01:02:03.400Z","kinds":[{"kind":"works","waiting":0,"paused":false,"labels":[{"label":"ring","sent":41,"expired":1,"dropped":0,"failed":0,"unclear":0,"retried":2}]}],` +
		`"budgets":[{"to":"people","limit":60,"left":52,"reset_ms":31400}]}`)},

	"ws-ticket": {"", done(`{"ticket":"kX3nQ0rW5u8fJ2mT7yB1cV6zL9aH4sD0pG-eR_iNoUw","expires_in":30,"expires_at":"2026-10-20T01:02:33.456Z"}`)},
}

// refusals are what the statuses of errors mean, for examples.
var refusals = map[int]string{
	http.StatusBadRequest:            `"code":"invalid_value","message":"callee must be an extension or a phone number: 3 to 15 digits and nothing else","field":"callee"`,
	http.StatusUnauthorized:          `"code":"unauthorized","message":"the header app-key is missing","field":"app-key"`,
	http.StatusForbidden:             `"code":"forbidden","message":"these credentials are not that tenant's","field":"tenant"`,
	http.StatusNotFound:              `"code":"not_found","message":"there is no such extension of yours","field":"ext"`,
	http.StatusConflict:              `"code":"conflict","message":"the call has ended","field":"call_id"`,
	http.StatusRequestEntityTooLarge: `"code":"too_long","message":"a request has at most 65536 bytes"`,
	http.StatusUnprocessableEntity:   `"code":"invalid_value","message":"server_id: invalid integer","field":"server_id"`,
	http.StatusTooManyRequests:       `"code":"rate_limited","message":"too many failed logins; try again later"`,
	http.StatusInternalServerError:   `"code":"internal","message":"internal error"`,
	http.StatusServiceUnavailable:    `"code":"unavailable","message":"the link to the server is down"`,
	http.StatusGatewayTimeout:        `"code":"timeout","message":"the server did not answer in time"`,
}

// addExamples puts the examples into the document.
func addExamples(doc *huma.OpenAPI) {
	more, paths := companyExamples()
	maps.Copy(more, peopleExamples())
	maps.Copy(more, systemExamples())
	maps.Copy(more, usersExamples())
	for _, item := range doc.Paths {
		for _, op := range []*huma.Operation{item.Get, item.Put, item.Post, item.Delete} {
			if op == nil {
				continue
			}
			for _, p := range op.Parameters {
				if p.In == "path" && p.Schema != nil && len(p.Schema.Examples) > 0 {
					p.Example = p.Schema.Examples[0]
				}
				if at := paths[op.OperationID]; p.In == "path" && at != "" {
					p.Example = at
				}
			}
			e, ok := examples[op.OperationID]
			if !ok {
				e = more[op.OperationID]
			}
			if op.RequestBody != nil {
				setExample(op.RequestBody.Content, e.request)
			}
			for text, r := range op.Responses {
				if status, _ := strconv.Atoi(text); status >= http.StatusBadRequest {
					setExample(r.Content, `{"status":"error",`+refusals[status]+`}`)
				} else {
					setExample(r.Content, e.response)
				}
			}
		}
	}
}

func setExample(content map[string]*huma.MediaType, text string) {
	m := content["application/json"]
	if m == nil || text == "" {
		return
	}
	var v any
	if json.Unmarshal([]byte(text), &v) == nil {
		m.Example = v
	}
}
