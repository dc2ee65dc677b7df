package rest

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-webauthn/webauthn/protocol"

	"github.com/dipcast/dipcast/internal/audit"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/users"
)

// passkeyPath is where somebody signs in by a passkey.
const passkeyPath = Prefix + "/session/passkey"

// PasskeyName is a credential as WebAuthn names it.
type PasskeyName struct {
	Type       string   `json:"type" enum:"public-key"`
	ID         string   `json:"id" doc:"base64url" example:"Zm9vYmFyZm9vYmFyZm9vYg"`
	Transports []string `json:"transports,omitempty" example:"[\"internal\"]"`
}

// PasskeyAlgorithm is a kind of signature that is taken.
type PasskeyAlgorithm struct {
	Type string `json:"type" enum:"public-key"`
	Alg  int    `json:"alg" doc:"of COSE" example:"-7"`
}

// PasskeyOptions are PublicKeyCredentialCreationOptionsJSON of WebAuthn.
type PasskeyOptions struct {
	Challenge string `json:"challenge" doc:"base64url"`
	RP        struct {
		ID   string `json:"id" doc:"the host's name" example:"pbx.example.com"`
		Name string `json:"name" example:"DIPCAST"`
	} `json:"rp"`
	User struct {
		ID          string `json:"id" doc:"base64url"`
		Name        string `json:"name" example:"hong@example.com"`
		DisplayName string `json:"displayName" example:"홍길동"`
	} `json:"user"`
	Params    []PasskeyAlgorithm `json:"pubKeyCredParams" nullable:"false"`
	Timeout   int                `json:"timeout" doc:"milliseconds" example:"300000"`
	Exclude   []PasskeyName      `json:"excludeCredentials" nullable:"false" doc:"those there are"`
	Selection struct {
		Required         bool   `json:"requireResidentKey"`
		Resident         string `json:"residentKey" enum:"required"`
		UserVerification string `json:"userVerification" enum:"required"`
	} `json:"authenticatorSelection"`
	Attestation string `json:"attestation" enum:"none"`
}

// PasskeyQuestion is PublicKeyCredentialRequestOptionsJSON of WebAuthn.
type PasskeyQuestion struct {
	Challenge        string `json:"challenge" doc:"base64url"`
	RPID             string `json:"rpId" example:"pbx.example.com"`
	Timeout          int    `json:"timeout" doc:"milliseconds" example:"300000"`
	UserVerification string `json:"userVerification" enum:"required"`
}

// NewPasskey is what a browser has made: RegistrationResponseJSON of WebAuthn.
type NewPasskey struct {
	_        struct{} `additionalProperties:"true"`
	ID       string   `json:"id" maxLength:"2048" example:"Zm9vYmFyZm9vYmFyZm9vYg"`
	RawID    string   `json:"rawId" maxLength:"2048" example:"Zm9vYmFyZm9vYmFyZm9vYg"`
	Type     string   `json:"type" enum:"public-key"`
	Response struct {
		_           struct{} `additionalProperties:"true"`
		Client      string   `json:"clientDataJSON" maxLength:"8192"`
		Attestation string   `json:"attestationObject" maxLength:"32768"`
		Transports  []string `json:"transports,omitempty" maxItems:"8"`
	} `json:"response"`
}

// PasskeyAnswer is what a passkey has signed: AuthenticationResponseJSON of WebAuthn.
type PasskeyAnswer struct {
	_        struct{} `additionalProperties:"true"`
	ID       string   `json:"id" maxLength:"2048" example:"Zm9vYmFyZm9vYmFyZm9vYg"`
	RawID    string   `json:"rawId" maxLength:"2048" example:"Zm9vYmFyZm9vYmFyZm9vYg"`
	Type     string   `json:"type" enum:"public-key"`
	Response struct {
		_             struct{} `additionalProperties:"true"`
		Client        string   `json:"clientDataJSON" maxLength:"8192"`
		Authenticator string   `json:"authenticatorData" maxLength:"8192"`
		Signature     string   `json:"signature" maxLength:"8192"`
		UserHandle    string   `json:"userHandle" maxLength:"256"`
	} `json:"response"`
}

// PasskeyView is a passkey of one's own.
type PasskeyView struct {
	ID        string     `json:"id" example:"k3v7qxw2m5t4nbyd"`
	Name      string     `json:"name" example:"회사 노트북"`
	Host      string     `json:"host" doc:"the name it counts at" example:"pbx.example.com"`
	CreatedAt time.Time  `json:"created_at"`
	UsedAt    *time.Time `json:"used_at,omitempty" doc:"absent: never"`
}

func passkeyView(p *users.Passkey) PasskeyView {
	v := PasskeyView{ID: p.ID, Name: p.Name, Host: p.Host, CreatedAt: p.Created}
	if !p.Used.IsZero() {
		v.UsedAt = &p.Used
	}
	return v
}

