package workstest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// bot is a Bot with what has become of it.
type bot struct {
	Bot
	menu  json.RawMessage // its content; nil: none
	queue chan []byte     // of callbacks; nil until the first
}

// maxBots is how many a tenant can have (docs/bot-create).
const maxBots = 300

// bot finds the bot of the path among those of the app's tenant.
func (c *call) bot() (*bot, reply) {
	id, err := strconv.ParseInt(c.r.PathValue("bot"), 10, 64)
	if err != nil {
		return nil, invalid("botId is no number")
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	b := c.s.bots[id]
	if b == nil || !c.app.owns(b.Domain) {
		return nil, missing("BOT")
	}
	return b, reply{}
}

// created is what POST /bots takes; unknown fields are refused.
type created struct {
	Name       string   `json:"botName"`
	Photo      string   `json:"photoUrl"`
	About      string   `json:"description"`
	Admins     []string `json:"administrators"`
	SubAdmins  []string `json:"subadministrators"`
	Allowed    []int64  `json:"allowDomains"`
	Callback   bool     `json:"enableCallback"`
	URL        string   `json:"callbackUrl"`
	Events     []string `json:"callbackEvents"`
	GroupJoin  bool     `json:"enableGroupJoin"`
	I18nNames  []any    `json:"i18nBotNames"`
	I18nPhotos []any    `json:"i18nPhotoUrls"`
	I18nAbouts []any    `json:"i18nDescriptions"`
}

func createBot(c *call) reply {
	var b created
	d := json.NewDecoder(bytes.NewReader(c.body))
	d.DisallowUnknownFields()
	if err := d.Decode(&b); err != nil {
		return failure(http.StatusBadRequest, "BAD_REQUEST", "body: "+err.Error())
	}
	switch {
	case b.Name == "" || length(b.Name) > 100:
		return invalid("botName must be 1 to 100 characters")
	case b.About == "":
		return invalid("description is missing")
	case !strings.HasPrefix(b.Photo, "https://"):
		return invalid("photoUrl must be an address that begins with https:")
	case len(b.Admins) == 0:
		return invalid("administrators is missing")
	case b.Callback && !callable(b.URL):
		return invalid("callbackUrl must be an address that begins with https:")
	}
	for _, e := range b.Events {
		if !slices.Contains([]string{"text", "location", "sticker", "image", "file"}, e) {
			return invalid("callbackEvents: " + e)
		}
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	for _, id := range b.Admins {
		if c.s.find(c.app, id) == nil {
			return invalid("administrators: no such member")
		}
	}
	made, own := &bot{Bot: Bot{Name: b.Name, Secret: unguessable(24), Domain: c.app.Domain, Domains: []int64{}, Takes: b.Events}}, 0
	for id, other := range c.s.bots {
		if made.ID = max(made.ID, id); c.app.owns(other.Domain) {
			own++
		}
	}
	if own >= maxBots {
		return failure(http.StatusForbidden, "LIMIT_EXCEEDED", "a tenant can have 300 bots")
	}
	if made.ID++; b.Callback {
		made.CallbackURL = b.URL
	}
	c.s.bots[made.ID] = made
	c.s.wake()
	return answer(http.StatusCreated, made.shown())
}

// callable wants https, or http to this machine: the service takes https alone.
func callable(address string) bool {
	return strings.HasPrefix(address, "https://") || strings.HasPrefix(address, "http://127.") || strings.HasPrefix(address, "http://localhost:")
}

func (b *bot) shown() map[string]any {
	return map[string]any{
		"botId": b.ID, "botName": b.Name, "photoUrl": "https://static.example/bot.png", "description": b.Name, "administrators": []string{},
		"enableCallback": b.CallbackURL != "", "callbackUrl": b.CallbackURL, "callbackEvents": b.Takes, "enableGroupJoin": true,
	}
}

func listBots(c *call) reply {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	all := []any{}
	for _, b := range c.s.sortedBots() {
		if c.app.owns(b.Domain) {
			all = append(all, map[string]any{"botId": b.ID, "botName": b.Name})
		}
	}
	return answer(http.StatusOK, map[string]any{"bots": all, "responseMetaData": map[string]string{"nextCursor": ""}})
}

// sortedBots is for who holds mu.
func (s *Server) sortedBots() []*bot {
	all := make([]*bot, 0, len(s.bots))
	for _, b := range s.bots {
		all = append(all, b)
	}
	slices.SortFunc(all, func(a, b *bot) int { return int(a.ID - b.ID) })
	return all
}

func getBot(c *call) reply {
	b, bad := c.bot()
	if b == nil {
		return bad
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return answer(http.StatusOK, b.shown())
}

func deleteBot(c *call) reply {
	b, bad := c.bot()
	if b == nil {
		return bad
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	delete(c.s.bots, b.ID)
	c.s.wake()
	return reply{status: http.StatusNoContent}
}

func newSecret(c *call) reply {
	b, bad := c.bot()
	if b == nil {
		return bad
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	b.Secret = unguessable(24)
	return answer(http.StatusOK, map[string]string{"secret": b.Secret})
}

func addDomain(c *call) reply {
	b, bad := c.bot()
	if b == nil {
		return bad
	}
	domain, err := strconv.ParseInt(c.r.PathValue("domain"), 10, 64)
	if err != nil {
		return invalid("domainId is no number")
	}
	if !c.app.owns(domain) {
		return missing("DOMAIN")
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if slices.Contains(b.Domains, domain) {
		return failure(http.StatusConflict, "ALREADY_EXIST", "the bot is in this domain")
	}
	b.Domains = append(b.Domains, domain)
	return answer(http.StatusCreated, map[string]any{"domainId": domain, "visible": true})
}

// setMenu keeps the fixed menu (docs/bot-persistentmenu).
func setMenu(c *call) reply {
	b, bad := c.bot()
	if b == nil {
		return bad
	}
	k := &check{}
	body := k.body(c.body)
	content := k.object("content", body["content"])
	k.fields("content", content, "actions")
	for i, a := range k.array("content", content, "actions", 1, 4) {
		k.action(at("content.actions", i), a, inMenu)
	}
	if k.failed != nil {
		return *k.failed
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	b.menu = k.raw
	c.s.wake()
	return reply{status: http.StatusCreated, header: http.Header{"Content-Type": {"application/json"}}, body: c.body}
}

func getMenu(c *call) reply {
	b, bad := c.bot()
	if b == nil {
		return bad
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if b.menu == nil {
		return missing("PERSISTENT_MENU")
	}
	return answer(http.StatusOK, map[string]any{"content": b.menu})
}

func deleteMenu(c *call) reply {
	b, bad := c.bot()
	if b == nil {
		return bad
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if b.menu == nil {
		return missing("PERSISTENT_MENU")
	}
	b.menu = nil
	c.s.wake()
	return reply{status: http.StatusNoContent}
}
