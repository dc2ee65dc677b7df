package datadir

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// pbxHome is a home with an Asterisk whose files are ours, and which runs: AstDB
// holds mark, and something that is not written to the end.
func pbxHome(t *testing.T, mark string) string {
	t.Helper()
	dir := home(t, mark)
	config := filepath.Join(dir, "dipcast.yaml")
	text := strings.Replace(fmt.Sprintf(configText, "ops-password-"+mark), "secret_file: secrets/gw", "secret_file: secrets/gw, pbx: {dir: pbx}", 1)
	for name, text := range map[string]string{config: text, filepath.Join(dir, "pbx/etc/custom/extensions.conf"): "; of " + mark + "\n", filepath.Join(dir, "pbx/var/none"): ""} {
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	db := astdb(t, dir)
	if _, err := db.ExecContext(t.Context(), "CREATE TABLE astdb(key VARCHAR(256), value VARCHAR(256), PRIMARY KEY(key)); INSERT INTO astdb VALUES('/t/diversions', '"+mark+"')"); err != nil {
		t.Fatal(err)
	}
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tx.Rollback() })
	if _, err := tx.ExecContext(t.Context(), "UPDATE astdb SET value = 'half'"); err != nil {
		t.Fatal(err)
	}
	return dir
}

func astdb(t *testing.T, dir string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, "pbx", filepath.FromSlash(astDB)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// TestBackupOfAnAsterisk: what cannot be rendered again is in a backup, and comes
// back, also over another one that was killed.
func TestBackupOfAnAsterisk(t *testing.T) {
	from := pbxHome(t, "a")
	file := filepath.Join(t.TempDir(), "b.tar.gz")
	m, err := Backup(t.Context(), BackupOptions{Config: filepath.Join(from, "dipcast.yaml"), Version: "test", To: file})
	if err != nil {
		t.Fatal(err)
	}
	paths := map[string]bool{}
	for _, f := range m.Files {
		paths[filepath.ToSlash(f.Path)] = true
	}
	if !paths["pbx/var/astdb.sqlite3"] || !paths["pbx/etc/custom/extensions.conf"] || paths["pbx/var/none"] {
		t.Errorf("holds %+v", m.Files)
	}
	empty, other := t.TempDir(), pbxHome(t, "b")
	journal := filepath.Join(other, "pbx", filepath.FromSlash(astDB)+astDBJournal)
	if err := os.WriteFile(journal, []byte("of a killed one"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, to := range []string{empty, other} {
		if _, err := restore(t, file, to, true, nil); err != nil {
			t.Fatal(err)
		}
		if b, err := os.ReadFile(filepath.Join(to, "pbx/etc/custom/extensions.conf")); err != nil || string(b) != "; of a\n" {
			t.Errorf("%q %v", b, err)
		}
		if there(filepath.Join(to, "pbx", filepath.FromSlash(astDB)+astDBJournal)) {
			t.Error("the other one's journal is beside the restored AstDB")
		}
		var value string
		if err := astdb(t, to).QueryRowContext(t.Context(), "SELECT value FROM astdb").Scan(&value); err != nil || value != "a" {
			t.Errorf("%q %v", value, err)
		}
	}
}
