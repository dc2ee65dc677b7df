package amitest

import "strings"

// The usage texts of Asterisk's command line, in main/db.c.
var usage = map[string][]string{
	"get": {
		"Usage: database get <family> <key>",
		"       Retrieves an entry in the Asterisk database for a given",
		"       family and key.",
	},
	"put": {
		"Usage: database put <family> <key> <value>",
		"       Adds or updates an entry in the Asterisk database for",
		"       a given family, key, and value.",
	},
	"del": {
		"Usage: database del <family> <key>",
		"       Deletes an entry in the Asterisk database for a given",
		"       family and key.",
	},
}

// command answers the action Command: the database commands as Asterisk does,
// some others with fixed text.
func command(c *Conn, r Request) {
	line := r.Get("Command")
	if line == "" {
		c.Error(r, "No command provided")
		return
	}
	status, lines := c.s.run(line)
	headers := []string{"Message", "Command output follows"}
	for _, l := range lines {
		headers = append(headers, "Output", l)
	}
	c.Respond(r, status, headers...)
}

// run runs one line of the command line.
func (s *Server) run(line string) (status string, output []string) {
	args := splitArgs(line)
	lower := make([]string, len(args))
	for i, a := range args {
		lower[i] = strings.ToLower(a)
	}
	if len(args) > 1 && lower[0] == "database" {
		switch lower[1] {
		case "get", "put", "del", "deltree", "show", "showkey":
			return s.database(lower[1], args[2:])
		}
	}
	switch strings.Join(lower, " ") {
	case "core show version":
		return "Success", []string{"Asterisk " + s.asteriskVersion() + " built by nobody @ localhost on a x86_64 running Linux"}
	case "core show channels concise":
		return "Success", []string{""}
	case "core show channels":
		return "Success", s.coreShowChannels()
	case "queue show":
		return "Success", []string{"No queues."}
	}
	return "Error", []string{"No such command '" + strings.TrimSpace(line) + "' (type 'core show help " +
		strings.Join(args[:min(2, len(args))], " ") + "' for other possible commands)"}
}

// database runs "database …" with the texts of transcript 05.
func (s *Server) database(verb string, args []string) (status string, output []string) {
	want := map[string]int{"get": 2, "put": 3, "del": 2}[verb]
	if want > 0 && len(args) != want {
		return "Error", usage[verb]
	}
	key := ""
	if len(args) > 1 {
		key = args[1]
	}
	say := func(ok bool, yes, no string) (string, []string) {
		if ok {
			return "Success", []string{yes}
		}
		return "Success", []string{no}
	}
	switch verb {
	case "get":
		v, ok := s.db.Get(args[0], key)
		return say(ok, "Value: "+v, "Database entry not found.")
	case "put":
		return say(s.db.Put(args[0], key, args[2]), "Updated database successfully", "Failed to update entry")
	case "del":
		return say(s.db.Del(args[0], key), "Database entry removed.", "Database entry could not be removed.")
	case "deltree":
		if len(args) == 0 {
			return "Error", []string{"Usage: database deltree <family> [keytree]"}
		}
		n := s.db.DelTree(args[0], key)
		return say(n > 0, itoa(n)+" database entries removed.", "Database entries do not exist.")
	case "showkey":
		if len(args) != 1 {
			return "Error", []string{"Usage: database showkey <keytree>"}
		}
		var found [][2]string
		for _, e := range s.db.Tree("", "") {
			if strings.HasSuffix(e[0], "/"+args[0]) {
				found = append(found, e)
			}
		}
		return "Success", show(found)
	}
	family := ""
	if len(args) > 0 {
		family = args[0]
	}
	return "Success", show(s.db.Tree(family, key))
}

// splitArgs splits a line at blanks; double quotes hold an argument together.
func splitArgs(line string) []string {
	var args []string
	var cur strings.Builder
	quoted, open := false, false
	for _, ch := range []byte(line) {
		switch {
		case ch == '"':
			quoted, open = !quoted, true
		case ch == ' ' || ch == '\t':
			if quoted {
				cur.WriteByte(ch)
			} else if open {
				args, open = append(args, cur.String()), false
				cur.Reset()
			}
		default:
			cur.WriteByte(ch)
			open = true
		}
	}
	if open {
		args = append(args, cur.String())
	}
	return args
}
