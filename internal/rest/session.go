package rest

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dipcast/dipcast/internal/audit"
	"github.com/dipcast/dipcast/internal/auth"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
	"github.com/dipcast/dipcast/internal/users"
)

const tagSession = "session"

// RightView is what somebody may do in an area.
type RightView struct {
	Level    string   `json:"level" enum:"see,change"`
	Settings []string `json:"settings,omitempty" doc:"with change: the only members of bodies that may be sent there; absent: all"`
}

// Me is who is signed in.
type Me struct {
	ID            string               `json:"id" doc:"of the user or person; empty for logins of the configuration" example:"k3v7qxw2m5t4nbyd"`
	Username      string               `json:"username" example:"hong@example.com"`
	Name          string               `json:"name" example:"홍길동"`
	Lang          string               `json:"lang" enum:"ko,en," doc:"empty: as the browser says"`
	Kind          string               `json:"kind" enum:"user,login,person,key" doc:"user: of the web; login: of the configuration; person: of NAVER WORKS, without a user of their own; key: an app key. Only a user can change profile, password and factors"`
	Role          string               `json:"role" enum:"operator,tenant,extension" doc:"operator: of all companies; tenant: of one; extension: of one extension"`
	RoleName      string               `json:"role_name" doc:"Korean" example:"회사 관리자"`
	RoleNameEN    string               `json:"role_name_en" example:"Company administrator"`
	Tenant        string               `json:"tenant" doc:"empty for operators" example:"T2"`
	TenantName    string               `json:"tenant_name" example:"얼쑤팩토리"`
	Extension     string               `json:"extension" doc:"whose calls are one's own; empty: none" example:"1010"`
	ServerIDs     []int                `json:"server_ids" nullable:"false" doc:"servers one may use; the first is home"`
	Rights        map[string]RightView `json:"rights" nullable:"false" doc:"by area; an area that is not there is not to be seen"`
	MustChange    bool                 `json:"must_change_password" doc:"nothing else works before there is a new password"`
	SecondFactor  bool                 `json:"second_factor" doc:"a code is asked for at signing in"`
	Factors       []string             `json:"factors" nullable:"false" doc:"totp, passkey, or none"`
	RecoveryCodes int                  `json:"recovery_codes" doc:"that are left"`
	Expires       *time.Time           `json:"expires,omitempty" doc:"when the session ends in any case"`
}

// SignIn is what signs somebody in.
type SignIn struct {
	Username string `json:"username" maxLength:"128" example:"demo"`
	Password string `json:"password" maxLength:"512" example:"demo"`
	Code     string `json:"code,omitempty" maxLength:"32" doc:"of the second factor, or a recovery code" example:"123456"`
}

// signedIn is an answer with a cookie.
type signedIn struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
	Body      struct {
		Status string `json:"status" enum:"success"`
		Data   Me     `json:"data"`
	}
}

// signedOut is an answer that takes the cookie away.
type signedOut struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
	Body      struct {
		Status string  `json:"status" enum:"success"`
		Data   Removed `json:"data"`
	}
}

// SessionView is a browser that is signed in.
type SessionView struct {
	ID        string    `json:"id" example:"k3v7qxw2m5t4nbyd"`
	Agent     string    `json:"agent" doc:"the browser, as it calls itself"`
	Remote    string    `json:"remote" doc:"where it was seen last" example:"192.0.2.10"`
	CreatedAt time.Time `json:"created_at"`
	SeenAt    time.Time `json:"seen_at" doc:"to the minute"`
	ExpiresAt time.Time `json:"expires_at" doc:"in any case; without being used it ends 12 hours after seen_at"`
	Current   bool      `json:"current" doc:"the one that asks"`
}

// ProfileFields are what users change of themselves.
type ProfileFields struct {
	Name *string `json:"name,omitempty" maxLength:"80" example:"홍길동"`
	Lang *string `json:"lang,omitempty" enum:"ko,en," example:"ko"`
}

// NewPassword replaces one's password.
type NewPassword struct {
	Old string `json:"old" maxLength:"512"`
	New string `json:"new" maxLength:"512" doc:"10 characters and more"`
}

