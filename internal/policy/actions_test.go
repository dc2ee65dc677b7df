package policy_test

import (
	"strings"
	"testing"
)

// TestActions: what each action becomes for a tenant, for a login of one
// extension, and for an operator. "" means the same as for the tenant.
func TestActions(t *testing.T) {
	const original = `{"Action":"Originate","Channel":"Local/1010@T2_cos-all","Context":"T2_cos-all","Exten":"01026132471"`
	const wire = "originate calls T2 | Action: Originate | Channel: Local/1010@T2_cos-all | Context: T2_cos-all | Exten: 01026132471 | Priority: 1 | Timeout: 30000 | ChannelId: ID | OtherChannelId: ID-2 | Async: true"
	const no = "! forbidden Action"
	tests := []struct{ name, in, tenant, extension, operator string }{
		{"Ping", `{"Action":"pInG"}`, "send calls T2 | Action: Ping", "", "send calls | Action: Ping"},
		{"Ping with a field", `{"Action":"Ping","Foo":"1"}`, "! invalid_value Foo", "", ""},

		{"get", `{"Action":"Command","Command":"database get ` + idTwo + ` diversions/1010/CFI/enable"}`, "read database T2 command | diversions/1010/CFI/enable", "", ""},
		{"get of another extension", `{"Action":"Command","Command":"database get ` + idTwo + ` diversions/1013/CFI/enable"}`, "read database T2 command | diversions/1013/CFI/enable", "! forbidden Command", ""},
		{"get of another tenant", `{"Action":"Command","Command":"database get ` + idTen + ` diversions/1010/CFI/enable"}`, "! forbidden Command", "", "read database T10 command | diversions/1010/CFI/enable"},
		{"get in capitals", `{"Action":"Command","Command":"DATABASE GET ` + idTwo + ` diversions/1010/CFB/time_group"}`, "read database T2 command | diversions/1010/CFB/time_group", "", ""},
		{"get the gate", `{"Action":"Command","Command":"database get ` + idTwo + ` diversions/1010/has_enable_diversions"}`, "read database T2 command | diversions/1010/has_enable_diversions", "", ""},
		{"put enable", `{"Action":"Command","Command":"database put ` + idTwo + ` diversions/1010/CFN/enable no"}`, "write database T2 command | diversions/1010/CFN/enable = no", "", ""},
		{"put destination", `{"Action":"Command","Command":"database put ` + idTwo + ` diversions/1010/CFU/destination sub-custom-numbers,01026132471,1"}`, "write database T2 command | diversions/1010/CFU/destination = sub-custom-numbers,01026132471,1", "", ""},
		{"put an extension as destination", `{"Action":"Command","Command":"database put ` + idTwo + ` diversions/1010/CFB/destination sub-custom-numbers,1013,1"}`, "write database T2 command | diversions/1010/CFB/destination = sub-custom-numbers,1013,1", "", ""},
		{"put the extension itself as destination", `{"Action":"Command","Command":"database put ` + idTwo + ` diversions/1010/CFB/destination sub-custom-numbers,1010,1"}`, "! invalid_value Command", "", ""},
		{"put time group", `{"Action":"Command","Command":"database put ` + idTwo + ` diversions/1010/CFI/time_group T2_office-hours"}`, "write database T2 command | diversions/1010/CFI/time_group = T2_office-hours", "", ""},
		{"put time group of another", `{"Action":"Command","Command":"database put ` + idTwo + ` diversions/1010/CFI/time_group T10_office-hours"}`, "! invalid_value Command", "", ""},
		{"put the gate", `{"Action":"Command","Command":"database put ` + idTwo + ` diversions/1010/has_enable_diversions yes"}`, "! forbidden Command", "", ""},
		{"del", `{"Action":"Command","Command":"database del ` + idTwo + ` diversions/1010/CFI/destination"}`, "delete database T2 command | diversions/1010/CFI/destination", "", ""},
		{"del the gate", `{"Action":"Command","Command":"database del ` + idTwo + ` diversions/1010/has_enable_diversions"}`, "! forbidden Command", "", ""},
		{"put of a main tenant", `{"Action":"Command","Command":"database put ` + idMain + ` diversions/900/CFI/enable yes"}`, "! forbidden Command", "", "write database T1 command | diversions/900/CFI/enable = yes"},
		{"Command without one", `{"Action":"Command"}`, "! bad_request Command", "", ""},
		{"console", `{"Action":"Command","Command":"core show channels"}`, "! forbidden Command", "", "send commands | Action: Command | Command: core show channels"},
		{"console, not word for word", `{"Action":"Command","Command":"core show channels "}`, "! forbidden Command", "", ""},
		{"console, in capitals", `{"Action":"Command","Command":"Core Show Channels"}`, "! forbidden Command", "", ""},
		{"console, listed for nobody", `{"Action":"Command","Command":"core stop now"}`, "! forbidden Command", "", ""},
		{"database show", `{"Action":"Command","Command":"database show"}`, "! forbidden Command", "", "send commands | Action: Command | Command: database show"},
		{"database show T", `{"Action":"Command","Command":"database show ` + idTwo + `"}`, "! forbidden Command", "", ""},

		{"DBGet", `{"Action":"DBGet","Family":"` + idTwo + `","Key":"diversions/1010/CFI/enable"}`, "read database T2 | diversions/1010/CFI/enable", "", ""},
		{"DBGet of another extension", `{"Action":"DBGet","Family":"` + idTwo + `","Key":"diversions/1013/CFI/enable"}`, "read database T2 | diversions/1013/CFI/enable", "! forbidden Key", ""},
		{"DBGet of no extension", `{"Action":"DBGet","Family":"` + idTwo + `","Key":"diversions/9999/CFI/enable"}`, "! forbidden Key", "", ""},
		{"DBGet of another tenant", `{"Action":"DBGet","Family":"` + idTen + `","Key":"diversions/1010/CFI/enable"}`, "! forbidden Family", "", "read database T10 | diversions/1010/CFI/enable"},
		{"DBGet without Key", `{"Action":"DBGet","Family":"` + idTwo + `"}`, "! bad_request Key", "", ""},
		{"DBGet without Family", `{"Action":"DBGet","Key":"x"}`, "! bad_request Family", "", ""},
		{"DBGet with Val", `{"Action":"DBGet","Family":"` + idTwo + `","Key":"diversions/1010/CFI/enable","Val":"1"}`, "! invalid_value Val", "", ""},
		{"DBPut", `{"Action":"DBPut","Family":"` + idTwo + `","Key":"diversions/1010/CFI/enable","Val":"yes"}`, "write database T2 | diversions/1010/CFI/enable = yes", "", ""},
		{"DBPut without Val", `{"Action":"DBPut","Family":"` + idTwo + `","Key":"diversions/1010/CFI/enable"}`, "! bad_request Val", "", ""},
		{"DBPut of nothing", `{"Action":"DBPut","Family":"` + idTwo + `","Key":"diversions/1010/CFI/destination","Val":""}`, "write database T2 | diversions/1010/CFI/destination = ", "", ""},
		{"DBPut of no enable", `{"Action":"DBPut","Family":"` + idTwo + `","Key":"diversions/1010/CFI/enable","Val":""}`, "! invalid_value Val", "", ""},
		{"DBPut elsewhere", `{"Action":"DBPut","Family":"` + idTwo + `","Key":"extensions/1010/dial","Val":"x"}`, "! forbidden Key", "", ""},
		{"DBDel", `{"Action":"DBDel","Family":"` + idTwo + `","Key":"diversions/1010/CFI/enable"}`, "delete database T2 | diversions/1010/CFI/enable", "", ""},

		{"Originate", original + `}`, wire, "", ""},
		{"Originate, all of it", original + `,"Priority":1,"Timeout":1000,"Callerid":"얼쑤팩토리 <16682471>","EarlyMedia":"on","Async":true,"Variable":["EXEC_AA=1","CHANNEL(language)=ko_KR"]}`, "originate calls T2 | Action: Originate | Channel: Local/1010@T2_cos-all | Context: T2_cos-all | Exten: 01026132471 | Priority: 1 | Timeout: 1000 | ChannelId: ID | OtherChannelId: ID-2 | Async: true | Variable: EXEC_AA=yes | Variable: CHANNEL(language)=ko_KR | CallerID: \"얼쑤팩토리\" <16682471> | EarlyMedia: true", "", ""},
		{"Originate without early media", original + `,"EarlyMedia":"no"}`, wire, "", ""},
		{"Originate from another extension", strings.Replace(original, "1010@", "1013@", 1) + `}`, strings.Replace(wire, "1010@", "1013@", 1), "! forbidden Channel", ""},
		{"Originate from a phone alone", strings.Replace(original, "Local/1010@T2_cos-all", "PJSIP/T2_1010", 1) + `}`, strings.Replace(wire, "Local/1010@T2_cos-all", "PJSIP/T2_1010", 1), "", ""},
		{"Originate by click-to-call", strings.Replace(original, "@T2_cos-all", "@T2_click-to-call", 1) + `}`, strings.Replace(wire, "@T2_cos-all", "@T2_click-to-call", 1), "", ""},
		{"Originate to an extension", `{"Action":"Originate","Channel":"Local/1010@T2_cos-all","Context":"T2_cos-all","Exten":"1018"}`, strings.Replace(wire, "01026132471", "1018", 1), "", ""},
		{"Originate of another tenant", strings.ReplaceAll(original, "T2_", "T10_") + `}`, "! forbidden Channel", "", strings.NewReplacer("T2_", "T10_", " T2 |", " T10 |").Replace(wire)},
		{"Originate of the main tenant", strings.ReplaceAll(original, "T2_", "") + `}`, "! forbidden Channel", "", strings.NewReplacer("T2_", "", " T2 |", " T1 |").Replace(wire)},
		{"Originate of two tenants", strings.Replace(original, "T2_", "T10_", 1) + `}`, "! forbidden Channel", "", "! forbidden Context"},
		{"Originate with the number of the main tenant", strings.ReplaceAll(original, "T2_", "T1_") + `}`, "! forbidden Channel", "", ""},
		{"Originate of no tenant", strings.ReplaceAll(original, "T2_", "T3_") + `}`, "! forbidden Channel", "", ""},
		{"Originate in another context", strings.Replace(original, `"Context":"T2_cos-all"`, `"Context":"T2_extension-hints"`, 1) + `}`, "! forbidden Context", "", ""},
		{"Originate without Channel", `{"Action":"Originate","Context":"T2_cos-all","Exten":"1018"}`, "! bad_request Channel", "", ""},
		{"Originate without Context", `{"Action":"Originate","Channel":"Local/1010@T2_cos-all","Exten":"1018"}`, "! bad_request Context", "", ""},
		{"Originate without Exten", `{"Action":"Originate","Channel":"Local/1010@T2_cos-all","Context":"T2_cos-all"}`, "! bad_request Exten", "", ""},
		{"Originate with ChannelId", original + `,"ChannelId":"1"}`, "! invalid_value ChannelId", "", ""},
		{"Originate with Account", original + `,"Account":"07045805605"}`, "! invalid_value Account", "", ""},
		{"Originate with PreDialGoSub", original + `,"PreDialGoSub":"x"}`, "! forbidden PreDialGoSub", "", ""},
		{"Originate, half asynchronous", original + `,"Async":"maybe"}`, "! invalid_value Async", "", ""},
		{"Originate, EarlyMedia 2", original + `,"EarlyMedia":"2"}`, "! invalid_value EarlyMedia", "", ""},

		{"Hangup", `{"Action":"Hangup","Channel":"PJSIP/T2_1010-00000001"}`, "send calls T2 | Action: Hangup | Channel: PJSIP/T2_1010-00000001", "", ""},
		{"Hangup with a cause", `{"Action":"Hangup","Channel":"PJSIP/T2_1010-00000001","Cause":"017"}`, "send calls T2 | Action: Hangup | Channel: PJSIP/T2_1010-00000001 | Cause: 17", "", ""},
		{"Hangup with cause 0", `{"Action":"Hangup","Channel":"PJSIP/T2_1010-00000001","Cause":"0"}`, "! invalid_value Cause", "", ""},
		{"Hangup of another extension", `{"Action":"Hangup","Channel":"PJSIP/T2_1013-00000002"}`, "send calls T2 | Action: Hangup | Channel: PJSIP/T2_1013-00000002", "! forbidden Channel", ""},
		{"Hangup of the other side", `{"Action":"Hangup","Channel":"PJSIP/trk-1-00000003"}`, "send calls T2 | Action: Hangup | Channel: PJSIP/trk-1-00000003", "", ""},
		{"Hangup of another tenant", `{"Action":"Hangup","Channel":"PJSIP/T10_1010-00000005"}`, "! forbidden Channel", "", "send calls T10 | Action: Hangup | Channel: PJSIP/T10_1010-00000005"},
		{"Hangup of nobody's", `{"Action":"Hangup","Channel":"PJSIP/trk-1-00000008"}`, "! forbidden Channel", "", "send calls | Action: Hangup | Channel: PJSIP/trk-1-00000008"},
		{"Hangup without Channel", `{"Action":"Hangup"}`, "! bad_request Channel", "", ""},

		{"Redirect", `{"Action":"Redirect","Channel":"PJSIP/trk-1-00000003","Context":"T2_cos-all","Exten":"1013","Priority":"1"}`, "send calls T2 | Action: Redirect | Channel: PJSIP/trk-1-00000003 | Context: T2_cos-all | Exten: 1013 | Priority: 1", "", ""},
		{"Redirect without Context", `{"Action":"Redirect","Channel":"PJSIP/trk-1-00000003","Exten":"01026132471"}`, "send calls T2 | Action: Redirect | Channel: PJSIP/trk-1-00000003 | Context: T2_cos-all | Exten: 01026132471 | Priority: 1", "", ""},
		{"Redirect of both", `{"Action":"Redirect","Channel":"PJSIP/trk-1-00000003","Exten":"1013","ExtraChannel":"PJSIP/T2_1010-00000001","ExtraExten":"1018"}`, "send calls T2 | Action: Redirect | Channel: PJSIP/trk-1-00000003 | Context: T2_cos-all | Exten: 1013 | Priority: 1 | ExtraChannel: PJSIP/T2_1010-00000001 | ExtraContext: T2_cos-all | ExtraExten: 1018 | ExtraPriority: 1", "", ""},
		{"Redirect of both to one place", `{"Action":"Redirect","Channel":"PJSIP/trk-1-00000003","Exten":"1013","ExtraChannel":"PJSIP/T2_1010-00000001"}`, "send calls T2 | Action: Redirect | Channel: PJSIP/trk-1-00000003 | Context: T2_cos-all | Exten: 1013 | Priority: 1 | ExtraChannel: PJSIP/T2_1010-00000001 | ExtraContext: T2_cos-all | ExtraExten: 1013 | ExtraPriority: 1", "", ""},
		{"Redirect with half an extra", `{"Action":"Redirect","Channel":"PJSIP/trk-1-00000003","Exten":"1013","ExtraExten":"1018"}`, "! bad_request ExtraChannel", "", ""},
		{"Redirect with an extra of another extension", `{"Action":"Redirect","Channel":"PJSIP/trk-1-00000003","Exten":"1013","ExtraChannel":"PJSIP/T2_1013-00000002"}`, "send calls T2 | Action: Redirect | Channel: PJSIP/trk-1-00000003 | Context: T2_cos-all | Exten: 1013 | Priority: 1 | ExtraChannel: PJSIP/T2_1013-00000002 | ExtraContext: T2_cos-all | ExtraExten: 1013 | ExtraPriority: 1", "! forbidden ExtraChannel", ""},
		{"Redirect with an extra of another tenant", `{"Action":"Redirect","Channel":"PJSIP/trk-1-00000003","Exten":"1013","ExtraChannel":"PJSIP/T10_1010-00000005"}`, "! forbidden ExtraChannel", "", ""},
		{"Redirect with an extra context of another tenant", `{"Action":"Redirect","Channel":"PJSIP/trk-1-00000003","Exten":"1013","ExtraChannel":"PJSIP/T2_1010-00000001","ExtraContext":"T10_cos-all","ExtraExten":"1010"}`, "! forbidden ExtraContext", "", ""},
		{"Redirect without Exten", `{"Action":"Redirect","Channel":"PJSIP/trk-1-00000003","Context":"T2_cos-all"}`, "! bad_request Exten", "", ""},
		{"Redirect into another tenant", `{"Action":"Redirect","Channel":"PJSIP/trk-1-00000003","Context":"T10_cos-all","Exten":"2000"}`, "! forbidden Context", "", ""},
		{"Redirect to nobody", `{"Action":"Redirect","Channel":"PJSIP/trk-1-00000003","Exten":"2000"}`, "! invalid_value Exten", "", ""},
		{"Redirect to priority 2", `{"Action":"Redirect","Channel":"PJSIP/trk-1-00000003","Exten":"1013","Priority":"2"}`, "! invalid_value Priority", "", ""},
		{"Redirect of nobody's channel", `{"Action":"Redirect","Channel":"PJSIP/trk-1-00000008","Context":"T10_cos-all","Exten":"2000"}`, "! forbidden Channel", "", "send calls | Action: Redirect | Channel: PJSIP/trk-1-00000008 | Context: T10_cos-all | Exten: 2000 | Priority: 1"},
		{"Redirect of nobody's channel to somewhere", `{"Action":"Redirect","Channel":"PJSIP/trk-1-00000008","Exten":"2000"}`, "! forbidden Channel", "", "! bad_request Context"},

		{"Atxfer", `{"Action":"Atxfer","Channel":"PJSIP/T2_1010-00000001","Exten":"1018","Context":"T2_cos-all","Priority":"1"}`, "send calls T2 | Action: Atxfer | Channel: PJSIP/T2_1010-00000001 | Context: T2_cos-all | Exten: 1018", "", ""},
		{"BlindTransfer", `{"Action":"blindtransfer","Channel":"PJSIP/T2_1010-00000001","Exten":"01026132471"}`, "send calls T2 | Action: BlindTransfer | Channel: PJSIP/T2_1010-00000001 | Context: T2_cos-all | Exten: 01026132471", "", ""},
		{"BlindTransfer of another tenant", `{"Action":"BlindTransfer","Channel":"PJSIP/T10_1010-00000005","Exten":"2000"}`, "! forbidden Channel", "", "send calls T10 | Action: BlindTransfer | Channel: PJSIP/T10_1010-00000005 | Context: T10_cos-all | Exten: 2000"},
		{"BlindTransfer abroad", `{"Action":"BlindTransfer","Channel":"PJSIP/T2_1010-00000001","Exten":"0012025550123"}`, "! forbidden Exten", "", ""},
		{"Park", `{"Action":"Park","Channel":"PJSIP/trk-1-00000003"}`, "send calls T2 | Action: Park | Channel: PJSIP/trk-1-00000003", "", ""},
		{"Park with both", `{"Action":"Park","Channel":"PJSIP/trk-1-00000003","TimeoutChannel":"PJSIP/T2_1010-00000001","AnnounceChannel":"PJSIP/T2_1010-00000001","Timeout":"45000"}`, "send calls T2 | Action: Park | Channel: PJSIP/trk-1-00000003 | TimeoutChannel: PJSIP/T2_1010-00000001 | AnnounceChannel: PJSIP/T2_1010-00000001 | Timeout: 45000", "", ""},
		{"Park, back to another tenant", `{"Action":"Park","Channel":"PJSIP/trk-1-00000003","TimeoutChannel":"PJSIP/T10_1010-00000005"}`, "! forbidden TimeoutChannel", "", ""},
		{"Park for a blink", `{"Action":"Park","Channel":"PJSIP/trk-1-00000003","Timeout":"999"}`, "! invalid_value Timeout", "", ""},
		{"Park in a lot", `{"Action":"Park","Channel":"PJSIP/trk-1-00000003","Parkinglot":"default"}`, "! invalid_value Parkinglot", "", ""},

		{"ExtensionState", `{"Action":"ExtensionState","Context":"T2_extension-hints","Exten":"1010"}`, "send calls T2 | Action: ExtensionState | Context: T2_extension-hints | Exten: 1010", "", ""},
		{"ExtensionState of another extension", `{"Action":"ExtensionState","Context":"T2_extension-hints","Exten":"1013"}`, "send calls T2 | Action: ExtensionState | Context: T2_extension-hints | Exten: 1013", "! forbidden Exten", ""},
		{"ExtensionState of another tenant", `{"Action":"ExtensionState","Context":"T10_extension-hints","Exten":"1010"}`, "! forbidden Context", "", "send calls T10 | Action: ExtensionState | Context: T10_extension-hints | Exten: 1010"},
		{"ExtensionState of a tenant with a longer number", `{"Action":"ExtensionState","Context":"T21_extension-hints","Exten":"1010"}`, "! forbidden Context", "", ""},
		{"ExtensionState of the main tenant", `{"Action":"ExtensionState","Context":"extension-hints","Exten":"900"}`, "! forbidden Context", "", "send calls T1 | Action: ExtensionState | Context: extension-hints | Exten: 900"},
		{"ExtensionState in no context", `{"Action":"ExtensionState","Context":"T2_a b","Exten":"1010"}`, "! forbidden Context", "", ""},
		{"ExtensionState of a pattern", `{"Action":"ExtensionState","Context":"T2_cos-all","Exten":"_X."}`, "! forbidden Exten", "", ""},

		{"QueueStatus", `{"Action":"QueueStatus"}`, "list calls T2 filtered | Action: QueueStatus", "list calls T2 filtered/1010 | Action: QueueStatus", "list calls | Action: QueueStatus"},
		{"QueueStatus of one", `{"Action":"QueueStatus","Queue":"T2_Q600"}`, "list calls T2 filtered | Action: QueueStatus | Queue: T2_Q600", "list calls T2 filtered/1010 | Action: QueueStatus | Queue: T2_Q600", "list calls | Action: QueueStatus | Queue: T2_Q600"},
		{"QueueSummary", `{"Action":"QueueSummary","Queue":"T2_my_queue"}`, "list calls T2 filtered | Action: QueueSummary | Queue: T2_my_queue", "list calls T2 filtered/1010 | Action: QueueSummary | Queue: T2_my_queue", "list calls | Action: QueueSummary | Queue: T2_my_queue"},
		{"QueueSummary of another tenant", `{"Action":"QueueSummary","Queue":"T21_Q600"}`, "! forbidden Queue", "", "list calls | Action: QueueSummary | Queue: T21_Q600"},
		{"QueueSummary of an unmarked queue", `{"Action":"QueueSummary","Queue":"Q600"}`, "! forbidden Queue", "", "list calls | Action: QueueSummary | Queue: Q600"},
		{"QueueSummary of no name", `{"Action":"QueueSummary","Queue":"T2_Q600,x"}`, "! invalid_value Queue", "", ""},
		{"QueueAdd", `{"Action":"QueueAdd","Queue":"T2_Q600","Interface":"PJSIP/T2_1010"}`, "send calls T2 | Action: QueueAdd | Queue: T2_Q600 | Interface: PJSIP/T2_1010", "", ""},
		{"QueueAdd, all of it", `{"Action":"QueueAdd","Queue":"T2_Q600","Interface":"Local/1010@T2_cos-all","StateInterface":"PJSIP/T2_1010","MemberName":"홍 길동","Penalty":"2","Paused":"yes"}`, "send calls T2 | Action: QueueAdd | Queue: T2_Q600 | Interface: Local/1010@T2_cos-all | StateInterface: PJSIP/T2_1010 | MemberName: 홍 길동 | Penalty: 2 | Paused: yes", "", ""},
		{"QueueAdd of another extension", `{"Action":"QueueAdd","Queue":"T2_Q600","Interface":"PJSIP/T2_1013"}`, "send calls T2 | Action: QueueAdd | Queue: T2_Q600 | Interface: PJSIP/T2_1013", "! forbidden Interface", ""},
		{"QueueAdd of another tenant", `{"Action":"QueueAdd","Queue":"T2_Q600","Interface":"PJSIP/T10_1010"}`, "! forbidden Interface", "", ""},
		{"QueueAdd watching another tenant", `{"Action":"QueueAdd","Queue":"T2_Q600","Interface":"PJSIP/T2_1010","StateInterface":"PJSIP/T10_1010"}`, "! forbidden StateInterface", "", ""},
		{"QueueAdd without Queue", `{"Action":"QueueAdd","Interface":"PJSIP/T2_1010"}`, "! bad_request Queue", "", ""},
		{"QueueAdd without Interface", `{"Action":"QueueAdd","Queue":"T2_Q600"}`, "! bad_request Interface", "", ""},
		{"QueueAdd of a trunk", `{"Action":"QueueAdd","Queue":"T2_Q600","Interface":"PJSIP/trk-1"}`, "! forbidden Interface", "", ""},
		{"QueueAdd of a number outside", `{"Action":"QueueAdd","Queue":"T2_Q600","Interface":"Local/01026132471@T2_cos-all"}`, "! forbidden Interface", "", ""},
		{"QueueAdd with a markup name", `{"Action":"QueueAdd","Queue":"T2_Q600","Interface":"PJSIP/T2_1010","MemberName":"<b>"}`, "! invalid_value MemberName", "", ""},
		{"QueueAdd with a penalty below", `{"Action":"QueueAdd","Queue":"T2_Q600","Interface":"PJSIP/T2_1010","Penalty":"-1"}`, "! invalid_value Penalty", "", ""},
		{"QueueAdd with a reason", `{"Action":"QueueAdd","Queue":"T2_Q600","Interface":"PJSIP/T2_1010","Reason":"x"}`, "! invalid_value Reason", "", ""},
		{"QueueRemove", `{"Action":"QueueRemove","Queue":"T2_Q600","Interface":"PJSIP/T2_1010"}`, "send calls T2 | Action: QueueRemove | Queue: T2_Q600 | Interface: PJSIP/T2_1010", "", ""},
		{"QueueRemove from all", `{"Action":"QueueRemove","Interface":"PJSIP/T2_1010"}`, "! bad_request Queue", "", ""},
		{"QueuePause", `{"Action":"QueuePause","Queue":"T2_Q600","Interface":"PJSIP/T2_1010","Paused":"true","Reason":"점심"}`, "send calls T2 | Action: QueuePause | Queue: T2_Q600 | Interface: PJSIP/T2_1010 | Paused: yes | Reason: 점심", "", ""},
		{"QueuePause everywhere", `{"Action":"QueuePause","Interface":"PJSIP/T2_1010","Paused":false}`, "send calls T2 | Action: QueuePause | Interface: PJSIP/T2_1010 | Paused: no", "", ""},
		{"QueuePause or not", `{"Action":"QueuePause","Interface":"PJSIP/T2_1010"}`, "! bad_request Paused", "", ""},
		{"QueuePause a little", `{"Action":"QueuePause","Interface":"PJSIP/T2_1010","Paused":"a little"}`, "! invalid_value Paused", "", ""},

		{"CoreShowChannels", `{"Action":"CoreShowChannels"}`, "list calls T2 filtered | Action: CoreShowChannels", "list calls T2 filtered/1010 | Action: CoreShowChannels", "list calls | Action: CoreShowChannels"},

		{"Status", `{"Action":"Status"}`, no, "", "list calls | Action: Status"},
		{"Status of one", `{"Action":"Status","Channel":"PJSIP/T2_1010-00000001"}`, no, "", "list calls | Action: Status | Channel: PJSIP/T2_1010-00000001"},
		{"Status with variables", `{"Action":"Status","Variables":"SHELL(id)"}`, no, "", "! forbidden Variable"},
		{"Status with all variables", `{"Action":"Status","AllVariables":"true"}`, no, "", "! forbidden AllVariables"},
		{"DeviceStateList", `{"Action":"DeviceStateList"}`, no, "", "list calls | Action: DeviceStateList"},
		{"Queues", `{"Action":"Queues","Queue":"Q600"}`, no, "", "send calls | Action: Queues | Queue: Q600"},
		{"PJSIPShowEndpoints", `{"Action":"PJSIPShowEndpoints"}`, no, "", "list database | Action: PJSIPShowEndpoints"},
		{"PJSIPShowEndpoint", `{"Action":"pjsipshowendpoint","Endpoint":"T2_1010"}`, no, "", "list database | Action: pjsipshowendpoint | Endpoint: T2_1010"},
		{"PJSIPShowEndpoint of no name", `{"Action":"PJSIPShowEndpoint","Endpoint":"a b"}`, no, "", "! invalid_value Endpoint"},
		{"PJSIPShowAuths", `{"Action":"PJSIPShowAuths"}`, no, "", "list database | Action: PJSIPShowAuths"},
		{"PJSIPShow with signs", `{"Action":"PJSIPShow-Auths"}`, no, "", ""},
		{"PJSIPQualify", `{"Action":"PJSIPQualify","Endpoint":"T2_1010"}`, no, "", ""},
		{"nothing known", `{"Action":"Fnord"}`, no, "", ""},
	}
	w := newWorld(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for who, want := range map[string]string{"two": tt.tenant, "two/1010": tt.extension, "ops": tt.operator} {
				if want == "" {
					want = tt.tenant
				}
				if got := w.ask(t, who, tt.in); got != want {
					t.Errorf("%s:\ngot  %s\nwant %s", who, got, want)
				}
			}
		})
	}
}

