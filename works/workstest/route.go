package workstest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Operations, as faults and the log name them.
const (
	OpToken      = "token"
	OpRevoke     = "revoke"
	OpUserInfo   = "userinfo"
	OpCerts      = "certs"
	OpSendUser   = "send_user"
	OpSendRoom   = "send_channel"
	OpAttach     = "attachment_create"
	OpUpload     = "upload"
	OpAttachment = "attachment_get"
	OpDownload   = "download"
	OpMenuSet    = "menu_set"
	OpMenuGet    = "menu_get"
	OpMenuDelete = "menu_delete"
	OpBotCreate  = "bot_create"
	OpBotList    = "bot_list"
	OpBotGet     = "bot_get"
	OpBotDelete  = "bot_delete"
	OpBotSecret  = "bot_secret"
	OpBotDomain  = "bot_domain"
	OpRoomCreate = "channel_create"
	OpRoomGet    = "channel_get"
	OpRoomPeople = "channel_members"
	OpRoomLeave  = "channel_leave"
	OpUserList   = "user_list"
	OpUserGet    = "user_get"
)

// Bounds of what is read.
const (
	maxBody   = 1 << 20
	maxUpload = 50 << 20
	keptBody  = 64 << 10 // of a request in the log
)

// operation is a way into the API.
type operation struct {
	name   string
	scopes []string // any of them opens it; nil: no access token is asked for
	limit  int      // per minute when that is not Options.PerMinute
	free   bool     // not counted
	most   int64    // bytes of its body; 0 means maxBody
	serve  func(*call) reply
}

// call is one request that is worked on.
type call struct {
	s     *Server
	r     *http.Request
	body  []byte
	grant *grant // of the access token; nil when none is asked for
	app   *App
	entry *Request
}

// reply is an answer that is not written yet, so that a fault can take its place.
type reply struct {
	status int
	header http.Header
	body   []byte
}

func answer(status int, v any) reply {
	body, err := json.Marshal(v)
	if err != nil {
		return failure(http.StatusInternalServerError, "INTERNAL_SERVER_ERROR", err.Error())
	}
	return reply{status: status, body: body, header: http.Header{"Content-Type": {"application/json; charset=UTF-8"}}}
}

// failure is an error of the API (docs/error-codes).
func failure(status int, code, description string) reply {
	return answer(status, map[string]string{"code": code, "description": description})
}

func invalid(description string) reply {
	return failure(http.StatusBadRequest, "INVALID_PARAMETER", description)
}

func missing(what string) reply {
	return failure(http.StatusNotFound, what+"_NOT_EXIST", strings.ToLower(what)+" does not exist")
}

func (s *Server) route() {
	s.mux = http.NewServeMux()
	bots, messages, read := []string{"bot"}, []string{"bot", "bot.message"}, []string{"bot", "bot.read"}
	people := []string{"user", "user.read", "directory", "directory.read"}
	for pattern, o := range map[string]operation{
		"POST /oauth2/v2.0/token":    {name: OpToken, serve: token},
		"POST /oauth2/v2.0/revoke":   {name: OpRevoke, serve: revoke},
		"GET /oauth2/v2.0/certs":     {name: OpCerts, serve: certs},
		"GET /oauth2/v2.0/userinfo":  {name: OpUserInfo, free: true, scopes: []string{"openid"}, serve: userInfo},
		"POST /oauth2/v2.0/userinfo": {name: OpUserInfo, free: true, scopes: []string{"openid"}, serve: userInfo},

		"POST /v1.0/bots/{bot}/users/{user}/messages":       {name: OpSendUser, scopes: messages, serve: sendUser},
		"POST /v1.0/bots/{bot}/channels/{channel}/messages": {name: OpSendRoom, scopes: messages, serve: sendRoom},
		"POST /v1.0/bots/{bot}/attachments":                 {name: OpAttach, scopes: messages, serve: attach},
		"GET /v1.0/bots/{bot}/attachments/{file}":           {name: OpAttachment, scopes: read, serve: attachment},
		"POST /storage/upload/{key}":                        {name: OpUpload, free: true, most: maxUpload + maxBody, serve: upload},
		"PUT /storage/upload/{key}":                         {name: OpUpload, free: true, most: maxUpload + maxBody, serve: upload},
		"GET /storage/file/{file}":                          {name: OpDownload, free: true, scopes: read, serve: download},

		"POST /v1.0/bots/{bot}/persistentmenu":   {name: OpMenuSet, scopes: messages, serve: setMenu},
		"GET /v1.0/bots/{bot}/persistentmenu":    {name: OpMenuGet, scopes: []string{"bot", "bot.message", "bot.read"}, serve: getMenu},
		"DELETE /v1.0/bots/{bot}/persistentmenu": {name: OpMenuDelete, scopes: messages, serve: deleteMenu},

		"POST /v1.0/bots":                                   {name: OpBotCreate, scopes: bots, serve: createBot},
		"GET /v1.0/bots":                                    {name: OpBotList, scopes: read, serve: listBots},
		"GET /v1.0/bots/{bot}":                              {name: OpBotGet, scopes: read, serve: getBot},
		"DELETE /v1.0/bots/{bot}":                           {name: OpBotDelete, scopes: bots, serve: deleteBot},
		"POST /v1.0/bots/{bot}/secret":                      {name: OpBotSecret, scopes: bots, serve: newSecret},
		"POST /v1.0/bots/{bot}/domains/{domain}":            {name: OpBotDomain, scopes: bots, serve: addDomain},
		"POST /v1.0/bots/{bot}/channels":                    {name: OpRoomCreate, scopes: bots, limit: 10, serve: createRoom},
		"GET /v1.0/bots/{bot}/channels/{channel}":           {name: OpRoomGet, scopes: read, serve: getRoom},
		"GET /v1.0/bots/{bot}/channels/{channel}/members":   {name: OpRoomPeople, scopes: read, serve: roomMembers},
		"DELETE /v1.0/bots/{bot}/channels/{channel}":        {name: OpRoomLeave, scopes: bots, serve: leaveRoom},
		"GET /v1.0/users":                                   {name: OpUserList, scopes: people, serve: listUsers},
		"GET /v1.0/users/{user}":                            {name: OpUserGet, scopes: append(people, "user.profile.read"), serve: getUser},
		"/v1.0/":                                            {name: "unknown", free: true, serve: noSuchPath},
		"GET /oauth2/v2.0/.well-known/openid-configuration": {name: "discovery", serve: discovery},
		"GET /.well-known/openid-configuration":             {name: "discovery", serve: discovery},
	} {
		s.mux.Handle(pattern, s.handler(o))
	}
	s.mux.HandleFunc("GET /oauth2/v2.0/authorize", s.loginForm)
	s.mux.HandleFunc("POST /oauth2/v2.0/authorize", s.login)
	s.routeChat()
}