func (a *API) sessionOps(api huma.API) {
	if a.o.Users == nil {
		return
	}
	o := operation("sign-in", http.MethodPost, "/session", tagSession, "Sign in at the web")
	o.Description = "The answer sets a cookie that lets in to all of REST and the WebSocket, for 7 days and while it is used every 12 hours. 401 with the field `code`: a code of the second factor is needed beside, or the one sent is wrong. No other credential is looked at. Unknown users and wrong passwords have one text, and 429 is for both."
	o.Security = []map[string][]string{}
	huma.Register(api, o, a.signIn)
	a.waysOp(api)
	o = operation("session", http.MethodGet, "/session", tagSession, "Who is signed in")
	o.Description = "It answers for every credential, an app key too."
	huma.Register(api, o, a.getSession)
	huma.Register(api, operation("sign-out", http.MethodDelete, "/session", tagSession, "Sign out"), a.signOut)
	huma.Register(api, operation("change-profile", http.MethodPut, "/session", tagSession, "Change one's own profile", 400), a.changeProfile)
	o = operation("change-own-password", http.MethodPost, "/session/password", tagSession, "Change one's own password", 400, 409)
	o.Description = "All other sessions of the user end."
	huma.Register(api, o, a.changeOwnPassword)
	huma.Register(api, operation("sessions", http.MethodGet, "/sessions", tagSession, "One's own sessions", 400), a.getSessions)
	huma.Register(api, operation("end-session", http.MethodDelete, "/sessions/{id}", tagSession, "End one of one's own sessions", 400, 404), a.endSession)
	a.factorOps(api)
	a.passkeyOps(api)
	a.userOps(api)
	a.roleOps(api)
}

// signsIn reports a request that asks to be let in: it needs no credential.
func signsIn(r *http.Request) bool {
	return r.Method == http.MethodPost && slices.Contains([]string{Prefix + "/session", passkeyPath, passkeyPath + "/begin"}, r.URL.Path)
}

// aboutSession reports a request whose 401 no browser should answer with a window
// of its own for a name and a password.
func aboutSession(r *http.Request) bool {
	return r.URL.Path == Prefix+"/session" || signsIn(r) || r.Header.Get("Sec-Fetch-Site") != "" || r.Header.Get("Cookie") != ""
}

// sameOrigin refuses what another site has a browser send with its cookies.
func sameOrigin(r *http.Request) error {
	if http.NewCrossOriginProtection().Check(r) != nil {
		return envelope.Errorf(envelope.Forbidden, "Origin", "this Origin is not allowed")
	}
	return nil
}

func (a *API) signIn(ctx context.Context, in *struct{ Body SignIn }) (*signedIn, error) {
	s, err := a.o.Users.SignIn(ctx, users.SignIn{
		Username: in.Body.Username, Password: in.Body.Password, Code: in.Body.Code, Browser: callerOf(ctx).browser,
	})
	if err != nil {
		return nil, a.signInRefused(ctx, err, "the username or the password is wrong")
	}
	return a.letIn(ctx, s)
}

// signInRefused words why nobody was let in, and leaves a line in the audit with
// who they say they are. wrong is the text for unknown users and wrong proofs alike.
func (a *API) signInRefused(ctx context.Context, err error, wrong string) error {
	c := callerOf(ctx)
	var e *auth.Error
	if errors.As(err, &e) {
		c.who = e.Identity
	}
	switch {
	case errors.Is(err, auth.ErrRateLimited):
		limited := envelope.Errorf(envelope.RateLimited, "", "too many failed logins; try again later")
		limited.RetryAfter = e.RetryAfter
		err = limited
	case errors.Is(err, users.ErrCode):
		err = envelope.Errorf(envelope.Unauthorized, "code", "a code of the second factor is needed")
	case errors.Is(err, users.ErrWrongCode):
		err = envelope.Errorf(envelope.Unauthorized, "code", "the code is wrong, or was used before")
	case errors.Is(err, auth.ErrUnauthorized):
		err = envelope.Errorf(envelope.Unauthorized, "", "%s", wrong)
	case errors.Is(err, auth.ErrBusy):
		err = envelope.Errorf(envelope.Busy, "", "too many logins at once; try again later")
	case errors.Is(err, auth.ErrUnavailable), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		err = envelope.Errorf(envelope.Unavailable, "", "the credentials could not be checked; try again later")
	}
	return a.refused(ctx, "sign in", 0, err)
}

