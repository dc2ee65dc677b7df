package policy

import (
	"errors"
	"slices"
	"strconv"
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

// maxKey bounds a key; Asterisk's own bound is 256 with the family.
const maxKey = 200

// keyForm is what a key must look like, for messages.
const keyForm = "diversions/{extension}/{CFI|CFB|CFN|CFU}/{enable|destination|time_group}" +
	", or with DND: enable|time_group, with PEA: enable|destination_0..4|time_group"

// entry is a request about one entry of the AstDB.
type entry struct {
	kind               Kind
	family, key, value string
}

// command takes `database get|put|del` apart. It is never passed on as text:
// what is sent is DBGet, DBPut or DBDel with the parts that were checked. An
// operator may also send the commands of the configuration, word for word.
func (q *request) command() (*Plan, error) {
	text, err := q.need("Command")
	if err != nil {
		return nil, err
	}
	if q.who.Role == tenant.Operator && (*q.p.commands.Load())[text] {
		return &Plan{Kind: Send, User: Commands, Action: ami.NewAction("Command").Add("Command", text)}, nil
	}
	words := strings.Fields(text)
	if len(words) < 2 || !strings.EqualFold(words[0], "database") {
		return nil, q.noCommand()
	}
	var e entry
	usage, want := "", 2
	switch strings.ToLower(words[1]) {
	case "get":
		e.kind, usage = ReadKey, usageGet
	case "put":
		e.kind, usage, want = WriteKey, usagePut, 3
	case "del":
		e.kind, usage = DeleteKey, usageDel
	default:
		return nil, q.noCommand()
	}
	if strings.Join(words, " ") != text {
		return nil, invalid("Command", "must have one blank between its words, and none around them")
	}
	args := words[2:]
	if len(args) != want {
		return q.usage(usage), nil
	}
	e.family, e.key = args[0], args[1]
	if want == 3 {
		e.value = args[2]
	}
	p, err := q.entry(e)
	if err != nil {
		return nil, inCommand(err)
	}
	p.Command = true
	return p, nil
}

// inCommand turns a refusal of Family, Key or Val into one of that part of a
// Command.
func inCommand(err error) error {
	var e *envelope.Error
	if !errors.As(err, &e) {
		return err
	}
	part := map[string]string{"Family": "the family", "Key": "the key", "Val": "the value"}[e.Field]
	return &envelope.Error{Code: e.Code, Field: "Command", Message: part + " in Command" + strings.TrimPrefix(e.Message, e.Field)}
}

func (q *request) noCommand() error {
	if q.who.Role == tenant.Operator {
		return forbidden("Command", "must be database get, put or del, or word for word one of the configuration's operator_commands")
	}
	return forbidden("Command", "must be database get, put or del")
}

// usage answers as the CLI does to a wrong number of arguments.
func (q *request) usage(text string) *Plan {
	return &Plan{Kind: Answer, Fields: []envelope.Field{
		{Name: "Response", Value: "Error"},
		{Name: "ActionID", Value: q.r.ActionID},
		{Name: "Message", Value: "Command output follows"},
		{Name: "Output", Value: text},
	}}
}

func (q *request) dbGet() (*Plan, error) { return q.db(ReadKey) }
func (q *request) dbDel() (*Plan, error) { return q.db(DeleteKey) }
func (q *request) dbPut() (*Plan, error) { return q.db(WriteKey) }

// db reads DBGet, DBPut and DBDel.
func (q *request) db(kind Kind) (*Plan, error) {
	e := entry{kind: kind}
	var err error
	if e.family, err = q.need("Family"); err != nil {
		return nil, err
	}
	if e.key, err = q.need("Key"); err != nil {
		return nil, err
	}
	if kind == WriteKey {
		var ok bool
		if e.value, ok = q.get("Val"); !ok {
			return nil, missing("Val", "the action "+q.action)
		}
	}
	return q.entry(e)
}

// entry checks one entry: the family is the client's own tenant, the key one of
// a diversion of its extensions, the value one that the dialplan understands.
func (q *request) entry(e entry) (*Plan, error) {
	t := q.family(e.family)
	if t == nil {
		whose := "your own tenant id"
		if q.who.Tenant == nil {
			whose = "the tenant id of a company on this server"
		}
		return nil, forbidden("Family", "must be %s", whose)
	}
	k, ok := dialplan.ParseKey(e.key)
	switch {
	case ok:
	case isKey(e.key) && !strings.HasPrefix(e.key, "diversions/"):
		return nil, forbidden("Key", "must be of the form %s", keyForm)
	default:
		return nil, invalid("Key", "must be of the form %s", keyForm)
	}
	if err := q.extension("Key", t, k.Extension); err != nil {
		return nil, err
	}
	p := &Plan{Kind: e.kind, User: Database, Tenant: t, Key: k, Value: e.value}
	if e.kind == ReadKey {
		return p, nil
	}
	if k.Diversion == "" {
		return nil, forbidden("Key", "must not be has_enable_diversions, which the gateway keeps by itself")
	}
	if e.kind == WriteKey {
		return p, diversionValue("Val", t, k, e.value)
	}
	return p, nil
}

// family is the tenant whose keys the client may read and write under a name,
// which is compared exactly. The answer is the same whether another tenant
// exists or not.
func (q *request) family(hex string) *tenant.Tenant {
	if q.who.Role == tenant.Operator {
		if t := q.p.o.Directory().ByID(hex); t != nil && t.HasServer(q.server) {
			return t
		}
	} else if q.who.Tenant.ID.Hex() == hex {
		return q.who.Tenant
	}
	return nil
}

// isKey reports a well-formed key, of whatever meaning.
func isKey(key string) bool {
	return isName(key, maxKey, "_-/") && !strings.Contains("/"+key+"/", "//")
}

// diversionValue accepts what an entry of a diversion may hold. An empty
// destination or time group means none.
func diversionValue(field string, t *tenant.Tenant, k dialplan.Key, value string) error {
	switch f := k.Field; {
	case f == dialplan.Enable:
		if value != dialplan.Yes && value != dialplan.No {
			return invalid(field, "must set enable to yes or no")
		}
	case f.IsDestination():
		if value == "" {
			return nil
		}
		num, ok := dialplan.ParseDestination(value)
		if !ok {
			return invalid(field, "must set %s to %s,{number},1", f, dialplan.CustomNumbers)
		}
		return leadsTo(field, t, k, num)
	case f == dialplan.TimeGroup:
		if n, _ := dialplan.ParseEndpoint(value); value != "" && (!isName(value, 79, "_-") || n != 0 && (t.Main || n != t.Number)) {
			return invalid(field, "must set time_group to the name of a time group of yours")
		}
		if value != "" && len(t.TimeGroups) > 0 && !slices.ContainsFunc(t.TimeGroups, func(id int) bool { return strconv.Itoa(id) == value }) {
			return invalid(field, "must set time_group to the id of a time group of yours")
		}
	}
	return nil
}
