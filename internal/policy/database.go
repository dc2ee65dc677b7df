package policy

import (
	"strings"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/tenant"
)

// The usage texts of Asterisk's CLI (main/db.c), as its answers carry them.
const (
	usageGet = "Usage: database get <family> <key>\n       Retrieves an entry in the Asterisk database for a given\n       family and key."
	usagePut = "Usage: database put <family> <key> <value>\n       Adds or updates an entry in the Asterisk database for\n       a given family, key, and value."
	usageDel = "Usage: database del <family> <key>\n       Deletes an entry in the Asterisk database for a given\n       family and key."
)

// command takes `database get|put|del` apart. It is never passed on as text:
// what is sent is DBGet, DBPut or DBDel with the parts that were checked. An
// operator may also send the commands of the configuration, word for word.
func (q *request) command() (*Plan, error) {
	text, ok := q.get("Command")
	if !ok || text == "" {
		return nil, envelope.Errorf(envelope.BadRequest, "Command", "Command is missing")
	}
	if err := q.early(); err != nil {
		return nil, err
	}
	if q.who.Role == tenant.Operator && q.p.commands[text] {
		return &Plan{Kind: Send, User: Commands, Action: ami.NewAction("Command").Add("Command", text)}, nil
	}
	words := strings.Split(text, " ")
	if !strings.EqualFold(words[0], "database") || len(words) < 2 {
		if strings.HasPrefix(strings.ToLower(words[0]), "database\t") {
			return nil, envelope.Errorf(envelope.InvalidValue, "Command", "separate the words by one blank each")
		}
		return nil, envelope.Errorf(envelope.Forbidden, "Command", "only database get, put and del are available here")
	}
	for _, w := range words {
		if w == "" || strings.ContainsAny(w, "\t\v\f") {
			return nil, envelope.Errorf(envelope.InvalidValue, "Command", "separate the words by one blank each")
		}
	}
	args := words[2:]
	switch strings.ToLower(words[1]) {
	case "get":
		return q.commandDB(ReadKey, args, 2, usageGet)
	case "put":
		return q.commandDB(WriteKey, args, 3, usagePut)
	case "del":
		return q.commandDB(DeleteKey, args, 2, usageDel)
	}
	return nil, envelope.Errorf(envelope.Forbidden, "Command", "only database get, put and del are available here")
}

func (q *request) commandDB(kind Kind, args []string, want int, usage string) (*Plan, error) {
	if len(args) != want {
		return &Plan{Kind: Answer, Fields: []envelope.Field{
			{Name: "Response", Value: "Error"},
			{Name: "ActionID", Value: q.r.ActionID},
			{Name: "Message", Value: "Command output follows"},
			{Name: "Output", Value: usage},
		}}, nil
	}
	value := ""
	if want == 3 {
		value = args[2]
	}
	p, err := q.key(kind, "Command", args[0], args[1], value)
	if err != nil {
		return nil, err
	}
	p.Command = true
	return p, nil
}

// db reads DBGet, DBPut and DBDel.
func (q *request) db() (*Plan, error) {
	if err := q.early(); err != nil {
		return nil, err
	}
	family, err := q.need("Family")
	if err != nil {
		return nil, err
	}
	key, err := q.need("Key")
	if err != nil {
		return nil, err
	}
	switch strings.ToLower(strings.TrimSpace(q.r.Action)) {
	case "dbget":
		return q.key(ReadKey, "Key", family, key, "")
	case "dbdel":
		return q.key(DeleteKey, "Key", family, key, "")
	}
	value, ok := q.get("Val")
	if !ok {
		return nil, envelope.Errorf(envelope.BadRequest, "Val", "Val is missing")
	}
	return q.key(WriteKey, "Val", family, key, value)
}

// key checks one entry: the family is the client's own tenant, the key one of
// a diversion of its extensions, the value one that the dialplan understands.
func (q *request) key(kind Kind, field, family, key, value string) (*Plan, error) {
	var t *tenant.Tenant
	if q.who.Role == tenant.Operator {
		t = q.p.o.Directory().ByID(family)
		if t != nil && !t.HasServer(q.server) {
			t = nil
		}
	} else if q.who.Tenant.ID.Hex() == family {
		t = q.who.Tenant
	}
	if t == nil {
		// The same answer whether that tenant exists or not.
		return nil, envelope.Errorf(envelope.Forbidden, field, "the family is not your tenant's id")
	}
	k, ok := dialplan.ParseKey(key)
	if !ok || len(key) > 200 {
		if strings.HasPrefix(key, "diversions/") && !strings.Contains(key, "..") {
			return nil, envelope.Errorf(envelope.InvalidValue, field, "the key must be diversions/{extension}/{CFI|CFB|CFN|CFU}/{enable|destination|time_group}")
		}
		if strings.ContainsAny(key, `"'\ `) || strings.Contains(key, "..") || strings.Contains(key, "//") || len(key) > 200 {
			return nil, envelope.Errorf(envelope.InvalidValue, field, "the key must be diversions/{extension}/{CFI|CFB|CFN|CFU}/{enable|destination|time_group}")
		}
		return nil, envelope.Errorf(envelope.Forbidden, field, "only keys below diversions/ are available here")
	}
	if err := q.extension(field, t, k.Extension); err != nil {
		return nil, err
	}
	p := &Plan{Kind: kind, User: Database, Tenant: t, Key: k, Value: value}
	if kind == ReadKey {
		return p, nil
	}
	if k.Diversion == "" {
		return nil, envelope.Errorf(envelope.Forbidden, field, "has_enable_diversions is kept by the gateway")
	}
	if kind == WriteKey {
		return p, diversionValue(field, t, k.Field, value)
	}
	return p, nil
}

// diversionValue accepts what the field of a diversion may hold.
func diversionValue(field string, t *tenant.Tenant, f dialplan.Field, value string) error {
	switch f {
	case dialplan.Enable:
		if value != dialplan.Yes && value != dialplan.No {
			return envelope.Errorf(envelope.InvalidValue, field, "enable must be yes or no")
		}
	case dialplan.Destination:
		num, ok := dialplan.ParseDestination(value)
		if !ok {
			return envelope.Errorf(envelope.InvalidValue, field, "destination must be sub-custom-numbers,{number},1")
		}
		return Destination(field, t, num)
	case dialplan.TimeGroup:
		if value != "" && !contextName.MatchString(value) {
			return envelope.Errorf(envelope.InvalidValue, field, "time_group must be the name of a time group")
		}
	}
	return nil
}