// TestMainTenant: names without a prefix are its, and only its.
func TestMainTenant(t *testing.T) {
	w := newWorld(t)
	for in, want := range map[string]string{
		`{"Action":"Originate","Channel":"Local/900@cos-all","Context":"cos-all","Exten":"1010"}`: "originate calls T1 | Action: Originate | Channel: Local/900@cos-all | Context: cos-all | Exten: 1010 | Priority: 1 | Timeout: 30000 | ChannelId: ID | OtherChannelId: ID-2 | Async: true",
		`{"Action":"Originate","Channel":"PJSIP/900","Context":"click-to-call","Exten":"1010"}`:   "originate calls T1 | Action: Originate | Channel: PJSIP/900 | Context: click-to-call | Exten: 1010 | Priority: 1 | Timeout: 30000 | ChannelId: ID | OtherChannelId: ID-2 | Async: true",
		`{"Action":"Originate","Channel":"PJSIP/T2_1010","Context":"cos-all","Exten":"1010"}`:     "! forbidden Channel",
		`{"Action":"Originate","Channel":"PJSIP/900","Context":"T2_cos-all","Exten":"1010"}`:      "! forbidden Context",
		`{"Action":"Hangup","Channel":"PJSIP/900-00000007"}`:                                      "send calls T1 | Action: Hangup | Channel: PJSIP/900-00000007",
		`{"Action":"Hangup","Channel":"PJSIP/T2_1010-00000001"}`:                                  "! forbidden Channel",
		`{"Action":"Hangup","Channel":"PJSIP/T1_900-00000001"}`:                                   "! forbidden Channel",
		`{"Action":"QueueStatus"}`:                                                                     "list calls T1 filtered | Action: QueueStatus",
		`{"Action":"QueueStatus","Queue":"Q600"}`:                                                      "! forbidden Queue",
		`{"Action":"ExtensionState","Context":"extension-hints","Exten":"900"}`:                        "send calls T1 | Action: ExtensionState | Context: extension-hints | Exten: 900",
		`{"Action":"ExtensionState","Context":"T2_extension-hints","Exten":"1010"}`:                    "! forbidden Context",
		`{"Action":"ExtensionState","Context":"trk-1-in","Exten":"900"}`:                               "! forbidden Context",
		`{"Action":"QueuePause","Interface":"PJSIP/900","Paused":"1"}`:                                 "send calls T1 | Action: QueuePause | Interface: PJSIP/900 | Paused: yes",
		`{"Action":"DBPut","Family":"` + idMain + `","Key":"diversions/900/CFI/enable","Val":"yes"}`:   "write database T1 | diversions/900/CFI/enable = yes",
		`{"Action":"DBPut","Family":"` + idMain + `","Key":"diversions/900/CFI/time_group","Val":"a"}`: "write database T1 | diversions/900/CFI/time_group = a",
		`{"Action":"DBGet","Family":"` + idTwo + `","Key":"diversions/1010/CFI/enable"}`:               "! forbidden Family",
	} {
		if got := w.ask(t, "main", in); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", in, got, want)
		}
	}
}

