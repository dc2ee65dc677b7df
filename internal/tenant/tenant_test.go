package tenant_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dipcast/dipcast/internal/tenant"
)

const idTwo = "7be69580e27641df"

func two() tenant.Tenant {
	return tenant.Tenant{
		ID: tenant.NewID(idTwo, 2), Number: 2, Name: "얼쑤팩토리", Servers: []int{1, 2},
		Extensions: []string{"1010", "1013"},
		DIDs:       map[string]string{"07045805605": "1010", "07045144801": "1013"},
		Numbers:    []string{"16682471"},
	}
}

func ten() tenant.Tenant {
	return tenant.Tenant{
		ID: tenant.NewID("0123456789abcdef", 10), Number: 10, Name: "열", Servers: []int{1},
		Extensions: []string{"1010"}, DIDs: map[string]string{"07010100000": "1010"},
	}
}

func main1() tenant.Tenant {
	return tenant.Tenant{
		ID: tenant.NewID("00000000000000aa", 1), Number: 1, Name: "main", Main: true, Servers: []int{1},
		Extensions: []string{"1010"},
	}
}

// TestIDNeverPrintsItself: no verb, encoder or logger shows the 16 digits.
func TestIDNeverPrintsItself(t *testing.T) {
	tt := two()
	var log bytes.Buffer
	for _, h := range []slog.Handler{slog.NewTextHandler(&log, nil), slog.NewJSONHandler(&log, nil)} {
		slog.New(h).Info("x", "id", tt.ID, "tenant", &tt,
			"identity", tenant.Identity{Role: tenant.TenantRole, Tenant: &tt, Name: "crm", Via: tenant.ViaAppKey})
	}
	js, err := json.Marshal(map[string]any{"id": tt.ID})
	if err != nil {
		t.Fatal(err)
	}
	out := log.String() + string(js)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T"} {
		out += fmt.Sprintf(verb, tt.ID) + fmt.Sprintf(verb, struct{ ID tenant.ID }{tt.ID})
	}
	hexed := fmt.Sprintf("%x", idTwo)
	if strings.Contains(out, idTwo) || strings.Contains(out, hexed) {
		t.Fatalf("the id is shown: %s", out)
	}
	if !strings.Contains(log.String(), "T2") || string(js) != `{"id":"T2"}` {
		t.Fatalf("the number is not shown: %s %s", log.String(), js)
	}
	if strings.Contains(log.String(), "쑤") {
		t.Fatalf("the name is shown: %s", log.String())
	}
	if got := (tenant.ID{}).String(); got != "T?" {
		t.Errorf("zero ID prints %q", got)
	}
}

func TestDirectory(t *testing.T) {
	d, err := tenant.NewDirectory([]tenant.Tenant{ten(), two(), main1()})
	if err != nil {
		t.Fatal(err)
	}
	var order []string
	for _, x := range d.All() {
		order = append(order, x.ID.String())
	}
	if diff := cmp.Diff([]string{"T1", "T2", "T10"}, order); diff != "" {
		t.Error(diff)
	}
	t2 := d.ByID(idTwo)
	if t2 == nil || t2 != d.ByNumber(2) || t2.Prefix() != "T2_" || t2.Home() != 1 {
		t.Fatalf("tenant 2: %v", t2)
	}
	if d.ByID(strings.ToUpper(idTwo)) != nil || d.ByID("") != nil || d.ByNumber(3) != nil {
		t.Error("found what is not there")
	}
	if got, ext := d.ByDID(1, "07045144801"); got != t2 || ext != "1013" {
		t.Errorf("ByDID = %v %q", got, ext)
	}
	if got, ext := d.ByDID(2, "07010100000"); got != nil || ext != "" {
		t.Errorf("a DID of another server: %v %q", got, ext)
	}
	if got := d.OnServer(2); len(got) != 1 || got[0] != t2 {
		t.Errorf("OnServer(2) = %v", got)
	}
	if n, ok := d.NumberByID(idTwo); n != 2 || !ok {
		t.Errorf("NumberByID = %d %v", n, ok)
	}
	if !t2.HasExtension("1010") || t2.HasExtension("1018") || t2.HasExtension("") {
		t.Error("HasExtension")
	}
	if !t2.OwnsNumber("16682471") || !t2.OwnsNumber("07045805605") || t2.OwnsNumber("07010100000") || t2.OwnsNumber("") {
		t.Error("OwnsNumber")
	}
	if !t2.HasContext("T2_cos-all") || t2.HasContext("T21_cos-all") || t2.HasContext("cos-all") {
		t.Error("HasContext")
	}
	m := d.Main()
	if m == nil || m.Prefix() != "" || !m.HasContext("cos-all") || m.HasContext("T2_cos-all") || m.HasContext("") {
		t.Errorf("main tenant: %v", m)
	}
}

