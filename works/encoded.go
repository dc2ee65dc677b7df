package works

import (
	"context"
	"net/url"
)

// SendUserEncoded is SendUser for what Encode gave, perhaps long ago: it is not
// checked again.
func (c *Client) SendUserEncoded(ctx context.Context, bot int64, userID string, body []byte) error {
	_, err := c.do(ctx, request{op: OpSendUser, method: "POST", path: botPath(bot) + "/users/" + url.PathEscape(userID) + "/messages", body: body})
	return err
}

// SendChannelEncoded is SendChannel for what Encode gave.
func (c *Client) SendChannelEncoded(ctx context.Context, bot int64, channelID string, body []byte) error {
	_, err := c.do(ctx, request{op: OpSendChannel, method: "POST", path: botPath(bot) + "/channels/" + url.PathEscape(channelID) + "/messages", body: body})
	return err
}
