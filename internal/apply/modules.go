package apply

import (
	"slices"
	"strings"
)

// Kinds of steps.
const (
	stepLoad   = "load"   // a module that is new in modules.conf
	stepReload = "reload" // a module whose file changed
)

// Step is one thing that Asterisk is told to do.
type Step struct {
	Do     string `json:"do"` // "load" or "reload"
	Module string `json:"module"`
	File   string `json:"file"` // for whose sake, "etc/pjsip.conf"
}

// reloaders say which modules read a file again, in the order in which they are
// told: what others need comes first, the dialplan last, so that it finds the
// endpoints it dials. A file that is not here is read at the start only.
// Checked on Asterisk 22.10 and 16.16 with "module reload".
var reloaders = []struct {
	file    string
	modules []string
}{
	{"logger.conf", []string{"logger"}},
	{"extconfig.conf", []string{"extconfig"}},
	{"acl.conf", []string{"acl"}},
	{"indications.conf", []string{"indications"}},
	{"dsp.conf", []string{"dsp"}},
	{"udptl.conf", []string{"udptl"}},
	{"rtp.conf", []string{"res_rtp_asterisk"}},
	{"pjproject.conf", []string{"res_pjproject"}},
	{"http.conf", []string{"http"}},
	{"manager.conf", []string{"manager"}},
	{"cdr.conf", []string{"cdr"}},
	{"cdr_manager.conf", []string{"cdr_manager"}},
	{"cdr_custom.conf", []string{"cdr_custom"}},
	{"cdr_sqlite3_custom.conf", []string{"cdr_sqlite3_custom"}},
	{"cel.conf", []string{"cel"}},
	{"cel_custom.conf", []string{"cel_custom"}},
	{"features.conf", []string{"features"}},
	{"musiconhold.conf", []string{"res_musiconhold"}},
	{"voicemail.conf", []string{"app_voicemail"}},
	{"confbridge.conf", []string{"app_confbridge"}},
	{"res_fax.conf", []string{"res_fax"}},
	{"res_parking.conf", []string{"res_parking"}},
	{"pjsip_notify.conf", []string{"res_pjsip_notify"}},
	// res_pjsip reads all objects; the others keep what they made of them.
	{"pjsip.conf", []string{"res_pjsip", "res_pjsip_authenticator_digest", "res_pjsip_endpoint_identifier_ip", "res_pjsip_outbound_registration", "res_pjsip_outbound_publish"}},
	{"queuerules.conf", []string{"app_queue"}},
	{"queues.conf", []string{"app_queue"}},
	{"extensions.conf", []string{"pbx_config"}},
}

// idle are files that say nothing on purpose, or count at the next use.
var idle = []string{"cli.conf"}

// loaded are the modules that modules.conf names, without ".so".
func loaded(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		name, value := setting(line)
		if name == "load" || name == "require" || name == "preload" {
			value, _, _ = strings.Cut(value, ";")
			out = append(out, strings.TrimSuffix(strings.TrimSpace(value), ".so"))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// builtin are modules that are part of Asterisk itself and not in modules.conf.
var builtin = []string{"logger", "extconfig", "acl", "indications", "dsp", "udptl", "http", "manager", "cdr", "cel", "features"}

// steps are what Asterisk is told after files changed, and why that is not
// enough. before and after are all files by name, without marks.
func steps(changed []string, before, after map[string]string) (do []Step, restart []string) {
	is := func(name string) bool { return slices.Contains(changed, "etc/"+name) }
	modules := loaded(after["etc/modules.conf"])
	autoload := strings.Contains(after["etc/modules.conf"], "autoload=yes")
	if is("modules.conf") {
		old := loaded(before["etc/modules.conf"])
		for _, m := range modules {
			if !slices.Contains(old, m) {
				do = append(do, Step{stepLoad, m, "etc/modules.conf"})
			}
		}
		for _, m := range old {
			if !slices.Contains(modules, m) {
				restart = append(restart, "module "+m+" stays loaded until a restart")
			}
		}
	}
	known := slices.Concat(idle, []string{"modules.conf"})
	for _, r := range reloaders {
		known = append(known, r.file)
		if !is(r.file) {
			continue
		}
		for _, m := range r.modules {
			step := Step{stepReload, m, "etc/" + r.file}
			switch {
			case !autoload && !slices.Contains(modules, m) && !slices.Contains(builtin, m):
			case slices.ContainsFunc(do, func(s Step) bool { return s.Module == m }): // it is loaded just now, or told already
			default:
				do = append(do, step)
			}
		}
	}
	for _, name := range changed {
		if strings.HasPrefix(name, "etc/") && !slices.Contains(known, base(name)) {
			restart = append(restart, name+" is read at the start only")
		}
	}
	if is("pjsip.conf") {
		restart = append(restart, fixedSections(before["etc/pjsip.conf"], after["etc/pjsip.conf"])...)
	}
	return do, restart
}

// fixedSections says which sections of pjsip.conf differ that a reload leaves
// as they are: addresses and ports of transports, and timers of the system
// (Asterisk says "is not reloadable").
func fixedSections(before, after string) []string {
	if before == "" {
		return nil
	}
	of := func(text string) map[string]string {
		out := map[string]string{}
		for _, s := range sections(text) {
			if s.kind == "transport" || s.kind == "system" {
				out[s.key()] = settings(s.lines)
			}
		}
		return out
	}
	was, is := of(before), of(after)
	var out []string
	for _, k := range keys(was, is) {
		if _, there := was[k]; there && was[k] != is[k] { // a new one is made by a reload
			out = append(out, "["+k+"] of pjsip.conf stays as it is until a restart")
		}
	}
	return out
}

// settings are lines without comments, blanks and includes.
func settings(lines []string) string {
	var b strings.Builder
	for _, l := range lines {
		if l = strings.TrimSpace(l); l != "" && l[0] != ';' && l[0] != '#' {
			b.WriteString(l + "\n")
		}
	}
	return b.String()
}

// keys are those of both maps, sorted.
func keys[V any](a, b map[string]V) []string {
	var out []string
	for k := range a {
		out = append(out, k)
	}
	for k := range b {
		if _, both := a[k]; !both {
			out = append(out, k)
		}
	}
	slices.Sort(out)
	return out
}
