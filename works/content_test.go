package works_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/works"
	"github.com/dipcast/dipcast/works/workstest"
)

// long is n characters of one UTF-16 unit each.
func long(n int) string { return strings.Repeat("가", n) }

// web is an https address of n characters.
func web(n int) string {
	return "https://x.example/" + strings.Repeat("a", n-len("https://x.example/"))
}

// many repeats v n times.
func many[T any](n int, v T) []T {
	all := make([]T, n)
	for i := range all {
		all[i] = v
	}
	return all
}

var press = works.Action{Type: works.ActionMessage, Label: "받기", Text: "받기", Postback: "p"}

func buttons(a works.Action) works.Content {
	return &works.Buttons{ContentText: "x", Actions: []works.Action{a}}
}

func column(c works.CarouselColumn) works.Content {
	if c.Actions == nil {
		c.Actions = []works.Action{press}
	}
	if c.Text == "" {
		c.Text = "x"
	}
	return &works.Carousel{Columns: []works.CarouselColumn{c}}
}

func quick(a works.Action) works.Content {
	return &works.Text{Text: "x", QuickReply: &works.QuickReply{Items: []works.QuickReplyItem{{Action: a}}}}
}

func bubble(parts ...*works.Component) *works.Component {
	return &works.Component{Type: "bubble", Body: &works.Component{Type: "box", Layout: "vertical", Contents: append([]*works.Component{}, parts...)}}
}

func flex(parts ...*works.Component) works.Content {
	return &works.Flex{AltText: "x", Contents: bubble(parts...)}
}

func button(a works.Action) works.Content { return flex(&works.Component{Type: "button", Action: &a}) }

