package app

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/dipcast/dipcast/internal/config"
)

// live are the keys of the configuration whose change counts at once. A change
// of any other needs a restart.
var live = []string{"servers", "tenants", "operators", "operator_commands", "origins", "private_targets", "hub", "rate", "guard", "capacity", "softphone"}

// needRestart are the keys that changed and do not count yet.
func needRestart(last, next *config.Config) []string {
	var out []string
	eachKey(last, next, func(key string, same bool) {
		if !same && !slices.Contains(live, key) {
			out = append(out, key)
		}
	})
	return out
}

// inForce is next with the values of last where a change needs a restart.
func inForce(last, next *config.Config) *config.Config {
	c := *next
	to, from := reflect.ValueOf(&c).Elem(), reflect.ValueOf(last).Elem()
	for i := range to.NumField() {
		if key := to.Type().Field(i).Tag.Get("yaml"); !slices.Contains(live, key) {
			to.Field(i).Set(from.Field(i))
		}
	}
	return &c
}

// eachKey compares two configurations by their keys.
func eachKey(last, next *config.Config, f func(key string, same bool)) {
	a, b := reflect.ValueOf(last).Elem(), reflect.ValueOf(next).Elem()
	for i := range a.NumField() {
		if key := a.Type().Field(i).Tag.Get("yaml"); key != "" && key != "-" {
			f(key, reflect.DeepEqual(a.Field(i).Interface(), b.Field(i).Interface()))
		}
	}
}

// differences are sentences about what changed and counts at once. They name
// servers by id and tenants by number; no secret, number or tenant id is in
// them.
func differences(last, next *config.Config) []string {
	var out []string
	eachKey(last, next, func(key string, same bool) {
		if same || !slices.Contains(live, key) {
			return
		}
		switch key {
		case "servers":
			out = append(out, lists("servers", last.Servers, next.Servers, func(s *config.Server) string { return fmt.Sprint(s.ID) }))
		case "tenants":
			out = append(out, tenantDifferences(last, next)...)
		case "operators":
			out = append(out, lists("operators", last.Operators, next.Operators, func(o *config.Operator) string { return o.Username }))
		default:
			out = append(out, key+": changed")
		}
	})
	return slices.DeleteFunc(out, func(s string) bool { return s == "" })
}

func tenantDifferences(last, next *config.Config) []string {
	number := func(t *config.Tenant) string { return fmt.Sprintf("T%d", t.Number) }
	bare := func(all []config.Tenant) []config.Tenant {
		all = slices.Clone(all)
		for i := range all {
			all[i].AppKeys, all[i].Logins = nil, nil
		}
		return all
	}
	type key struct {
		config.AppKey
		tenant int
	}
	keys := func(all []config.Tenant) (out []key) {
		for i := range all {
			for _, k := range all[i].AppKeys {
				out = append(out, key{k, all[i].Number})
			}
		}
		return out
	}
	logins := func(all []config.Tenant) (out []config.Login) {
		for i := range all {
			out = append(out, all[i].Logins...)
		}
		return out
	}
	return []string{
		lists("tenants", bare(last.Tenants), bare(next.Tenants), number),
		lists("app keys", keys(last.Tenants), keys(next.Tenants), func(k *key) string { return fmt.Sprintf("%s of T%d", k.Name, k.tenant) }),
		lists("logins", logins(last.Tenants), logins(next.Tenants), func(l *config.Login) string { return l.Username }),
	}
}

// lists says which entries were added, changed and removed, "" when none.
func lists[T any](what string, last, next []T, name func(*T) string) string {
	old := map[string]*T{}
	for i := range last {
		old[name(&last[i])] = &last[i]
	}
	var added, changed, removed []string
	for i := range next {
		n := name(&next[i])
		switch was := old[n]; {
		case was == nil:
			added = append(added, n)
		case !reflect.DeepEqual(*was, next[i]):
			changed = append(changed, n)
		}
		delete(old, n)
	}
	for i := range last {
		if n := name(&last[i]); old[n] != nil {
			removed = append(removed, n)
		}
	}
	var parts []string
	for _, p := range []struct {
		list []string
		verb string
	}{{added, "added"}, {changed, "changed"}, {removed, "removed"}} {
		if len(p.list) > 0 {
			parts = append(parts, strings.Join(p.list, " ")+" "+p.verb)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return what + ": " + strings.Join(parts, ", ")
}
