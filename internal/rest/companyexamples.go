package rest

// entry is an example of an entry of a list: its key, what makes it, what
// changes it, and how it reads.
type entry struct{ key, create, change, view string }

// entries are the examples of the lists of a description, by the name of one.
var entries = map[string]entry{
	"trunk": {
		"11",
		`{"id":11,"preset":"register","name":"대표 국선","host":"sip.example.net","username":"0212345678","secret":"of-the-carrier"}`,
		`{"channels":10}`,
		`{"id":11,"name":"대표 국선","preset":"register","host":"sip.example.net","register":true,"username":"0212345678","expiry_seconds":600,"codecs":["alaw","ulaw"],"dtmf":"rfc4733","qualify_seconds":60}`,
	},
	"did": {
		"07012340001", `{"number":"07012340001","to":"extension:1010","description":"대표 번호"}`,
		`{"to":"busy"}`, `{"number":"07012340001","description":"대표 번호","to":"extension:1010"}`,
	},
	"ring-group": {
		"610", `{"number":"610","name":"고객센터","strategy":"in_turn","members":["1010","1013"],"else":"busy"}`,
		`{"ring_seconds":15}`, `{"number":"610","name":"고객센터","strategy":"in_turn","members":["1010","1013"],"else":"busy"}`,
	},
	"attendant": {
		"650", `{"number":"650","name":"대표 안내","prompt":"main-menu","keys":[{"key":"1","to":"extension:1010","name":"상담"},{"key":"0","to":"extension:1013"}],"direct":true,"else":"extension:1013"}`,
		`{"plays":2}`, `{"number":"650","name":"대표 안내","prompt":"main-menu","keys":[{"key":"1","to":"extension:1010","name":"상담"},{"key":"0","to":"extension:1013"}],"direct":true,"else":"extension:1013"}`,
	},
	"conference": {
		"820", `{"number":"820","name":"주간 회의","pin":"4711","seats":10}`, `{"quiet":true}`, `{"number":"820","name":"주간 회의","seats":10}`,
	},
	"time-group": {
		"21", `{"id":21,"name":"야간","spans":[{"days":[],"from":"18:00","to":"09:00"}]}`,
		`{"name":"밤"}`, `{"id":21,"name":"야간","spans":[{"days":[],"from":"18:00","to":"09:00"}]}`,
	},
	"holiday": {"2026-12-25", `{"date":"2026-12-25","name":"성탄절"}`, `{"name":"크리스마스"}`, `{"date":"2026-12-25","name":"성탄절"}`},
	"class-of-service": {
		"staff", `{"name":"staff","dials":["national","mobile"]}`,
		`{"no_codes":true}`, `{"id":10000,"name":"staff","dials":["national","mobile"]}`,
	},
	"tone": {"welcome", `{"name":"welcome","title":"환영 인사"}`, `{"title":"인사"}`, exampleTone},
}

// plurals are the names of lists that are not those of one with an s.
var plurals = map[string]string{"class-of-service": "classes-of-service"}

const (
	exampleTone           = `{"name":"welcome","title":"환영 인사","recording":{"length":12.5,"uploaded_at":"2026-10-20T01:02:03Z"}}`
	exampleTenant         = `{"tenant":"T2","id":"7be69580e27641df","number":2,"name":"얼쑤팩토리","servers":[1],"language":"ko","limits":{},"recording":{"incoming":"always","notice":true,"keep_days":90},"version":7,"extensions":10,"trunks":1,"dids":2}`
	examplePasswords      = `"passwords":[{"extension":"1020","device_name":"T2_1020","secret":"c2x7pm4hn9w5kqt3zr8vbd6y"}]`
	exampleImported       = `{"tenant":"T2","dry_run":false,"version":8,"differences":[{"field":"extensions[1010].name","before":"\"A\"","after":"\"홍길동\""}]}`
	exampleWorks          = `{"off":true,"client_id":"bcdefghi_jklmnop","domain_id":10000001,"bot_id":2000001,"per_minute":240,"style":{"ground":"#FFA9AA","words":{"ko.missed":"못 받은 전화"}}}`
	exampleRecordingRules = `{"internal":"on_demand","incoming":"always","outgoing":"on_demand","notice":true,"keep_days":90,"format":"wav"}`
	exampleFaxSettings    = `{"sends":true,"station_id":"+82 2 1234 5678","header":"Office 2F","keep_days":0}`
	exampleFile           = `"format: 1\nname: 새 회사\nextensions:\n  - number: \"1010\"\n    name: 홍길동\nservers:\n  - 1\n"`
)

