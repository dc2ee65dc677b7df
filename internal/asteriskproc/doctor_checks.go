package asteriskproc

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/dialplan"
)

// floors are the oldest releases whose guard on Originate is whole: older ones
// let it write files (CVE-2024-42365). Later major versions are whole from
// their first release.
var floors = map[int][3]int{18: {18, 24, 2}, 20: {20, 9, 2}, 21: {21, 4, 2}}

// checkVersion reads Asterisk's version; the banner names the protocol's only.
func (d *doctor) checkVersion(ctx context.Context) {
	r, err := d.links[roleEvents].Do(ctx, ami.NewAction("CoreSettings"))
	if err != nil || !r.Success() {
		return // checkRights says what is missing
	}
	full := r.Get("AsteriskVersion")
	v, ok := parseVersion(full)
	if !ok {
		d.add(LevelWarning, "version", textf(
			"Asterisk 버전 %s을(를) 읽을 수 없습니다.", "Asterisk's version %s cannot be read.", full), Text{})
		return
	}
	if belowFloor(v) {
		d.add(LevelWarning, "version", textf(
			"Asterisk %s: Originate의 보호에 알려진 구멍이 있습니다 (CVE-2024-42365).",
			"Asterisk %s: its guard on Originate has a known hole (CVE-2024-42365).", full), textf(
			"18.24.2, 20.9.2, 21.4.2, 22 또는 그 이후로 올리세요.", "Upgrade to 18.24.2, 20.9.2, 21.4.2, 22 or later."))
		return
	}
	d.add(LevelOK, "version", textf("Asterisk %s", "Asterisk %s", full), Text{})
}

var releasePattern = regexp.MustCompile(`(\d+)\.(\d+)(?:\.(\d+))?`)

// parseVersion reads major, minor and patch from "22.10.1+dfsg", "16.28.0~dfsg"
// or "certified/20.7-cert1".
func parseVersion(s string) (v [3]int, ok bool) {
	m := releasePattern.FindStringSubmatch(s)
	if m == nil {
		return v, false
	}
	for i := range v {
		v[i], _ = strconv.Atoi(m[i+1]) // digits; a missing patch is 0
	}
	return v, true
}

func belowFloor(v [3]int) bool {
	if v[0] >= 22 {
		return false
	}
	floor, maintained := floors[v[0]]
	return !maintained || slices.Compare(v[:], floor[:]) < 0
}

// needs are the actions each user must be allowed; without the ones in wishes
// less works. A user lacks an action also when its module is not loaded.
var (
	needs = map[role][]string{
		roleEvents:   {"CoreSettings", "CoreShowChannels", "DeviceStateList", "BridgeList"},
		roleCalls:    {"Originate", "Redirect", "Hangup", "Setvar", "CoreShowChannels", "ExtensionState"},
		roleDatabase: {"DBGet", "DBPut", "DBDel"},
	}
	wishes = map[role][]string{
		roleEvents:   {"QueueStatus"},
		roleCalls:    {"Atxfer", "BlindTransfer", "Park", "QueueAdd", "QueuePause", "QueueRemove"},
		roleDatabase: {"ModuleCheck", "PJSIPShowEndpoints"},
	}
	classes = map[role]string{
		roleEvents:   "read=system,call,agent,user,cdr,dialplan; write=reporting",
		roleCalls:    "read=system,call; write=call,originate,reporting,agent",
		roleDatabase: "read=system; write=system,reporting",
	}
)

// checkRights compares what each user may send, as ListCommands tells, with
// what it is for.
func (d *doctor) checkRights(ctx context.Context) {
	for _, r := range roles {
		name := d.o.credentials(r).Username
		res, err := d.links[r].Do(ctx, ami.NewAction("ListCommands"))
		if err != nil || !res.Success() {
			d.add(LevelError, "rights", textf(
				"AMI 사용자 %s의 권한을 읽을 수 없습니다.", "The rights of AMI user %s cannot be read.", name), Text{})
			continue
		}
		may := map[string]bool{}
		for action := range res.All() {
			may[string(action)] = true
		}
		d.rights[r] = may
		need := needs[r]
		if r == roleDatabase && d.o.Commands {
			need = append(slices.Clone(need), "Command")
		}
		d.addMissing(LevelError, r, name, missing(may, need))
		d.addMissing(LevelWarning, r, name, missing(may, wishes[r]))
		if len(missing(may, need)) == 0 {
			d.add(LevelOK, "rights", textf(
				"AMI 사용자 %[1]s (%[2]s): 필요한 권한이 있습니다.", "AMI user %[1]s (%[2]s) has the rights it needs.", name, r), Text{})
		}
	}
	d.checkGuard()
}

