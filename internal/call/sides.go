package call

import "github.com/dipcast/dipcast/internal/dialplan"

// Sides are the names of the caller's channel, "" when it has none that can be
// moved, and of the channels of those who have answered.
func (c *Call) Sides() (caller string, others []string) {
	for _, ch := range c.Channels {
		if dialplan.ParseChannel(ch.Name).Technology == "Local" {
			continue
		}
		isCaller := ch.Uniqueid == c.Linkedid || c.From.Number != "" && ch.Number == c.From.Number && ch.Extension == c.From.Extension
		switch {
		case isCaller && caller == "":
			caller = ch.Name
		case ch.State == "up":
			others = append(others, ch.Name)
		}
	}
	return caller, others
}