func (a *API) passkeyOps(api huma.API) {
	o := operation("begin-passkey", http.MethodPost, "/session/passkeys/begin", tagSession, "Begin to make a passkey", 400, 409)
	o.Description = "The answer is for `navigator.credentials.create`, and is to be used within five minutes. 400: the password is wrong, or there are no passkeys at this address (`GET session/ways` says why). 409: there are ten already."
	huma.Register(api, o, a.beginPasskey)
	o = operation("add-passkey", http.MethodPost, "/session/passkeys", tagSession, "Keep a passkey that was made", 400, 409)
	o.DefaultStatus = http.StatusCreated
	huma.Register(api, o, a.addPasskey)
	huma.Register(api, operation("passkeys", http.MethodGet, "/session/passkeys", tagSession, "One's own passkeys", 400), a.getPasskeys)
	huma.Register(api, operation("remove-passkey", http.MethodDelete, "/session/passkeys/{id}", tagSession, "Remove one of one's own passkeys", 400, 404), a.removePasskey)
	o = operation("begin-passkey-sign-in", http.MethodPost, "/session/passkey/begin", tagSession, "Begin to sign in by a passkey", 400)
	o.Description = "The answer is for `navigator.credentials.get`, sets a cookie by which the browser is known again, and is to be used within five minutes."
	o.Security = []map[string][]string{}
	huma.Register(api, o, a.beginPasskeySignIn)
	o = operation("passkey-sign-in", http.MethodPost, "/session/passkey", tagSession, "Sign in at the web by a passkey", 400)
	o.Description = "As `POST session`, for users of the web. A passkey stands for both factors. 401 with the field `challenge`: this browser was not asked, or too long ago. Any other 401 has one text: for a passkey that is not known, one that does not prove itself, and one whose user may not sign in."
	o.Security = []map[string][]string{}
	huma.Register(api, o, a.passkeySignIn)
}

// passkeyWays says whether there are passkeys at an address.
func (a *API) passkeyWays(origin string) Ways {
	var w Ways
	if a.o.Users == nil {
		return w
	}
	if _, w.PasskeysWhy = users.PlaceOf(origin); w.PasskeysWhy == "" {
		w.Passkeys = true
	} else if _, why := users.PlaceOf(a.o.PublicURL); why == "" {
		w.PasskeysAt = a.o.PublicURL
	}
	return w
}

// placeOf is the place of a request.
func placeOf(ctx context.Context) (users.Place, error) {
	at, why := users.PlaceOf(callerOf(ctx).origin)
	if why != "" {
		return at, envelope.Errorf(envelope.BadRequest, "", "browsers have passkeys at https:// and a name only, not at an IP address: open the web at such an address, or at http://localhost on the machine itself")
	}
	return at, nil
}

func (a *API) beginPasskey(ctx context.Context, in *struct{ Body OwnPassword }) (*reply[PasskeyOptions], error) {
	c := callerOf(ctx)
	audit.Mark(ctx) // nothing is different yet
	at, err := placeOf(ctx)
	var o *protocol.PublicKeyCredentialCreationOptions
	if err == nil {
		o, err = a.o.Users.BeginPasskey(ctx, c.who, at, in.Body.Password, c.browser)
	}
	if err != nil {
		return nil, a.passkeyRefused(ctx, "begin-passkey", err)
	}
	v := PasskeyOptions{Challenge: o.Challenge.String(), Timeout: o.Timeout, Params: []PasskeyAlgorithm{}, Exclude: []PasskeyName{}, Attestation: string(protocol.PreferNoAttestation)}
	v.RP.ID, v.RP.Name = o.RelyingParty.ID, o.RelyingParty.Name
	if id, ok := o.User.ID.(protocol.URLEncodedBase64); ok {
		v.User.ID = id.String()
	}
	v.User.Name, v.User.DisplayName = o.User.Name, o.User.DisplayName
	for _, p := range o.Parameters {
		v.Params = append(v.Params, PasskeyAlgorithm{Type: string(p.Type), Alg: int(p.Algorithm)})
	}
	for _, e := range o.CredentialExcludeList {
		n := PasskeyName{Type: string(e.Type), ID: e.CredentialID.String()}
		for _, t := range e.Transport {
			n.Transports = append(n.Transports, string(t))
		}
		v.Exclude = append(v.Exclude, n)
	}
	v.Selection.Required, v.Selection.Resident, v.Selection.UserVerification = true, string(protocol.ResidentKeyRequirementRequired), string(protocol.VerificationRequired)
	return success(v), nil
}