func missing(may map[string]bool, actions []string) []string {
	var out []string
	for _, a := range actions {
		if !may[a] {
			out = append(out, a)
		}
	}
	return out
}

func (d *doctor) addMissing(level Level, r role, name string, actions []string) {
	if len(actions) == 0 {
		return
	}
	list := strings.Join(actions, ", ")
	class := classes[r]
	if slices.Contains(actions, "Command") {
		class += ",command"
	}
	d.add(level, "rights", textf(
		"AMI 사용자 %[1]s (%[2]s)가 보낼 수 없는 액션: %[3]s", "AMI user %[1]s (%[2]s) may not send: %[3]s", name, r, list), textf(
		"manager.conf의 [%[1]s]를 %[2]s 로 하고, 해당 모듈이 로드되었는지 보세요.",
		"Give [%[1]s] in manager.conf %[2]s, and see that the modules of these actions are loaded.", name, class))
}

// checkGuard warns when the user that places calls has the class system, which
// turns off Asterisk's own guard on Originate, or can send console commands.
func (d *doctor) checkGuard() {
	may := d.rights[roleCalls]
	if may == nil || (!may["DBPut"] && !may["Command"]) {
		return
	}
	name := d.o.Calls.Username
	d.add(LevelWarning, "rights", textf(
		"통화용 AMI 사용자 %s에게 system 또는 command 권한이 있어 Originate에 대한 Asterisk의 보호가 꺼집니다.",
		"AMI user %s, which places calls, has the class system or command: Asterisk's own guard on Originate is off.", name), textf(
		"이벤트, 통화, 데이터베이스에 서로 다른 사용자를 쓰세요. asterisk render가 만드는 manager.conf를 참고하세요.",
		"Use separate users for events, calls and database; asterisk render writes such a manager.conf."))
}

// checkEvents looks at what events the user for events may read. Asterisk tells
// it on the console only.
func (d *doctor) checkEvents(ctx context.Context) {
	for _, r := range roles {
		if !d.rights[r]["Command"] {
			continue
		}
		name := d.o.Events.Username
		res, err := d.links[r].Do(ctx, ami.NewAction("Command").Add("Command", "manager show user "+name))
		if err != nil || !res.Success() {
			return
		}
		_, after, found := strings.Cut(res.Output(), "read perm:")
		line, _, _ := strings.Cut(after, "\n")
		if !found {
			return
		}
		read := strings.Split(strings.TrimSpace(line), ",")
		if slices.Contains(read, "all") {
			return
		}
		var lack []string
		for _, class := range []string{"system", "call", "agent", "user", "cdr", "dialplan"} {
			if !slices.Contains(read, class) {
				lack = append(lack, class)
			}
		}
		if len(lack) > 0 {
			d.add(LevelError, "events", textf(
				"AMI 사용자 %[1]s가 받지 못하는 이벤트 종류: %[2]s", "AMI user %[1]s gets no events of: %[2]s", name, strings.Join(lack, ", ")), textf(
				"manager.conf의 [%[1]s]에서 read에 %[2]s을(를) 넣으세요.", "Add %[2]s to read of [%[1]s] in manager.conf.", name, strings.Join(lack, ",")))
		}
		return
	}
}

// neededModules must be loaded for what asteriskconf writes and what our
// requests ask for; without wishedModules less works.
var (
	neededModules = []string{
		"chan_pjsip", "pbx_config", "app_dial", "app_stack", "func_db", "func_devstate", "func_callerid",
		"func_channel", "func_cut", "func_logic", "func_strings", "res_pjsip_registrar", "res_rtp_asterisk",
	}
	wishedModules = []string{
		"app_queue", "app_userevent", "cdr_manager", "func_dialplan", "func_groupcount",
		"res_parking", "res_pjsip_header_funcs", "res_pjsip_exten_state",
	}
)

func (d *doctor) checkModules(ctx context.Context) {
	if !d.rights[roleDatabase]["ModuleCheck"] {
		return // said by checkRights
	}
	look := func(modules []string) (absent []string) {
		for _, m := range modules {
			r, err := d.links[roleDatabase].Do(ctx, ami.NewAction("ModuleCheck").Add("Module", m))
			if err == nil && !r.Success() {
				absent = append(absent, m)
			}
		}
		return absent
	}
	report := func(level Level, absent []string) {
		if len(absent) > 0 {
			d.add(level, "module", textf(
				"로드되지 않은 모듈: %s", "Modules that are not loaded: %s", strings.Join(absent, ", ")), textf(
				"module load로 로드하고 modules.conf에 적으세요.", "Load them with module load, and name them in modules.conf."))
		}
	}
	needed, wished := look(neededModules), look(wishedModules)
	report(LevelError, needed)
	report(LevelWarning, wished)
	if len(needed)+len(wished) == 0 {
		d.add(LevelOK, "module", textf("필요한 모듈이 모두 있습니다.", "All modules needed are loaded."), Text{})
	}
}

