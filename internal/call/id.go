package call

import (
	"strconv"
	"strings"
)

// ID is the id of a call: its server's id and its Linkedid, 1-1795282245.12.
func ID(server int, linkedid string) string { return strconv.Itoa(server) + "-" + linkedid }

// ParseID reads the id of a call, as ID writes it; ok is false for all else. A
// Linkedid may have a hyphen itself.
func ParseID(id string) (server int, linkedid string, ok bool) {
	text, linkedid, _ := strings.Cut(id, "-")
	server, err := strconv.Atoi(text)
	if err != nil || server < 1 || linkedid == "" || strconv.Itoa(server) != text {
		return 0, "", false
	}
	return server, linkedid, true
}
