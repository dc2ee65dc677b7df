package works

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// Headers of a callback (docs/bot-callback); their case varies.
const (
	HeaderBotID     = "X-WORKS-BotId"
	HeaderSignature = "X-WORKS-Signature"
)

// MaxCallback is the most that a body of a callback may have.
const MaxCallback = 64 << 10

// Signature is what NAVER WORKS puts beside a body: base64 of the HMAC-SHA256
// under the bot's secret, over the bytes as they came.
func Signature(secret string, body []byte) string {
	return base64.StdEncoding.EncodeToString(sum(secret, body))
}

// Verify reports whether a signature is that of one of the secrets: two are good
// while one replaces the other. Empty secrets are none. It takes the same time
// wherever the signatures differ.
func Verify(body []byte, signature string, secrets ...string) bool {
	given, err := base64.StdEncoding.DecodeString(signature)
	if err != nil {
		return false
	}
	good := false
	for _, s := range secrets {
		if s != "" && hmac.Equal(given, sum(s, body)) {
			good = true
		}
	}
	return good
}

func sum(secret string, body []byte) []byte {
	h := hmac.New(sha256.New, []byte(secret))
	h.Write(body)
	return h.Sum(nil)
}

// Kinds of Event. Others may come and are to be passed over.
const (
	EventMessage  = "message"
	EventPostback = "postback"
	EventJoin     = "join"
	EventLeave    = "leave"
	EventJoined   = "joined"
	EventLeft     = "left"
	EventBegin    = "begin"
	EventEnd      = "end"
)

// Event is what a callback tells (docs/bot-callback-*).
type Event struct {
	Type   string
	UserID string // who did it; "" for join and leave
	// ChannelID is the room; "" in the room of one person and the bot.
	ChannelID string
	DomainID  int64
	Issued    time.Time // zero when it was not to be read
	Content   EventContent
	Data      string   // of a postback
	Members   []string // of joined and left
}

// EventContent is what a person sent.
type EventContent struct {
	Type     string `json:"type"` // text, location, sticker, image, file, audio, video
	Text     string `json:"text"`
	Postback string `json:"postback"` // of the button that sent the text
	FileID   string `json:"fileId"`
}

// ErrEvent reports a callback that is none.
var ErrEvent = errors.New("no callback of NAVER WORKS")

// ParseEvent reads a body whose signature is good. Unknown kinds are no error.
// The error wraps ErrEvent.
func ParseEvent(body []byte) (*Event, error) {
	if len(body) > MaxCallback {
		return nil, fmt.Errorf("%w: more than %d bytes", ErrEvent, MaxCallback)
	}
	var raw struct {
		Type   string `json:"type"`
		Source struct {
			UserID    string          `json:"userId"`
			ChannelID string          `json:"channelId"`
			DomainID  json.RawMessage `json:"domainId"` // documented as a number
		} `json:"source"`
		Issued  string       `json:"issuedTime"`
		Content EventContent `json:"content"`
		Data    string       `json:"data"`
		Members []string     `json:"members"`
	}
	if err := json.Unmarshal(body, &raw); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrEvent, err)
	}
	if raw.Type == "" {
		return nil, fmt.Errorf("%w: no type", ErrEvent)
	}
	e := &Event{
		Type: raw.Type, UserID: raw.Source.UserID, ChannelID: raw.Source.ChannelID,
		Content: raw.Content, Data: raw.Data, Members: raw.Members,
	}
	e.Issued, _ = time.Parse(time.RFC3339Nano, raw.Issued) // zero when unreadable, as promised
	if n, err := strconv.ParseInt(string(trimQuotes(raw.Source.DomainID)), 10, 64); err == nil {
		e.DomainID = n
	}
	return e, nil
}

func trimQuotes(b []byte) []byte {
	if len(b) > 1 && b[0] == '"' {
		return b[1 : len(b)-1]
	}
	return b
}

// Pressed gives the token of a pressed button: the postback of a message, or the
// data of a postback. "" when the event is no press.
func (e *Event) Pressed() string {
	switch e.Type {
	case EventPostback:
		return e.Data
	case EventMessage:
		return e.Content.Postback
	}
	return ""
}