// companyExamples are the examples of operations on descriptions, by their ids,
// and examplePaths what they have in their paths.
func companyExamples() (all map[string]exchange, paths map[string]string) {
	gone := func(id string) string { return done(`{"id":"` + id + `"}`) }
	all = map[string]exchange{
		"tenants": {"", listed(exampleTenant, 1, 1000)},
		"tenant":  {"", done(exampleTenant)},
		"create-tenant": {
			`{"name":"새 회사","number":11,"extensions":["1010-1011"]}`,
			`{"status":"success","data":` + exampleTenant + `,` + examplePasswords + `}`,
		},
		"change-tenant": {`{"language":"ko"}`, done(exampleTenant)},
		"delete-tenant": {"", gone("T11")},
		"description":   {"", done(`{"tenant":"T2","version":7,"text":` + exampleFile + `}`)},
		"change-description": {
			`{"text":` + exampleFile + `}`,
			`{"status":"success","data":` + exampleImported + `}`,
		},
		"versions": {"", listed(`{"version":7,"at":"2026-10-20T01:02:03.456Z","by":"ops","summary":"change extension"}`, 1, 1000)},
		"undo":     {`{}`, done(exampleImported)},

		"create-extension": {
			`{"number":"1020","name":"성춘향","voicemail":{"email":"chunhyang@example.com"}}`,
			`{"status":"success","data":` + exampleExtension + `,` + examplePasswords + `}`,
		},
		"change-extension": {`{"name":"향단","ring_seconds":20}`, done(exampleExtension)},
		"change-password":  {`{"device":0}`, done(`{"extension":"1020","device_name":"T2_1020","secret":"c2x7pm4hn9w5kqt3zr8vbd6y"}`)},
		"delete-extension": {"", gone("1020")},
		"import-extensions": {
			`{"text":"내선,이름,이메일\n1020,성춘향,chunhyang@example.com\n"}`,
			`{"status":"success","data":{"dry_run":false,"rows":[{"line":2,"extension":"1020","action":"change","differences":[{"field":"extensions[1020].name","before":"\"향단\"","after":"\"성춘향\""}]}]}}`,
		},
		"export-extensions": {"", done(`{"text":"number,name,email\r\n1020,성춘향,chunhyang@example.com\r\n"}`)},

		"upload-tone-recording": {"", done(exampleTone)},
		"delete-tone-recording": {"", done(`{"name":"welcome","title":"환영 인사"}`)},

		"korean-holidays":        {"", done(`[{"date":"2027-02-07","name":"설날"}]`)},
		"import-korean-holidays": {`{"year":2027}`, done(`[{"date":"2027-02-07","name":"설날"}]`)},

		"routes":             {"", done(`[{"name":"휴대폰","prefixes":["010"],"trunks":[11]}]`)},
		"change-routes":      {`[{"name":"휴대폰","prefixes":["010"],"trunks":[11]}]`, done(`[{"name":"휴대폰","prefixes":["010"],"trunks":[11]}]`)},
		"numbers":            {"", done(`["16682471","16662471"]`)},
		"change-numbers":     {`["16682471","16662471"]`, done(`["16682471","16662471"]`)},
		"parking":            {"", done(`{"number":"700","spaces":20}`)},
		"change-parking":     {`{"number":"700","spaces":20}`, done(`{"number":"700","spaces":20}`)},
		"softphone":          {"", done(`{"push":true}`)},
		"change-softphone":   {`{"push":true}`, done(`{"push":true}`)},
		"naver-works":        {"", done(exampleWorks)},
		"change-naver-works": {`{"off":true,"client_id":"bcdefghi_jklmnop","domain_id":10000001,"bot_id":2000001,"per_minute":240,"style":{"ground":"#FFA9AA","words":{"ko.missed":"못 받은 전화"}}}`, done(exampleWorks)},
		"test-naver-works": {`{}`, done(`{"ok":false,"steps":[{"step":"settings","result":"failed","found":{"ko":"비어 있는 값: bot_id","en":"Missing: bot_id"},` +
			`"remedy":{"ko":"Developer Console의 앱과 봇 화면에 있는 값을 넣어 주십시오.","en":"Enter the values that the Developer Console shows of the app and the bot."}}]}`)},
		"delete-naver-works": {"", gone("naver_works")},
		"preview-card": {
			`{"kind":"internal","lang":"en"}`,
			done(`{"content":{"type":"flex","altText":"☎ Internal call 1013 지화자","contents":{"type":"bubble"}}}`),
		},
		"hold-music":             {"", done(`{"hold_music":"dipcast"}`)},
		"change-hold-music":      {`{"hold_music":"dipcast"}`, done(`{"hold_music":"dipcast"}`)},
		"recording-rules":        {"", done(exampleRecordingRules)},
		"change-recording-rules": {`{"incoming":"always","notice":true}`, done(exampleRecordingRules)},
		"fax-settings":           {"", done(exampleFaxSettings)},
		"change-fax-settings":    {`{"sends":true,"station_id":"+82 2 1234 5678","header":"Office 2F"}`, done(exampleFaxSettings)},
		"calling":                {"", done(`{"language":"ko","area_code":"02"}`)},
		"change-calling":         {`{"area_code":"02"}`, done(`{"language":"ko","area_code":"02"}`)},
		"feature-codes":          {"", done(`{"pickup":"*8","park":"*5"}`)},
		"change-feature-codes":   {`{"pickup":"*8","record":"-"}`, done(`{"pickup":"*8","record":"-"}`)},
		"classes-of-services":    {"", listed(`{"class_of_service_id":"2","name":"all","context":"T2_cos-all","tenant_id":"T2"}`, 1, 1000)},
		"trunk-presets":          {"", done(`[{"id":0,"preset":"register","host":"","register":true,"expiry_seconds":600,"codecs":["alaw","ulaw"],"dtmf":"rfc4733","qualify_seconds":60}]`)},
	}
	paths = map[string]string{
		"delete-tenant": "T11", "change-description": "T11", "undo": "T11",
		"change-extension": "1020", "change-password": "1020", "delete-extension": "1020",
	}
	for one, e := range entries {
		many := one + "s"
		if plurals[one] != "" {
			many = plurals[one]
		}
		all[many] = exchange{"", listed(e.view, 1, 1000)}
		all[one] = exchange{"", done(e.view)}
		all["create-"+one] = exchange{e.create, done(e.view)}
		all["change-"+one] = exchange{e.change, done(e.view)}
		all["delete-"+one] = exchange{"", gone(e.key)}
		paths[one], paths["change-"+one], paths["delete-"+one] = e.key, e.key, e.key
	}
	return all, paths
}