// limits are the documented ones: n of something passes, one more does not, and
// field is then at fault.
var limits = []struct {
	name  string
	field string
	n     int
	make  func(n int) works.Content
}{
	{"text", "text", 2000, func(n int) works.Content { return &works.Text{Text: long(n)} }},
	{"text in two units", "text", 1000, func(n int) works.Content { return &works.Text{Text: strings.Repeat("📞", n)} }},
	{"text variant", "i18nTexts[0].text", 2000, func(n int) works.Content {
		return &works.Text{Text: "x", I18nTexts: []works.I18nText{{Language: works.Korean, Text: long(n)}}}
	}},
	{"link text", "contentText", 1000, func(n int) works.Content {
		return &works.Link{ContentText: long(n), LinkText: "x", Link: web(30)}
	}},
	{"link label", "linkText", 1000, func(n int) works.Content {
		return &works.Link{ContentText: "x", LinkText: long(n), Link: web(30)}
	}},
	{"link address", "link", 1000, func(n int) works.Content {
		return &works.Link{ContentText: "x", LinkText: "x", Link: web(n)}
	}},
	{"image", "originalContentUrl", 1000, func(n int) works.Content {
		return &works.Image{OriginalContentURL: web(n), PreviewImageURL: web(30)}
	}},
	{"image preview", "previewImageUrl", 1000, func(n int) works.Content {
		return &works.Image{OriginalContentURL: web(30), PreviewImageURL: web(n)}
	}},
	{"file", "originalContentUrl", 1000, func(n int) works.Content { return &works.File{OriginalContentURL: web(n)} }},
	{"audio", "originalContentUrl", 1000, func(n int) works.Content { return &works.Audio{OriginalContentURL: web(n)} }},
	{"buttons text", "contentText", 1000, func(n int) works.Content {
		return &works.Buttons{ContentText: long(n), Actions: []works.Action{press}}
	}},
	{"buttons text variant", "i18nContentTexts[0].contentText", 1000, func(n int) works.Content {
		return &works.Buttons{ContentText: "x", Actions: []works.Action{press}, I18nContentTexts: []works.I18nContentText{{Language: works.English, ContentText: long(n)}}}
	}},
	{"buttons", "actions", 10, func(n int) works.Content { return &works.Buttons{ContentText: "x", Actions: many(n, press)} }},
	{"label", "actions[0].label", 20, func(n int) works.Content {
		return buttons(works.Action{Type: works.ActionMessage, Label: long(n)})
	}},
	{"label variant", "actions[0].i18nLabels[0].label", 20, func(n int) works.Content {
		return buttons(works.Action{Type: works.ActionMessage, Label: "x", I18nLabels: []works.I18nLabel{{Language: works.English, Label: long(n)}}})
	}},
	{"postback of message", "actions[0].postback", 1000, func(n int) works.Content {
		return buttons(works.Action{Type: works.ActionMessage, Label: "x", Postback: long(n)})
	}},
	{"text of message", "actions[0].text", 300, func(n int) works.Content {
		return buttons(works.Action{Type: works.ActionMessage, Label: "x", Text: long(n)})
	}},
	{"uri", "actions[0].uri", 1000, func(n int) works.Content {
		return buttons(works.Action{Type: works.ActionURI, Label: "x", URI: web(n)})
	}},
	{"copyText", "actions[0].copyText", 1000, func(n int) works.Content {
		return buttons(works.Action{Type: works.ActionCopy, Label: "x", CopyText: long(n)})
	}},
	{"list", "elements", 4, func(n int) works.Content {
		return &works.List{Elements: many(n, works.ListElement{Title: "x"})}
	}},
	{"list title", "elements[0].title", 1000, func(n int) works.Content {
		return &works.List{Elements: []works.ListElement{{Title: long(n)}}}
	}},
	{"list subtitle", "elements[0].subtitle", 1000, func(n int) works.Content {
		return &works.List{Elements: []works.ListElement{{Title: "x", Subtitle: long(n)}}}
	}},
	{"list title variant", "elements[0].i18nTitles[0].title", 1000, func(n int) works.Content {
		return &works.List{Elements: []works.ListElement{{Title: "x", I18nTitles: []works.I18nTitle{{Language: works.English, Title: long(n)}}}}}
	}},
	{"list cover", "coverData.title", 1000, func(n int) works.Content {
		return &works.List{Cover: &works.ListCover{BackgroundImageURL: web(30), Title: long(n)}, Elements: []works.ListElement{{Title: "x"}}}
	}},
	{"list rows", "actions", 2, func(n int) works.Content {
		return &works.List{Elements: []works.ListElement{{Title: "x"}}, Actions: many(n, []works.Action{press})}
	}},
	{"list in a row", "actions[0]", 2, func(n int) works.Content {
		return &works.List{Elements: []works.ListElement{{Title: "x"}}, Actions: [][]works.Action{many(n, press)}}
	}},
	{"carousel", "columns", 10, func(n int) works.Content {
		return &works.Carousel{Columns: many(n, works.CarouselColumn{Text: "x", Actions: []works.Action{press}})}
	}},
	{"carousel title", "columns[0].title", 40, func(n int) works.Content { return column(works.CarouselColumn{Title: long(n)}) }},
	{"carousel text", "columns[0].text", 120, func(n int) works.Content { return column(works.CarouselColumn{Text: long(n)}) }},
	{"carousel text with title", "columns[0].text", 60, func(n int) works.Content {
		return column(works.CarouselColumn{Title: "x", Text: long(n)})
	}},
	{"carousel text with image", "columns[0].text", 60, func(n int) works.Content {
		return column(works.CarouselColumn{OriginalContentURL: web(30), Text: long(n)})
	}},
	{"carousel actions", "columns[0].actions", 3, func(n int) works.Content {
		return column(works.CarouselColumn{Actions: many(n, press)})
	}},
	{"default action", "columns[0].defaultAction.label", 20, func(n int) works.Content {
		return column(works.CarouselColumn{DefaultAction: &works.Action{Type: works.ActionURI, Label: long(n), URI: web(30)}})
	}},
	{"data of postback", "columns[0].actions[0].data", 300, func(n int) works.Content {
		return column(works.CarouselColumn{Actions: []works.Action{{Type: works.ActionPostback, Label: "x", Data: long(n)}}})
	}},
	{"displayText of postback", "columns[0].actions[0].displayText", 300, func(n int) works.Content {
		return column(works.CarouselColumn{Actions: []works.Action{{Type: works.ActionPostback, Label: "x", Data: "x", DisplayText: long(n)}}})
	}},
	{"displayText variant", "columns[0].actions[0].i18nDisplayTexts[0].displayText", 300, func(n int) works.Content {
		return column(works.CarouselColumn{Actions: []works.Action{{
			Type: works.ActionPostback, Label: "x", Data: "x", DisplayText: "x",
			I18nDisplayTexts: []works.I18nDisplayText{{Language: works.English, DisplayText: long(n)}},
		}}})
	}},
	{"image carousel", "columns", 10, func(n int) works.Content {
		return &works.ImageCarousel{Columns: many(n, works.ImageColumn{OriginalContentURL: web(30), Action: press})}
	}},
	{"image carousel label", "columns[0].action.label", 12, func(n int) works.Content {
		return &works.ImageCarousel{Columns: []works.ImageColumn{{
			OriginalContentURL: web(30), Action: works.Action{Type: works.ActionMessage, Label: long(n), Text: "x"},
		}}}
	}},
	{"quick replies", "quickReply.items", 13, func(n int) works.Content {
		return &works.Text{Text: "x", QuickReply: &works.QuickReply{Items: many(n, works.QuickReplyItem{Action: press})}}
	}},
	{"quick reply image", "quickReply.items[0].imageUrl", 1000, func(n int) works.Content {
		return &works.Text{Text: "x", QuickReply: &works.QuickReply{Items: []works.QuickReplyItem{{ImageURL: web(n), Action: press}}}}
	}},
	{"quick reply label", "quickReply.items[0].action.label", 20, func(n int) works.Content {
		return quick(works.Action{Type: works.ActionMessage, Label: long(n), Text: "x"})
	}},
	{"altText", "altText", 400, func(n int) works.Content {
		return &works.Flex{AltText: long(n), Contents: bubble(&works.Component{Type: "text", Text: "x"})}
	}},
	{"altText variant", "i18nAltTexts[0].altText", 400, func(n int) works.Content {
		return &works.Flex{
			AltText: "x", Contents: bubble(&works.Component{Type: "text", Text: "x"}),
			I18nAltTexts: []works.I18nAltText{{Language: works.English, AltText: long(n)}},
		}
	}},
	{"flex label", "contents.body.contents[0].action.label", 20, func(n int) works.Content {
		return button(works.Action{Type: works.ActionMessage, Label: long(n)})
	}},
	{"flex bubbles", "contents.contents", 10, func(n int) works.Content {
		return &works.Flex{AltText: "x", Contents: &works.Component{Type: "carousel", Contents: many(n, bubble(&works.Component{Type: "text", Text: "x"}))}}
	}},
	{"flex bytes", "contents", works.MaxFlexBytes, func(n int) works.Content {
		parts := many(20, &works.Component{Type: "text", Text: strings.Repeat("a", 700)})
		body, err := json.Marshal(bubble(append(parts, &works.Component{Type: "text", Text: "a"})...))
		if err != nil {
			panic(err)
		}
		return flex(append(parts, &works.Component{Type: "text", Text: strings.Repeat("a", n-len(body)+1)})...)
	}},
}

