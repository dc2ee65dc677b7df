package hostile_test

import (
	"fmt"
	"strings"
	"testing"
)

// TestT13_DiversionTargets: a diversion leads to a number; the client never
// says where in the dialplan.
func TestT13_DiversionTargets(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c := s.dial("demo", silent)
	form := func(field string) verdict {
		return verdict{"invalid_value", field, field + " must set destination to sub-custom-numbers,{number},1"}
	}
	number := func(field string) verdict { return verdict{"invalid_value", field, notCallable(field)} }
	closed := func(kind string) func(string) verdict {
		return func(field string) verdict {
			return verdict{"forbidden", field, field + " must not be " + kind}
		}
	}
	international := closed("an international number: these calls are not open for you")
	premium := closed("a premium number: these calls are not open for you")
	emergency := closed("an emergency number: these are dialled from a phone only")
	for value, want := range map[string]func(string) verdict{
		"default,0012025550123,1":                   form,
		"sub-custom-numbers,01026132471,1&x":        form,
		"sub-custom-numbers,01026132471,2":          form,
		"sub-custom-numbers,01026132471":            form,
		"sub-custom-numbers,01026132471,1,1":        form,
		"SUB-CUSTOM-NUMBERS,01026132471,1":          form,
		"T10_cos-all,1010,1":                        form,
		"${SHELL(id)}":                              form,
		" sub-custom-numbers,01026132471,1":         form,
		"sub-custom-numbers,01026132471,1\x1b[31mx": form,
		"sub-custom-numbers,01026132471,1\u2028x":   form,
		"01026132471":                               form,
		"sub-custom-numbers,01026132471&x,1":        form,
		"sub-custom-numbers,${SHELL(id)},1":         form,
		"sub-custom-numbers,+821026132471,1":        number,
		"sub-custom-numbers,*21*01026132471#,1":     number,
		"sub-custom-numbers,1234567890123456,1":     number,
		"sub-custom-numbers,010１２３,1":               form,
		"sub-custom-numbers,,1":                     form,
		"sub-custom-numbers,0012025550123,1":        international,
		"sub-custom-numbers,0060212345678,1":        international,
		"sub-custom-numbers,0601234567,1":           premium,
		"sub-custom-numbers,112,1":                  emergency,
		"sub-custom-numbers,119,1":                  emergency,
		"sub-custom-numbers,02119,1":                emergency,
		"sub-custom-numbers,2000,1": func(field string) verdict {
			return verdict{"invalid_value", field, field + " must be an extension of yours or a phone number; there is no such extension"}
		},
	} {
		c.refused(1, data("Action", "DBPut", "Family", two, "Key", "diversions/1010/CFI/destination", "Val", value, "ActionID", "x"), "x", want("Val"))
		if !strings.ContainsAny(value, " \u2028") {
			v := want("the value in Command")
			v.field = "Command"
			c.refused(1, command("database put "+two+" diversions/1010/CFI/destination "+value), "x", v)
		}
		v := want("raw_destination")
		s.refuses(c, call{"PUT", "/api/v2/diversions/1010/CFI", object("raw_destination", value)}, map[string]int{"invalid_value": 400, "forbidden": 403}[v.code], 1, v)
		if strings.ContainsAny(value, ",$ ") { // in REST a client says a number, and nothing else
			s.refuses(c, call{"PUT", "/api/v2/diversions/1010/CFN", object("destination", value)}, 400, 1, verdict{"invalid_value", "destination", notCallable("destination")})
		}
	}
	// Where else a change could lead.
	for _, group := range []string{"T10_night", "a/b", "../x", "x y", "${X}", "한글", strings.Repeat("x", 80)} {
		s.refuses(c, call{"PUT", "/api/v2/diversions/1010/CFI", object("time_group", group)}, 400, 1, verdict{"invalid_value", "time_group", "time_group must set time_group to the name of a time group of yours"})
	}
	for _, ext := range []string{"2000", "1010%2F..%2F1013", "..%2F1010", "T10_1010", "s", "1010%00"} {
		s.refuses(c, call{"PUT", "/api/v2/diversions/" + ext + "/CFI", `{"enable":true}`}, 404, 1, verdict{"not_found", "ext", "there is no such extension of yours"})
	}
	s.refuses(c, call{"PUT", "/api/v2/diversions/1010/BOSS", `{"enable":true}`}, 404, noServer, verdict{"not_found", "type", "there is no such type; the types are CFI, CFB, CFN, CFU, DND and PEA"})
	for _, id := range []string{"99", "3"} {
		s.refuses(c, call{"PUT", "/api/v2/diversions/1010/CFI?server_id=" + id, `{"enable":true}`}, 404, noServer, verdict{"not_found", "server_id", "there is no server " + id + " for you"})
	}
	s.refuses(c, call{"PUT", "/api/v2/diversions/1010/CFI?tenant=T10", `{"enable":true}`}, 403, noServer, verdict{"forbidden", "tenant", "tenant is for operators; yours is that of your credentials"})
}