func (a *API) addPasskey(ctx context.Context, in *struct {
	Body struct {
		Name       string     `json:"name" minLength:"1" maxLength:"80" example:"회사 노트북"`
		Credential NewPasskey `json:"credential"`
	}
},
) (*reply[PasskeyView], error) {
	const action = "add-passkey"
	at, err := placeOf(ctx)
	var p users.Passkey
	var text []byte
	if err == nil {
		text, err = json.Marshal(in.Body.Credential)
	}
	if err == nil {
		p, err = a.o.Users.AddPasskey(ctx, callerOf(ctx).who, at, in.Body.Name, text)
	}
	if err != nil {
		return nil, a.passkeyRefused(ctx, action, err)
	}
	a.changed(ctx, nil, action, p.ID, nil, map[string]string{"name": p.Name, "host": p.Host})
	return success(passkeyView(&p)), nil
}

func (a *API) getPasskeys(ctx context.Context, in *struct{ Page }) (*list[PasskeyView], error) {
	all, err := a.o.Users.Passkeys(ctx, callerOf(ctx).who)
	if err != nil {
		return nil, a.usersRefused(ctx, "passkeys", err)
	}
	out := []PasskeyView{}
	for _, p := range cut(in.Page, all) {
		out = append(out, passkeyView(&p))
	}
	return page(in.Page, len(all), out), nil
}

func (a *API) removePasskey(ctx context.Context, in *struct {
	ID string `path:"id" maxLength:"32" example:"k3v7qxw2m5t4nbyd"`
},
) (*reply[Removed], error) {
	const action = "remove-passkey"
	p, err := a.o.Users.RemovePasskey(ctx, callerOf(ctx).who, in.ID)
	if err != nil {
		return nil, a.usersRefused(ctx, action, err)
	}
	a.changed(ctx, nil, action, in.ID, map[string]string{"name": p.Name, "host": p.Host}, nil)
	return success(Removed{in.ID}), nil
}

// passkeyAsked is an answer with the cookie of the browser that was asked.
type passkeyAsked struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
	Body      struct {
		Status string          `json:"status" enum:"success"`
		Data   PasskeyQuestion `json:"data"`
	}
}

func (a *API) beginPasskeySignIn(ctx context.Context, _ *struct{}) (*passkeyAsked, error) {
	c := callerOf(ctx)
	audit.Mark(ctx) // nobody has done anything yet
	at, err := placeOf(ctx)
	var o *protocol.PublicKeyCredentialRequestOptions
	cookie := ""
	if err == nil {
		o, cookie, err = a.o.Users.BeginPasskeySignIn(at, c.browser)
	}
	if err != nil {
		return nil, a.signInRefused(ctx, err, wrongPasskey)
	}
	var out passkeyAsked
	out.SetCookie = []http.Cookie{users.NewPasskeyCookie(cookie, c.secure)}
	out.Body.Status = "success"
	out.Body.Data = PasskeyQuestion{Challenge: o.Challenge.String(), RPID: o.RelyingPartyID, Timeout: o.Timeout, UserVerification: string(o.UserVerification)}
	return &out, nil
}

// wrongPasskey is the one text for all passkeys that let nobody in.
const wrongPasskey = "this passkey lets nobody in here: sign in in another way, and look at the account's passkeys"

func (a *API) passkeySignIn(ctx context.Context, in *struct{ Body PasskeyAnswer }) (*signedIn, error) {
	c := callerOf(ctx)
	at, err := placeOf(ctx)
	var text []byte
	if err == nil {
		text, err = json.Marshal(in.Body)
	}
	var s users.Session
	if err == nil {
		s, err = a.o.Users.SignInByPasskey(ctx, at, c.passkey, text, c.browser)
	}
	var f *users.FieldError
	switch {
	case errors.Is(err, users.ErrChallenge):
		err = envelope.Errorf(envelope.Unauthorized, "challenge", "%v: begin again", users.ErrChallenge)
	case errors.As(err, &f):
		err = envelope.Errorf(envelope.InvalidValue, f.Field, "%s", f.Text)
	}
	if err != nil {
		return nil, a.signInRefused(ctx, err, wrongPasskey)
	}
	out, err := a.letIn(ctx, s)
	if err == nil {
		out.SetCookie = append(out.SetCookie, users.NewPasskeyCookie("", c.secure))
	}
	return out, err
}

// passkeyRefused words why a passkey was not made.
func (a *API) passkeyRefused(ctx context.Context, action string, err error) error {
	switch {
	case errors.Is(err, users.ErrChallenge):
		err = envelope.Errorf(envelope.BadRequest, "challenge", "%v: begin again", users.ErrChallenge)
	case errors.Is(err, users.ErrFull):
		err = envelope.Errorf(envelope.Conflict, "", "there are %d passkeys already, as many as may be; remove one first", users.MaxPasskeys)
	case errors.Is(err, users.ErrConflict):
		err = envelope.Errorf(envelope.Conflict, "credential", "this passkey is kept already")
	}
	return a.usersRefused(ctx, action, err)
}