// TestDirectoryIsASnapshot: what the caller changes later does not reach it.
func TestDirectoryIsASnapshot(t *testing.T) {
	in := []tenant.Tenant{two()}
	d, err := tenant.NewDirectory(in)
	if err != nil {
		t.Fatal(err)
	}
	in[0].Extensions[0] = "9999"
	in[0].DIDs["0212345678"] = "9999"
	if x := d.ByNumber(2); x.HasExtension("9999") || x.OwnsNumber("0212345678") {
		t.Fatal("the directory changed")
	}
}

func TestNumberOf(t *testing.T) {
	x := two()
	x.DIDs["0212345678"] = "1010"
	for ext, want := range map[string]string{"1010": "0212345678", "1013": "07045144801", "1018": "16682471"} {
		if got := x.NumberOf(ext); got != want {
			t.Errorf("NumberOf(%s) = %s, want %s", ext, got, want)
		}
	}
	x.Numbers = nil
	if got := x.NumberOf("1018"); got != "0212345678" {
		t.Errorf("without further numbers: %s", got)
	}
	if got := (&tenant.Tenant{}).NumberOf("1010"); got != "" {
		t.Errorf("without any number: %s", got)
	}
}

func TestValidate(t *testing.T) {
	change := func(f func(x *tenant.Tenant)) []tenant.Tenant {
		x := two()
		f(&x)
		return []tenant.Tenant{x}
	}
	tests := []struct {
		name   string
		in     []tenant.Tenant
		fields []string
	}{
		{"three good ones", []tenant.Tenant{two(), ten(), main1()}, nil},
		{"nothing set", []tenant.Tenant{{}}, []string{"id", "number", "name", "servers"}},
		{"upper-case id", change(func(x *tenant.Tenant) { x.ID = tenant.NewID(strings.ToUpper(idTwo), 2) }), []string{"id"}},
		{"short id", change(func(x *tenant.Tenant) { x.ID = tenant.NewID("7be6", 2) }), []string{"id"}},
		{"number too high", change(func(x *tenant.Tenant) { x.Number = 10000 }), []string{"number"}},
		{"main with number 2", change(func(x *tenant.Tenant) { x.Main = true }), []string{"main"}},
		{"server twice", change(func(x *tenant.Tenant) { x.Servers = []int{1, 2, 1} }), []string{"servers[2]"}},
		{"bad extension", change(func(x *tenant.Tenant) { x.Extensions[1] = "١٠١٣" }), []string{"extensions[1]", "dids.070****4801"}},
		{"extension twice", change(func(x *tenant.Tenant) { x.Extensions = []string{"1010", "1013", "1010"} }), []string{"extensions[2]"}},
		{"emergency extension", change(func(x *tenant.Tenant) { x.Extensions = append(x.Extensions, "119") }), []string{"extensions[2]"}},
		{"DID to nobody", change(func(x *tenant.Tenant) { x.DIDs["07045144801"] = "1099" }), []string{"dids.070****4801"}},
		{"bad DID", change(func(x *tenant.Tenant) { x.DIDs = map[string]string{"+8270": "1010"} }), []string{"dids.+8270"}},
		{"bad number", change(func(x *tenant.Tenant) { x.Numbers = []string{"1668-2471"} }), []string{"numbers[0]"}},
		{"contexts of a prefixed tenant", change(func(x *tenant.Tenant) { x.Contexts = []string{"cos-all"} }), []string{"contexts"}},
		{"same id and number", []tenant.Tenant{two(), two()}, []string{"id", "number", "dids.070****4801", "dids.070****5605"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, p := range tenant.Validate(tt.in) {
				got = append(got, p.Field)
				if p.Text == "" || strings.Contains(p.Error(), idTwo) {
					t.Errorf("text: %q", p.Error())
				}
			}
			if diff := cmp.Diff(tt.fields, got); diff != "" {
				t.Error(diff)
			}
			d, err := tenant.NewDirectory(tt.in)
			if (err == nil) != (len(tt.fields) == 0) || (d == nil) != (err != nil) {
				t.Errorf("NewDirectory: %v %v", d, err)
			}
			var p tenant.Problem
			if err != nil && !errors.As(err, &p) {
				t.Errorf("%v holds no Problem", err)
			}
		})
	}
}

