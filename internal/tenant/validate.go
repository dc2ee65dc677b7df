package tenant

import (
	"fmt"
	"strconv"

	"github.com/dipcast/dipcast/internal/number"
)

// MaxNumber is the highest tenant number.
const MaxNumber = 9999

// Problem is one thing wrong with a list of tenants.
type Problem struct {
	Index int    // of the tenant in the list
	Field string // as in the configuration: "id", "extensions[2]", "dids"
	Text  string // what is wrong and how to mend it; no id, numbers masked
}

// Error implements error.
func (p Problem) Error() string {
	return fmt.Sprintf("tenants[%d].%s: %s", p.Index, p.Field, p.Text)
}

// Validate returns every problem of a list of tenants, in the list's order.
//
// Ids and numbers are unique; a DID belongs to one tenant on each server; a DID
// rings an extension of its own tenant, or none; extensions and numbers are well formed;
// only tenant 1 can be the main tenant, and only it lists contexts.
func Validate(tenants []Tenant) []Problem {
	v := validator{
		ids:     make(map[string]int),
		numbers: make(map[int]int),
		dids:    make(map[serverDID]int),
	}
	for i := range tenants {
		v.tenant(i, &tenants[i])
	}
	return v.problems
}

type serverDID struct {
	server int
	did    string
}

type validator struct {
	problems []Problem
	ids      map[string]int
	numbers  map[int]int
	dids     map[serverDID]int
}

func (v *validator) add(i int, field, format string, args ...any) {
	v.problems = append(v.problems, Problem{Index: i, Field: field, Text: fmt.Sprintf(format, args...)})
}

func (v *validator) tenant(i int, t *Tenant) {
	v.identity(i, t)
	v.servers(i, t)
	v.extensions(i, t)
	v.telephone(i, t)
	v.contexts(i, t)
}

func (v *validator) identity(i int, t *Tenant) {
	if err := CheckID(t.ID.Hex()); err != nil {
		v.add(i, "id", "%v", err)
	} else if j, ok := v.ids[t.ID.Hex()]; ok {
		v.add(i, "id", "the same as tenants[%d].id; every tenant has its own", j)
	} else {
		v.ids[t.ID.Hex()] = i
	}
	if t.Number < 1 || t.Number > MaxNumber {
		v.add(i, "number", "must be 1 to %d", MaxNumber)
	} else if j, ok := v.numbers[t.Number]; ok {
		v.add(i, "number", "the same as tenants[%d].number; every tenant has its own", j)
	} else {
		v.numbers[t.Number] = i
	}
	if t.Main && t.Number != 1 {
		v.add(i, "main", "only the tenant with number 1 can be the main tenant")
	}
	if t.Name == "" {
		v.add(i, "name", "is missing")
	} else if len(t.Name) > 200 {
		v.add(i, "name", "is longer than 200 bytes")
	}
}

func (v *validator) servers(i int, t *Tenant) {
	if len(t.Servers) == 0 {
		v.add(i, "servers", "is empty; name at least one server id, the first is home")
	}
	seen := make(map[int]bool, len(t.Servers))
	for n, id := range t.Servers {
		if seen[id] {
			v.add(i, fmt.Sprintf("servers[%d]", n), "names server %d again", id)
		}
		seen[id] = true
	}
}

func (v *validator) extensions(i int, t *Tenant) {
	seen := make(map[string]bool, len(t.Extensions))
	for n, ext := range t.Extensions {
		field := fmt.Sprintf("extensions[%d]", n)
		if err := number.CheckExtension(ext); err != nil {
			v.add(i, field, "%v", err)
		} else if seen[ext] {
			v.add(i, field, "names extension %s again", number.Mask(ext))
		}
		seen[ext] = true
	}
}

// telephone checks the DIDs and the further numbers. Maps have no order, so
// problems of DIDs name the number, masked.
func (v *validator) telephone(i int, t *Tenant) {
	for _, did := range sortedKeys(t.DIDs) {
		field, ext := "dids."+number.Mask(did), t.DIDs[did]
		if err := number.Check(did); err != nil {
			v.add(i, field, "%v", err)
			continue
		}
		if ext != "" && !t.HasExtension(ext) {
			v.add(i, field, "rings %s, which is not in extensions", strconv.Quote(number.Mask(ext)))
		}
		for _, server := range t.Servers {
			key := serverDID{server, did}
			if j, ok := v.dids[key]; ok && j != i {
				v.add(i, field, "is also a DID of tenants[%d] on server %d; a DID belongs to one tenant", j, server)
				break
			}
			v.dids[key] = i
		}
	}
	for n, num := range t.Numbers {
		if err := number.Check(num); err != nil {
			v.add(i, fmt.Sprintf("numbers[%d]", n), "%v", err)
		}
	}
}

func (v *validator) contexts(i int, t *Tenant) {
	if len(t.Contexts) > 0 && !t.Main {
		v.add(i, "contexts", "only the main tenant lists contexts; others are known by their prefix")
		return
	}
	for n, name := range t.Contexts {
		if !contextName(name) {
			v.add(i, fmt.Sprintf("contexts[%d]", n), "a context has 1 to 79 letters, digits, '-', '_' and '.'")
		} else if tenantMarked(name) {
			v.add(i, fmt.Sprintf("contexts[%d]", n), "begins with the prefix of another tenant")
		}
	}
}

// contextName follows AST_MAX_CONTEXT (80 with the NUL) of Asterisk's
// include/asterisk/channel.h.
func contextName(s string) bool {
	if s == "" || len(s) > 79 {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9', c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '-', c == '_', c == '.':
		default:
			return false
		}
	}
	return true
}

// tenantMarked reports a name that begins with T, digits and '_'.
func tenantMarked(s string) bool {
	if len(s) < 3 || s[0] != 'T' {
		return false
	}
	i := 1
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	return i > 1 && i < len(s) && s[i] == '_'
}
