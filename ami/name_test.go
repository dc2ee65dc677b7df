package ami_test

import (
	"strings"
	"testing"

	"github.com/dipcast/dipcast/ami"
)

func TestNames(t *testing.T) {
	seen := map[string]bool{}
	for n := ami.Name(1); int(n) < ami.Names; n++ {
		name := n.String()
		if name == "" || seen[name] || ami.NameOf(name) != n {
			t.Errorf("%d is %q, which is %d", n, name, ami.NameOf(name))
		}
		seen[name] = true
		for _, other := range []string{name + "x", name[1:], strings.ToUpper(name), strings.ToLower(name)} {
			if got := ami.NameOf(other); got != 0 && got.String() != other {
				t.Errorf("%q is %v", other, got)
			}
		}
	}
	for _, s := range []string{"", "x", "ab", strings.Repeat("x", 1<<17)} {
		if n := ami.NameOf(s); n != 0 {
			t.Errorf("%.10q is %v", s, n)
		}
	}
	if ami.Name(0).String() != "" || ami.Name(255).String() != "" {
		t.Error("what is no number has a name")
	}
}

// TestLongName: what is longer than a name can be is a value.
func TestLongName(t *testing.T) {
	for n, want := range map[int]int{65535: 65535, 65536: 0} {
		var m ami.Message
		line := strings.Repeat("n", n) + ": v"
		if err := ami.Parse([]byte("Event: X\r\n"+line+"\r\n\r\n"), &m); err != nil {
			t.Fatal(err)
		}
		name, value := m.Header(1)
		if len(name) != want || len(value) != map[bool]int{true: 1, false: len(line)}[want > 0] {
			t.Errorf("%d bytes: name of %d, value of %d", n, len(name), len(value))
		}
	}
}
