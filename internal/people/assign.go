package people

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dipcast/dipcast/internal/store"
)

// Status says how a person has, or has not, an extension.
type Status string

// The ways.
const (
	ByHand    Status = "by_hand"   // somebody has said so
	Matched   Status = "matched"   // by a rule
	Unmatched Status = "unmatched" // no rule finds one
	Conflict  Status = "conflict"  // rules find several, or several people find one: nobody has it
	Gone      Status = "left"      // no longer in the directory, or suspended
)

// Match is what the rules make of one person.
type Match struct {
	Person    store.Person
	Status    Status
	Extension string // that counts; "" none
	// Found are the extensions that rules found, sorted.
	Found []string
	// Why says which rules found it, or what the conflict is.
	Why string
}

// assign applies rules to all people of a company. What was set by hand stays,
// and an extension given by hand is nobody else's. An extension that several
// people find is nobody's.
func (k *rules) assign(all []store.Person) []Match {
	out := make([]Match, len(all))
	finders := map[string][]int{} // by rule
	given := map[string][]int{}   // by hand
	for i := range all {
		p := &all[i]
		m := &out[i]
		m.Person = *p
		if !p.Left.IsZero() {
			m.Status, m.Extension = Gone, p.Extension
			continue
		}
		var by []string
		for n := range k.all {
			if ext := k.of(n, p); ext != "" {
				if !slices.Contains(m.Found, ext) {
					m.Found = append(m.Found, ext)
				}
				by = append(by, fmt.Sprintf("%s by rule %d (%s)", ext, n+1, k.all[n].Field))
			}
		}
		slices.Sort(m.Found)
		m.Why = strings.Join(by, ", ")
		switch {
		case p.ExtensionByHand:
			m.Status, m.Extension = ByHand, p.Extension
			if p.Extension != "" {
				given[p.Extension] = append(given[p.Extension], i)
			}
		case p.ByHand || len(m.Found) == 0:
			m.Status = Unmatched
		case len(m.Found) > 1:
			m.Status = Conflict
			m.Why = "several extensions: " + m.Why
		default:
			m.Status, m.Extension = Matched, m.Found[0]
			finders[m.Extension] = append(finders[m.Extension], i)
		}
	}
	for ext, who := range finders {
		if rivals := slices.Concat(who, given[ext]); len(rivals) > 1 {
			for _, i := range who {
				out[i].Status, out[i].Extension = Conflict, ""
				out[i].Why += "; so has " + names(out, rivals, i)
			}
		}
	}
	return out
}

// names are those of some people but one.
func names(all []Match, some []int, but int) string {
	var out []string
	for _, i := range some {
		if i == but {
			continue
		}
		if len(out) == 5 {
			out = append(out, "others")
			break
		}
		name := all[i].Person.Name
		if all[i].Status == ByHand {
			name += " (by hand)"
		}
		out = append(out, name)
	}
	return strings.Join(out, ", ")
}

// keep writes what counts into the people.
func keep(all []Match) []store.Person {
	out := make([]store.Person, len(all))
	for i := range all {
		p := all[i].Person
		if p.Left.IsZero() && !p.ExtensionByHand {
			p.Extension = all[i].Extension
		}
		p.Rule = all[i].Why
		out[i] = p
	}
	return out
}

// Counts are how many people have what Status.
type Counts struct {
	People    int `json:"people"` // that are here
	Matched   int `json:"matched"`
	ByHand    int `json:"by_hand"`
	Unmatched int `json:"unmatched"`
	Conflicts int `json:"conflicts"`
}

func count(all []Match) Counts {
	var c Counts
	for i := range all {
		switch all[i].Status {
		case Matched:
			c.Matched++
		case ByHand:
			c.ByHand++
		case Unmatched:
			c.Unmatched++
		case Conflict:
			c.Conflicts++
		case Gone:
			continue
		}
		c.People++
	}
	return c
}
