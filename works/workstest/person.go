package workstest

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Effect is what a press did in the app.
type Effect struct {
	// Kind is that of the action: message and postback have sent a callback, uri
	// and copy are done by the app. "dead": Options.FlexActions has not this kind.
	Kind  string `json:"kind"`
	Value string `json:"value"` // the text that appeared in the room, the address, or what was copied
}

var (
	errNoRoom   = fmt.Errorf("room: %w", ErrUnknown)
	errNoAction = fmt.Errorf("action: %w", ErrUnknown)
	errTaken    = errors.New("the bot takes no messages of this kind")
)

// Say writes as a person into a room: one by its channelId, or by the number of a
// bot the 1:1 room with it.
func (s *Server) Say(user, room, text string) error {
	if text == "" || length(text) > 2000 {
		return errors.New("text: 1 to 2,000 characters")
	}
	return s.write(user, room, "text", map[string]any{"type": "text", "text": text})
}

// SendFile sends a file as a person: kind is image, file, audio or video. It gives
// the fileId.
func (s *Server) SendFile(user, room, kind, name, contentType string, data []byte) (string, error) {
	s.mu.Lock()
	r := s.seen(user, room)
	s.mu.Unlock()
	if r == nil {
		return "", errNoRoom
	}
	s.mu.Lock()
	domain := r.domain
	if b := s.bots[r.bot]; b != nil {
		domain = b.Domain
	}
	s.mu.Unlock()
	f := s.newFile(domain, r.bot, name)
	s.mu.Lock()
	f.key, f.data, f.kind, f.arrived = "", data, contentType, true
	s.mu.Unlock()
	return f.id, s.write(user, room, kind, map[string]any{"type": kind, "fileId": f.id})
}

// Begin opens the 1:1 room with a bot: the event begin, and the text of the start
// button with a postback, whose value the documentation does not tell.
func (s *Server) Begin(user string, bot int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.seen(user, strconv.FormatInt(bot, 10))
	if r == nil {
		return errNoRoom
	}
	s.issueEvent(bot, event{"type": "begin", "source": map[string]any{"userId": user, "domainId": r.domain}})
	return s.written(r, user, map[string]any{"type": "text", "text": "시작하기", "postback": "start"})
}

func (s *Server) write(user, room, kind string, content map[string]any) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.seen(user, room)
	if r == nil {
		return errNoRoom
	}
	if b := s.bots[r.bot]; b != nil && b.Takes != nil && !slices.Contains(b.Takes, kind) {
		return errTaken
	}
	return s.written(r, user, content)
}

// written puts it into the room, without its postback, and tells the bot. The
// caller holds mu.
func (s *Server) written(r *room, user string, content map[string]any) error {
	shown := map[string]any{}
	for k, v := range content {
		if k != "postback" {
			shown[k] = v
		}
	}
	raw, err := json.Marshal(shown)
	if err != nil {
		return err
	}
	s.add(r, user, raw)
	s.issueEvent(r.bot, event{"type": "message", "source": s.source(r, user), "content": content})
	return nil
}

// source tells the room in rooms of several only, but for ChannelInPrivate.
func (s *Server) source(r *room, user string) map[string]any {
	m := map[string]any{"userId": user, "domainId": r.domain}
	if r.user == "" || s.o.ChannelInPrivate {
		m["channelId"] = r.id
	}
	return m
}

// Press presses the button with a label in the newest message of a room that has
// one, its quick replies among them; then in the persistent menu.
func (s *Server) Press(user, room, label string) (Effect, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.seen(user, room)
	if r == nil {
		return Effect{}, errNoRoom
	}
	for _, m := range slices.Backward(r.messages) {
		var v any
		if m.From != "" || json.Unmarshal(m.Content, &v) != nil {
			continue
		}
		if p := labelled(v, label, ""); p != "" {
			return s.press(r, user, m.Seq, p)
		}
	}
	var v any
	if b := s.bots[r.bot]; b != nil && json.Unmarshal(b.menu, &v) == nil {
		if p := labelled(v, label, ""); p != "" {
			return s.press(r, user, 0, p)
		}
	}
	return Effect{}, fmt.Errorf("%q: %w", label, errNoAction)
}

// labelled gives the path of the action with a label, "" when there is none.
func labelled(v any, label, path string) string {
	switch v := v.(type) {
	case map[string]any:
		if l, ok := v["label"].(string); ok && l == label {
			return path
		}
		for k, child := range v {
			if p := labelled(child, label, path+"/"+k); p != "" {
				return p
			}
		}
	case []any:
		for i, child := range v {
			if p := labelled(child, label, path+"/"+strconv.Itoa(i)); p != "" {
				return p
			}
		}
	}
	return ""
}

// press does the action at a path of a message; seq 0 is the persistent menu. The
// content is what was checked when it came. The caller holds mu.
func (s *Server) press(r *room, user string, seq uint64, path string) (Effect, error) {
	content := json.RawMessage(nil)
	if b := s.bots[r.bot]; seq == 0 && b != nil {
		content = b.menu
	}
	for _, m := range r.messages {
		if m.Seq == seq && m.From == "" {
			content = m.Content
		}
	}
	var v any
	if json.Unmarshal(content, &v) != nil {
		return Effect{}, errNoAction
	}
	whole, _ := v.(map[string]any)
	for _, step := range strings.Split(strings.TrimPrefix(path, "/"), "/") {
		switch in := v.(type) {
		case map[string]any:
			v = in[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(in) {
				return Effect{}, errNoAction
			}
			v = in[i]
		}
	}
	a, _ := v.(map[string]any)
	kind, _ := a["type"].(string)
	if whole["type"] == "flex" && s.o.FlexActions != nil && !strings.HasPrefix(path, "/quickReply") && !slices.Contains(s.o.FlexActions, kind) {
		return Effect{Kind: "dead"}, nil
	}
	locale := "ko_KR"
	for _, u := range s.users {
		if u.ID == user {
			locale = u.Locale
		}
	}
	e := Effect{Kind: kind}
	switch kind {
	case "message":
		if e.Value = variant(a, "i18nTexts", "text", locale); e.Value == "" {
			e.Value = variant(a, "i18nLabels", "label", locale)
		}
		content := map[string]any{"type": "text", "text": e.Value}
		if p, ok := a["postback"]; ok {
			content["postback"] = p
		}
		return e, s.written(r, user, content)
	case "postback":
		if e.Value = variant(a, "i18nDisplayTexts", "displayText", locale); e.Value != "" {
			raw, err := json.Marshal(map[string]string{"type": "text", "text": e.Value})
			if err != nil {
				return e, err
			}
			s.add(r, user, raw)
		}
		s.issueEvent(r.bot, event{"type": "postback", "source": s.source(r, user), "data": a["data"]})
	case "uri":
		e.Value, _ = a["uri"].(string)
	case "copy":
		e.Value, _ = a["copyText"].(string)
	case "camera", "cameraRoll", "location": // mobile only
	default:
		return Effect{}, errNoAction
	}
	return e, nil
}

// variant gives a text in a language, or the plain one.
func variant(m map[string]any, list, name, locale string) string {
	variants, _ := m[list].([]any)
	for _, v := range variants {
		if one, ok := v.(map[string]any); ok && one["language"] == locale {
			s, _ := one[name].(string)
			return s
		}
	}
	s, _ := m[name].(string)
	return s
}