// TestLimits: what passes here is taken by the sandbox, what does not is refused
// by it too.
func TestLimits(t *testing.T) {
	w := start(t, workstest.Options{})
	for _, l := range limits {
		t.Run(l.name, func(t *testing.T) {
			good := l.make(l.n)
			if err := works.Check(good); err != nil {
				t.Errorf("%d: %v", l.n, err)
			}
			if status, said := w.raw(t, good); status != 201 {
				t.Errorf("%d: the sandbox says %d %s", l.n, status, said)
			}
			refused(t, w, l.make(l.n+1), l.field)
		})
	}
}

// refused wants both to refuse content, and works for the sake of field.
func refused(t *testing.T, w *world, content works.Content, field string) {
	t.Helper()
	err := works.Check(content)
	var wrong *works.ContentError
	if !errors.As(err, &wrong) || !errors.Is(err, works.ErrRefused) {
		t.Errorf("got %v, want a *ContentError", err)
	} else if wrong.Field != field {
		t.Errorf("field %s is wrong, want %s", wrong.Field, field)
	}
	if status, said := w.raw(t, content); status != 400 || !strings.HasPrefix(said, "INVALID_PARAMETER content.") {
		t.Errorf("the sandbox says %d %s", status, said)
	}
}

// TestRules are those that are no number.
func TestRules(t *testing.T) {
	w := start(t, workstest.Options{})
	postback := works.Action{Type: works.ActionPostback, Label: "x", Data: "x"}
	listOf := func(e works.ListElement) works.Content { return &works.List{Elements: []works.ListElement{e}} }
	for name, row := range map[string]struct {
		field   string
		content works.Content
	}{
		"postback in buttons":    {"actions[0].type", buttons(postback)},
		"postback in list":       {"elements[0].action.type", listOf(works.ListElement{Title: "x", Action: &postback})},
		"unknown action":         {"actions[0].type", buttons(works.Action{Type: "dial", Label: "x"})},
		"no label":               {"actions[0].label", buttons(works.Action{Type: works.ActionMessage})},
		"no data":                {"columns[0].actions[0].data", column(works.CarouselColumn{Actions: []works.Action{{Type: works.ActionPostback, Label: "x"}}})},
		"no displayText":         {"quickReply.items[0].action.displayText", quick(postback)},
		"no text in carousel":    {"columns[0].actions[0].text", column(works.CarouselColumn{Actions: []works.Action{{Type: works.ActionMessage, Label: "x"}}})},
		"no text in quick reply": {"quickReply.items[0].action.text", quick(works.Action{Type: works.ActionMessage, Label: "x"})},
		"no uri":                 {"actions[0].uri", buttons(works.Action{Type: works.ActionURI, Label: "x"})},
		"script as uri":          {"actions[0].uri", buttons(works.Action{Type: works.ActionURI, Label: "x", URI: "javascript:alert(1)"})},
		"no copyText":            {"actions[0].copyText", buttons(works.Action{Type: works.ActionCopy, Label: "x"})},
		"empty text":             {"text", &works.Text{}},
		"no buttons":             {"actions", &works.Buttons{ContentText: "x"}},
		"no elements":            {"elements", &works.List{}},
		"no columns":             {"columns", &works.Carousel{}},
		"language":               {"i18nTexts[0].language", &works.Text{Text: "x", I18nTexts: []works.I18nText{{Language: "ko", Text: "x"}}}},
		"image without https":    {"originalContentUrl", &works.Image{OriginalContentURL: "http://x.example/1.png", PreviewImageURL: web(30)}},
		"image without preview":  {"previewImageUrl", &works.Image{OriginalContentURL: web(30)}},
		"image with both":        {"originalContentUrl", &works.Image{OriginalContentURL: web(30), FileID: "x"}},
		"file with neither":      {"originalContentUrl", &works.File{}},
		"cover without picture":  {"coverData.backgroundImageUrl", &works.List{Cover: &works.ListCover{Title: "x"}, Elements: []works.ListElement{{Title: "x"}}}},
		"other number of actions": {"columns[1].actions", &works.Carousel{Columns: []works.CarouselColumn{
			{Text: "x", Actions: []works.Action{press}}, {Text: "x", Actions: []works.Action{press, press}},
		}}},
		"title in one only": {"columns[1]", &works.Carousel{Columns: []works.CarouselColumn{
			{Text: "x", Title: "x", Actions: []works.Action{press}}, {Text: "x", Actions: []works.Action{press}},
		}}},
		"aspect":     {"imageAspectRatio", &works.Carousel{ImageAspectRatio: "round", Columns: []works.CarouselColumn{{Text: "x", Actions: []works.Action{press}}}}},
		"image size": {"imageSize", &works.Carousel{ImageSize: "huge", Columns: []works.CarouselColumn{{Text: "x", Actions: []works.Action{press}}}}},
		"no altText": {"altText", &works.Flex{Contents: bubble(&works.Component{Type: "text", Text: "x"})}},
		"no card":    {"contents", &works.Flex{AltText: "x"}},
		"two sizes": {"contents.contents[1].size", &works.Flex{AltText: "x", Contents: &works.Component{Type: "carousel", Contents: []*works.Component{
			bubble(&works.Component{Type: "text", Text: "x"}), {Type: "bubble", Size: "nano", Body: bubble().Body},
		}}}},
		"colour":                     {"contents.body.contents[0].color", flex(&works.Component{Type: "text", Text: "x", Color: "red"})},
		"layout":                     {"contents.body.contents[0].layout", flex(&works.Component{Type: "box"})},
		"button does nothing":        {"contents.body.contents[0].action", flex(&works.Component{Type: "button"})},
		"button style":               {"contents.body.contents[0].style", flex(&works.Component{Type: "button", Style: "green", Action: &press})},
		"button height":              {"contents.body.contents[0].height", flex(&works.Component{Type: "button", Height: "lg", Action: &press})},
		"text size":                  {"contents.body.contents[0].size", flex(&works.Component{Type: "text", Text: "x", Size: "huge"})},
		"box without contents":       {"contents.body.contents[0].contents", flex(&works.Component{Type: "box", Layout: "vertical"})},
		"margin in pixels":           {"contents.body.contents[0].margin", flex(&works.Component{Type: "text", Text: "x", Margin: "10px"})},
		"text size in pixels":        {"contents.body.contents[0].size", flex(&works.Component{Type: "text", Text: "x", Size: "20px"})},
		"full text":                  {"contents.body.contents[0].size", flex(&works.Component{Type: "text", Text: "x", Size: "full"})},
		"box height":                 {"contents.body.contents[0].height", flex(&works.Component{Type: "box", Layout: "vertical", Height: "md", Contents: []*works.Component{}})},
		"weight":                     {"contents.body.contents[0].weight", flex(&works.Component{Type: "text", Text: "x", Weight: "600"})},
		"align":                      {"contents.body.contents[0].align", flex(&works.Component{Type: "text", Text: "x", Align: "left"})},
		"margin":                     {"contents.body.contents[0].margin", flex(&works.Component{Type: "text", Text: "x", Margin: "huge"})},
		"spacing":                    {"contents.body.contents[0].spacing", flex(&works.Component{Type: "box", Layout: "vertical", Spacing: "1em", Contents: []*works.Component{{Type: "filler"}}})},
		"colour of a border":         {"contents.body.contents[0].borderColor", flex(&works.Component{Type: "box", Layout: "vertical", BorderColor: "#12", Contents: []*works.Component{{Type: "filler"}}})},
		"icon outside of a baseline": {"contents.body.contents[0].type", flex(&works.Component{Type: "icon", URL: web(30)})},
		"span outside of a text":     {"contents.body.contents[0].type", flex(&works.Component{Type: "span", Text: "x"})},
		"bubble in a box":            {"contents.body.contents[0].type", flex(bubble())},
		"card image without https":   {"contents.body.contents[0].url", flex(&works.Component{Type: "image", URL: "http://x.example/1.png"})},
		"bubble size":                {"contents.size", &works.Flex{AltText: "x", Contents: &works.Component{Type: "bubble", Size: "huge", Body: bubble().Body}}},
		"empty bubble":               {"contents", &works.Flex{AltText: "x", Contents: &works.Component{Type: "bubble"}}},
		"header is a text":           {"contents.header.type", &works.Flex{AltText: "x", Contents: &works.Component{Type: "bubble", Header: &works.Component{Type: "text", Text: "x"}}}},
		"style's colour": {"contents.styles.body.backgroundColor", &works.Flex{AltText: "x", Contents: &works.Component{
			Type: "bubble", Body: bubble().Body, Styles: &works.BubbleStyles{Body: &works.BlockStyle{BackgroundColor: "red"}},
		}}},
	} {
		t.Run(name, func(t *testing.T) { refused(t, w, row.content, row.field) })
	}
}

