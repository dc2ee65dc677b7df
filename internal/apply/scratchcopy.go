package apply

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/dipcast/dipcast/internal/asteriskproc"
)

// scratchCopy makes the files of a scratch Asterisk. Every line stays where it
// is, so that what is logged of a line is true of the real file.
type scratchCopy struct {
	dir    string // of the scratch Asterisk
	server string // of the real one

	ports asteriskproc.Ports
}

// elsewhere holds copies of included files that lie outside of etc.
const elsewhere = "elsewhere"

// port is a free one on 127.0.0.1, as long as the copy is there.
func (c *scratchCopy) port() (string, error) {
	p, err := c.ports.Pick(1)
	if err != nil {
		return "", err
	}
	return fmt.Sprint(p), nil
}

// of gives the copies, by path below dir.
func (c *scratchCopy) of(files map[string]string) (map[string]string, error) {
	out := map[string]string{}
	nobody, err := c.port()
	if err != nil {
		return nil, err
	}
	etc := filepath.Join(c.server, "etc")
	for name, text := range files {
		if !strings.HasPrefix(name, "etc/") {
			out[name] = text
			continue
		}
		change := c.changes(base(name), nobody)
		body, err := c.changed(text, change)
		if err != nil {
			return nil, err
		}
		out[name] = body
		for _, f := range included(etc, text) {
			at := c.place(f.path)
			if _, ours := files[at]; ours {
				continue // a rendered file that is included is there
			}
			if out[at], err = c.changed(f.text, change); err != nil {
				return nil, err
			}
		}
	}
	// Its own log is what the trial is about.
	out["etc/logger.conf"] = "[general]\ndateformat=%F %T.%3q\n[logfiles]\nmessages => warning,error\n"
	return out, nil
}

// place is where the copy of an included file goes.
func (c *scratchCopy) place(path string) string {
	if rel, err := filepath.Rel(filepath.Join(c.server, "etc"), path); err == nil && filepath.IsLocal(rel) {
		return "etc/" + filepath.ToSlash(rel)
	}
	return elsewhere + filepath.ToSlash(path)
}

// change gives the value of a setting in the copy; ok is false to keep it.
type change func(key, value string) (to string, ok bool, err error)

// changes are those of one file and of what it includes.
func (c *scratchCopy) changes(name, nobody string) change {
	const here = "127.0.0.1"
	listen := func() (string, bool, error) {
		p, err := c.port()
		return here + ":" + p, true, err
	}
	switch name {
	case "asterisk.conf":
		folders := map[string]string{
			"astetcdir": "etc", "astvarlibdir": "var", "astdbdir": "var", "astkeydir": "var", "astagidir": "var/agi-bin",
			"astspooldir": "spool", "astrundir": "run", "astlogdir": "log",
		}
		return func(key, value string) (string, bool, error) {
			if f, ok := folders[key]; ok {
				return filepath.Join(c.dir, f), true, nil
			}
			// A data folder of its own is laid when an Asterisk is started, which
			// the real one may never have been.
			if key == "astdatadir" && value == asteriskproc.DataFolder(c.server) {
				return asteriskproc.DataFolder(c.dir), true, nil
			}
			// It runs as we do, and in the foreground.
			if key == "runuser" || key == "rungroup" {
				return "", true, nil
			}
			return value, false, nil
		}
	case "manager.conf", "http.conf":
		return func(key, value string) (string, bool, error) {
			switch key {
			case "bindaddr":
				return here, true, nil
			case "port", "bindport":
				p, err := c.port()
				return p, true, err
			case "tlsbindaddr":
				return listen()
			}
			return value, false, nil
		}
	case "pjsip.conf":
		return func(key, value string) (string, bool, error) {
			switch key {
			case "bind":
				return listen()
			case "server_uri", "client_uri":
				return "sip:" + here + ":" + nobody, true, nil
			case "outbound_proxy": // which requests go to whatever their URI says
				return "sip:" + here + ":" + nobody + `\;lr`, true, nil
			case "qualify_frequency":
				return "0", true, nil
			}
			return value, false, nil
		}
	case "udptl.conf", "rtp.conf":
		return func(key, value string) (string, bool, error) {
			// Servers that would be asked for our address.
			if key == "stunaddr" || key == "turnaddr" {
				return "", true, nil
			}
			return value, false, nil
		}
	}
	return func(_, value string) (string, bool, error) { return value, false, nil }
}

// changed is a text with its settings changed and its includes led to copies.
func (c *scratchCopy) changed(text string, change change) (string, error) {
	var b strings.Builder
	for line := range strings.Lines(text) {
		body, end := strings.TrimRight(line, "\r\n"), line[len(strings.TrimRight(line, "\r\n")):]
		if name, ok := includes(body); ok && filepath.IsAbs(name) {
			at := filepath.Join(c.dir, filepath.FromSlash(c.place(name)))
			body = strings.Replace(body, name, at, 1)
		} else if key, value := setting(body); key != "" {
			to, differs, err := change(key, value)
			if err != nil {
				return "", err
			}
			switch {
			case differs && to == "":
				body = "; " + body
			case differs:
				op := "="
				if strings.Contains(body, "=>") {
					op = "=>"
				}
				body = key + op + to
			}
		}
		b.WriteString(body + end)
	}
	return b.String(), nil
}
