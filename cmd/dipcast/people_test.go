package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestPeopleCommands works on a data directory that no gateway uses.
func TestPeopleCommands(t *testing.T) {
	dir := t.TempDir()
	file := write(t, filepath.Join(dir, "dipcast.yaml"), "listen: [\"127.0.0.1:0\"]\ndcmiws_listen: []\nagi_listen: \"\"\nservers:\n  - {id: 1, name: pbx, address: \"127.0.0.1:5038\", username: u, secret: a-secret-word}\n")
	run := func(args ...string) (string, error) {
		t.Helper()
		return dipcast(t, append(args, "-c", file, "--lang", "en")...)
	}
	says := func(want string, args ...string) {
		t.Helper()
		if out, err := run(args...); err != nil || !strings.Contains(out, want) {
			t.Errorf("%v: %q, %v; want %q", args, out, err, want)
		}
	}
	refused := func(want string, args ...string) {
		t.Helper()
		if _, err := run(args...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %q", args, err, want)
		}
	}
	says("T2", "tenant", "create", "--name", "얼쑤팩토리", "--extensions", "1010")

	says("telephone", "people", "rules")
	says("The rules were set", "people", "rules", "--rule", "employee_number:^E([0-9]+)$")
	says("^E([0-9]+)$", "people", "rules")
	refused("rules: rule 1: pattern:", "people", "rules", "--rule", "telephone:([0-9")
	says("email", "people", "rules", "--default")
	refused("set naver-works first", "people", "sync")
	refused("there is no such person", "people", "set", "nobody", "--extension", "1010")
	refused("say what", "people", "set", "nobody")
	refused("extension by-rules", "people", "set", "nobody", "--extension", "1010", "--by-rules")

	good := write(t, filepath.Join(dir, "good.csv"), "이름,번호\n김민수,010-1234-5678\n")
	bad := write(t, filepath.Join(dir, "bad.csv"), "이름,번호\n김민수,010-1234-5678\n이서연,없음\n")
	says("1 numbers would be taken", "contacts", "import", good, "--dry-run")
	out, err := run("contacts", "import", bad, "--dry-run")
	if err == nil || !strings.Contains(out, `"없음" is no telephone number`) || !strings.Contains(out, "nothing would be taken") {
		t.Errorf("%s, %v", out, err)
	}
	refused("line 3", "contacts", "import", bad)
	says("1 numbers taken, 1 in all", "contacts", "import", bad, "--skip")
	says("김민수", "contacts", "name", "+82 10 1234 5678")
	says("Nobody knows", "contacts", "name", "02-111-2222")
	refused("is empty", "contacts", "import", write(t, filepath.Join(dir, "empty.csv"), ""))
	says("김민수,,010-1234-5678", "contacts", "export")
}
