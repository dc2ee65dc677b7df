package works

// List is a list_template: up to 4 elements, and up to 2 rows of 2 buttons below
// them (docs/bot-send-list).
type List struct {
	Cover      *ListCover    `json:"coverData,omitempty"`
	Elements   []ListElement `json:"elements"`
	Actions    [][]Action    `json:"actions,omitempty"` // rows
	QuickReply *QuickReply   `json:"quickReply,omitempty"`
}

// ListCover is the picture above a list.
type ListCover struct {
	BackgroundImageURL string `json:"backgroundImageUrl,omitempty"`
	BackgroundFileID   string `json:"backgroundFileId,omitempty"`
	Title              string `json:"title,omitempty"`
	Subtitle           string `json:"subtitle,omitempty"`
}

// ListElement is one row. The documentation's table calls action an array; its
// examples, and all clients, send one object.
type ListElement struct {
	Title              string         `json:"title"`
	Subtitle           string         `json:"subtitle,omitempty"`
	OriginalContentURL string         `json:"originalContentUrl,omitempty"`
	FileID             string         `json:"fileId,omitempty"`
	Action             *Action        `json:"action,omitempty"`
	I18nTitles         []I18nTitle    `json:"i18nTitles,omitempty"`
	I18nSubtitles      []I18nSubtitle `json:"i18nSubtitles,omitempty"`
}

// Carousel is up to 10 columns side by side, all with as many actions
// (docs/bot-send-carousel).
type Carousel struct {
	ImageAspectRatio string           `json:"imageAspectRatio,omitempty"` // rectangle or square
	ImageSize        string           `json:"imageSize,omitempty"`        // cover or contain
	Columns          []CarouselColumn `json:"columns"`
	QuickReply       *QuickReply      `json:"quickReply,omitempty"`
}

// CarouselColumn is one of them. Picture and title are in all or in none.
type CarouselColumn struct {
	Title              string   `json:"title,omitempty"` // at most 40
	Text               string   `json:"text"`            // at most 120, 60 with a picture or title
	OriginalContentURL string   `json:"originalContentUrl,omitempty"`
	FileID             string   `json:"fileId,omitempty"`
	DefaultAction      *Action  `json:"defaultAction,omitempty"`
	Actions            []Action `json:"actions"`
}

// ImageCarousel is up to 10 pictures side by side.
type ImageCarousel struct {
	Columns    []ImageColumn `json:"columns"`
	QuickReply *QuickReply   `json:"quickReply,omitempty"`
}

// ImageColumn is one of them.
type ImageColumn struct {
	OriginalContentURL string `json:"originalContentUrl,omitempty"`
	FileID             string `json:"fileId,omitempty"`
	Action             Action `json:"action"`
}

func (c *List) quick() *QuickReply          { return c.QuickReply }
func (c *Carousel) quick() *QuickReply      { return c.QuickReply }
func (c *ImageCarousel) quick() *QuickReply { return c.QuickReply }

// MarshalJSON adds the type.
func (c *List) MarshalJSON() ([]byte, error) {
	type plain List
	return typed("list_template", (*plain)(c))
}

// MarshalJSON adds the type.
func (c *Carousel) MarshalJSON() ([]byte, error) {
	type plain Carousel
	return typed("carousel", (*plain)(c))
}

// MarshalJSON adds the type.
func (c *ImageCarousel) MarshalJSON() ([]byte, error) {
	type plain ImageCarousel
	return typed("image_carousel", (*plain)(c))
}

func (c *List) check(k *checker) {
	if cover := c.Cover; cover != nil {
		k.one("coverData.backgroundImageUrl", cover.BackgroundImageURL, cover.BackgroundFileID)
		k.text("coverData.title", cover.Title, 0, 1000)
		k.text("coverData.subtitle", cover.Subtitle, 0, 1000)
	}
	k.count("elements", len(c.Elements), 1, 4)
	for i := range c.Elements {
		e, at := &c.Elements[i], index("elements", i)
		k.text(at+".title", e.Title, 1, 1000)
		k.text(at+".subtitle", e.Subtitle, 0, 1000)
		for i, v := range e.I18nTitles {
			k.text(index(at+".i18nTitles", i)+".title", v.Title, 1, 1000)
			k.language(index(at+".i18nTitles", i), v.Language)
		}
		for i, v := range e.I18nSubtitles {
			k.text(index(at+".i18nSubtitles", i)+".subtitle", v.Subtitle, 1, 1000)
			k.language(index(at+".i18nSubtitles", i), v.Language)
		}
		if e.OriginalContentURL != "" || e.FileID != "" {
			k.one(at+".originalContentUrl", e.OriginalContentURL, e.FileID)
		}
		if e.Action != nil {
			k.action(at+".action", e.Action, inList)
		}
	}
	k.count("actions", len(c.Actions), 0, 2)
	for i, row := range c.Actions {
		k.count(index("actions", i), len(row), 1, 2)
		k.actions(index("actions", i), row, inList)
	}
}

// check allows 3 actions a column, as the consumer's API does that it is modelled
// on; the number is not documented here.
func (c *Carousel) check(k *checker) {
	k.word("imageAspectRatio", c.ImageAspectRatio, "rectangle", "square")
	k.word("imageSize", c.ImageSize, "cover", "contain")
	k.count("columns", len(c.Columns), 1, 10)
	for i := range c.Columns {
		col, first, at := &c.Columns[i], &c.Columns[0], index("columns", i)
		picture := col.OriginalContentURL != "" || col.FileID != ""
		most := 120
		if picture || col.Title != "" {
			most = 60
		}
		k.text(at+".title", col.Title, 0, 40)
		k.text(at+".text", col.Text, 1, most)
		if picture {
			k.one(at+".originalContentUrl", col.OriginalContentURL, col.FileID)
		}
		if picture != (first.OriginalContentURL != "" || first.FileID != "") || (col.Title != "") != (first.Title != "") {
			k.wrong(at, "picture and title as in the first column", "other")
		}
		if len(col.Actions) != len(first.Actions) {
			k.wrong(at+".actions", "as many as in the first column", "other")
		}
		k.count(at+".actions", len(col.Actions), 1, 3)
		k.actions(at+".actions", col.Actions, inCarousel)
		if col.DefaultAction != nil {
			k.action(at+".defaultAction", col.DefaultAction, inDefaultAction)
		}
	}
}

func (c *ImageCarousel) check(k *checker) {
	k.count("columns", len(c.Columns), 1, 10)
	for i := range c.Columns {
		at := index("columns", i)
		k.one(at+".originalContentUrl", c.Columns[i].OriginalContentURL, c.Columns[i].FileID)
		k.action(at+".action", &c.Columns[i].Action, inImageCarousel)
	}
}
