package serverconf_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/serverconf"
)

// TestOwnUsers: secrets of AMI users are made once, kept readable by us only,
// and are those that the files have.
func TestOwnUsers(t *testing.T) {
	dir := t.TempDir()
	read := func() *config.Config {
		t.Helper()
		c, err := config.Parse([]byte("data_dir: "+dir+"\nservers: [{id: 3, name: a, pbx: {run: true}}]\n"), config.Source{})
		if err != nil {
			t.Fatal(err)
		}
		if err := serverconf.Complete(c); err != nil {
			t.Fatal(err)
		}
		return c
	}
	c := read()
	users := c.Servers[0].Users
	if users.Events.Secret.Empty() || users.Events.Secret == users.Calls.Secret {
		t.Errorf("the users are %+v", users)
	}
	if again := read(); again.Servers[0].Users != users {
		t.Error("other secrets the second time")
	}
	info, err := os.Stat(filepath.Join(dir, serverconf.SecretsName))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file: %v, %v", info, err)
	}
	in, err := serverconf.Input(c, &c.Servers[0], asteriskconf.Dirs{Modules: "/m", Data: "/d"}, serverconf.Description{
		Companies: []company.Company{{ID: "7be69580e27641df", Number: 2, Name: "a", Extensions: []company.Extension{{Number: "1010", Devices: company.Phone("s")}}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if in.AMI.Users.Calls.Secret != users.Calls.Secret.Reveal() || in.AMI.Port != 5038 || in.SIP.Port != 5060 ||
		in.Dirs.Base != filepath.Join(dir, "asterisk-3") || in.AGI.Server != 3 {
		t.Errorf("the input is %+v", in)
	}
	if _, err := asteriskconf.Render(in); err != nil {
		t.Error(err)
	}
}
