package ami_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/ami"
)

func TestActionAppend(t *testing.T) {
	fill := func(name string, line int) string { return strings.Repeat("v", line-len(name)-4) }
	for _, tt := range []struct {
		name, header, value string
		want                error
	}{
		{"korean caller id", "CallerID", "얼쑤팩토리 <16682471>", nil},
		{"euc-kr", "CallerID", "\xc8\xab\xb1\xe6\xb5\xbf", nil},
		{"empty value", "Val", "", nil},
		{"blanks", "Val", "  two  ", nil},
		{"channel variable", "ChanVariable(PJSIP/1010-1)", "X=1", nil},
		{"colon in value", "Variable", "a:b", nil},
		{"line separators of Unicode", "X", "a\u2028b\u0085c\u000bd", nil},
		{"second action", "X", "1\r\n\r\nAction: Command\r\nCommand: core stop now", ami.ErrFraming},
		{"bare LF", "X", "1\nAction: Command", ami.ErrFraming},
		{"bare CR", "X", "1\rAction: Command", ami.ErrFraming},
		{"NUL cuts the line", "Exten", "1010\x00@T2", ami.ErrFraming},
		{"LF in the name", "X\n", "1", ami.ErrFraming},
		{"CR in the name", "X\rY", "1", ami.ErrFraming},
		{"NUL in the name", "X\x00Y", "1", ami.ErrFraming},
		{"colon in the name", "X: 1", "1", ami.ErrFraming},
		{"no name", "", "1", ami.ErrFraming},
		{"line of 1,024 bytes", "X", fill("X", 1024), nil},
		{"line of 1,025 bytes", "X", fill("X", 1025), ami.ErrLineTooLong},
		{"own header", "ActionID", "1", ami.ErrReserved},
		{"own header in other case", "action", "Command", ami.ErrReserved},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := ami.NewAction("Ping")
			err := a.Append(tt.header, tt.value)
			if !errors.Is(err, tt.want) || (tt.want == nil) != (err == nil) {
				t.Fatalf("%v", err)
			}
			wire, encodeErr := a.AppendTo([]byte("before"), "id-1")
			if encodeErr != nil {
				t.Fatal(encodeErr)
			}
			want := "beforeAction: Ping\r\nActionID: id-1\r\n"
			if tt.want == nil {
				want += tt.header + ": " + tt.value + "\r\n"
			}
			if string(wire) != want+"\r\n" {
				t.Errorf("wire %q", wire)
			}
			var field *ami.FieldError
			if err != nil && (!errors.As(err, &field) || field.Field != tt.header || strings.Contains(err.Error(), "Command: core")) {
				t.Errorf("error %v", err)
			}
		})
	}
}

func TestActionLines(t *testing.T) {
	a := ami.NewAction("Originate")
	for i := range ami.MaxActionLines - 2 {
		if err := a.Append("Variable", fmt.Sprint("a=", i)); err != nil {
			t.Fatal(i, err)
		}
	}
	if err := a.Append("Variable", "x"); !errors.Is(err, ami.ErrTooManyLines) {
		t.Error(err)
	}
	wire, err := a.AppendTo(nil, "1")
	if err != nil || strings.Count(string(wire), "\n") != ami.MaxActionLines+1 {
		t.Errorf("%d lines, %v", strings.Count(string(wire), "\n"), err)
	}
}

func TestActionErrors(t *testing.T) {
	for _, name := range []string{"", "Ping\r\n", "Ping\nActionID: 1", strings.Repeat("x", 1024)} {
		a := ami.NewAction(name).Add("X", "1")
		dst := []byte("kept")
		got, err := a.AppendTo(dst, "1")
		if err == nil || a.Err() == nil || string(got) != "kept" {
			t.Errorf("%q: %v %q", name, err, got)
		}
	}
	a := ami.NewAction("Ping").Add("A", "1\n").Add("B", "2").Add("", "3")
	if err := a.Err(); !errors.Is(err, ami.ErrFraming) || !strings.Contains(err.Error(), `"A"`) {
		t.Errorf("first error: %v", err)
	}
	for _, id := range []string{"1\r\n\r\nAction: Command", "1\n", "\x00", strings.Repeat("i", 1013)} {
		if _, err := ami.NewAction("Ping").AppendTo(nil, id); err == nil {
			t.Errorf("%.20q accepted", id)
		}
	}
	if wire, err := ami.NewAction("Ping").AppendTo(nil, ""); err != nil || string(wire) != "Action: Ping\r\n\r\n" {
		t.Errorf("%q %v", wire, err)
	}
}

func TestActionReads(t *testing.T) {
	a := ami.NewAction("Originate").Add("Variable", "A=1").Add("Exten", "1010").Add("Variable", "B=2")
	var all []string
	for name, value := range a.All() {
		all = append(all, name+"="+value)
	}
	if fmt.Sprint(all) != "[Variable=A=1 Exten=1010 Variable=B=2]" {
		t.Errorf("%v", all)
	}
	if a.Name() != "Originate" || a.Get("EXTEN") != "1010" || a.Get("variable") != "A=1" || a.Get("none") != "" {
		t.Error("lookup")
	}
}
