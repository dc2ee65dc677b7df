package people

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/dipcast/dipcast/internal/number"
	"github.com/dipcast/dipcast/internal/store"
)

// Rule gives people of the directory an extension by one of their fields.
type Rule struct {
	// Field of the directory: telephone, cell_phone, external_key,
	// employee_number, nickname or email.
	Field string `json:"field"`
	// Pattern is a regular expression (RE2); its first group that holds something
	// is what is compared, or the whole when it has no group. "" means: for an
	// extension DefaultPattern, else the whole field.
	Pattern string `json:"pattern,omitempty"`
	// To is what it is compared with: extension, did (a number that rings an
	// extension) or email (where an extension's voicemail is sent). "" means
	// extension.
	To string `json:"to,omitempty"`
}

// What a rule compares with.
const (
	ToExtension = "extension"
	ToDID       = "did"
	ToEmail     = "email"
)

// Fields that a rule may look at.
var Fields = []string{"telephone", "cell_phone", "external_key", "employee_number", "nickname", "email"}

// DefaultPattern finds an extension that stands alone, 1010, or behind a number
// in parentheses, after # or p: 02-123-4567(1010), 02-123-4567#1010. The last
// digits of a number are no extension by themselves: who wants that says so with
// a pattern of their own, and tries it first.
const DefaultPattern = `^\s*([0-9]{3,10})\s*$|[(#pP]\s*([0-9]{3,10})\s*\)?\s*$`

// DefaultRules count where none are set.
var DefaultRules = []Rule{{Field: "telephone"}, {Field: "telephone", To: ToDID}, {Field: "email", To: ToEmail}}

// Bounds of rules.
const (
	MaxRules   = 20
	MaxPattern = 300
)

// ErrRule reports a rule that cannot be used.
var ErrRule = errors.New("rule")

// Extensions are those of a company, for rules.
type Extensions struct {
	Numbers []string
	DIDs    map[string]string // number → extension
	Emails  map[string]string // extension → where its voicemail is sent
}

// rules are made ready.
type rules struct {
	all    []Rule
	res    []*regexp.Regexp // nil: the whole
	exts   map[string]bool
	dids   map[string]string // number.Key → extension
	emails map[string]string // small letters → extension; "" for several
}

// compile checks rules. None are DefaultRules.
func compile(all []Rule, x Extensions) (*rules, error) {
	if all == nil {
		all = DefaultRules
	}
	if len(all) > MaxRules {
		return nil, fmt.Errorf("%w: at most %d", ErrRule, MaxRules)
	}
	k := &rules{all: all, exts: map[string]bool{}, dids: map[string]string{}, emails: map[string]string{}}
	for i := range all {
		re, err := all[i].compile()
		if err != nil {
			return nil, fmt.Errorf("%w %d: %w", ErrRule, i+1, err)
		}
		k.res = append(k.res, re)
	}
	for _, e := range x.Numbers {
		k.exts[e] = true
	}
	for did, ext := range x.DIDs {
		if key := number.Key(did); key != "" && k.exts[ext] {
			k.dids[key] = ext
		}
	}
	for ext, email := range x.Emails {
		email = strings.ToLower(email)
		if _, taken := k.emails[email]; taken {
			ext = "" // one mailbox for several extensions tells nothing of people
		}
		k.emails[email] = ext
	}
	delete(k.emails, "")
	return k, nil
}

func (r *Rule) compile() (*regexp.Regexp, error) {
	known := false
	for _, f := range Fields {
		known = known || f == r.Field
	}
	switch {
	case !known:
		return nil, fmt.Errorf("field: one of %s", strings.Join(Fields, ", "))
	case r.To != "" && r.To != ToExtension && r.To != ToDID && r.To != ToEmail:
		return nil, fmt.Errorf("to: %s, %s or %s", ToExtension, ToDID, ToEmail)
	case len(r.Pattern) > MaxPattern:
		return nil, fmt.Errorf("pattern: at most %d bytes", MaxPattern)
	}
	pattern := r.Pattern
	if pattern == "" && (r.To == "" || r.To == ToExtension) {
		pattern = DefaultPattern
	}
	if pattern == "" {
		return nil, nil
	}
	re, err := regexp.Compile(pattern)
	if err != nil {
		return nil, fmt.Errorf("pattern: %w", err)
	}
	return re, nil
}

// of is what a person's fields say: an extension, "" none.
func (k *rules) of(i int, p *store.Person) string {
	text := field(p, k.all[i].Field)
	if re := k.res[i]; re != nil && text != "" {
		m := re.FindStringSubmatch(text)
		text = ""
		for n, group := range m {
			if (n > 0 || len(m) == 1) && group != "" {
				text = group
				break
			}
		}
	}
	text = strings.TrimSpace(text)
	if text == "" {
		return ""
	}
	switch k.all[i].To {
	case ToDID:
		return k.dids[number.Key(text)]
	case ToEmail:
		return k.emails[strings.ToLower(text)]
	}
	if text = strings.NewReplacer("-", "", " ", "", ".", "").Replace(text); k.exts[text] {
		return text
	}
	return ""
}

func field(p *store.Person, name string) string {
	switch name {
	case "telephone":
		return p.Fields.Telephone
	case "cell_phone":
		return p.Fields.CellPhone
	case "external_key":
		return p.Fields.ExternalKey
	case "employee_number":
		return p.Fields.EmployeeNumber
	case "nickname":
		return p.Fields.Nickname
	}
	return p.Email
}
