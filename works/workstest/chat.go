package workstest

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"time"
)

//go:embed chat
var chatFiles embed.FS

// pagePolicy: no script and style but the page's own files; pictures of cards are
// wherever the cards say.
const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
	"img-src 'self' data: https: http://127.0.0.1:* http://localhost:*; media-src 'self' https: http://127.0.0.1:* http://localhost:*; " +
	"frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

// keepAlive is how often a silent stream says that it lives.
const keepAlive = 15 * time.Second

func (s *Server) routeChat() {
	s.mux.Handle("GET /{$}", http.RedirectHandler("/chat/", http.StatusFound))
	for pattern, f := range map[string]http.HandlerFunc{
		"GET /chat/":            page,
		"GET /chat/events":      s.events,
		"GET /chat/file/{file}": s.chatFile,
		"POST /chat/say":        s.chatSay,
		"POST /chat/press":      s.chatPress,
		"POST /chat/begin":      s.chatBegin,
	} {
		s.mux.Handle(pattern, s.guard.Handler(local(f)))
	}
}

// local answers to loopback names only: the page has no login, and a name that
// somebody points here must not open it.
func local(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host
		}
		if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			http.Error(w, "the chat page is for loopback addresses only", http.StatusForbidden)
			return
		}
		w.Header().Set("Content-Security-Policy", pagePolicy)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Referrer-Policy", "no-referrer")
		w.Header().Set("Cache-Control", "no-cache")
		next.ServeHTTP(w, r)
	})
}

// page serves the files of the page, and no others.
func page(w http.ResponseWriter, r *http.Request) {
	const script = "text/javascript; charset=utf-8"
	f, ok := map[string]struct{ name, kind string }{
		"/chat/":           {"chat/index.html", "text/html; charset=utf-8"},
		"/chat/app.js":     {"chat/app.js", script},
		"/chat/content.js": {"chat/content.js", script},
		"/chat/flex.js":    {"chat/flex.js", script},
		"/chat/style.css":  {"chat/style.css", "text/css; charset=utf-8"},
	}[r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", f.kind)
	http.ServeFileFS(w, r, chatFiles, f.name)
}

// chatRoom is a room as the page has it. Its id is that of Say.
type chatRoom struct {
	ID      string          `json:"id"`
	Title   string          `json:"title"`
	Private bool            `json:"private"`
	Members int             `json:"members"`
	Bot     string          `json:"bot"`
	Menu    json.RawMessage `json:"menu"`
}

// chatMessage is one of its messages.
type chatMessage struct {
	Seq     uint64          `json:"seq"`
	Time    time.Time       `json:"time"`
	Room    string          `json:"room"`
	From    string          `json:"from"`
	Name    string          `json:"name"`
	Content json.RawMessage `json:"content"`
}

// state is what one person sees, but for the messages.
type state struct {
	Users []map[string]string `json:"users"`
	User  string              `json:"user"`
	Rooms []chatRoom          `json:"rooms"`
	Dead  []string            `json:"dead"` // kinds of actions without effect in flex
}

// look gives what a person sees, and the messages after seq in their order.
func (s *Server) look(user string, seq uint64) (state, []chatMessage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	st, names := state{Users: []map[string]string{}, User: user, Rooms: []chatRoom{}, Dead: []string{}}, map[string]string{}
	if s.o.FlexActions != nil {
		st.Dead = slices.DeleteFunc(slices.Clone(all), func(kind string) bool { return slices.Contains(s.o.FlexActions, kind) })
	}
	var me *User
	for _, u := range s.users {
		names[u.ID] = u.Name()
		st.Users = append(st.Users, map[string]string{"id": u.ID, "name": u.Name(), "locale": u.Locale})
		if u.ID == user {
			me = u
		}
	}
	if me == nil {
		return st, nil
	}
	for _, b := range s.sortedBots() {
		if slices.Contains(b.Domains, me.Domain) {
			st.Rooms = append(st.Rooms, chatRoom{ID: strconv.FormatInt(b.ID, 10), Title: b.Name, Private: true, Bot: b.Name, Menu: b.menu})
		}
	}
	var messages []chatMessage
	for _, r := range s.rooms {
		if !slices.Contains(r.members, user) {
			continue
		}
		b := s.bots[r.bot]
		if b == nil {
			continue
		}
		id := strconv.FormatInt(r.bot, 10)
		if r.user == "" {
			id = r.id
			st.Rooms = append(st.Rooms, chatRoom{ID: id, Title: r.title, Members: len(r.members), Bot: b.Name, Menu: b.menu})
		}
		for _, m := range r.messages {
			if m.Seq <= seq {
				continue
			}
			name := b.Name
			if m.From != "" {
				name = names[m.From]
			}
			messages = append(messages, chatMessage{Seq: m.Seq, Time: m.Time, Room: id, From: m.From, Name: name, Content: m.Content})
		}
	}
	slices.SortFunc(messages, func(a, b chatMessage) int { return int(int64(a.Seq) - int64(b.Seq)) })
	slices.SortStableFunc(st.Rooms, func(a, b chatRoom) int {
		if a.Private != b.Private {
			return map[bool]int{true: -1, false: 1}[a.Private]
		}
		return 0
	})
	return st, messages
}

// events streams them: state when it has changed, and every message once. A
// stream that begins again goes on behind its Last-Event-ID.
func (s *Server) events(w http.ResponseWriter, r *http.Request) {
	seq, _ := strconv.ParseUint(r.Header.Get("Last-Event-ID"), 10, 64) // 0 is the beginning
	user := r.URL.Query().Get("user")
	w.Header().Set("Content-Type", "text/event-stream")
	out, last := http.NewResponseController(w), ""
	alive := time.NewTicker(keepAlive)
	defer alive.Stop()
	for {
		s.mu.Lock()
		changed, closed := s.changed, s.closed
		s.mu.Unlock()
		if closed {
			return
		}
		st, messages := s.look(user, seq)
		if now, err := json.Marshal(st); err == nil && string(now) != last {
			last = string(now)
			fmt.Fprintf(w, "event: state\ndata: %s\n\n", now)
		}
		for _, m := range messages {
			body, err := json.Marshal(m)
			if err != nil {
				return
			}
			seq = m.Seq
			fmt.Fprintf(w, "id: %d\nevent: message\ndata: %s\n\n", m.Seq, body)
		}
		if out.Flush() != nil {
			return
		}
		select {
		case <-changed:
		case <-alive.C:
			fmt.Fprint(w, ": alive\n\n")
		case <-r.Context().Done():
			return
		}
	}
}

// posted is what the page sends.
type posted struct {
	User string `json:"user"`
	Room string `json:"room"`
	Text string `json:"text"`
	Seq  uint64 `json:"seq"`
	At   string `json:"at"` // path of the action in the message
}

func readPosted(w http.ResponseWriter, r *http.Request) (posted, bool) {
	var p posted
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&p); err != nil {
		http.Error(w, "body", http.StatusBadRequest)
		return p, false
	}
	return p, true
}

