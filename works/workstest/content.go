package workstest

import "strings"

// contents knows the kinds of messages (docs/bot-send-*).
var contents = map[string]func(k *check, path string, m map[string]any){
	"text":            (*check).textMessage,
	"link":            (*check).linkMessage,
	"sticker":         (*check).stickerMessage,
	"image":           (*check).imageMessage,
	"file":            (*check).fileMessage,
	"audio":           (*check).fileMessage,
	"video":           (*check).imageMessage,
	"button_template": (*check).buttonMessage,
	"list_template":   (*check).listMessage,
	"carousel":        (*check).carouselMessage,
	"image_carousel":  (*check).imageCarouselMessage,
	"flex":            (*check).flexMessage,
}

// message checks the body of a send.
func (k *check) message(body []byte) {
	m := k.object("content", k.body(body)["content"])
	kind := k.text("content", m, "type", 1, 100)
	walk := contents[kind]
	if walk == nil {
		k.wrong("content.type", "is not known")
		return
	}
	walk(k, "content", m)
	if q, there := m["quickReply"]; there {
		k.quickReply("content.quickReply", q)
	}
}

func (k *check) textMessage(p string, m map[string]any) {
	k.fields(p, m, "type", "text", "i18nTexts", "quickReply")
	k.text(p, m, "text", 1, 2000)
	k.i18n(p, m, "i18nTexts", "text", 2000)
}

func (k *check) linkMessage(p string, m map[string]any) {
	k.fields(p, m, "type", "contentText", "linkText", "link", "i18nContentTexts", "i18nLinkTexts", "quickReply")
	k.text(p, m, "contentText", 1, 1000)
	k.text(p, m, "linkText", 1, 1000)
	k.url(p, m, "link", "https", "http")
	k.i18n(p, m, "i18nContentTexts", "contentText", 1000)
	k.i18n(p, m, "i18nLinkTexts", "linkText", 1000)
}

func (k *check) stickerMessage(p string, m map[string]any) {
	k.fields(p, m, "type", "packageId", "stickerId", "quickReply")
	k.text(p, m, "packageId", 1, 100)
	k.text(p, m, "stickerId", 1, 100)
}

func (k *check) imageMessage(p string, m map[string]any) {
	k.fields(p, m, "type", "previewImageUrl", "originalContentUrl", "fileId", "quickReply")
	kind, _ := m["type"].(string)
	k.source(p, m, "originalContentUrl", "fileId", kind)
	if _, byID := m["fileId"]; !byID {
		k.url(p, m, "previewImageUrl", "https")
	} else if _, both := m["previewImageUrl"]; both {
		k.wrong(p+".previewImageUrl", "goes with originalContentUrl")
	}
}

func (k *check) fileMessage(p string, m map[string]any) {
	k.fields(p, m, "type", "originalContentUrl", "fileId", "quickReply")
	kind, _ := m["type"].(string)
	k.source(p, m, "originalContentUrl", "fileId", kind)
	if s, _ := m["originalContentUrl"].(string); kind == "file" && blockedKind(s) {
		k.wrong(p+".originalContentUrl", "is of a kind that is blocked")
	}
}

func (k *check) buttonMessage(p string, m map[string]any) {
	k.fields(p, m, "type", "contentText", "i18nContentTexts", "actions", "quickReply")
	k.text(p, m, "contentText", 1, 1000)
	k.i18n(p, m, "i18nContentTexts", "contentText", 1000)
	for i, a := range k.array(p, m, "actions", 1, 10) {
		k.action(at(p+".actions", i), a, inButtons)
	}
}

// listMessage takes one action for an element, as all examples have it; the
// table's array is not taken.
func (k *check) listMessage(p string, m map[string]any) {
	k.fields(p, m, "type", "coverData", "elements", "actions", "quickReply")
	if v, there := m["coverData"]; there {
		p := p + ".coverData"
		c := k.object(p, v)
		k.fields(p, c, "backgroundImageUrl", "backgroundFileId", "title", "subtitle",
			"i18nBackgroundImageUrls", "i18nBackgroundFileIds", "i18nTitles", "i18nSubtitles")
		k.source(p, c, "backgroundImageUrl", "backgroundFileId", "image")
		k.titles(p, c, 0)
		k.i18n(p, c, "i18nBackgroundImageUrls", "backgroundImageUrl", 1000)
		k.i18n(p, c, "i18nBackgroundFileIds", "backgroundFileId", 300)
	}
	for i, v := range k.array(p, m, "elements", 1, 4) {
		p := at(p+".elements", i)
		e := k.object(p, v)
		k.fields(p, e, "title", "subtitle", "originalContentUrl", "fileId", "action",
			"i18nTitles", "i18nSubtitles", "i18nOriginalContentUrls", "i18nFileIds")
		k.titles(p, e, 1)
		k.i18n(p, e, "i18nOriginalContentUrls", "originalContentUrl", 1000)
		k.i18n(p, e, "i18nFileIds", "fileId", 300)
		if e["originalContentUrl"] != nil || e["fileId"] != nil {
			k.source(p, e, "originalContentUrl", "fileId", "image")
		}
		if a, there := e["action"]; there {
			k.action(p+".action", a, inList)
		}
	}
	for i, row := range k.array(p, m, "actions", 0, 2) {
		p := at(p+".actions", i)
		for j, a := range k.array(p, map[string]any{"row": row}, "row", 1, 2) {
			k.action(at(p, j), a, inList)
		}
	}
}

