package company

import (
	"cmp"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/dipcast/dipcast/internal/secret"
	"github.com/dipcast/dipcast/works"
)

// NaverWorks is a company's bot in NAVER WORKS: how it is reached, and who is
// shown what there. The values of the app and the bot are those of the Developer
// Console (docs/naver-works.md).
type NaverWorks struct {
	// Off keeps the settings and sends nothing.
	Off bool `json:"off,omitempty" doc:"keeps the settings and sends nothing"`

	ClientID       string      `json:"client_id,omitempty"`
	ClientSecret   secret.Text `json:"client_secret,omitzero"`
	ServiceAccount string      `json:"service_account,omitempty" doc:"….serviceaccount@…"`
	PrivateKey     secret.Text `json:"private_key,omitzero" doc:"the PEM file of the service account"`
	Domain         int64       `json:"domain_id,omitempty"`
	Bot            int64       `json:"bot_id,omitempty"`
	BotSecret      secret.Text `json:"bot_secret,omitzero" doc:"what callbacks are signed with"`
	// FormerBotSecret is taken too, while the secret is changed over.
	FormerBotSecret secret.Text `json:"former_bot_secret,omitzero" doc:"is taken too, while the secret is changed over"`
	// AuthURL and APIURL are other hosts than the public ones. "" means
	// works.DefaultAuthURL and works.DefaultAPIURL.
	AuthURL string `json:"auth_url,omitempty" doc:"absent: https://auth.worksmobile.com/oauth2/v2.0"`
	APIURL  string `json:"api_url,omitempty" doc:"absent: https://www.worksapis.com/v1.0"`
	// PerMinute is how often one API may be called in a minute: 60 with the free
	// plan, 240 with the others. 0 means 60, -1 any number.
	PerMinute int `json:"per_minute,omitempty" doc:"calls of one API in a minute: 60 with the free plan, 240 with the others; absent: 60, -1: not counted"`

	// Extensions are those whose people get cards. Empty means all.
	Extensions []string `json:"extensions,omitempty" doc:"whose people get cards; absent: all"`
	// OnlyExternal leaves out calls between phones of the company.
	OnlyExternal bool `json:"only_external,omitempty" doc:"no cards of calls between your phones"`
	// QuietHours is the time group in which nobody gets cards and notices. 0
	// means none. Faxes and voicemail are told all the same.
	QuietHours int `json:"quiet_hours,omitempty" doc:"a time group in which no cards of calls are sent"`
	// Room is the channelId of a room that gets all cards in the people's place.
	Room string `json:"room,omitempty" doc:"a room that gets all cards in the people's place"`
	// GroupRoom is the channelId of the room that gets one card when more than
	// MaxPersonCards phones ring. "" means that the first of them get their own.
	GroupRoom string `json:"group_room,omitempty" doc:"a room that gets one card when more than five people are rung"`
	// RingSeconds is how long a phone whose person gets cards rings at least. 0
	// means DefaultRingSeconds, -1 no longer than the phone says.
	RingSeconds int `json:"ring_seconds,omitempty" doc:"how long a phone whose person gets cards rings at least; absent: 30, -1: as the phone says"`
	// NoCallBack leaves out the button that calls back (M2C).
	NoCallBack bool `json:"no_call_back,omitempty" doc:"no button that calls back (M2C)"`
	// FollowUps says what is told after a call, one of FollowUps. "" means all.
	FollowUps string `json:"follow_ups,omitempty" enum:"all,missed,none" doc:"what is told after a call; absent: all"`
	// Recordings gives what is told of an answered call that was recorded a button
	// that opens the recording, to who has taken part and signs in.
	Recordings bool      `json:"recordings,omitempty" doc:"what is told of an answered call opens its recording, to who took part and signs in"`
	Style      CardStyle `json:"style,omitzero"`
}

// What is told after a call.
const (
	FollowAll    = "all"
	FollowMissed = "missed"
	FollowNone   = "none"
)

// MaxPersonCards is how many people get a card each of one call. More make one
// card to a room.
const MaxPersonCards = 5

