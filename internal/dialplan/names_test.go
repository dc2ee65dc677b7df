package dialplan_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/dialplan"
)

func TestNames(t *testing.T) {
	p := dialplan.Prefix(2)
	for want, got := range map[string]string{
		"T2_cos-all":                            dialplan.ClassOfService(p),
		"cos-all":                               dialplan.ClassOfService(""),
		"T2_click-to-call":                      dialplan.ClickToCall(p),
		"T2_1010":                               dialplan.Endpoint(p, "1010"),
		"PJSIP/T2_1010":                         dialplan.Dial(p, "1010"),
		"Local/1010@T2_cos-all":                 dialplan.LocalChannel(p, "1010"),
		"trk-11-in":                             dialplan.TrunkContext(11),
		"trk-11":                                dialplan.TrunkEndpoint(11),
		"Custom:T2_CFI_1010":                    dialplan.Lamp(p, dialplan.CFI, "1010"),
		"diversions/1010/CFI/enable":            dialplan.DiversionKey("1010", dialplan.CFI, dialplan.Enable),
		"diversions/1010/has_enable_diversions": dialplan.GateKey("1010"),
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestParseContexts(t *testing.T) {
	for context, want := range map[string]string{"T2_cos-all": "T2_", "T10_cos-all": "T10_", "cos-all": ""} {
		if p, ok := dialplan.ParseClassOfService(context); !ok || p != want {
			t.Errorf("ParseClassOfService(%q) = %q, %v", context, p, ok)
		}
	}
	for _, context := range []string{"", "T2_", "T2_cos-all-init", "XT2_cos-all", "T2_x_cos-all", "T02_cos-all", "x-cos-all", "T2_click-to-call"} {
		if p, ok := dialplan.ParseClassOfService(context); ok {
			t.Errorf("ParseClassOfService(%q) = %q, want none", context, p)
		}
	}
	if p, ok := dialplan.ParseClickToCall("T2_click-to-call"); !ok || p != "T2_" {
		t.Errorf("ParseClickToCall = %q, %v", p, ok)
	}
	if id, ok := dialplan.ParseTrunkContext("trk-11-in"); !ok || id != 11 {
		t.Errorf("ParseTrunkContext = %d, %v", id, ok)
	}
	for _, context := range []string{"", "trk--in", "trk-1", "trk-1-inx", "xtrk-1-in", "trk-01-in", "trk-a-in", "trk-1-2-in"} {
		if id, ok := dialplan.ParseTrunkContext(context); ok {
			t.Errorf("ParseTrunkContext(%q) = %d, want none", context, id)
		}
	}
}

func TestParseEndpoint(t *testing.T) {
	tests := []struct {
		endpoint  string
		number    int
		extension string
	}{
		{"T2_1010", 2, "1010"},
		{"T2_1010_1", 2, "1010_1"},
		{"1010", 0, "1010"},
		{"T10_1010", 10, "1010"},
		{"XT2_1010", 0, "XT2_1010"},
		{"", 0, ""},
	}
	for _, tt := range tests {
		if n, ext := dialplan.ParseEndpoint(tt.endpoint); n != tt.number || ext != tt.extension {
			t.Errorf("ParseEndpoint(%q) = %d, %q", tt.endpoint, n, ext)
		}
	}
}

func TestParseChannel(t *testing.T) {
	tests := []struct {
		name string
		want dialplan.Channel
	}{
		{"PJSIP/T2_1010-0000001a", dialplan.Channel{Technology: "PJSIP", Endpoint: "T2_1010", Serial: "0000001a"}},
		{"PJSIP/trk-1-00000001", dialplan.Channel{Technology: "PJSIP", Endpoint: "trk-1", Serial: "00000001"}},
		{"PJSIP/T2_1010-0000001a<ZOMBIE>", dialplan.Channel{Technology: "PJSIP", Endpoint: "T2_1010", Serial: "0000001a"}},
		{"AsyncGoto/PJSIP/T2_1010-0000001a", dialplan.Channel{Technology: "PJSIP", Endpoint: "T2_1010", Serial: "0000001a"}},
		{"Local/1010@T2_cos-all-00000000;1", dialplan.Channel{Technology: "Local", Exten: "1010", Context: "T2_cos-all", Half: 1, Serial: "00000000"}},
		{"Local/1010@T2_cos-all-00000000;2", dialplan.Channel{Technology: "Local", Exten: "1010", Context: "T2_cos-all", Half: 2, Serial: "00000000"}},
		{"Local/1010@T2_cos-all", dialplan.Channel{Technology: "Local", Exten: "1010", Context: "T2_cos-all"}},
		{"Local/s", dialplan.Channel{Technology: "Local", Exten: "s"}},
		{"PJSIP/T2_1010", dialplan.Channel{Technology: "PJSIP", Endpoint: "T2_1010"}},
		{"nonsense", dialplan.Channel{}},
		{"", dialplan.Channel{}},
	}
	for _, tt := range tests {
		if got := dialplan.ParseChannel(tt.name); got != tt.want {
			t.Errorf("ParseChannel(%q) = %+v, want %+v", tt.name, got, tt.want)
		}
	}
}

func TestParseKey(t *testing.T) {
	for _, d := range dialplan.Diversions {
		for _, f := range []dialplan.Field{dialplan.Enable, dialplan.Destination, dialplan.TimeGroup} {
			k, ok := dialplan.ParseKey(dialplan.DiversionKey("1010", d, f))
			if !ok || k != (dialplan.Key{Extension: "1010", Diversion: d, Field: f}) {
				t.Errorf("%s/%s: %+v, %v", d, f, k, ok)
			}
		}
	}
	for _, want := range []dialplan.Key{{Extension: "1010", Diversion: dialplan.DND, Field: dialplan.Enable}, {Extension: "1010", Diversion: dialplan.DND, Field: dialplan.TimeGroup}, {Extension: "1010", Diversion: dialplan.PEA, Field: dialplan.Enable}, {Extension: "1010", Diversion: dialplan.PEA, Field: dialplan.DestinationOf('4')}} {
		if k, ok := dialplan.ParseKey(dialplan.DiversionKey(want.Extension, want.Diversion, want.Field)); !ok || k != want {
			t.Errorf("%+v: %+v, %v", want, k, ok)
		}
	}
	if k, ok := dialplan.ParseKey(dialplan.GateKey("1010")); !ok || k != (dialplan.Key{Extension: "1010"}) {
		t.Errorf("gate: %+v, %v", k, ok)
	}
	for _, key := range []string{
		"", "diversions", "diversions/", "diversions/1010", "diversions/1010/CFI", "diversions/1010/CFI/enable/x",
		"diversions//CFI/enable", "diversions/1010/cfi/enable", "diversions/1010/DND/destination", "diversions/1010/CFI/Enable",
		"diversions/1010/PEA/destination", "diversions/1010/PEA/destination_5", "diversions/1010/PEA/destination_00", "diversions/1010/CFI/destination_0", "diversions/1010/BOSS/enable",
		"diversions/10 10/CFI/enable", "diversions/../CFI/enable", "diversions/1010/has_enable_diversions/x", "/diversions/1010/CFI/enable",
		"extensions/1010/CFI/enable",
	} {
		if k, ok := dialplan.ParseKey(key); ok {
			t.Errorf("ParseKey(%q) = %+v, want none", key, k)
		}
	}
}

func TestDestination(t *testing.T) {
	for _, number := range []string{"01026132471", "+821026132471", "*72", "1010", "#9", strings.Repeat("1", dialplan.MaxNumber)} {
		v, err := dialplan.FormatDestination(number)
		if err != nil {
			t.Fatal(err)
		}
		if n, ok := dialplan.ParseDestination(v); !ok || n != number {
			t.Errorf("ParseDestination(%q) = %q, %v", v, n, ok)
		}
	}
	for _, number := range []string{
		"", "010-2613-2471", "010 26132471", "1,1", "1)", "${X}", "1&PJSIP/T10_1010", "1@T10_cos-all", "a", "1\n",
		strings.Repeat("1", dialplan.MaxNumber+1),
	} {
		if v, err := dialplan.FormatDestination(number); !errors.Is(err, dialplan.ErrNumber) {
			t.Errorf("FormatDestination(%q) = %q, %v", number, v, err)
		}
		if n, ok := dialplan.ParseDestination("sub-custom-numbers," + number + ",1"); ok {
			t.Errorf("ParseDestination accepts %q", n)
		}
	}
	for _, v := range []string{"", "01026132471", "sub-custom-numbers,01026132471", "T10_cos-all,1010,1", "sub-custom-numbers,1,2"} {
		if n, ok := dialplan.ParseDestination(v); ok {
			t.Errorf("ParseDestination(%q) = %q, want none", v, n)
		}
	}
}

func TestActiveAndLamp(t *testing.T) {
	if dialplan.Active("yes", "") || dialplan.Active("", "x") || dialplan.Active("no", "x") || !dialplan.Active("yes", "x") {
		t.Error("active is enable yes and a destination")
	}
	for _, d := range dialplan.Kinds {
		on, off := "BUSY", "NOT_INUSE"
		if d == dialplan.DND {
			on, off = "INUSE", "UNAVAILABLE"
		}
		if dialplan.LampState(d, true) != on || dialplan.LampState(d, false) != off {
			t.Errorf("lamp states of %s", d)
		}
	}
	fields := func(set ...dialplan.Field) func(dialplan.Field) string {
		return func(f dialplan.Field) string {
			switch {
			case !slices.Contains(set, f):
				return ""
			case f == dialplan.Enable:
				return "yes"
			}
			return "sub-custom-numbers,1010,1"
		}
	}
	if !dialplan.DND.Active(fields(dialplan.Enable)) || dialplan.DND.Active(fields()) || dialplan.CFI.Active(fields(dialplan.Enable)) ||
		dialplan.PEA.Active(fields(dialplan.Enable, dialplan.Destination)) || !dialplan.PEA.Active(fields(dialplan.Enable, "destination_3")) || dialplan.PEA.Active(fields("destination_3")) {
		t.Error("what is active")
	}
	n, d, ext, ok := dialplan.ParseLamp("Custom:T2_CFU_1010")
	if n != 2 || d != dialplan.CFU || ext != "1010" || !ok {
		t.Errorf("ParseLamp = %d, %s, %s, %v", n, d, ext, ok)
	}
	if n, _, _, ok := dialplan.ParseLamp("Custom:CFI_1010"); n != 0 || !ok {
		t.Error("lamp of the main tenant")
	}
	for _, s := range []string{"", "Custom:", "Custom:T2_BOSS_1010", "PJSIP/T2_1010", "Custom:T2_CFI_", "Custom:T2_CFI_x"} {
		if _, _, _, ok := dialplan.ParseLamp(s); ok {
			t.Errorf("ParseLamp(%q) is ok", s)
		}
	}
}
