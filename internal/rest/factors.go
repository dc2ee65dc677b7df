package rest

import (
	"context"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dipcast/dipcast/internal/audit"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/softphone"
	"github.com/dipcast/dipcast/internal/users"
)

// NewTOTP is a key for an app that makes codes.
type NewTOTP struct {
	Secret string `json:"secret" example:"JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP" doc:"to be typed in where no code can be scanned"`
	URI    string `json:"uri" example:"otpauth://totp/DIPCAST:hong@example.com?issuer=DIPCAST&secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"`
	QR     string `json:"qr" doc:"uri as a picture: SVG"`
}

// TOTPCode proves that an app has the key.
type TOTPCode struct {
	Code string `json:"code" maxLength:"16" example:"123456"`
}

// RecoveryCodes stand for the second factor, once each.
type RecoveryCodes struct {
	Codes []string `json:"recovery_codes" nullable:"false" doc:"not shown again"`
}

// OwnPassword proves who asks.
type OwnPassword struct {
	Password string `json:"password" maxLength:"512"`
}

func (a *API) factorOps(api huma.API) {
	o := operation("begin-totp", http.MethodPost, "/session/totp", tagSession, "Begin to ask for codes of an app at signing in", 400, 409)
	o.Description = "The key counts once `PUT` has a code of it. 409: one counts already; remove it first."
	huma.Register(api, o, a.beginTOTP)
	o = operation("confirm-totp", http.MethodPut, "/session/totp", tagSession, "Have codes asked for from now on", 400, 409)
	o.Description = "The answer has the recovery codes, which are not shown again."
	huma.Register(api, o, a.confirmTOTP)
	huma.Register(api, operation("remove-totp", http.MethodDelete, "/session/totp", tagSession, "Ask for codes no more", 400), a.removeTOTP)
}

func (a *API) beginTOTP(ctx context.Context, _ *struct{}) (*reply[NewTOTP], error) {
	key, uri, err := a.o.Users.BeginTOTP(ctx, callerOf(ctx).who)
	var qr softphone.Code
	if err == nil {
		qr, err = softphone.NewCode(uri)
	}
	if err != nil {
		return nil, a.factorRefused(ctx, "begin-totp", err)
	}
	a.trail(ctx, audit.KindChanged, nil, audit.Entry{Action: "begin-totp"})
	return success(NewTOTP{Secret: key, URI: uri, QR: qr.SVG()}), nil
}

func (a *API) confirmTOTP(ctx context.Context, in *struct{ Body TOTPCode }) (*reply[RecoveryCodes], error) {
	codes, err := a.o.Users.ConfirmTOTP(ctx, callerOf(ctx).who, in.Body.Code)
	if err != nil {
		return nil, a.factorRefused(ctx, "confirm-totp", err)
	}
	a.trail(ctx, audit.KindChanged, nil, audit.Entry{Action: "confirm-totp"})
	return success(RecoveryCodes{codes}), nil
}

func (a *API) removeTOTP(ctx context.Context, in *struct{ Body OwnPassword }) (*reply[Removed], error) {
	c := callerOf(ctx)
	if err := a.o.Users.RemoveTOTP(ctx, c.who, in.Body.Password, c.browser); err != nil {
		return nil, a.factorRefused(ctx, "remove-totp", err)
	}
	a.trail(ctx, audit.KindChanged, nil, audit.Entry{Action: "remove-totp"})
	return success(Removed{"totp"}), nil
}

func (a *API) factorRefused(ctx context.Context, action string, err error) error {
	if errors.Is(err, users.ErrConflict) {
		err = envelope.Errorf(envelope.Conflict, "", "codes are asked for already, or nothing was begun")
	}
	return a.usersRefused(ctx, action, err)
}
