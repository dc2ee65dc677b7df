package serverconf

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"github.com/dipcast/dipcast/internal/asteriskproc"
	"github.com/dipcast/dipcast/internal/config"
)

// SecretsName is the file in the data directory with the secrets of AMI users
// that DIPCAST makes for servers it runs.
const SecretsName = "asterisk-secrets.json"

// Complete gives the AMI users of servers that DIPCAST runs their secrets. What
// is not there yet is made and kept.
func Complete(c *config.Config) error {
	var needed bool
	for i := range c.Servers {
		needed = needed || c.Servers[i].OwnUsers
	}
	if !needed {
		return nil
	}
	path := filepath.Join(c.DataDir, SecretsName)
	known := map[string]string{} // "1/dipcast-events"
	body, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("secrets of AMI users: %w", err)
	}
	if err == nil {
		if err := json.Unmarshal(body, &known); err != nil {
			return fmt.Errorf("secrets of AMI users: %s: %w", path, err)
		}
	}
	made := false
	for i := range c.Servers {
		s := &c.Servers[i]
		if !s.OwnUsers {
			continue
		}
		for _, u := range []*config.User{&s.Users.Events, &s.Users.Calls, &s.Users.Database} {
			key := strconv.Itoa(s.ID) + "/" + u.Username
			if known[key] == "" {
				known[key], made = rand.Text(), true
			}
			u.Secret = config.NewSecret(known[key])
		}
	}
	if !made {
		return nil
	}
	if err := os.MkdirAll(c.DataDir, 0o700); err != nil {
		return err
	}
	if body, err = json.MarshalIndent(known, "", "  "); err != nil {
		return err
	}
	return asteriskproc.WriteFiles(c.DataDir, map[string]string{SecretsName: string(body) + "\n"})
}