func (k *check) titles(p string, m map[string]any, least int) {
	k.text(p, m, "title", least, 1000)
	k.text(p, m, "subtitle", 0, 1000)
	k.i18n(p, m, "i18nTitles", "title", 1000)
	k.i18n(p, m, "i18nSubtitles", "subtitle", 1000)
}

// carouselMessage: three actions at most is the consumer API's number; the
// documentation has none.
func (k *check) carouselMessage(p string, m map[string]any) {
	k.fields(p, m, "type", "imageAspectRatio", "imageSize", "columns", "quickReply")
	k.word(p, m, "imageAspectRatio", "rectangle", "square")
	k.word(p, m, "imageSize", "cover", "contain")
	shape := func(m map[string]any) (picture, title bool, actions int) {
		a, _ := m["actions"].([]any)
		return m["originalContentUrl"] != nil || m["fileId"] != nil, m["title"] != nil, len(a)
	}
	var first map[string]any
	for i, v := range k.array(p, m, "columns", 1, 10) {
		p := at(p+".columns", i)
		c := k.object(p, v)
		k.fields(p, c, "title", "text", "originalContentUrl", "fileId", "defaultAction", "actions",
			"i18nTitles", "i18nTexts", "i18nOriginalContentUrls", "i18nFileIds")
		if i == 0 {
			first = c
		}
		picture, title, actions := shape(c)
		most := 120
		if picture || title {
			most = 60
		}
		k.text(p, c, "title", 0, 40)
		k.text(p, c, "text", 1, most)
		k.i18n(p, c, "i18nTitles", "title", 40)
		k.i18n(p, c, "i18nTexts", "text", most)
		if picture {
			k.source(p, c, "originalContentUrl", "fileId", "image")
		}
		if wantPicture, wantTitle, want := shape(first); picture != wantPicture || title != wantTitle || actions != want {
			k.wrong(p, "must have image, title and number of actions as the first column")
		}
		for j, a := range k.array(p, c, "actions", 1, 3) {
			k.action(at(p+".actions", j), a, inCarousel)
		}
		if a, there := c["defaultAction"]; there {
			k.action(p+".defaultAction", a, inDefault)
		}
	}
}

func (k *check) imageCarouselMessage(p string, m map[string]any) {
	k.fields(p, m, "type", "columns", "quickReply")
	for i, v := range k.array(p, m, "columns", 1, 10) {
		p := at(p+".columns", i)
		c := k.object(p, v)
		k.fields(p, c, "originalContentUrl", "fileId", "action", "i18nOriginalContentUrls", "i18nFileIds")
		k.source(p, c, "originalContentUrl", "fileId", "image")
		k.action(p+".action", c["action"], inImageCarousel)
	}
}

// quickReply checks a row of buttons (docs/bot-quickreply).
func (k *check) quickReply(p string, v any) {
	m := k.object(p, v)
	k.fields(p, m, "items")
	for i, v := range k.array(p, m, "items", 1, 13) {
		p := at(p+".items", i)
		item := k.object(p, v)
		k.fields(p, item, "imageUrl", "imageResourceId", "action", "i18nImageUrl", "i18nImageResourceIds")
		if _, there := item["imageUrl"]; there {
			k.url(p, item, "imageUrl", "https")
		}
		k.text(p, item, "imageResourceId", 0, 300)
		k.i18n(p, item, "i18nImageUrl", "thumbnailImageUrl", 1000)
		k.i18n(p, item, "i18nImageResourceIds", "imageResourceId", 300)
		k.action(p+".action", item["action"], inQuickReply)
	}
}

// blockedKind says whether a file is of a kind that is refused by default
// (docs/bot-send-file).
func blockedKind(name string) bool {
	name, _, _ = strings.Cut(name, "?")
	dot := strings.LastIndexByte(name, '.')
	if dot < 0 {
		return false
	}
	switch strings.ToLower(name[dot+1:]) {
	case "bat", "cmd", "com", "cpl", "exe", "scr", "js", "vbs", "wsf", "hta":
		return dot > strings.LastIndexByte(name, '/') // not the .com of an address
	}
	return false
}
