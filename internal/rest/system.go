package rest

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dipcast/dipcast/internal/asteriskproc"
	"github.com/dipcast/dipcast/internal/certs"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/logring"
)

// System is the gateway itself. Its errors may wrap those of package certs.
type System interface {
	// System tells of the gateway now.
	System(ctx context.Context) SystemView
	// PutCertificate takes a certificate and its key, DropCertificate forgets it, and
	// RemakeCertificate makes a new own one.
	PutCertificate(cert, key []byte) error
	DropCertificate() error
	RemakeCertificate() error
	// Log gives the last lines of the log, masked.
	Log(q logring.Query) []logring.Line
	// Support writes a zip with what somebody who helps needs, without secrets.
	Support(ctx context.Context, w io.Writer) error
	// Doctor looks at a server. It may be told of one that is not there.
	Doctor(ctx context.Context, server int) ([]asteriskproc.Finding, error)
}

const tagSystem = "system"

// SystemView is the gateway as operators see it.
type SystemView struct {
	Version     string           `json:"version" doc:"of DIPCAST" example:"1.0.0"`
	GoVersion   string           `json:"go_version" example:"go1.26.0"`
	OS          string           `json:"os" example:"linux/amd64"`
	StartedAt   time.Time        `json:"started_at"`
	Now         time.Time        `json:"now" doc:"by the gateway's clock"`
	PublicURL   string           `json:"public_url" example:"https://pbx.example.com"`
	Database    SystemDatabase   `json:"database"`
	DataDir     SystemDisk       `json:"data_dir"`
	Asterisk    []SystemAsterisk `json:"asterisk" nullable:"false"`
	Listeners   []SystemListener `json:"listeners" nullable:"false"`
	Memory      SystemMemory     `json:"memory"`
	Goroutines  int              `json:"goroutines"`
	CPUs        int              `json:"cpus"`
	Certificate Certificate      `json:"certificate"`
	Backups     *SystemBackups   `json:"backups,omitempty" doc:"absent: none are made by the clock"`
}

// SystemBackups says which backups are made by the clock.
type SystemBackups struct {
	Daily string `json:"daily" doc:"time of day by the gateway's clock" example:"03:30"`
	Keep  int    `json:"keep" doc:"how many of them stay" example:"7"`
}

// SystemDatabase is what there is to say of the database.
type SystemDatabase struct {
	Kind    string `json:"kind" enum:"sqlite,postgres"`
	Version string `json:"version" doc:"of the engine" example:"3.51.0"`
	Schema  int64  `json:"schema" doc:"of its tables" example:"14"`
	Bytes   int64  `json:"bytes" doc:"on the disk"`
	Error   string `json:"error,omitempty" doc:"why it could not be asked"`
}

// SystemDisk is the disk of the data directory.
type SystemDisk struct {
	Path  string `json:"path" example:"/var/lib/dipcast"`
	Free  uint64 `json:"free_bytes" doc:"0: it is not known"`
	Total uint64 `json:"total_bytes" doc:"0: it is not known"`
}

// SystemAsterisk is the Asterisk of a server.
type SystemAsterisk struct {
	ServerID   int    `json:"server_id" example:"1"`
	ServerName string `json:"server_name" example:"dcrm.makecall.io"`
	Up         bool   `json:"up"`
	Version    string `json:"version,omitempty" doc:"absent: it cannot be asked now" example:"22.6.0"`
	Ours       bool   `json:"ours" doc:"DIPCAST writes its files"`
	Runs       bool   `json:"runs" doc:"DIPCAST runs it"`
}

// SystemListener is where the gateway listens.
type SystemListener struct {
	Kind    string `json:"kind" enum:"web,websocket,open,metrics,agi" doc:"web: pages, REST and WebSocket; websocket: only that; open: without a login; metrics; agi: for Asterisk"`
	Address string `json:"address" example:"0.0.0.0:8080"`
	TLS     bool   `json:"tls"`
}

// SystemMemory is the process's memory, in bytes.
type SystemMemory struct {
	Heap  uint64 `json:"heap_bytes" doc:"of objects that are used, or not yet collected"`
	Total uint64 `json:"total_bytes" doc:"that the process has of the system, as Go counts"`
}

