package works

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
)

// Operations, as the budget counts them.
const (
	OpSendUser    = "send to user"
	OpSendChannel = "send to channel"
	OpAttach      = "create attachment"
	OpDownload    = "get attachment"
	OpMenu        = "persistent menu"
	OpBots        = "bots"
	OpUsers       = "list users"
	OpUser        = "get user"
)

// SendUser sends content to a person in the room that they and the bot share:
// userID is the member's id, login e-mail or externalKey:… (docs/bot-send).
func (c *Client) SendUser(ctx context.Context, bot int64, userID string, content Content) error {
	return c.message(ctx, OpSendUser, botPath(bot)+"/users/"+url.PathEscape(userID)+"/messages", content)
}

// SendChannel sends content to a room that the bot is a member of.
func (c *Client) SendChannel(ctx context.Context, bot int64, channelID string, content Content) error {
	return c.message(ctx, OpSendChannel, botPath(bot)+"/channels/"+url.PathEscape(channelID)+"/messages", content)
}

// message sends checked content. Success is 201; any other 2xx is taken as
// success too, since the message would go out twice otherwise.
func (c *Client) message(ctx context.Context, op, path string, content Content) error {
	body, err := Encode(content)
	if err != nil {
		return err
	}
	_, err = c.do(ctx, request{op: op, method: http.MethodPost, path: path, body: body})
	return err
}

// Encode checks content and gives the body it is sent with. The error is a
// *ContentError.
func Encode(content Content) ([]byte, error) {
	if err := Check(content); err != nil {
		return nil, err
	}
	return json.Marshal(struct {
		Content Content `json:"content"`
	}{content})
}

func botPath(bot int64) string { return "/bots/" + strconv.FormatInt(bot, 10) }

// Bot is a bot of the tenant (docs/bot-create).
type Bot struct {
	ID             int64    `json:"botId,omitempty"`
	Name           string   `json:"botName"`        // at most 100 characters
	PhotoURL       string   `json:"photoUrl"`       // https
	Description    string   `json:"description"`    // must be given
	Administrators []string `json:"administrators"` // ids of members, at least one
	EnableCallback bool     `json:"enableCallback"`
	CallbackURL    string   `json:"callbackUrl,omitempty"`
	CallbackEvents []string `json:"callbackEvents,omitempty"` // text, location, sticker, image, file
	GroupJoin      bool     `json:"enableGroupJoin"`
}

// RegisterBot makes a bot and gives its id. It can be talked to once it is added
// to a domain, see AddToDomain.
func (c *Client) RegisterBot(ctx context.Context, b Bot) (int64, error) {
	k := checker{}
	k.text("botName", b.Name, 1, 100)
	k.address("photoUrl", b.PhotoURL, "https")
	k.text("description", b.Description, 1, 1000)
	if len(b.Administrators) == 0 {
		k.wrong("administrators", "at least one", "none")
	}
	if k.err != nil {
		return 0, k.err
	}
	body, err := json.Marshal(b)
	if err != nil {
		return 0, err
	}
	var made struct {
		ID number64 `json:"botId"`
	}
	_, err = c.do(ctx, request{op: OpBots, method: http.MethodPost, path: "/bots", body: body, into: &made})
	return int64(made.ID), err
}

// Bot gives a bot; the answer shows whether the id and rights are good.
func (c *Client) Bot(ctx context.Context, bot int64) (Bot, error) {
	var b struct {
		Bot
		ID number64 `json:"botId"`
	}
	_, err := c.do(ctx, request{op: OpBots, method: http.MethodGet, path: botPath(bot), into: &b})
	b.Bot.ID = int64(b.ID)
	return b.Bot, err
}

// AddToDomain lets the members of a domain talk to a bot.
func (c *Client) AddToDomain(ctx context.Context, bot, domain int64) error {
	_, err := c.do(ctx, request{op: OpBots, method: http.MethodPost, path: botPath(bot) + "/domains/" + strconv.FormatInt(domain, 10), body: []byte("{}")})
	return err
}

// SetMenu replaces the menu that every member sees in the bot's room: at most
// four actions (docs/bot-persistentmenu). None removes it; that there was none is
// no error.
func (c *Client) SetMenu(ctx context.Context, bot int64, actions []Action) error {
	path := botPath(bot) + "/persistentmenu"
	if len(actions) == 0 {
		_, err := c.do(ctx, request{op: OpMenu, method: http.MethodDelete, path: path})
		if e := (*Error)(nil); errors.As(err, &e) && e.Status == http.StatusNotFound {
			return nil
		}
		return err
	}
	k := checker{}
	k.count("actions", len(actions), 1, 4)
	k.actions("actions", actions, inMenu)
	if k.err != nil {
		return k.err
	}
	type content struct {
		Actions []Action `json:"actions"`
	}
	body, err := json.Marshal(struct {
		Content content `json:"content"`
	}{content{actions}})
	if err != nil {
		return err
	}
	_, err = c.do(ctx, request{op: OpMenu, method: http.MethodPost, path: path, body: body})
	return err
}

// number64 is an id that comes as a number or as a string of digits.
type number64 int64

// UnmarshalJSON reads both spellings.
func (n *number64) UnmarshalJSON(b []byte) error {
	if len(b) > 1 && b[0] == '"' {
		b = b[1 : len(b)-1]
	}
	v, err := strconv.ParseInt(string(b), 10, 64)
	*n = number64(v)
	return err
}
