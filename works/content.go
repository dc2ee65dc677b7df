package works

import "encoding/json"

// Content is one message: Text, Link, Sticker, Image, File, Audio, Buttons,
// List, Carousel, ImageCarousel or Flex (docs/bot-send-*).
type Content interface {
	json.Marshaler
	check(k *checker)
	quick() *QuickReply
}

// QuickReply is a row of buttons above the text field, at most 13
// (docs/bot-quickreply).
type QuickReply struct {
	Items []QuickReplyItem `json:"items"`
}

// QuickReplyItem is one of them, with a PNG beside it or none.
type QuickReplyItem struct {
	ImageURL string `json:"imageUrl,omitempty"`
	Action   Action `json:"action"`
}

// Text is a message of words, at most 2,000 characters.
type Text struct {
	Text       string      `json:"text"`
	I18nTexts  []I18nText  `json:"i18nTexts,omitempty"`
	QuickReply *QuickReply `json:"quickReply,omitempty"`
}

// Link is a text with an address below it.
type Link struct {
	ContentText      string            `json:"contentText"`
	LinkText         string            `json:"linkText"`
	Link             string            `json:"link"`
	I18nContentTexts []I18nContentText `json:"i18nContentTexts,omitempty"`
	I18nLinkTexts    []I18nLinkText    `json:"i18nLinkTexts,omitempty"`
	QuickReply       *QuickReply       `json:"quickReply,omitempty"`
}

// Sticker is one of the app's pictures.
type Sticker struct {
	PackageID  string      `json:"packageId"`
	StickerID  string      `json:"stickerId"`
	QuickReply *QuickReply `json:"quickReply,omitempty"`
}

// Image is a picture: both addresses, or an attachment.
type Image struct {
	PreviewImageURL    string      `json:"previewImageUrl,omitempty"`
	OriginalContentURL string      `json:"originalContentUrl,omitempty"`
	FileID             string      `json:"fileId,omitempty"`
	QuickReply         *QuickReply `json:"quickReply,omitempty"`
}

// File is a file to download: an address, or an attachment.
type File struct {
	OriginalContentURL string      `json:"originalContentUrl,omitempty"`
	FileID             string      `json:"fileId,omitempty"`
	QuickReply         *QuickReply `json:"quickReply,omitempty"`
}

// Audio is a sound to play: WAV plays everywhere, other formats were seen not to.
type Audio struct {
	OriginalContentURL string      `json:"originalContentUrl,omitempty"`
	FileID             string      `json:"fileId,omitempty"`
	QuickReply         *QuickReply `json:"quickReply,omitempty"`
}

// Buttons is a button_template: a text of at most 1,000 characters and up to 10
// buttons, without colours. It takes no postback actions.
type Buttons struct {
	ContentText      string            `json:"contentText"`
	I18nContentTexts []I18nContentText `json:"i18nContentTexts,omitempty"`
	Actions          []Action          `json:"actions"`
	QuickReply       *QuickReply       `json:"quickReply,omitempty"`
}

func (c *Text) quick() *QuickReply    { return c.QuickReply }
func (c *Link) quick() *QuickReply    { return c.QuickReply }
func (c *Sticker) quick() *QuickReply { return c.QuickReply }
func (c *Image) quick() *QuickReply   { return c.QuickReply }
func (c *File) quick() *QuickReply    { return c.QuickReply }
func (c *Audio) quick() *QuickReply   { return c.QuickReply }
func (c *Buttons) quick() *QuickReply { return c.QuickReply }

// MarshalJSON adds the type.
func (c *Text) MarshalJSON() ([]byte, error) {
	type plain Text
	return typed("text", (*plain)(c))
}

// MarshalJSON adds the type.
func (c *Link) MarshalJSON() ([]byte, error) {
	type plain Link
	return typed("link", (*plain)(c))
}

// MarshalJSON adds the type.
func (c *Sticker) MarshalJSON() ([]byte, error) {
	type plain Sticker
	return typed("sticker", (*plain)(c))
}

// MarshalJSON adds the type.
func (c *Image) MarshalJSON() ([]byte, error) {
	type plain Image
	return typed("image", (*plain)(c))
}

// MarshalJSON adds the type.
func (c *File) MarshalJSON() ([]byte, error) {
	type plain File
	return typed("file", (*plain)(c))
}

// MarshalJSON adds the type.
func (c *Audio) MarshalJSON() ([]byte, error) {
	type plain Audio
	return typed("audio", (*plain)(c))
}

// MarshalJSON adds the type.
func (c *Buttons) MarshalJSON() ([]byte, error) {
	type plain Buttons
	return typed("button_template", (*plain)(c))
}

// typed writes an object with its type first.
func typed(kind string, v any) ([]byte, error) {
	body, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	if string(body) == "{}" {
		return []byte(`{"type":"` + kind + `"}`), nil
	}
	return append([]byte(`{"type":"`+kind+`",`), body[1:]...), nil
}

func (c *Text) check(k *checker) {
	k.text("text", c.Text, 1, 2000)
	for i, v := range c.I18nTexts {
		k.text(index("i18nTexts", i)+".text", v.Text, 1, 2000)
		k.language(index("i18nTexts", i), v.Language)
	}
}

func (c *Link) check(k *checker) {
	k.text("contentText", c.ContentText, 1, 1000)
	k.text("linkText", c.LinkText, 1, 1000)
	k.address("link", c.Link, "https", "http")
	for i, v := range c.I18nContentTexts {
		k.text(index("i18nContentTexts", i)+".contentText", v.ContentText, 1, 1000)
		k.language(index("i18nContentTexts", i), v.Language)
	}
	for i, v := range c.I18nLinkTexts {
		k.text(index("i18nLinkTexts", i)+".linkText", v.LinkText, 1, 1000)
		k.language(index("i18nLinkTexts", i), v.Language)
	}
}

func (c *Sticker) check(k *checker) {
	k.text("packageId", c.PackageID, 1, 100)
	k.text("stickerId", c.StickerID, 1, 100)
}

func (c *Image) check(k *checker) {
	k.one("originalContentUrl", c.OriginalContentURL, c.FileID)
	if c.FileID == "" {
		k.address("previewImageUrl", c.PreviewImageURL, "https")
	}
}

func (c *File) check(k *checker)  { k.one("originalContentUrl", c.OriginalContentURL, c.FileID) }
func (c *Audio) check(k *checker) { k.one("originalContentUrl", c.OriginalContentURL, c.FileID) }

func (c *Buttons) check(k *checker) {
	k.text("contentText", c.ContentText, 1, 1000)
	for i, v := range c.I18nContentTexts {
		k.text(index("i18nContentTexts", i)+".contentText", v.ContentText, 1, 1000)
		k.language(index("i18nContentTexts", i), v.Language)
	}
	k.count("actions", len(c.Actions), 1, 10)
	k.actions("actions", c.Actions, inButtons)
}