func TestValidateContextsOfMain(t *testing.T) {
	for name, want := range map[string]int{"cos-all": 0, "T2_cos-all": 1, "T2": 0, "Tx_y": 0, "a b": 1, "": 1, strings.Repeat("x", 80): 1} {
		x := main1()
		x.Contexts = []string{name}
		if got := len(tenant.Validate([]tenant.Tenant{x})); got != want {
			t.Errorf("context %q: %d problems, want %d", name, got, want)
		}
	}
}

// TestSameDIDOnOtherServers: two companies may own one number on servers that
// have nothing to do with each other.
func TestSameDIDOnOtherServers(t *testing.T) {
	a, b := two(), ten()
	b.DIDs = map[string]string{"07045805605": "1010"}
	b.Servers = []int{3}
	if p := tenant.Validate([]tenant.Tenant{a, b}); len(p) != 0 {
		t.Fatalf("%v", p)
	}
	b.Servers = []int{3, 2}
	if p := tenant.Validate([]tenant.Tenant{a, b}); len(p) != 1 {
		t.Fatalf("%v", p)
	}
}

func TestIdentity(t *testing.T) {
	d, err := tenant.NewDirectory([]tenant.Tenant{two(), ten()})
	if err != nil {
		t.Fatal(err)
	}
	t2 := d.ByNumber(2)
	operator := tenant.Identity{Role: tenant.Operator, Name: "ops"}
	whole := tenant.Identity{Role: tenant.TenantRole, Tenant: t2}
	single := tenant.Identity{Role: tenant.ExtensionRole, Tenant: t2, Extension: "1010"}
	tests := []struct {
		name                 string
		id                   tenant.Identity
		server2, server3     bool
		ext, otherExt, alien bool
	}{
		{"operator", operator, true, true, false, false, false},
		{"tenant", whole, true, false, true, true, false},
		{"extension", single, true, false, true, false, false},
		{"nobody", tenant.Identity{}, false, false, false, false, false},
		{"role without tenant", tenant.Identity{Role: tenant.TenantRole}, false, false, false, false, false},
	}
	for _, tt := range tests {
		if tt.id.MayUseServer(2) != tt.server2 || tt.id.MayUseServer(3) != tt.server3 {
			t.Errorf("%s: servers", tt.name)
		}
		if tt.id.MayUseExtension("1010") != tt.ext || tt.id.MayUseExtension("1013") != tt.otherExt || tt.id.MayUseExtension("1099") != tt.alien {
			t.Errorf("%s: extensions", tt.name)
		}
	}
	if tenant.Operator.String() != "operator" || tenant.RoleNone.String() != "none" {
		t.Error("Role.String")
	}
}
