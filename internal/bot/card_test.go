package bot_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/bot"
	"github.com/dipcast/dipcast/works"
)

func external() bot.CallCard {
	c := bot.CallCard{Called: "얼쑤팩토리 1번제품문의 전화", Number: "07079170225"}
	for _, a := range []bot.Action{bot.Desk, bot.Assistant, bot.Mobile, bot.CallBack, bot.Web} {
		c.Buttons = append(c.Buttons, bot.Button{Action: a, Token: strings.Repeat("t", 43), Address: "https://pbx.example.com/c/" + string(a)})
	}
	return c
}

// TestFits: each card of each mode and language is within the limits of the API,
// also with the longest texts that others can choose.
func TestFits(t *testing.T) {
	long := strings.Repeat("가나다라마바사아자차", 50)
	for _, mode := range []bot.Mode{bot.Message, bot.Postback, bot.URI, bot.Template} {
		for _, l := range []bot.Lang{bot.Korean, bot.English} {
			s := bot.Style{Mode: mode}
			if err := s.Check(); err != nil {
				t.Fatal(err)
			}
			hostile := external()
			hostile.Called, hostile.Number, hostile.Name = long, long, "\u202e\x00<m userId=\"all\">"+long
			internal := bot.CallCard{Internal: true, Number: "1018", Name: "지화자", Buttons: external().Buttons[2:]}
			view := bot.Button{Action: bot.Fax, Token: "t", Address: "https://pbx.example.com/f/1"}
			for name, c := range map[string]works.Content{
				"external": s.Call(l, external()), "hostile": s.Call(l, hostile), "internal": s.Call(l, internal),
				"fax":             s.Fax(l, bot.FaxCard{Number: "07079190163", Pages: 3, View: view}),
				"fax of somebody": s.Fax(l, bot.FaxCard{Number: long, Name: long, View: view, Icon: "https://pbx.example.com/fax.png"}),
				"withheld":        s.Call(l, bot.CallCard{Buttons: external().Buttons}),
			} {
				if err := works.Check(c); err != nil {
					t.Errorf("%s, %s, %s: %v", mode, l, name, err)
				}
				body, err := json.Marshal(c)
				if err != nil {
					t.Fatal(err)
				}
				for _, bad := range []string{"\u202e", `\u0000`, `\u003cm `} {
					if strings.Contains(string(body), bad) {
						t.Errorf("%s, %s, %s has %q", mode, l, name, bad)
					}
				}
			}
		}
	}
}

func TestStyleCheck(t *testing.T) {
	for field, s := range map[string]bot.Style{
		"mode":           {Mode: "x"},
		"ground":         {Ground: "red"},
		"words":          {Words: map[bot.Lang]map[bot.Word]string{"fr": {}}},
		"words.ko.desk":  {Words: map[bot.Lang]map[bot.Word]string{bot.Korean: {"desk": strings.Repeat("가", 21)}}},
		"words.ko.other": {Words: map[bot.Lang]map[bot.Word]string{bot.Korean: {"other": "x"}}},
	} {
		if err := s.Check(); err == nil || !strings.HasPrefix(err.Error(), field+":") {
			t.Errorf("%s: %v", field, err)
		}
	}
}
