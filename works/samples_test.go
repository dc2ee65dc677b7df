package works_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dipcast/dipcast/works"
	"github.com/dipcast/dipcast/works/workstest"
)

// samples are examples of contents as this package writes them; those named doc_
// are word for word the ones of docs/bot-send-text, -link, -button, -list and
// -content.
var samples = map[string]works.Content{
	"text":    &works.Text{Text: "hello", I18nTexts: []works.I18nText{{Language: works.Korean, Text: "안녕하세요"}}},
	"link":    &works.Link{ContentText: "부재중 전화 2건", LinkText: "통화 기록 열기", Link: "https://pbx.example/history"},
	"sticker": &works.Sticker{PackageID: "1", StickerID: "2"},
	"image":   &works.Image{PreviewImageURL: "https://static.example/p.png", OriginalContentURL: "https://static.example/o.png"},
	"file":    &works.File{OriginalContentURL: "https://static.example/fax.pdf"},
	"audio":   &works.Audio{OriginalContentURL: "https://static.example/vm.wav"},
	"button_template": &works.Buttons{
		ContentText:      "📞 02-123-4567 → 내선 1001",
		I18nContentTexts: []works.I18nContentText{{Language: works.English, ContentText: "Incoming call"}},
		Actions: []works.Action{
			{Type: works.ActionMessage, Label: "받기", Text: "받기", Postback: "call:answer:9f2"},
			{Type: works.ActionURI, Label: "고객 정보", URI: "https://crm.example/c/1"},
			{Type: works.ActionCopy, Label: "번호 복사", CopyText: "021234567"},
		},
	},
	"list_template": &works.List{
		Cover: &works.ListCover{BackgroundImageURL: "https://static.example/1.png", Title: "부재중", Subtitle: "오늘"},
		Elements: []works.ListElement{{
			Title: "010-1234-5678", Subtitle: "09:12", OriginalContentURL: "https://static.example/2.png",
			Action: &works.Action{Type: works.ActionMessage, Label: "전화", Postback: "call:dial:01012345678"},
		}},
		Actions: [][]works.Action{{{Type: works.ActionMessage, Label: "더 보기", Postback: "list:next"}}},
	},
	"carousel": &works.Carousel{
		ImageAspectRatio: "rectangle", ImageSize: "cover",
		Columns: []works.CarouselColumn{{
			Title: "수신 전화", Text: "02-123-4567", OriginalContentURL: "https://static.example/1.png",
			DefaultAction: &works.Action{Type: works.ActionURI, URI: "https://pbx.example/"},
			Actions:       []works.Action{{Type: works.ActionPostback, Label: "받기", Data: "call:answer:9f2", DisplayText: "받기"}},
		}},
	},
	"image_carousel": &works.ImageCarousel{Columns: []works.ImageColumn{{
		OriginalContentURL: "https://static.example/1.png", Action: works.Action{Type: works.ActionURI, Label: "열기", URI: "https://pbx.example/"},
	}}},
	"flex": &works.Flex{
		AltText: "수신 전화 02-123-4567",
		Contents: &works.Component{
			Type: "bubble",
			Body: &works.Component{Type: "box", Layout: "vertical", Contents: []*works.Component{
				{Type: "text", Text: "02-123-4567", Weight: "bold", Size: "xl"},
			}},
			Footer: &works.Component{Type: "box", Layout: "horizontal", Contents: []*works.Component{{
				Type: "button", Style: "primary",
				Action: &works.Action{Type: works.ActionMessage, Label: "받기", Text: "받기", Postback: "call:answer:9f2"},
			}}},
		},
	},
	"quick_reply": &works.Text{Text: "어디로 받을까요?", QuickReply: &works.QuickReply{Items: []works.QuickReplyItem{
		{
			ImageURL: "https://static.example/phone.png",
			Action:   works.Action{Type: works.ActionMessage, Label: "내 전화", Text: "내 전화", Postback: "call:answer:9f2"},
		},
		{Action: works.Action{Type: works.ActionPostback, Label: "거절", Data: "call:reject:9f2", DisplayText: "거절"}},
	}}},
	"doc_text": &works.Text{Text: "hello", I18nTexts: []works.I18nText{{Language: "ja_JP", Text: "こんにちは"}, {Language: works.Korean, Text: "안녕하세요"}}},
	"doc_mention": &works.Link{
		ContentText: `<m userId="admin@example.com">, please refer to the link.`, LinkText: "link text", Link: "http://www.worksmobile.com",
	},
	"doc_link": &works.Link{
		ContentText: "content text", LinkText: "link area", Link: "http://line.worksmobile.com",
		I18nContentTexts: []works.I18nContentText{{Language: "ja_JP", ContentText: "コンテンツテキスト"}, {Language: works.Korean, ContentText: "컨텐츠 텍스트"}},
		I18nLinkTexts:    []works.I18nLinkText{{Language: "ja_JP", LinkText: "リンクテキスト"}, {Language: works.Korean, LinkText: "링크 텍스트"}},
	},
	"doc_button": &works.Buttons{ContentText: "What do you want?", Actions: []works.Action{
		{Type: works.ActionURI, Label: "LINE WORKS Homepage", URI: "https://line.worksmobile.com"},
		{Type: works.ActionMessage, Label: "FAQ", Postback: "ButtonTemplate_FAQ"},
	}},
	"doc_list": &works.List{
		Cover: &works.ListCover{BackgroundImageURL: "https://example.com/1.png"},
		Elements: []works.ListElement{
			{
				Title: "LINE WORKS Homepage", Subtitle: "Press the button to visit.",
				Action: &works.Action{Type: works.ActionURI, Label: "Visit", URI: "https://line.worksmobile.com"},
			},
			{
				Title: "FAQ", Subtitle: "Talk with bot.", OriginalContentURL: "https://example.com/2.png",
				Action: &works.Action{Type: works.ActionMessage, Label: "Talk", Postback: "ListTemplate_Talk"},
			},
		},
		Actions: [][]works.Action{{{Type: works.ActionMessage, Label: "View more", Postback: "ListTempalte_ViewMore"}}},
	},
	"doc_quick_reply": &works.Text{Text: "Please select your favorite food category!", QuickReply: &works.QuickReply{Items: []works.QuickReplyItem{
		{ImageURL: "https://www.example.com/a.png", Action: works.Action{Type: works.ActionMessage, Label: "Sushi", Text: "Sushi"}},
		{ImageURL: "https://www.example.com/b.png", Action: works.Action{Type: works.ActionMessage, Label: "Italian", Text: "Italian"}},
	}}},
}

// TestSamples compares by value what is sent with the documented examples, and
// what arrived in the room with both.
func TestSamples(t *testing.T) {
	w := start(t, workstest.Options{})
	files, err := filepath.Glob("testdata/samples/*.json")
	if err != nil || len(files) != len(samples) {
		t.Fatalf("%d files, want %d: %v", len(files), len(samples), err)
	}
	for name, content := range samples {
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile("testdata/samples/" + name + ".json")
			if err != nil {
				t.Fatal(err)
			}
			encoded, err := works.Encode(content)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(value(t, text), value(t, encoded)); d != "" {
				t.Errorf("documented (-), sent (+):\n%s", d)
			}
			if err := w.c.SendUser(t.Context(), bot, gildong, content); err != nil {
				t.Fatal(err)
			}
			all := w.Messages(bot, gildong)
			got := map[string]any{"content": value(t, all[len(all)-1].Content)}
			if d := cmp.Diff(value(t, text), any(got)); d != "" {
				t.Errorf("documented (-), arrived (+):\n%s", d)
			}
		})
	}
}

func value(t *testing.T, text []byte) any {
	t.Helper()
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	return v
}