// CardStyle is how a company's cards look. The zero value of a field means the
// default; so the zero CardStyle is the card of the product's documents.
type CardStyle struct {
	// Mode is how buttons act, one of CardModes. "" means message.
	Mode   string `json:"mode,omitempty" enum:"message,postback,uri,template" doc:"how buttons act; absent: message"`
	Ground string `json:"ground,omitempty" doc:"colour of a call's card" example:"#FFA9AA"`
	Ink    string `json:"ink,omitempty"`
	Take   string `json:"take,omitempty" doc:"colour of the buttons that take the call"`
	Other  string `json:"other,omitempty" doc:"colour of the other buttons"`
	Red    string `json:"red,omitempty" doc:"colour of a fax"`
	// Words are texts in place of the product's: "ko.missed". CardWords names them.
	Words map[string]string `json:"words,omitempty" doc:"own texts, by language and name: ko.missed"`
}

// CardModes are how a button can act: the documentation does not settle what
// flex cards take.
var CardModes = []string{"message", "postback", "uri", "template"}

// CardWords are the texts of cards that a company may change, and how long each
// may be, in UTF-16 units: a label has 20 by the API, a line of a card shows 40.
// Those with _said are what appears in the room when the button is pressed.
var CardWords = map[string]int{
	"internal_call": 40, "fax_came": 40, "incoming": 40, "missed": 40, "answered": 40, "voicemail": 40,
	"desk": 20, "assistant": 20, "mobile": 20, "m2c": 20, "web": 20, "fax": 20, "recording": 20,
	"desk_said": 40, "assistant_said": 40, "mobile_said": 40, "m2c_said": 40, "web_said": 40, "fax_said": 40, "recording_said": 40,
}

// eachSecret shows f every place for a secret.
func (w *NaverWorks) eachSecret(f func(place string, s *secret.Text)) {
	f(worksPlace+"client_secret", &w.ClientSecret)
	f(worksPlace+"private_key", &w.PrivateKey)
	f(worksPlace+"bot_secret", &w.BotSecret)
	f(worksPlace+"former_bot_secret", &w.FormerBotSecret)
}

const worksPlace = "naver_works/"

// On reports whether cards are sent at all. It may be asked of nil.
func (w *NaverWorks) On() bool { return w != nil && !w.Off }

// Shows reports whether the people of an extension get cards.
func (w *NaverWorks) Shows(ext string) bool {
	return w.On() && (len(w.Extensions) == 0 || slices.Contains(w.Extensions, ext))
}

// Minute is how many calls of one API there are in a minute; less than 0: they
// are not counted.
func (w *NaverWorks) Minute() int { return cmp.Or(w.PerMinute, 60) }

// RingOf is for how long an extension rings, in seconds: as it says, and where
// its people get cards long enough for a press.
func (c *Company) RingOf(e *Extension) int {
	if !c.NaverWorks.Shows(e.Number) {
		return e.Ring()
	}
	return max(e.Ring(), cmp.Or(c.NaverWorks.RingSeconds, DefaultRingSeconds))
}

// RingOfGroup is RingOf for a group: that of all its members at once. In turn
// each rings as long as the group says, for the next one's sake.
func (c *Company) RingOfGroup(g *RingGroup) int {
	if g.Strategy == RingInTurn || !slices.ContainsFunc(g.Members, func(m string) bool {
		return c.Extension(m) != nil && c.NaverWorks.Shows(m)
	}) {
		return g.Ring()
	}
	return max(g.Ring(), cmp.Or(c.NaverWorks.RingSeconds, DefaultRingSeconds))
}

// Bounds of NaverWorks.
const (
	maxWorksText   = 200
	maxPrivateKey  = 16 << 10 // bytes; one of 4,096 bits has 3,272
	maxWorksMinute = 100_000
)

// roomPattern is what a channelId may be: opaque, and part of a path.
var roomPattern = regexp.MustCompile(`^[A-Za-z0-9_-]{1,100}$`)

