package config

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/parser"
)

// Bounds of what is read, in bytes.
const (
	MaxFile       = 4 << 20
	MaxSecretFile = 64 << 10
)

// EnvPrefix is what environment variables for keys begin with: data_dir is
// DIPCAST_DATA_DIR, tls.mode is DIPCAST_TLS_MODE. A list of texts is separated
// by commas. An empty variable counts as not set. Lists of mappings (servers,
// tenants and so on) come from the file only.
const EnvPrefix = "DIPCAST_"

// Source is where a configuration comes from.
type Source struct {
	Name    string   // shown in problems
	Dir     string   // relative file names begin here; "" means the working directory
	Environ []string // as os.Environ returns it; nil means none
	// ReadFile reads a secret's file, at most MaxSecretFile bytes. Nil means
	// from the file system.
	ReadFile func(name string) ([]byte, error)
}

// Load reads the file at path, lays the environment over it, reads the secrets
// kept in files and validates the whole. The error of an unusable configuration
// is a Problems.
func Load(path string, environ []string) (*Config, error) {
	data, err := readLimited(path, MaxFile)
	if err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	c, err := Parse(data, Source{Name: path, Dir: filepath.Dir(path), Environ: environ})
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(path); err == nil && info.Mode().Perm()&0o007 != 0 {
		c.Warnings = append(c.Warnings, Problem{Source: path, Text: "everybody on this machine may read or write this file, and it may hold secrets; chmod o= mends it"})
	}
	return c, nil
}

// Parse is Load for text that is already in memory.
func Parse(data []byte, src Source) (*Config, error) {
	r := newReport(src.Name)
	c := Default()
	r.parse(data, c)
	if len(r.problems) > 0 && r.problems[0].Field == "" {
		return nil, r.err() // not YAML: every further check would only confuse
	}
	c.relativeTo(src.Dir)
	r.environment(c, src.Environ)
	r.secrets(c, src)
	r.validate(c)
	c.Warnings = r.warnings
	if err := r.err(); err != nil {
		return nil, err
	}
	return c, nil
}

// Validate checks a configuration that was made in memory and completes it
// (Users of servers, PublicURL). The error is a Problems.
func (c *Config) Validate() error {
	r := newReport("")
	r.validate(c)
	c.Warnings = r.warnings
	return r.err()
}

// parse reads data into c, a pointer to a struct with yaml tags.
func (r *report) parse(data []byte, c any) {
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		p := Problem{Source: r.source, Text: yaml.FormatError(err, false, false)}
		// The library's own text holds the place as "[1:4] …" and, when asked
		// for it, the source, which may be a secret: it is not asked.
		var ye yaml.Error
		if errors.As(err, &ye) {
			p.Text = ye.GetMessage()
			if t := ye.GetToken(); t != nil && t.Position != nil {
				p.Line, p.Column = t.Position.Line, t.Position.Column
			}
		}
		r.problems = append(r.problems, p)
		return
	}
	if len(file.Docs) > 1 {
		r.add("", "holds more than one YAML document")
		return
	}
	for _, doc := range file.Docs {
		if doc.Body != nil {
			r.bind(doc.Body, reflect.ValueOf(c).Elem(), "")
		}
	}
}

// environOf are the variables of environ that are ours.
func environOf(environ []string) map[string]string {
	env := make(map[string]string)
	for _, kv := range environ {
		if name, value, ok := strings.Cut(kv, "="); ok && strings.HasPrefix(name, EnvPrefix) && value != "" {
			env[name] = value
		}
	}
	return env
}

// environment lays environment variables over the scalar keys.
func (r *report) environment(c *Config, environ []string) {
	env := environOf(environ)
	if len(env) == 0 {
		return
	}
	// What the environment names wins whole: a secret over the file's secret
	// file, a secret file over the file's secret.
	if env[EnvPrefix+"DATABASE"] != "" {
		c.DatabaseFile = ""
	} else if env[EnvPrefix+"DATABASE_FILE"] != "" {
		c.Database = Secret{}
	}
	if env[EnvPrefix+"RELAY_KEY"] != "" {
		c.Relay.KeyFile = ""
	} else if env[EnvPrefix+"RELAY_KEY_FILE"] != "" {
		c.Relay.Key = Secret{}
	}
	r.environmentOf(reflect.ValueOf(c).Elem(), "", env)
}

func (r *report) environmentOf(v reflect.Value, path string, env map[string]string) {
	for i := range v.NumField() {
		key := v.Type().Field(i).Tag.Get("yaml")
		if key == "" || key == "-" {
			continue
		}
		field, path := v.Field(i), join(path, key)
		isSecret := field.Type() == reflect.TypeFor[Secret]()
		if field.Kind() == reflect.Struct && !isSecret {
			r.environmentOf(field, path, env)
			continue
		}
		name := EnvPrefix + strings.ToUpper(strings.ReplaceAll(path, ".", "_"))
		value, ok := env[name]
		if !ok {
			continue
		}
		r.places[path] = place{source: name}
		switch {
		case isSecret:
			field.Set(reflect.ValueOf(NewSecret(value)))
		case field.Type() == reflect.TypeFor[[]string]():
			field.Set(reflect.ValueOf(splitList(value)))
		case field.Kind() == reflect.Slice:
			r.add(path, "cannot be set from the environment")
		default:
			if err := setScalar(field, value); err != nil {
				r.add(path, "%v", err)
			}
		}
	}
}

func splitList(s string) []string {
	var out []string
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// relativeTo makes the file names of the configuration file relative to its
// folder. Names from the environment stay relative to the working directory.
func (c *Config) relativeTo(dir string) {
	if dir == "" || dir == "." {
		return
	}
	names := []*string{&c.DataDir, &c.DatabaseFile, &c.TLS.Cert, &c.TLS.Key, &c.Relay.CAFile}
	for i := range c.Servers {
		p := &c.Servers[i].PBX
		names = append(names, &c.Servers[i].CAFile, &c.Servers[i].CDRCSV, &c.Servers[i].FaxSpool, &c.Servers[i].RecordingSpool, &p.Dir, &p.Cert, &p.Key, &p.CA)
		if p.Tree != Installed {
			names = append(names, &p.Tree)
		}
	}
	c.eachSecret(func(_ string, _ *Secret, file *string) { names = append(names, file) })
	for _, n := range names {
		if *n != "" && !filepath.IsAbs(*n) {
			*n = filepath.Join(dir, *n)
		}
	}
}

func readLimited(name string, limit int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // only read
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("%s: larger than %d bytes", name, limit)
	}
	return data, nil
}