// TestLooks: what a card of ours uses is taken.
func TestLooks(t *testing.T) {
	w := start(t, workstest.Options{})
	one := 1
	line := &works.Component{Type: "box", Layout: "vertical", Height: "3px", BackgroundColor: "#000000", Contents: []*works.Component{}}
	all := &works.Component{
		Type: "box", Layout: "vertical", PaddingAll: "30px", BackgroundColor: "#FFA9AA", CornerRadius: "8px", BorderWidth: "normal", BorderColor: "#00000080",
		Spacing: "md", Contents: []*works.Component{
			line,
			{Type: "text", Text: "☎ 수신", Size: "lg", Weight: "bold", Align: "center", Color: "#000000", Wrap: true, Flex: &one, Gravity: "center"},
			{Type: "text", Contents: []*works.Component{{Type: "span", Text: "a", Weight: "bold"}}},
			{Type: "box", Layout: "baseline", Contents: []*works.Component{{Type: "icon", URL: web(30), Size: "sm"}, {Type: "text", Text: "x"}, {Type: "filler"}}},
			{Type: "image", URL: web(30), Size: "full"},
			{Type: "separator", Margin: "xl", Color: "#cccccc"},
			{Type: "button", Style: "primary", Color: "#00C250", Height: "sm", Margin: "lg", Action: &press},
		},
	}
	for _, size := range []string{"", "nano", "micro", "kilo", "mega", "giga"} {
		card := &works.Component{Type: "bubble", Size: size, Header: all, Hero: &works.Component{Type: "image", URL: web(30)}, Body: all, Footer: all, Styles: &works.BubbleStyles{
			Header: &works.BlockStyle{BackgroundColor: "#ffffff"}, Footer: &works.BlockStyle{Separator: true, SeparatorColor: "#123456"},
		}}
		if err := w.c.SendUser(t.Context(), bot, gildong, &works.Flex{AltText: "x", Contents: card}); err != nil {
			t.Errorf("%s: %v", size, err)
		}
	}
}

