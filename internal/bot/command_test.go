package bot_test

import (
	"errors"
	"testing"

	"github.com/dipcast/dipcast/internal/bot"
	"github.com/dipcast/dipcast/internal/dialplan"
)

func TestParseCommand(t *testing.T) {
	set := func(d dialplan.Diversion, n string, l bot.Lang) bot.Command {
		return bot.Command{Verb: bot.SetDiversion, Type: d, Number: n, Lang: l}
	}
	for text, want := range map[string]bot.Command{
		"착신전환":               {Verb: bot.ShowDiversions, Lang: bot.Korean},
		" 착신 전환 ":            {Verb: bot.ShowDiversions, Lang: bot.Korean},
		"착신전환 부재중":           {Verb: bot.ShowDiversions, Type: dialplan.CFN, Lang: bot.Korean},
		"부재중 착신전환":           {Verb: bot.ShowDiversions, Type: dialplan.CFN, Lang: bot.Korean},
		"착신전환 010-1234-5678": set(dialplan.CFI, "01012345678", bot.Korean),
		"착신전환 ０１０－１２３４－５６７８":           set(dialplan.CFI, "01012345678", bot.Korean),
		"착신전환 통화중 02) 123-4567":        set(dialplan.CFB, "021234567", bot.Korean),
		"통화중 착신전환 1013 설정":             set(dialplan.CFB, "1013", bot.Korean),
		"착신전환 cfu +82 10 1234 5678":    set(dialplan.CFU, "01012345678", bot.Korean),
		"착신전환 cfu +82 (0)10 1234 5678": set(dialplan.CFU, "01012345678", bot.Korean),
		"착신전환 해제":                      {Verb: bot.DropDiversion, Lang: bot.Korean},
		"착신전환 부재중 끄기":                  {Verb: bot.DropDiversion, Type: dialplan.CFN, Lang: bot.Korean},
		"부재중":                          {Verb: bot.ShowMissed, Lang: bot.Korean},
		"부재중 전화":                       {Verb: bot.ShowMissed, Lang: bot.Korean},
		"전화 번호":                        {Verb: bot.ShowNumbers, Lang: bot.Korean},
		"내 정보":                         {Verb: bot.ShowMe, Lang: bot.Korean},
		"도움말!":                         {Verb: bot.Help, Lang: bot.Korean},
		"예":                            {Verb: bot.Yes, Lang: bot.Korean},
		"취소":                           {Verb: bot.No, Lang: bot.Korean},
		"착신전환 01012345678로":            set(dialplan.CFI, "01012345678", bot.Korean),
		"통화중 착신전환 1013으로 설정해 주세요":      set(dialplan.CFB, "1013", bot.Korean),
		"착신전환 부재중 1013번으로 바꿔줘":         set(dialplan.CFN, "1013", bot.Korean),
		"부재중착신전환 해제해줘":                 {Verb: bot.DropDiversion, Type: dialplan.CFN, Lang: bot.Korean},
		"착신전환 꺼 주세요":                   {Verb: bot.DropDiversion, Lang: bot.Korean},
		"착신전환 보여줘":                     {Verb: bot.ShowDiversions, Lang: bot.Korean},
		"전화번호 알려 주세요.":                 {Verb: bot.ShowNumbers, Lang: bot.Korean},
		"내 전화번호":                       {Verb: bot.ShowNumbers, Lang: bot.Korean},
		"부재중 확인":                       {Verb: bot.ShowMissed, Lang: bot.Korean},
		"ㅇㅇ":                           {Verb: bot.Yes, Lang: bot.Korean},
		"넵!":                           {Verb: bot.Yes, Lang: bot.Korean},
		"아니":                           {Verb: bot.No, Lang: bot.Korean},
		"?":                            {Verb: bot.Help},
		"divert when busy to 1013":     set(dialplan.CFB, "1013", bot.English),
		"divert all calls to 1013":     set(dialplan.CFI, "1013", bot.English),
		"divert all off":               {Verb: bot.DropDiversion, Lang: bot.English},
		"my numbers":                   {Verb: bot.ShowNumbers, Lang: bot.English},
		"yes please":                   {Verb: bot.Yes, Lang: bot.English},
		"Divert":                       {Verb: bot.ShowDiversions, Lang: bot.English},
		"divert busy to 010 1234 5678": set(dialplan.CFB, "01012345678", bot.English),
		"divert no answer 1013":        set(dialplan.CFN, "1013", bot.English),
		"CFB off":                      {Verb: bot.DropDiversion, Type: dialplan.CFB, Lang: bot.English},
		"diversions off":               {Verb: bot.DropDiversion, Lang: bot.English},
		"missed calls":                 {Verb: bot.ShowMissed, Lang: bot.English},
		"help":                         {Verb: bot.Help, Lang: bot.English},
	} {
		if got, err := bot.ParseCommand(text); err != nil || got != want {
			t.Errorf("%q: %+v, %v; want %+v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "안녕하세요", "착신전환하는 법", "helpme", "yesterday", "아니라고", "응원", "no way", "me too", "예약", "5", "부재중 뭐야"} {
		if got, err := bot.ParseCommand(text); !errors.Is(err, bot.ErrNotUnderstood) {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
	for _, text := range []string{"착신전환 홍길동", "cfi 010-12x4", "divert to", "착신전환 부재중 설정", "착신전환 로", "착신전환 부재중 12345678901234567890", "cfi *21", "cfi +1"} {
		got, err := bot.ParseCommand(text)
		if !errors.Is(err, bot.ErrWhichNumber) || got.Verb != bot.SetDiversion {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
}