// TestT14_ForeignVariables: three names only, and no other's account.
func TestT14_ForeignVariables(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c, ops := s.dial("demo", silent), s.dial("ops", silent)
	for _, v := range []string{
		"SHELL(id)=1", "FILE(/etc/x)=1", "__X=1", "_EXEC_AA=yes", "__EXEC_AA=yes", "DB(a/b)=1", "CHANNEL(context)=T10_cos-all",
		"channel(language)=ko", "exec_aa=yes", "CHANNEL(language) =ko", " EXEC_AA=yes", "=1", "CDR(x)=1", "GLOBAL(x)=1", "DC_COS=T10_cos-all", "CALLERID(num)=1",
	} {
		name, value, _ := strings.Cut(v, "=")
		for _, c := range []*client{c, ops} {
			c.refused(1, originate("Variable", v), "x", verdict{"forbidden", "Variable", otherVariable("Variable")})
			c.refused(1, strings.Replace(originate("Variables", "@"), `"@"`, object("EXEC_AA", "yes", name, value), 1), "x", verdict{"forbidden", "Variable", otherVariable("Variable")})
		}
		s.refuses(c, c2c("variables", object(name, value)), 403, 1, verdict{"forbidden", "variables", otherVariable("variables")})
	}
	for _, number := range []string{"07010100000", "01012345678", "0212345678"} {
		c.refused(1, originate("Variable", "CHANNEL(accountcode)="+number), "x", verdict{"forbidden", "Variable", "Variable must set CHANNEL(accountcode) to a number of yours"})
		s.refuses(c, c2c("variables", object("CHANNEL(accountcode)", number)), 403, 1, verdict{"forbidden", "variables", "variables must set CHANNEL(accountcode) to a number of yours"})
	}
}

// TestT15_ValuesOfVariables: none that the dialplan would read as more than a
// value.
func TestT15_ValuesOfVariables(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c := s.dial("demo", silent)
	for name, text := range map[string]string{
		"EXEC_AA":              "must set EXEC_AA to yes or no",
		"CHANNEL(language)":    "must set CHANNEL(language) to a language such as ko or en_US",
		"CHANNEL(accountcode)": "must set CHANNEL(accountcode) to a phone number: 3 to 15 digits and nothing else",
	} {
		for _, v := range []string{
			"${EXTEN}", "$[1+1]", "a,b", "a=b", "yes,__X=1", "ko,SHELL(id)=1", `yes\,x`, `"yes"`, "ko_", "KO", "k", "한국", "ko ", "07045805605,X=1", "0704580560５", "yes|x", "yes^x", "(yes)",
		} {
			c.refused(1, originate("Variable", name+"="+v), "x", verdict{"invalid_value", "Variable", "Variable " + text})
			s.refuses(c, c2c("variables", object(name, v)), 400, 1, verdict{"invalid_value", "variables", "variables " + text})
		}
	}
	c.refused(1, originate("Variable", "EXEC_AA"), "x", verdict{"invalid_value", "Variable", "Variable must be NAME=value"})
}

// TestT16_TooManyVariables: 64 go, 65 do not. A JSON object can have each name
// once only, so in REST they are too many before they are wrong.
func TestT16_TooManyVariables(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c := s.dial("demo", silent)
	many := func(n int) string {
		return strings.Replace(originate("Variable", "@"), `"@"`, `["EXEC_AA=yes"`+strings.Repeat(`,"EXEC_AA=yes"`, n-1)+"]", 1)
	}
	marks := s.marks()
	if got := c.ask(many(64)); member(got, "Response") != "Success" {
		t.Errorf("got %s", got)
	}
	c.ping()
	if got := s.wires[0].actions(marks[0]); len(got) != 1 || strings.Count(got[0], "Variable: EXEC_AA=yes\r\n") != 64 {
		t.Errorf("on the wire: %q", got)
	}
	c.refused(1, many(65), "x", verdict{"bad_request", "Variable", "Variable must not be given more than 64 times"})
	var pairs []string
	for i := range 65 {
		pairs = append(pairs, fmt.Sprintf("V%d", i), "1")
	}
	c.refused(1, strings.Replace(originate("Variables", "@"), `"@"`, object(pairs...), 1), "x", verdict{"bad_request", "Variable", "Variable must not be given more than 64 times"})
	s.refuses(c, c2c("variables", object(pairs...)), 400, 1, verdict{"bad_request", "variables", "variables must not be given more than 64 times"})
}