func (s *Server) chatSay(w http.ResponseWriter, r *http.Request) {
	if p, ok := readPosted(w, r); ok {
		told(w, nil, s.Say(p.User, p.Room, p.Text))
	}
}

func (s *Server) chatBegin(w http.ResponseWriter, r *http.Request) {
	if p, ok := readPosted(w, r); ok {
		bot, _ := strconv.ParseInt(p.Room, 10, 64) // 0 is no bot
		told(w, nil, s.Begin(p.User, bot))
	}
}

func (s *Server) chatPress(w http.ResponseWriter, r *http.Request) {
	p, ok := readPosted(w, r)
	if !ok {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	room := s.seen(p.User, p.Room)
	if room == nil {
		told(w, nil, errNoRoom)
		return
	}
	effect, err := s.press(room, p.User, p.Seq, p.At)
	told(w, effect, err)
}

// told answers the page.
func told(w http.ResponseWriter, v any, err error) {
	switch {
	case errors.Is(err, ErrUnknown):
		http.Error(w, err.Error(), http.StatusNotFound)
	case err != nil:
		http.Error(w, err.Error(), http.StatusUnprocessableEntity)
	case v == nil:
		w.WriteHeader(http.StatusNoContent)
	default:
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(v) // who has left does not read it
	}
}

// chatFile gives an attachment to the page, which has no token.
func (s *Server) chatFile(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	f := s.files[r.PathValue("file")]
	var a reply
	if f != nil && f.arrived {
		a = f.reply()
	}
	s.mu.Unlock()
	if a.status == 0 {
		http.NotFound(w, r)
		return
	}
	for k, v := range a.header {
		w.Header()[k] = v
	}
	_, _ = w.Write(a.body) // who has left does not read it
}