// letIn is the answer to who has signed in.
func (a *API) letIn(ctx context.Context, s users.Session) (*signedIn, error) {
	me, err := a.me(ctx, s.Who)
	if err != nil {
		return nil, a.refused(ctx, "sign in", 0, err)
	}
	var out signedIn
	out.SetCookie = []http.Cookie{users.NewCookie(s.Cookie, callerOf(ctx).secure, s.Expires, time.Now())}
	out.Body.Status, out.Body.Data = "success", me
	return &out, nil
}

func (a *API) me(ctx context.Context, who tenant.Identity) (Me, error) {
	p, err := a.o.Users.Me(ctx, who)
	if err != nil {
		return Me{}, err
	}
	m := Me{
		ID: p.ID, Username: p.Username, Name: p.Name, Lang: p.Lang, Kind: p.Kind, Role: who.Role.String(), RoleName: p.RoleKorean, RoleNameEN: p.RoleEnglish,
		Extension: p.Extension, ServerIDs: []int{}, Rights: rightsView(p.Areas), MustChange: p.MustChange, SecondFactor: p.TOTP, Factors: []string{}, RecoveryCodes: p.RecoveryCodes,
	}
	if who.Tenant != nil {
		m.Tenant, m.TenantName, m.ServerIDs = who.Tenant.ID.String(), string(who.Tenant.Name), append(m.ServerIDs, who.Tenant.Servers...)
	} else {
		for _, s := range a.o.Pool.Servers() {
			m.ServerIDs = append(m.ServerIDs, s.ID())
		}
	}
	if p.TOTP {
		m.Factors = append(m.Factors, "totp")
	}
	if p.Passkeys > 0 {
		m.Factors = append(m.Factors, "passkey")
	}
	if !p.Expires.IsZero() {
		m.Expires = &p.Expires
	}
	return m, nil
}

func rightsView(areas map[string]tenant.Grant) map[string]RightView {
	out := map[string]RightView{}
	for a, g := range areas {
		out[a] = RightView{Level: g.Level.String(), Settings: g.Settings}
	}
	return out
}

func (a *API) getSession(ctx context.Context, _ *struct{}) (*reply[Me], error) {
	me, err := a.me(ctx, callerOf(ctx).who)
	if err != nil {
		return nil, a.usersRefused(ctx, "session", err)
	}
	return success(me), nil
}

func (a *API) signOut(ctx context.Context, _ *struct{}) (*signedOut, error) {
	c := callerOf(ctx)
	if err := a.o.Users.SignOut(ctx, c.browser.Before); err != nil {
		return nil, a.usersRefused(ctx, "sign out", err)
	}
	// Signed out is signed out: not of the pages of cards only.
	if c.person != "" && a.o.People != nil {
		if err := a.o.People.SignOut(ctx, c.person); err != nil {
			return nil, a.usersRefused(ctx, "sign out", err)
		}
	}
	if c.who.Via == tenant.ViaSession {
		a.trail(ctx, audit.KindSignedOut, nil, audit.Entry{Action: "sign out"})
	}
	var out signedOut
	out.SetCookie = []http.Cookie{users.NewCookie("", c.secure, time.Time{}, time.Now())}
	out.Body.Status, out.Body.Data = "success", Removed{c.who.Session}
	return &out, nil
}

func (a *API) changeProfile(ctx context.Context, in *struct{ Body ProfileFields }) (*reply[Me], error) {
	const action = "change-profile"
	who := callerOf(ctx).who
	err := a.o.Users.SetProfile(ctx, who, in.Body.Name, in.Body.Lang)
	var me Me
	if err == nil {
		me, err = a.me(ctx, who)
	}
	if err != nil {
		return nil, a.usersRefused(ctx, action, err)
	}
	return success(me), nil
}

