package rest

const (
	exampleMe = `{"id":"k3v7qxw2m5t4nbyd","username":"hong@example.com","name":"홍길동","lang":"ko","kind":"user","role":"tenant","role_name":"슈퍼바이저","role_name_en":"Supervisor",` +
		`"tenant":"T2","tenant_name":"얼쑤팩토리","extension":"1010","server_ids":[1,2],"rights":{"live":{"level":"change"},"calls":{"level":"see"},"diversions":{"level":"change","settings":["enable"]}},` +
		`"must_change_password":false,"second_factor":true,"factors":["totp"],"recovery_codes":10,"expires":"2026-10-27T01:02:03.456Z"}`
	exampleSession = `{"id":"k3v7qxw2m5t4nbyd","agent":"Mozilla/5.0","remote":"192.0.2.10","created_at":"2026-10-20T01:02:03.456Z","seen_at":"2026-10-20T02:02:03.456Z","expires_at":"2026-10-27T01:02:03.456Z","current":true}`
	exampleUserIs  = `{"username":"hong@example.com","name":"홍길동","lang":"ko","role":"supervisor","extension":"1010","enabled":true`
	exampleUser    = `{"id":"k3v7qxw2m5t4nbyd",` + `"username":"hong@example.com","name":"홍길동","lang":"ko","role":"supervisor","extension":"1010","enabled":true,"tenant":"T2","role_name":"슈퍼바이저","role_name_en":"Supervisor",` +
		`"must_change_password":true,"once_until":"2026-10-23T01:02:03.456Z","second_factor":false,"passkeys":1,"created_at":"2026-10-20T01:02:03.456Z"`
	exampleRoleIs         = `"name":"상담 팀장","rights":{"live":{"level":"change"},"calls":{"level":"see"},"diversions":{"level":"change","settings":["destination","enable"]}}`
	exampleRole           = `{"id":"m5t4nbydk3v7qxw2","built_in":false,"base":"tenant","name_en":"상담 팀장","tenant":"T2",` + exampleRoleIs + `}`
	examplePasskey        = `{"id":"k3v7qxw2m5t4nbyd","name":"회사 노트북","host":"pbx.example.com","created_at":"2026-10-20T01:02:03.456Z","used_at":"2026-10-21T01:02:03.456Z"}` //nolint:gosec // nobody's
	exampleChallenge      = "CAPbW7tZwQvQpYkzUqXqHqvPpU0yF8mZ0fZ0fZ0fZ0c"
	examplePasskeyOptions = `{"challenge":"` + exampleChallenge + `","rp":{"id":"pbx.example.com","name":"DIPCAST"},"user":{"id":"azN2N3F4dzJtNXQ0bmJ5ZA","name":"hong@example.com","displayName":"홍길동"},` +
		`"pubKeyCredParams":[{"type":"public-key","alg":-7}],"timeout":300000,"excludeCredentials":[],"authenticatorSelection":{"requireResidentKey":true,"residentKey":"required","userVerification":"required"},"attestation":"none"}`
	exampleEnded = `{"id":"k3v7qxw2m5t4nbyd"}`
)

// usersExamples are those of sessions, users and roles.
func usersExamples() map[string]exchange {
	return map[string]exchange{
		"sign-in":             {`{"username":"hong@example.com","password":"correct horse battery","code":"123456"}`, done(exampleMe)},
		"session":             {"", done(exampleMe)},
		"sign-out":            {"", done(exampleEnded)},
		"change-profile":      {`{"name":"홍길동","lang":"ko"}`, done(exampleMe)},
		"change-own-password": {`{"old":"correct horse battery","new":"staple correct horse"}`, done(exampleMe)},
		"sign-in-ways":        {"", done(`{"naver_works":true,"passkeys":false,"passkeys_why":"plain","passkeys_at":"https://pbx.example.com"}`)},
		"sessions":            {"", listed(exampleSession, 1, 1000)},
		"end-session":         {"", done(exampleEnded)},

		"begin-totp":   {"", done(`{"secret":"JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP","uri":"otpauth://totp/DIPCAST:hong@example.com?issuer=DIPCAST&secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP","qr":"<svg/>"}`)},
		"confirm-totp": {`{"code":"123456"}`, done(`{"recovery_codes":["k3v7-qxw2-m5t4-nbyd"]}`)},
		"remove-totp":  {`{"password":"correct horse battery"}`, done(`{"id":"totp"}`)},

		"begin-passkey":         {`{"password":"correct horse battery"}`, done(examplePasskeyOptions)},
		"add-passkey":           {`{"name":"회사 노트북","credential":{"id":"Zm9vYmFyZm9vYmFyZm9vYg","rawId":"Zm9vYmFyZm9vYmFyZm9vYg","type":"public-key","response":{"clientDataJSON":"eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIn0","attestationObject":"o2NmbXRkbm9uZQ","transports":["internal"]}}}`, done(examplePasskey)},
		"passkeys":              {"", listed(examplePasskey, 1, 1000)},
		"remove-passkey":        {"", done(exampleEnded)},
		"begin-passkey-sign-in": {"", done(`{"challenge":"` + exampleChallenge + `","rpId":"pbx.example.com","timeout":300000,"userVerification":"required"}`)},
		"passkey-sign-in":       {`{"id":"Zm9vYmFyZm9vYmFyZm9vYg","rawId":"Zm9vYmFyZm9vYmFyZm9vYg","type":"public-key","response":{"clientDataJSON":"eyJ0eXBlIjoid2ViYXV0aG4uZ2V0In0","authenticatorData":"SZYN5YgOjGh0NBcPZHZgW4","signature":"MEUCIQDx","userHandle":"azN2N3F4dzJtNXQ0bmJ5ZA"}}`, done(exampleMe)},

		"users":               {"", listed(exampleUser+"}", 1, 1000)},
		"user":                {"", done(exampleUser + "}")},
		"create-user":         {exampleUserIs + "}", done(exampleUser + `,"one_time_password":"k3v7-qxw2-m5t4-nbyd"}`)},
		"change-user":         {`{"role":"supervisor"}`, done(exampleUser + "}")},
		"delete-user":         {"", done(exampleEnded)},
		"reset-user-password": {"", done(exampleUser + `,"one_time_password":"k3v7-qxw2-m5t4-nbyd"}`)},
		"end-user-sessions":   {"", done(exampleEnded)},
		"remove-user-factors": {"", done(exampleEnded)},
		"rights":              {"", listed(`{"area":"diversions","title":"착신전환","title_en":"Diversions","changes":true,"operators":false,"settings":["destination","enable","raw_destination","time_group"]}`, 26, 1000)},
		"role":                {"", done(exampleRole)},
		"roles":               {"", listed(exampleRole, 1, 1000)},
		"create-role":         {"{" + exampleRoleIs + "}", done(exampleRole)},
		"change-role":         {"{" + exampleRoleIs + "}", done(exampleRole)},
		"delete-role":         {"", done(`{"id":"m5t4nbydk3v7qxw2"}`)},
	}
}