// TestFlexTakesAllActions: the documentation leaves it open, so works does too.
func TestFlexTakesAllActions(t *testing.T) {
	w := start(t, workstest.Options{})
	for _, a := range []works.Action{
		press,
		{Type: works.ActionPostback, Label: "x", Data: "x"},
		{Type: works.ActionURI, Label: "x", URI: "https://x.example"},
		{Type: works.ActionURI, Label: "x", URI: "tel:0212345678"},
		{Type: works.ActionCopy, Label: "x", CopyText: "x"},
	} {
		if err := w.c.SendUser(t.Context(), bot, gildong, button(a)); err != nil {
			t.Errorf("%s: %v", a.Type, err)
		}
	}
}

func TestMenu(t *testing.T) {
	w := start(t, workstest.Options{})
	good := works.Action{Type: works.ActionMessage, Label: long(1000), Postback: "p"}
	if err := w.c.SetMenu(t.Context(), bot, many(4, good)); err != nil {
		t.Error(err)
	}
	long := good
	long.Label += "x"
	for name, actions := range map[string][]works.Action{
		"actions":          many(5, good),
		"actions[0].type":  {{Type: works.ActionPostback, Label: "x", Data: "x"}},
		"actions[1].label": {good, long},
	} {
		var wrong *works.ContentError
		if err := w.c.SetMenu(t.Context(), bot, actions); !errors.As(err, &wrong) || wrong.Field != name {
			t.Errorf("got %v, want %s to be wrong", err, name)
		}
		body, err := json.Marshal(map[string]any{"content": map[string]any{"actions": actions}})
		if err != nil {
			t.Fatal(err)
		}
		if status, said := w.post(t, fmt.Sprintf("/v1.0/bots/%d/persistentmenu", bot), body); status != 400 {
			t.Errorf("%s: the sandbox says %d %s", name, status, said)
		}
	}
	for range 2 { // the second time there is none
		if err := w.c.SetMenu(t.Context(), bot, nil); err != nil {
			t.Error(err)
		}
	}
}
