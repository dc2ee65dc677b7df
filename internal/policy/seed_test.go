package policy_test

import "testing"

// TestSeedDocument: every request of the interface document, word for word.
func TestSeedDocument(t *testing.T) {
	w := newWorld(t)
	rest := " | Priority: 1 | Timeout: 30000 | ChannelId: ID | OtherChannelId: ID-2 | Async: true | Variable: EXEC_AA=yes | Variable: CHANNEL(language)=ko | Variable: CHANNEL(accountcode)=07045805605 | CallerID: "
	for file, want := range map[string]string{
		"01_ping":        "send calls T2 | Action: Ping",
		"02_ping":        "send calls T2 | Action: Ping",
		"03_command_get": "read database T2 command | diversions/1010/CFI/enable",
		"04_command_put": "write database T2 command | diversions/1010/CFI/enable = yes",
		"05_command_put": "write database T2 command | diversions/1010/CFI/enable = no",
		"06_command_get": "read database T2 command | diversions/1010/CFI/destination",
		"07_command_put": "write database T2 command | diversions/1010/CFI/destination = sub-custom-numbers,01026132471,1",
		"08_originate":   "originate calls T2 | Action: Originate | Channel: Local/1010@T2_cos-all | Context: T2_cos-all | Exten: 07045144801" + rest + `"얼쑤팩토리" <16682471> | EarlyMedia: true`,
		"09_originate":   "originate calls T2 | Action: Originate | Channel: Local/1013@T2_cos-all | Context: T2_cos-all | Exten: 01026132471" + rest + `"지화자" <07045805605> | EarlyMedia: true`,
	} {
		b := seed(t, file)
		for _, who := range []string{"two", "ops"} {
			if who == "ops" && file < "03" {
				want = "send calls | Action: Ping"
			}
			p, got := w.plan(t, who, 1, b)
			if got != want {
				t.Errorf("%s as %s:\ngot  %s\nwant %s", file, who, got, want)
			}
			if file > "08" && p.Call.Sync {
				t.Errorf("%s waits for the outcome", file)
			}
		}
		if got := w.ask(t, "main", b); file >= "03" && got[0] != '!' {
			t.Errorf("%s as another tenant: %s", file, got)
		}
	}
}

// TestUsage: a wrong number of arguments is answered as the console does,
// whatever the family.
func TestUsage(t *testing.T) {
	w := newWorld(t)
	const answer = "answer calls | Response: Error | ActionID: 1 | Message: Command output follows | Output: "
	const put = answer + "Usage: database put <family> <key> <value>\n       Adds or updates an entry in the Asterisk database for\n       a given family, key, and value."
	const get = answer + "Usage: database get <family> <key>\n       Retrieves an entry in the Asterisk database for a given\n       family and key."
	const del = answer + "Usage: database del <family> <key>\n       Deletes an entry in the Asterisk database for a given\n       family and key."
	for in, want := range map[string]string{
		"database put": put, "database put " + idTwo: put, "database put " + idTwo + " diversions/1010/CFI/enable": put,
		"database put " + idTwo + " diversions/1010/CFI/enable yes yes": put, "database put " + idTen + " x": put,
		"database get": get, "database get " + idTwo: get, "Database Get " + idTwo + " diversions/1010/CFI/en able": get,
		"database del": del, "database del " + idTwo: del, "database del a b c": del,
	} {
		for _, who := range []string{"two", "two/1010", "ten", "ops"} {
			if got := w.ask(t, who, cli(t, in)); got != want {
				t.Errorf("%s as %s:\ngot  %q\nwant %q", in, who, got, want)
			}
		}
	}
}
