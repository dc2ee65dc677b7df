package rest

const exampleAudit = `{"id":"1042","time":"2026-10-20T01:02:03.400Z","kind":"changed","role":"operator","tenant":"T2","name":"ops","via":"login","remote":"192.0.2.7",` +
	`"action":"change extension 1010","detail":"extensions[1010].class: \"national\" -> \"international\"","changes":[{"field":"extensions[1010].class","before":"national","after":"international"}]}`

// systemExamples are those of what operators do with the gateway itself, and of what
// was done.
func systemExamples() map[string]exchange {
	return map[string]exchange{
		"audit":       {"", `{"status":"success","data":[` + exampleAudit + `],"has_more":true,"next":"1042","limit":100}`},
		"audit-check": {"", done(`{"ok":true,"rows":1042,"at":"2026-10-20T01:02:03.400Z","last":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}`)},
	}
}
