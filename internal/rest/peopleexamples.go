package rest

const (
	examplePerson = `{"id":"q3m7xk2vh5tw4nby","name":"홍길동","email":"hong@example.com","user":"c72af563-0f21-4736-11e4-045237113344","language":"ko","extension":"1010","extension_by_hand":false,` +
		`"mobile":"01026132471","mobile_by_hand":false,"by_hand":false,"status":"matched","why":"1010 by rule 1 (telephone)","telephone":"02-123-4567(1010)","since":"2026-10-20T01:02:03.4Z"}`
	exampleByHand = `{"id":"q3m7xk2vh5tw4nby","name":"최수진","email":"","user":"","language":"ko","extension":"1010","extension_by_hand":true,` +
		`"mobile":"01026132471","mobile_by_hand":true,"by_hand":true,"status":"by_hand","why":"","telephone":"","since":"2026-10-20T01:02:03.4Z"}`
	exampleMobile   = `{"mobile":"01026132471","by_hand":true,"directory":false}`
	exampleCounts   = `"people":1,"matched":1,"by_hand":0,"unmatched":0,"conflicts":0`
	exampleSync     = `{"at":"2026-10-20T01:02:03.4Z","joined":1,"left":0,` + exampleCounts + `}`
	exampleRules    = `"rules":[{"field":"telephone"},{"field":"employee_number","pattern":"^E([0-9]+)$"}]`
	exampleLookup   = `"url":"https://crm.example.com/names?number={number}"`
	examplePeopleIs = `{` + exampleRules + `,"sync_minutes":60,"lookup":{` + exampleLookup + `,"authorization_set":true}}`
)

// peopleExamples are those of people and contacts.
func peopleExamples() map[string]exchange {
	return map[string]exchange{
		"people":                 {"", listed(examplePerson, 1, 1000)},
		"person":                 {"", done(examplePerson)},
		"create-person":          {`{"name":"최수진","extension":"1010","mobile":"010-2613-2471"}`, done(exampleByHand)},
		"change-person":          {`{"extension":"1010"}`, done(exampleByHand)},
		"delete-person":          {"", done(`{"id":"q3m7xk2vh5tw4nby"}`)},
		"try-people":             {`{` + exampleRules + `}`, done(`{"counts":{` + exampleCounts + `},"people":[` + examplePerson + `]}`)},
		"people-sync":            {"", done(exampleSync)},
		"sync-people":            {"", done(exampleSync)},
		"person-sessions":        {"", listed(`{"id":"w2k5qx3vhm7t4nby","agent":"Mozilla/5.0","created_at":"2026-10-20T01:02:03.4Z","expires_at":"2026-10-20T13:02:03.4Z"}`, 1, 1000)},
		"delete-person-sessions": {"", done(`{"id":"q3m7xk2vh5tw4nby"}`)},
		"people-settings":        {"", done(examplePeopleIs)},
		"change-people-settings": {`{` + exampleRules + `,"lookup":{` + exampleLookup + `,"authorization":"Bearer 8mDkQ2"}}`, done(examplePeopleIs)},
		"my-mobile":              {"", done(exampleMobile)},
		"change-my-mobile":       {`{"mobile":"010-2613-2471"}`, done(exampleMobile)},
		"contacts":               {"", listed(`{"number":"01026132471","written":"010-2613-2471","name":"지화자","company":"거래처"}`, 1, 1000)},
		"put-contact":            {`{"name":"지화자","company":"거래처"}`, done(`{"number":"01026132471","written":"01026132471","name":"지화자","company":"거래처"}`)},
		"import-contacts":        {`{"text":"name,company,number\n지화자,거래처,010-2613-2471\n"}`, done(`{"dry_run":false,"taken":1,"total":1,"wrong":[]}`)},
		"export-contacts":        {"", done(`{"format":"csv","text":"name,company,number\n지화자,거래처,010-2613-2471\n"}`)},
		"contact-name":           {"", done(`{"name":"지화자 (거래처)"}`)},
		"delete-contact":         {"", done(`{"id":"01026132471"}`)},
	}
}
