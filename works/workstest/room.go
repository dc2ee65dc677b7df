package workstest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// room is a conversation: of a person with a bot, or of several with bots.
type room struct {
	id       string // channelId; of a 1:1 room one that events may carry
	title    string
	bot      int64
	user     string // of a 1:1 room; "" in others
	domain   int64
	members  []string
	messages []Message
}

// Message is one in a room.
type Message struct {
	Seq     uint64 // grows over all rooms
	Time    time.Time
	Room    string // channelId
	Bot     int64
	To      string          // the person of a 1:1 room; "" in others
	From    string          // who wrote it; "" is the bot
	Content json.RawMessage // as it was sent
}

const (
	maxMessages = 200 // of a room that are kept
	maxRooms    = 5000
)

// private gives the 1:1 room, which begins with its first message. The caller
// holds mu.
func (s *Server) private(b *bot, u *User) *room {
	key := fmt.Sprintf("%d/%s", b.ID, u.ID)
	if r := s.rooms[key]; r != nil {
		return r
	}
	r := &room{id: unguessable(20), title: b.Name, bot: b.ID, user: u.ID, domain: u.Domain, members: []string{u.ID}}
	s.rooms[key] = r
	if len(s.rooms) > maxRooms {
		s.dropRoom(key)
	}
	return r
}

// dropRoom takes out the room that was silent longest, but keep.
func (s *Server) dropRoom(keep string) {
	oldest, last := "", uint64(0)
	for k, r := range s.rooms {
		seq := uint64(0)
		if n := len(r.messages); n > 0 {
			seq = r.messages[n-1].Seq
		}
		if k != keep && (oldest == "" || seq < last) {
			oldest, last = k, seq
		}
	}
	delete(s.rooms, oldest)
}

// add puts a message into a room. The caller holds mu.
func (s *Server) add(r *room, from string, content json.RawMessage) Message {
	s.lastSeq++
	m := Message{Seq: s.lastSeq, Time: s.o.Now(), Room: r.id, Bot: r.bot, To: r.user, From: from, Content: bytes.Clone(content)}
	r.messages = append(r.messages, m)
	if len(r.messages) > maxMessages {
		r.messages = slices.Delete(r.messages, 0, maxMessages/10)
	}
	s.wake()
	return m
}

// Messages gives those of a person's room with a bot, or of a channel.
func (s *Server) Messages(bot int64, to string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.rooms {
		if r.bot == bot && (r.user == to || r.id == to) {
			return slices.Clone(r.messages)
		}
	}
	return nil
}

// AddRoom makes a room of several people with a bot, and gives its channelId.
func (s *Server) AddRoom(bot int64, title string, members ...string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := &room{id: unguessable(20), title: title, bot: bot, members: members}
	if b := s.bots[bot]; b != nil {
		r.domain = b.Domain
	}
	s.rooms[r.id] = r
	s.wake()
	return r.id
}

// sendUser is POST …/users/{user}/messages (docs/bot-send): 201 and nothing else.
func sendUser(c *call) reply {
	b, bad := c.bot()
	if b == nil {
		return bad
	}
	u := c.s.member(c.app, c.r.PathValue("user"))
	if u == nil {
		return missing("USER")
	}
	k := c.content()
	if k.failed != nil {
		return *k.failed
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if !slices.Contains(b.Domains, u.Domain) {
		return failure(http.StatusForbidden, "ACCESS_DENIED", "the bot is not added to the member's domain")
	}
	c.s.add(c.s.private(b, u), "", k.raw)
	return reply{status: http.StatusCreated}
}

func sendRoom(c *call) reply {
	b, bad := c.bot()
	if b == nil {
		return bad
	}
	r, bad := c.room(b)
	if r == nil {
		return bad
	}
	k := c.content()
	if k.failed != nil {
		return *k.failed
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.s.add(r, "", k.raw)
	return reply{status: http.StatusCreated}
}

func (c *call) content() *check {
	k := &check{s: c.s, app: c.app}
	k.message(c.body)
	return k
}

// room finds the room of the path, which the bot must be in.
func (c *call) room(b *bot) (*room, reply) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	for _, r := range c.s.rooms {
		if r.id == c.r.PathValue("channel") && r.bot == b.ID {
			return r, reply{}
		}
	}
	return nil, missing("CHANNEL")
}

// createRoom makes a room of people with the bot, ten a minute at most.
func createRoom(c *call) reply {
	b, bad := c.bot()
	if b == nil {
		return bad
	}
	var ask struct {
		Members []string `json:"members"`
		Title   string   `json:"title"`
	}
	d := json.NewDecoder(bytes.NewReader(c.body))
	d.DisallowUnknownFields()
	if err := d.Decode(&ask); err != nil {
		return failure(http.StatusBadRequest, "BAD_REQUEST", "body: "+err.Error())
	}
	if len(ask.Members) == 0 {
		return invalid("members is missing")
	}
	ids := []string{}
	for _, id := range ask.Members {
		u := c.s.member(c.app, id)
		if u == nil {
			return missing("USER")
		}
		ids = append(ids, u.ID)
	}
	id := c.s.AddRoom(b.ID, ask.Title, ids...)
	c.s.emit(b.ID, event{"type": "join", "source": map[string]any{"channelId": id, "domainId": b.Domain}})
	return answer(http.StatusCreated, map[string]string{"channelId": id})
}

func getRoom(c *call) reply {
	b, bad := c.bot()
	if b == nil {
		return bad
	}
	r, bad := c.room(b)
	if r == nil {
		return bad
	}
	kind := "GROUP"
	if r.user != "" {
		kind = "SINGLE"
	}
	return answer(http.StatusOK, map[string]any{"channelId": r.id, "title": r.title, "channelType": map[string]string{"type": kind}, "domainId": r.domain})
}

func roomMembers(c *call) reply {
	b, bad := c.bot()
	if b == nil {
		return bad
	}
	r, bad := c.room(b)
	if r == nil {
		return bad
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return answer(http.StatusOK, map[string]any{"members": slices.Clone(r.members), "responseMetaData": map[string]string{"nextCursor": ""}})
}

func leaveRoom(c *call) reply {
	b, bad := c.bot()
	if b == nil {
		return bad
	}
	r, bad := c.room(b)
	if r == nil {
		return bad
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	for k, other := range c.s.rooms {
		if other == r {
			delete(c.s.rooms, k)
		}
	}
	c.s.wake()
	return reply{status: http.StatusNoContent}
}

// seen gives the room that a person sees under an id: a channelId, or the number
// of the bot of a 1:1 room. The caller holds mu.
func (s *Server) seen(user, id string) *room {
	for _, r := range s.rooms {
		if slices.Contains(r.members, user) && r.id == id {
			return r
		}
	}
	for _, b := range s.bots {
		if fmt.Sprint(b.ID) != strings.TrimSpace(id) {
			continue
		}
		for _, u := range s.users {
			if u.ID == user && slices.Contains(b.Domains, u.Domain) {
				return s.private(b, u)
			}
		}
	}
	return nil
}