// TestServers: a tenant acts on its servers only, an operator for tenants of
// the server only.
func TestServers(t *testing.T) {
	w := newWorld(t)
	const ping = `{"Action":"Ping"}`
	const call = `{"Action":"Originate","Channel":"PJSIP/T10_1010","Context":"T10_cos-all","Exten":"2000"}`
	const read = `{"Action":"DBGet","Family":"` + idTen + `","Key":"diversions/1010/CFI/enable"}`
	for _, tt := range []struct {
		who    string
		server int
		in     string
		want   string
	}{
		{"two", 2, ping, "send calls T2 | Action: Ping"},
		{"two", 3, ping, "! not_found AMIServerID"},
		{"ten", 2, ping, "! not_found AMIServerID"},
		{"two/1010", 3, ping, "! not_found AMIServerID"},
		{"nobody", 1, ping, "! not_found AMIServerID"},
		{"ops", 3, ping, "send calls | Action: Ping"},
		{"ops", 2, call, "! forbidden Channel"},
		{"ops", 2, read, "! forbidden Family"},
		{"ops", 2, `{"Action":"ExtensionState","Context":"T10_cos-all","Exten":"1010"}`, "! forbidden Context"},
		{"ops", 2, `{"Action":"Hangup","Channel":"PJSIP/T10_1010-00000005"}`, "! conflict Channel"},
	} {
		if _, got := w.plan(t, tt.who, tt.server, tt.in); got != tt.want {
			t.Errorf("%s on %d: got %s, want %s", tt.who, tt.server, got, tt.want)
		}
	}
}

