package pbx

import "strings"

// IsGone reports whether the text of a response says that a channel is not there
// any more (manager.c, action_hangup and action_redirect).
func IsGone(message string) bool {
	return strings.Contains(message, "No such channel") || strings.Contains(message, "does not exist")
}