func (k *checker) naverWorks(w *NaverWorks) {
	if w == nil {
		return
	}
	k.at = "naver_works."
	defer func() { k.at = "" }()
	for _, f := range []struct{ name, value string }{
		{"client_id", w.ClientID},
		{"client_secret", w.ClientSecret.Reveal()},
		{"service_account", w.ServiceAccount},
		{"bot_secret", w.BotSecret.Reveal()},
		{"former_bot_secret", w.FormerBotSecret.Reveal()},
	} {
		k.text(f.name, f.value)
		switch {
		case f.value == "" && !w.Off && f.name != "former_bot_secret":
			k.addf(f.name, "is missing")
		case len(f.value) > maxWorksText:
			k.addf(f.name, "is longer than %d characters", maxWorksText)
		}
	}
	// Whether it is a key is looked at when it comes: all companies are checked at
	// every change, and that takes a millisecond each.
	switch key := w.PrivateKey.Reveal(); {
	case key == "" && !w.Off:
		k.addf("private_key", "is missing")
	case len(key) > maxPrivateKey:
		k.addf("private_key", "is longer than %d bytes", maxPrivateKey)
	}
	if w.Domain <= 0 && !w.Off {
		k.addf("domain_id", "is missing")
	}
	if w.Bot <= 0 && !w.Off {
		k.addf("bot_id", "is missing")
	}
	k.webAddress("auth_url", w.AuthURL)
	k.webAddress("api_url", w.APIURL)
	if w.PerMinute < -1 || w.PerMinute > maxWorksMinute {
		k.addf("per_minute", "%d is not between -1 and %d", w.PerMinute, maxWorksMinute)
	}
	for _, ext := range w.Extensions {
		if k.c.Extension(ext) == nil {
			k.addf("extensions", "there is no extension %q", ext)
		}
	}
	k.hours("quiet_hours", w.QuietHours)
	for _, f := range []struct{ name, value string }{{"room", w.Room}, {"group_room", w.GroupRoom}} {
		if f.value != "" && !roomPattern.MatchString(f.value) {
			k.addf(f.name, "is no channelId of a room")
		}
	}
	if w.RingSeconds < -1 || w.RingSeconds > MaxSeconds {
		k.addf("ring_seconds", "%d is not between -1 and %d", w.RingSeconds, MaxSeconds)
	}
	k.oneOf("follow_ups", w.FollowUps, FollowAll, FollowMissed, FollowNone)
	k.cardStyle(&w.Style)
}

// webAddress wants https: what is sent there holds credentials. This machine may
// be called without.
func (k *checker) webAddress(field, value string) {
	if value == "" {
		return
	}
	u, err := url.Parse(value)
	if err != nil || u.Host == "" || u.User != nil || len(value) > maxWorksText || u.Scheme != "https" &&
		(u.Scheme != "http" || !slices.Contains([]string{"localhost", "127.0.0.1", "::1"}, u.Hostname())) {
		k.addf(field, "must be an https address")
	}
}

func (k *checker) cardStyle(s *CardStyle) {
	for _, p := range s.Problems() {
		k.addf("style."+p.Field, "%s", p.Text)
	}
}

// Problems is what is wrong with a style.
func (s *CardStyle) Problems() []Problem {
	k := &checker{}
	k.oneOf("mode", s.Mode, CardModes...)
	for _, f := range []struct{ name, value string }{
		{"ground", s.Ground}, {"ink", s.Ink}, {"take", s.Take}, {"other", s.Other}, {"red", s.Red},
	} {
		if f.value != "" && !works.IsColor(f.value) {
			k.addf(f.name, "must be a colour, #RRGGBB")
		}
	}
	for name, text := range s.Words {
		lang, word, _ := strings.Cut(name, ".")
		most := CardWords[word]
		if lang != Korean && lang != English || most == 0 {
			k.addf("words", "there is no text %q", name)
			continue
		}
		k.text("words."+name, text)
		if n := len(utf16.Encode([]rune(text))); n == 0 || n > most {
			k.addf("words."+name, "must have 1 to %d characters, not %d", most, n)
		}
	}
	slices.SortFunc(k.problems, func(a, b Problem) int { return cmp.Compare(a.Field+a.Text, b.Field+b.Text) })
	return k.problems
}
