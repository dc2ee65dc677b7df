package rest

const (
	exampleMe = `{"id":"k3v7qxw2m5t4nbyd","username":"hong@example.com","name":"홍길동","lang":"ko","kind":"user","role":"tenant","role_name":"슈퍼바이저","role_name_en":"Supervisor",` +
		`"tenant":"T2","tenant_name":"얼쑤팩토리","extension":"1010","server_ids":[1,2],"rights":{"live":{"level":"change"},"calls":{"level":"see"},"diversions":{"level":"change","settings":["enable"]}},` +
		`"must_change_password":false,"second_factor":true,"factors":["totp"],"recovery_codes":10,"expires":"2026-10-27T01:02:03.456Z"}`
	exampleSession = `{"id":"k3v7qxw2m5t4nbyd","agent":"Mozilla/5.0","remote":"192.0.2.10","created_at":"2026-10-20T01:02:03.456Z","seen_at":"2026-10-20T02:02:03.456Z","expires_at":"2026-10-27T01:02:03.456Z","current":true}`
	exampleEnded   = `{"id":"k3v7qxw2m5t4nbyd"}`
)

// usersExamples are those of sessions, users and roles.
func usersExamples() map[string]exchange {
	return map[string]exchange{
		"sign-in":             {`{"username":"hong@example.com","password":"correct horse battery","code":"123456"}`, done(exampleMe)},
		"session":             {"", done(exampleMe)},
		"sign-out":            {"", done(exampleEnded)},
		"change-profile":      {`{"name":"홍길동","lang":"ko"}`, done(exampleMe)},
		"change-own-password": {`{"old":"correct horse battery","new":"staple correct horse"}`, done(exampleMe)},
		"sessions":            {"", listed(exampleSession, 1, 1000)},
		"end-session":         {"", done(exampleEnded)},
	}
}