// Certificate is what listeners encrypt with.
type Certificate struct {
	Mode        string     `json:"mode" enum:"off,self,files" doc:"of the configuration: tls.mode"`
	Source      string     `json:"source" enum:"none,own,files,uploaded" doc:"own: made by DIPCAST and signed by its own authority"`
	Subject     string     `json:"subject,omitempty" example:"CN=pbx"`
	Issuer      string     `json:"issuer,omitempty" example:"CN=DIPCAST pbx"`
	Names       []string   `json:"names" nullable:"false" doc:"names and addresses it is for"`
	NotBefore   *time.Time `json:"not_before,omitempty"`
	NotAfter    *time.Time `json:"not_after,omitempty"`
	Fingerprint string     `json:"fingerprint,omitempty" doc:"SHA-256 of the certificate" example:"AB:CD:…"`
	Authority   string     `json:"authority_fingerprint,omitempty" doc:"SHA-256 of our own authority, which clients trust; it is at /ca.pem"`
	MayChange   bool       `json:"may_change" doc:"whether one can be uploaded or made here: with tls.mode self"`
}

// NewCertificate is a certificate that is uploaded.
type NewCertificate struct {
	Cert string `json:"cert" maxLength:"60000" doc:"PEM: the certificate, and behind it those that lead to its authority"`
	Key  string `json:"key" maxLength:"20000" doc:"PEM: its private key, without a password; it is never shown again"`
}

func (a *API) systemOps(api huma.API) {
	if a.o.System == nil {
		return
	}
	o := operation("system", http.MethodGet, "/system", tagSystem, "The gateway: versions, database, disk, listeners, certificate")
	o.Description = "For operators."
	huma.Register(api, o, a.getSystem)
	o = operation("upload-certificate", http.MethodPost, "/system/certificate", tagSystem, "Use a certificate of yours", 400, 409)
	o.Description = "For operators. With `tls.mode: self`. It counts for the next client, and after a restart, until it is removed. 409: with `off` listeners do not encrypt, and with `files` the files that the configuration names are replaced instead, which are read again within 10 s."
	huma.Register(api, o, func(ctx context.Context, in *struct{ Body NewCertificate }) (*reply[Certificate], error) {
		return a.changeCertificate(ctx, "upload-certificate", func() error { return a.o.System.PutCertificate([]byte(in.Body.Cert), []byte(in.Body.Key)) })
	})
	o = operation("remove-certificate", http.MethodDelete, "/system/certificate", tagSystem, "Remove the certificate that was uploaded", 404, 409)
	o.Description = "For operators. Our own counts again."
	huma.Register(api, o, func(ctx context.Context, _ *struct{}) (*reply[Certificate], error) {
		return a.changeCertificate(ctx, "remove-certificate", a.o.System.DropCertificate)
	})
	o = operation("make-certificate", http.MethodPost, "/system/certificate/self", tagSystem, "Make a new certificate of our own", 409)
	o.Description = "For operators. With a new key, signed by our own authority, which stays: clients that trust it need nothing new. One that was uploaded is removed."
	huma.Register(api, o, func(ctx context.Context, _ *struct{}) (*reply[Certificate], error) {
		return a.changeCertificate(ctx, "make-certificate", a.o.System.RemakeCertificate)
	})
	a.supportOps(api)
}

func (a *API) getSystem(ctx context.Context, _ *struct{}) (*reply[SystemView], error) {
	if err := operator(ctx); err != nil {
		return nil, a.refused(ctx, "system", 0, err)
	}
	return success(a.o.System.System(ctx)), nil
}

// changeCertificate does something to the certificate and shows the one in use then.
func (a *API) changeCertificate(ctx context.Context, action string, change func() error) (*reply[Certificate], error) {
	err := operator(ctx)
	var was Certificate
	if err == nil {
		was = a.o.System.System(ctx).Certificate
		err = change()
	}
	if err != nil {
		return nil, a.refused(ctx, action, 0, certificateError(err))
	}
	now := a.o.System.System(ctx).Certificate
	a.changed(ctx, nil, action, "", was, now)
	return success(now), nil
}

func certificateError(err error) error {
	switch {
	case errors.Is(err, certs.ErrNone):
		return envelope.Errorf(envelope.NotFound, "", "no certificate was uploaded")
	case errors.Is(err, certs.ErrMode):
		return envelope.Errorf(envelope.Conflict, "", "the configuration's tls.mode must be self for that; with files, replace those it names, and with off, nothing is encrypted")
	case errors.Is(err, certs.ErrKey):
		return envelope.Errorf(envelope.InvalidValue, "key", "%v", err)
	case errors.Is(err, certs.ErrNoCertificate), errors.Is(err, certs.ErrExpired):
		return envelope.Errorf(envelope.InvalidValue, "cert", "%v", err)
	}
	return err
}