func noSuchPath(c *call) reply {
	return failure(http.StatusNotFound, "NOT_FOUND", "no such API: "+c.r.Method+" "+c.r.URL.Path)
}

// handler reads, waits or fails as a fault says, works, answers and notes it.
func (s *Server) handler(o operation) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		most := o.most
		if most == 0 {
			most = maxBody
		}
		entry := &Request{Time: s.o.Now(), Op: o.name, Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery, Header: noted(r.Header)}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
		c := &call{s: s, r: r, body: body, entry: entry}
		if o.name != OpToken && o.name != OpRevoke { // secrets are in those
			entry.Body = bytes.Clone(body[:min(len(body), keptBody)])
		}
		f := s.pick(o.name)
		if f.ExpireToken {
			s.forget(bearer(r))
		}
		stayed := f.Late || wait(r.Context(), f.Delay)
		var a reply
		switch {
		case !f.Late && (f.Cut || f.Status != 0):
			a = f.reply()
		case !stayed: // who has left is not worked for
		case errors.As(err, new(*http.MaxBytesError)):
			a = failure(http.StatusRequestEntityTooLarge, "LIMIT_EXCEEDED", "body is too long")
		case err != nil:
			a = failure(http.StatusBadRequest, "BAD_REQUEST", "body was not read")
		default:
			if a = s.serve(o, c); f.Cut || f.Status != 0 {
				a = f.reply()
			}
		}
		if f.Late {
			stayed = wait(r.Context(), f.Delay)
		}
		f.Cut = f.Cut || !stayed
		entry.Status, entry.Done = a.status, s.o.Now()
		s.note(*entry)
		if f.Cut {
			panic(http.ErrAbortHandler) // closes the connection without an answer
		}
		for k, v := range a.header {
			w.Header()[k] = v
		}
		w.WriteHeader(a.status)
		_, _ = w.Write(a.body) // who has left does not read it
	})
}

// serve checks token, scope and rate before the work.
func (s *Server) serve(o operation, c *call) reply {
	if o.scopes == nil {
		return o.serve(c)
	}
	value := bearer(c.r)
	if value == "" {
		return unauthorized(`Bearer realm="worksapis"`, "access token is missing")
	}
	if c.grant, c.app = s.granted(value); c.grant == nil {
		return unauthorized(`Bearer error="invalid_token", error_description="The access token is invalid or has expired"`, "invalid access token")
	}
	c.entry.App = c.app.ClientID
	if !slices.ContainsFunc(o.scopes, func(scope string) bool { return slices.Contains(c.grant.scopes, scope) }) {
		return failure(http.StatusForbidden, "FORBIDDEN", "scope is missing: "+strings.Join(o.scopes, " or "))
	}
	if o.free || s.o.PerMinute <= 0 {
		return o.serve(c)
	}
	limit := s.o.PerMinute
	if o.limit > 0 {
		limit = min(limit, o.limit)
	}
	header, ok := s.countIn(o.name, c.app.Domain, limit)
	a := failure(http.StatusTooManyRequests, "TOO_MANY_REQUESTS", "API rate limit exceeded")
	if ok {
		a = o.serve(c)
	}
	if a.header == nil {
		a.header = http.Header{}
	}
	for k, v := range header {
		a.header[k] = v
	}
	return a
}

// unauthorized gives the reason as RFC 6750 has it too (docs/error-codes).
func unauthorized(challenge, description string) reply {
	a := failure(http.StatusUnauthorized, "UNAUTHORIZED", description)
	a.header["WWW-Authenticate"] = []string{challenge}
	return a
}

func bearer(r *http.Request) string {
	kind, value, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(kind, "Bearer") {
		return ""
	}
	return value
}

// wait is the latency of a fault, by the real clock. It says whether the other
// side stayed.
func wait(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
