package policy_test

import (
	"cmp"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/policy"
)

// documented is the body of the interface document.
func documented() policy.ClickToCall {
	return policy.ClickToCall{
		Caller: "1010", Callee: "16682471", CosID: "2", CIDName: "얼쑤팩토리", CIDNumber: "16662471",
		Variables: map[string]string{"EXEC_AA": "yes", "CHANNEL(language)": "ko", "CHANNEL(accountcode)": "07045805605"},
	}
}

func TestClickToCall(t *testing.T) {
	w := newWorld(t)
	const plain = "originate calls T2 | Action: Originate | Channel: Local/1010@T2_click-to-call | Context: T2_cos-all | Exten: 16682471 | Priority: 1 | Timeout: 30000 | ChannelId: ID | OtherChannelId: ID-2 | Async: true"
	const own = " | CallerID: <1010>" // who gives no number is shown as the extension
	const end = " | EarlyMedia: true"
	tests := []struct {
		name    string
		who     string
		change  func(*policy.ClickToCall)
		want    string
		network string // when it is allowed
	}{
		{
			"documented", "two", func(*policy.ClickToCall) {},
			plain + ` | Variable: CHANNEL(accountcode)=07045805605 | Variable: CHANNEL(language)=ko | Variable: EXEC_AA=yes | CallerID: "얼쑤팩토리" <16662471>` + end, "16662471",
		},
		{"only what is needed", "two", func(c *policy.ClickToCall) { *c = policy.ClickToCall{Caller: "1010", Callee: "16682471"} }, plain + own + end, "07045805605"},
		{"a login of the extension", "two/1010", func(c *policy.ClickToCall) { c.Variables, c.CIDName, c.CIDNumber = nil, "", "" }, plain + own + end, "07045805605"},
		{"a stranger's number", "two", func(c *policy.ClickToCall) { c.Variables, c.CIDName, c.CIDNumber = nil, "", "01099998888" }, plain + " | CallerID: <01099998888>" + end, "07045805605"},
		{"another tenant's number", "two", func(c *policy.ClickToCall) { c.Variables, c.CIDName, c.CIDNumber = nil, "", "07010100000" }, plain + " | CallerID: <07010100000>" + end, "07045805605"},
		{"a name alone", "two", func(c *policy.ClickToCall) { c.Variables, c.CIDName, c.CIDNumber = nil, `<script>"x"\`, "" }, plain + ` | CallerID: "<script>\"x\"\\" <1010>` + end, "07045805605"},
		{"an extension without a DID", "two", func(c *policy.ClickToCall) {
			*c = policy.ClickToCall{Caller: "1018", Callee: "1013"}
		}, strings.NewReplacer("1010", "1018", "16682471", "1013").Replace(plain+own) + end, "16682471"},
		{"the main tenant", "main", func(c *policy.ClickToCall) { *c = policy.ClickToCall{Caller: "900", Callee: "16682471", CosID: "1"} }, strings.NewReplacer("1010", "900", "T2_", "", " T2 |", " T1 |").Replace(plain+own) + end, "0212345678"},

		{"an operator", "ops", func(*policy.ClickToCall) {}, "! forbidden tenant", ""},
		{"nobody", "nobody", func(*policy.ClickToCall) {}, "! forbidden tenant", ""},
		{"another extension's login", "two/1013", func(*policy.ClickToCall) {}, "! forbidden caller", ""},
		{"no caller", "two", func(c *policy.ClickToCall) { c.Caller = "" }, "! bad_request caller", ""},
		{"a caller that is not there", "two", func(c *policy.ClickToCall) { c.Caller = "2000" }, "! forbidden caller", ""},
		{"a caller outside", "two", func(c *policy.ClickToCall) { c.Caller = "01026132471" }, "! invalid_value caller", ""},
		{"a caller with more", "two", func(c *policy.ClickToCall) { c.Caller = "1010@T10_cos-all&PJSIP/trk-1" }, "! invalid_value caller", ""},
		{"no callee", "two", func(c *policy.ClickToCall) { c.Callee = "" }, "! bad_request callee", ""},
		{"a callee that is not there", "two", func(c *policy.ClickToCall) { c.Callee = "2000" }, "! invalid_value callee", ""},
		{"a callee abroad", "two", func(c *policy.ClickToCall) { c.Callee = "0012025550123" }, "! forbidden callee", ""},
		{"a callee in need", "two", func(c *policy.ClickToCall) { c.Callee = "119" }, "! forbidden callee", ""},
		{"another class of service", "two", func(c *policy.ClickToCall) { c.CosID = "10" }, "! invalid_value cos_id", ""},
		{"no class of service", "two", func(c *policy.ClickToCall) { c.CosID = "T2_cos-all" }, "! invalid_value cos_id", ""},
		{"half a class of service", "two", func(c *policy.ClickToCall) { c.CosID = "2.0" }, "! invalid_value cos_id", ""},
		{"a long name", "two", func(c *policy.ClickToCall) { c.CIDName = strings.Repeat("가", 27) }, "! invalid_value cid_name", ""},
		{"a name of two lines", "two", func(c *policy.ClickToCall) { c.CIDName = "a\r\nApplication: System" }, "! invalid_value cid_name", ""},
		{"a name with NUL", "two", func(c *policy.ClickToCall) { c.CIDName = "a\x00b" }, "! invalid_value cid_name", ""},
		{"a name that is not UTF-8", "two", func(c *policy.ClickToCall) { c.CIDName = "\xff" }, "! invalid_value cid_name", ""},
		{"a number of two lines", "two", func(c *policy.ClickToCall) { c.CIDNumber = "1\n2" }, "! invalid_value cid_number", ""},
		{"a number with dashes", "two", func(c *policy.ClickToCall) { c.CIDNumber = "010-1234-5678" }, "! invalid_value cid_number", ""},
		{"a variable", "two", func(c *policy.ClickToCall) { c.Variables = map[string]string{"SHELL(id)": "1"} }, "! forbidden variables", ""},
		{"a variable's name of two lines", "two", func(c *policy.ClickToCall) { c.Variables = map[string]string{"EXEC_AA\r\nX": "1"} }, "! forbidden variables", ""},
		{"a variable of two lines", "two", func(c *policy.ClickToCall) { c.Variables = map[string]string{"EXEC_AA": "yes\r\nX: 1"} }, "! invalid_value variables", ""},
		{"another tenant's account", "two", func(c *policy.ClickToCall) {
			c.Variables = map[string]string{"CHANNEL(accountcode)": "07010100000"}
		}, "! forbidden variables", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := documented()
			tt.change(&c)
			p, err := w.policy.ClickToCall(w.who(tt.who), c)
			if err != nil {
				if got := refusal(t, err); got != tt.want {
					t.Errorf("got %s, want %s", got, tt.want)
				}
				return
			}
			if got := show(t, p); got != tt.want {
				t.Errorf("\ngot  %s\nwant %s", got, tt.want)
			}
			if p.Call.NetworkNumber != tt.network || p.Call.ShownNumber != cmp.Or(c.CIDNumber, c.Caller) || p.Call.Sync || p.Call.Caller != c.Caller || p.Call.Callee != c.Callee {
				t.Errorf("%+v", p.Call)
			}
		})
	}
}
