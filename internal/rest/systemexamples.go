package rest

const exampleAudit = `{"id":"1042","time":"2026-10-20T01:02:03.400Z","kind":"changed","role":"operator","tenant":"T2","name":"ops","via":"login","remote":"192.0.2.7",` +
	`"action":"change extension 1010","detail":"extensions[1010].class: \"national\" -> \"international\"","changes":[{"field":"extensions[1010].class","before":"national","after":"international"}]}`

const exampleCertificate = `{"mode":"self","source":"own","subject":"CN=pbx","issuer":"CN=DIPCAST pbx","names":["pbx.example.com","127.0.0.1"],"not_before":"2026-10-20T00:02:03Z",` +
	`"not_after":"2027-11-21T01:02:03Z","fingerprint":"9F:86:D0:81:88:4C:7D:65:9A:2F:EA:A0:C5:5A:D0:15:A3:BF:4F:1B:2B:0B:82:2C:D1:5D:6C:15:B0:F0:0A:08",` +
	`"authority_fingerprint":"60:30:3A:E2:2B:99:88:61:BC:E3:B2:8F:33:EE:C1:BE:75:8A:21:3C:86:C9:3C:07:6D:BE:9F:55:8C:11:C7:52","may_change":true}`

const exampleSystem = `{"version":"1.0.0","go_version":"go1.26.0","os":"linux/amd64","started_at":"2026-10-20T01:02:03.400Z","now":"2026-10-20T02:02:03.400Z","public_url":"https://pbx.example.com",` +
	`"database":{"kind":"sqlite","version":"3.51.0","schema":14,"bytes":4194304},"data_dir":{"path":"/var/lib/dipcast","free_bytes":52428800000,"total_bytes":107374182400},` +
	`"asterisk":[{"server_id":1,"server_name":"dcrm.makecall.io","up":true,"version":"22.6.0","ours":true,"runs":true}],` +
	`"listeners":[{"kind":"web","address":"0.0.0.0:8080","tls":true}],"memory":{"heap_bytes":12582912,"total_bytes":33554432},"goroutines":84,"cpus":4,"certificate":` + exampleCertificate + `,"backups":{"daily":"03:30","keep":7}}`

const exampleKey = `{"name":"crm","prefix":"dk_k","created_at":"2026-10-20T01:02:03.400Z","last_used_at":"2026-10-20T02:02:03.400Z","configured":false`

const exampleBackup = `{"id":"2026-10-20-010203-kdmapbco","kind":"made","state":"ready","created_at":"2026-10-20T01:02:03Z","by":"ops","bytes":4194304,"version":"1.0.0","schema":14,"recordings":false,` +
	`"checked_at":"2026-10-20T02:02:03Z","good":true}`

const exampleRestore = `{"state":"preparing","backup":"2026-10-20-010203-kdmapbco","by":"ops","at":"2026-10-21T01:02:03Z"}`

const exampleSpokenTone = `{"name":"welcome","recording":{"length":2.1,"uploaded_at":"2026-10-20T01:02:03Z"}}`

// systemExamples are those of what operators do with the gateway itself, and of what
// was done.
func systemExamples() map[string]exchange {
	return map[string]exchange{
		"speak":          {`{"text":"안녕하세요.","lang":"ko"}`, done(`{"sound":"UklGRg==","length":2.1}`)},
		"speak-prompt":   {`{"text":"안녕하세요. 얼쑤팩토리입니다.","lang":"ko","voice":"female"}`, done(examplePromptOwn)},
		"speak-tone":     {`{"text":"지금은 통화할 수 없습니다.","lang":"ko"}`, done(exampleSpokenTone)},
		"backups":        {"", listed(exampleBackup, 1, 1000)},
		"backup":         {"", done(exampleBackup)},
		"create-backup":  {`{"recordings":false}`, done(exampleBackup)},
		"check-backup":   {"", done(exampleBackup)},
		"upload-backup":  {"", done(exampleBackup)},
		"delete-backup":  {"", done(`{"id":"2026-10-20-010203-kdmapbco"}`)},
		"restore-backup": {`{"password":"…"}`, done(exampleRestore)},
		"restore":        {"", done(exampleRestore)},
		"undo-restore":   {`{"password":"…"}`, done(exampleRestore)},
		"log":            {"", `{"status":"success","data":[{"id":"1042","time":"2026-10-20T01:02:03.400Z","level":"warn","component":"pbx","message":"link down","attrs":[{"key":"server","value":"1"}]}],"has_more":true,"next":"1042","limit":200}`},
		"doctor":         {"", done(`{"server_id":1,"at":"2026-10-20T01:02:03.400Z","healthy":true,"findings":[{"code":"version","severity":"ok","text":{"ko":"Asterisk 22.6.0입니다.","en":"It is Asterisk 22.6.0."}}]}`)},
		"keys":           {"", listed(exampleKey+"}", 1, 1000)},
		"create-key":     {`{"name":"crm"}`, done(exampleKey + `,"key":"dk_kX3nQ0rW5u8fJ2mT7yB1cV6zL9aH4sD0pG-eR_iNoUw"}`)},
		"delete-key":     {"", done(`{"id":"crm"}`)},

		"system":             {"", done(exampleSystem)},
		"upload-certificate": {`{"cert":"-----BEGIN CERTIFICATE-----\n…\n-----END CERTIFICATE-----\n","key":"-----BEGIN PRIVATE KEY-----\n…\n-----END PRIVATE KEY-----\n"}`, done(exampleCertificate)},
		"remove-certificate": {"", done(exampleCertificate)},
		"make-certificate":   {"", done(exampleCertificate)},

		"audit":       {"", `{"status":"success","data":[` + exampleAudit + `],"has_more":true,"next":"1042","limit":100}`},
		"audit-check": {"", done(`{"ok":true,"rows":1042,"at":"2026-10-20T01:02:03.400Z","last":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}`)},
	}
}