func (a *API) changeOwnPassword(ctx context.Context, in *struct{ Body NewPassword }) (*reply[Me], error) {
	c := callerOf(ctx)
	err := a.o.Users.SetPassword(ctx, c.who, in.Body.Old, in.Body.New, c.browser)
	var me Me
	if err == nil {
		c.who.MustChange = false
		me, err = a.me(ctx, c.who)
	}
	if err != nil {
		return nil, a.usersRefused(ctx, "change-own-password", err)
	}
	return success(me), nil
}

func sessionView(w *store.WebSession, current string) SessionView {
	return SessionView{ID: w.ID, Agent: w.Agent, Remote: w.Remote, CreatedAt: w.Created, SeenAt: w.Seen, ExpiresAt: w.Expires, Current: w.ID == current}
}

func (a *API) getSessions(ctx context.Context, in *struct{ Page }) (*list[SessionView], error) {
	who := callerOf(ctx).who
	all, err := a.o.Users.Sessions(ctx, who)
	if err != nil {
		return nil, a.usersRefused(ctx, "sessions", err)
	}
	out := []SessionView{}
	for _, w := range cut(in.Page, all) {
		out = append(out, sessionView(&w, who.Session))
	}
	return page(in.Page, len(all), out), nil
}

func (a *API) endSession(ctx context.Context, in *struct {
	ID string `path:"id" maxLength:"32" example:"k3v7qxw2m5t4nbyd"`
},
) (*reply[Removed], error) {
	const action = "end-session"
	if err := a.o.Users.EndSession(ctx, callerOf(ctx).who, in.ID); err != nil {
		return nil, a.usersRefused(ctx, action, err)
	}
	a.trail(ctx, audit.KindSignedOut, nil, audit.Entry{Action: action, Field: in.ID})
	return success(Removed{in.ID}), nil
}

// usersRefused words an error of package users.
func (a *API) usersRefused(ctx context.Context, action string, err error) error {
	var f *users.FieldError
	var limited *auth.Error
	switch {
	case errors.As(err, &f):
		err = envelope.Errorf(envelope.InvalidValue, f.Field, "%s", f.Text)
	case errors.Is(err, auth.ErrRateLimited) && errors.As(err, &limited):
		e := envelope.Errorf(envelope.RateLimited, "", "too many failed logins; try again later")
		e.RetryAfter = limited.RetryAfter
		err = e
	case errors.Is(err, auth.ErrBusy):
		err = envelope.Errorf(envelope.Busy, "", "too many logins at once; try again later")
	case errors.Is(err, users.ErrNoUser):
		err = envelope.Errorf(envelope.BadRequest, "", "%v", users.ErrNoUser)
	case errors.Is(err, users.ErrForbidden):
		err = errRights()
	case errors.Is(err, users.ErrLastAdministrator):
		err = envelope.Errorf(envelope.Conflict, "", "this is the last system administrator; make another one first")
	case errors.Is(err, users.ErrConflict):
		err = conflictOf(action)
	case errors.Is(err, users.ErrNotFound):
		err = envelope.Errorf(envelope.NotFound, "id", "there is no such thing of yours")
	case errors.Is(err, store.ErrSecretKey):
		err = envelope.Errorf(envelope.Unavailable, "", "%v", err)
	}
	return a.refused(ctx, action, 0, err)
}

// conflictOf words users.ErrConflict, which means another thing to each action.
func conflictOf(action string) error {
	switch action {
	case "create-user", "change-user":
		return envelope.Errorf(envelope.Conflict, "username", "this username is taken")
	case "create-role", "change-role":
		return envelope.Errorf(envelope.Conflict, "name", "this name is taken, or there are as many roles as may be")
	case "delete-role":
		return envelope.Errorf(envelope.Conflict, "id", "somebody has this role; give them another one first")
	}
	return envelope.Errorf(envelope.Conflict, "", "it was changed by somebody else meanwhile")
}

// beforePassword reports what is left to who must set a new password first.
func beforePassword(r *http.Request) bool {
	switch r.URL.Path {
	case Prefix + "/session":
		return r.Method == http.MethodGet || r.Method == http.MethodDelete
	case Prefix + "/session/password":
		return r.Method == http.MethodPost
	}
	return false
}

// ErrMustChange refuses everything to who must set a new password first.
func ErrMustChange() error {
	return envelope.Errorf(envelope.Forbidden, "must_change_password", "set a new password first")
}
