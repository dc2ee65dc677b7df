package config

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"unicode/utf8"
)

// eachSecret calls f for every secret below the top level, with its field and
// the name of the file that may hold it instead.
func (c *Config) eachSecret(f func(field string, s *Secret, file *string)) {
	f("relay.key", &c.Relay.Key, &c.Relay.KeyFile)
	for i := range c.Servers {
		s, at := &c.Servers[i], fmt.Sprintf("servers[%d]", i)
		f(at+".secret", &s.Secret, &s.SecretFile)
		f(at+".users.events.secret", &s.Users.Events.Secret, &s.Users.Events.SecretFile)
		f(at+".users.calls.secret", &s.Users.Calls.Secret, &s.Users.Calls.SecretFile)
		f(at+".users.database.secret", &s.Users.Database.Secret, &s.Users.Database.SecretFile)
	}
	for i := range c.Tenants {
		t, at := &c.Tenants[i], fmt.Sprintf("tenants[%d]", i)
		for j := range t.AppKeys {
			f(fmt.Sprintf("%s.app_keys[%d].key", at, j), &t.AppKeys[j].Key, &t.AppKeys[j].KeyFile)
		}
		for j := range t.Logins {
			f(fmt.Sprintf("%s.logins[%d].password", at, j), &t.Logins[j].Password, &t.Logins[j].PasswordFile)
		}
	}
	for i := range c.Operators {
		f(fmt.Sprintf("operators[%d].password", i), &c.Operators[i].Password, &c.Operators[i].PasswordFile)
	}
}

// secrets reads the secrets that are kept in files.
func (r *report) secrets(c *Config, src Source) {
	read := src.ReadFile
	if read == nil {
		read = func(name string) ([]byte, error) { return readLimited(name, MaxSecretFile) }
	}
	resolve := func(field string, s *Secret, file *string) {
		if *file == "" {
			return
		}
		if !s.Empty() {
			r.add(field+"_file", "cannot be used together with %s; keep one", field)
			return
		}
		data, err := read(*file)
		if err != nil {
			r.add(field+"_file", "%v", fileError(err))
			return
		}
		// Editors and echo end a file with a line break that is not meant.
		text := strings.TrimSuffix(strings.TrimSuffix(string(data), "\n"), "\r")
		switch {
		case text == "":
			r.add(field+"_file", "is an empty file")
		case !utf8.ValidString(text):
			r.add(field+"_file", "is not UTF-8 text")
		default:
			*s = NewSecret(text)
		}
	}
	if c.DatabaseFile != "" && c.Database == Default().Database {
		c.Database = Secret{} // the default gives way
	}
	resolve("database", &c.Database, &c.DatabaseFile)
	c.eachSecret(resolve)
}

// fileError shortens an error of the file system to its reason: the field is
// named already.
func fileError(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return fmt.Errorf("%s: %w", pe.Path, pe.Err)
	}
	return err
}