// maxDialplan bounds what is read of a context: more than that exists, too.
const maxDialplan = 20_000

func (d *doctor) checkContexts(ctx context.Context) {
	names := []string{dialplan.CustomNumbers}
	for _, t := range d.o.Tenants {
		names = append(names, dialplan.ClassOfService(t.Prefix), dialplan.ClickToCall(t.Prefix))
	}
	var absent []string
	for _, name := range names {
		_, there := d.dialplan(ctx, "Context", name)
		if !there {
			absent = append(absent, name)
		}
	}
	if len(absent) > 0 {
		d.add(LevelError, "context", textf(
			"다이얼플랜에 없는 context: %s", "Contexts that the dialplan lacks: %s", strings.Join(absent, ", ")), textf(
			"asterisk render로 extensions.conf를 만들어 넣거나, 설정의 tenants에서 number가 맞는지 보세요.",
			"Use the extensions.conf of asterisk render, or see that number of the tenants in our configuration is right."))
	} else {
		d.add(LevelOK, "context", textf("필요한 context가 모두 있습니다.", "All contexts needed are there."), Text{})
	}
	for _, t := range d.o.Tenants {
		d.checkDIDs(ctx, t)
	}
}

// checkDIDs sees that calls from the network find the tenant's numbers.
func (d *doctor) checkDIDs(ctx context.Context, t DoctorTenant) {
	lost := 0
	for _, did := range t.DIDs {
		rows, _ := d.dialplan(ctx, "Extension", did)
		found := slices.ContainsFunc(rows, func(m *ami.Message) bool {
			_, ok := dialplan.ParseTrunkContext(m.Get("Context"))
			return ok
		})
		if !found {
			lost++
		}
	}
	if lost > 0 {
		d.add(LevelError, "did", textf(
			"%[1]s: DID %[2]d개가 어떤 trk-…-in context에도 없습니다.", "%[1]s: %[2]d DIDs are in no context trk-…-in.", dialplan.ClassOfService(t.Prefix), lost), textf(
			"PBX의 수신 경로(Inbound Routes)나 extensions.conf에 번호를 넣으세요.",
			"Add the numbers to the inbound routes of the PBX, or to extensions.conf."))
	}
}

// checkAsking sees that calls of phones and diversions are counted.
func (d *doctor) checkAsking(ctx context.Context) {
	if !d.o.Asks || len(d.o.Tenants) == 0 {
		return
	}
	var silent []string
	for _, t := range d.o.Tenants {
		context := dialplan.ToNetwork(t.Prefix)
		rows, _ := d.dialplan(ctx, "Context", context)
		if !slices.ContainsFunc(rows, func(m *ami.Message) bool {
			return m.Get("Application") == "AGI" && strings.HasPrefix(m.Get("AppData"), "agi://")
		}) {
			silent = append(silent, context)
		}
	}
	if len(silent) > 0 {
		d.add(LevelWarning, "limits", textf(
			"게이트웨이에 묻지 않는 다이얼플랜: %s. 전화기와 착신전환의 통화가 세어지지 않습니다.",
			"The dialplan does not ask the gateway: %s. Calls of phones and diversions are not counted.", strings.Join(silent, ", ")), textf(
			"asterisk render로 extensions.conf와 modules.conf를 다시 만들어 넣으세요 (docs/limits.md).",
			"Use the extensions.conf and modules.conf of asterisk render (docs/limits.md)."))
		return
	}
	d.add(LevelOK, "limits", textf("다이얼플랜이 외부 통화를 게이트웨이에 묻습니다.", "The dialplan asks the gateway about calls to the network."), Text{})
}

// dialplan lists the dialplan of one context, or of one extension in all of
// them. there is true also when the list is too long to be read.
func (d *doctor) dialplan(ctx context.Context, by, name string) (rows []*ami.Message, there bool) {
	r, err := d.links[roleEvents].List(ctx, ami.NewAction("ShowDialPlan").Add(by, name), maxDialplan)
	if err != nil {
		return nil, errors.Is(err, ami.ErrListTooLong)
	}
	return r.Events, r.Success()
}