// TestOriginateCall: what a plan says about the call beside its wire bytes.
func TestOriginateCall(t *testing.T) {
	w := newWorld(t)
	ask := func(more string) (sync bool, shown, network string) {
		p, s := w.plan(t, "two", 1, `{"Action":"Originate","Channel":"Local/1013@T2_cos-all","Context":"T2_cos-all","Exten":"16882471"`+more+`}`)
		if p == nil {
			t.Fatal(s)
		}
		c := p.Call
		if c.Caller != "1013" || c.Callee != "16882471" || c.Channel != "Local/1013@T2_cos-all" || c.OtherChannelID != c.ChannelID+"-2" || p.Action.Get("ChannelId") != c.ChannelID {
			t.Errorf("%+v", c)
		}
		return c.Sync, c.ShownNumber, c.NetworkNumber
	}
	if sync, shown, network := ask(``); !sync || shown != "" || network != "07045144801" {
		t.Error(sync, shown, network)
	}
	if sync, shown, network := ask(`,"Async":"yes","Callerid":"16682471"`); sync || shown != "16682471" || network != "16682471" {
		t.Error(sync, shown, network)
	}
	if sync, shown, network := ask(`,"Async":0,"Callerid":"A <01099998888>"`); !sync || shown != "01099998888" || network != "07045144801" {
		t.Error(sync, shown, network)
	}
}
