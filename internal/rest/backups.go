package rest

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dipcast/dipcast/internal/audit"
	"github.com/dipcast/dipcast/internal/backups"
	"github.com/dipcast/dipcast/internal/datadir"
	"github.com/dipcast/dipcast/internal/edge"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Backups keeps backups, makes them and puts them in their place.
type Backups struct {
	*backups.Service // required
	// Run runs something to its end that a request began.
	Run func(func(context.Context))
	// Prove checks the password of who asks again. Its error is an *envelope.Error.
	Prove func(ctx context.Context, who tenant.Identity, password, remote string) error
}

// BackupView is a backup as operators see it.
type BackupView struct {
	ID         string     `json:"id" example:"2026-10-20-010203-kdmapbco"`
	Kind       string     `json:"kind" enum:"made,daily,uploaded,before_restore" doc:"daily: made by the clock; before_restore: made by a restore, to undo it"`
	State      string     `json:"state" enum:"making,ready,failed"`
	Error      string     `json:"error,omitempty" doc:"why it failed"`
	CreatedAt  time.Time  `json:"created_at" doc:"of when its content is"`
	By         string     `json:"by,omitempty" example:"ops"`
	Bytes      int64      `json:"bytes"`
	Version    string     `json:"version,omitempty" doc:"of the DIPCAST that made it"`
	Schema     int64      `json:"schema,omitempty" doc:"version of its database's tables"`
	Recordings bool       `json:"recordings" doc:"the sound of recorded calls is in it"`
	CheckedAt  *time.Time `json:"checked_at,omitempty" doc:"when it was read to its end; absent: never"`
	Good       *bool      `json:"good,omitempty" doc:"what the check found"`
	Problem    string     `json:"problem,omitempty" doc:"what the check found wrong"`
}

// RestoreView is what became of the last restore.
type RestoreView struct {
	State  string     `json:"state" enum:"none,preparing,restarting,done,failed" doc:"preparing: the backup is checked, and one made of what is there; restarting: the gateway goes down and comes back; failed: all is as it was"`
	Backup string     `json:"backup,omitempty" doc:"which"`
	Undo   string     `json:"undo,omitempty" doc:"the backup of what was there before"`
	By     string     `json:"by,omitempty"`
	At     *time.Time `json:"at,omitempty"`
	Error  string     `json:"error,omitempty"`
}

// BackupPath is a backup in a path.
type BackupPath struct {
	ID string `path:"id" maxLength:"40" example:"2026-10-20-010203-kdmapbco"`
}

// Proof is the password of who asks, given again.
type Proof struct {
	Password string `json:"password" maxLength:"1024" doc:"yours, again: a restore replaces everything"`
}

// maxBackup bounds an uploaded backup, in bytes; the disk does before.
const maxBackup = 1 << 38

// uploadPace is how long the next part of an upload may take.
const uploadPace = time.Minute

func (a *API) backupOps(api huma.API) {
	if a.o.Backups == nil {
		return
	}
	const path = "/system/backups"
	huma.Register(api, described(operation("backups", http.MethodGet, path, tagSystem, "The backups that are kept"), "The newest first, at most 20."), a.getBackups)
	o := described(operation("create-backup", http.MethodPost, path, tagSystem, "Make a backup", 409), "It is made while the gateway runs; look at it until its state is ready. It holds passwords and keys in clear: keep it so. 409: another is being made, there are 20, or the database is PostgreSQL, which has its own tools.")
	o.DefaultStatus = http.StatusAccepted
	huma.Register(api, o, a.createBackup)
	huma.Register(api, described(operation("backup", http.MethodGet, path+"/{id}", tagSystem, "A backup", 404), ""), a.getBackup)
	huma.Register(api, described(operation("check-backup", http.MethodPost, path+"/{id}/check", tagSystem, "Read a backup to its end", 404, 409), "Every sum, whether its database is sound, and the audit trail's chain."), a.checkBackup)
	huma.Register(api, described(operation("delete-backup", http.MethodDelete, path+"/{id}", tagSystem, "Delete a backup", 404, 409), ""), a.deleteBackup)
	o = described(operation("restore-backup", http.MethodPost, path+"/{id}/restore", tagSystem, "Put a backup in the place of what is there", 404, 409), "The data is replaced, the configuration file stays. First it is checked, and a backup is made of what is there; then the gateway goes down, and comes back with the backup within some seconds: calls go on, but those of an Asterisk that the gateway itself runs end; `GET system/restore` tells how it went. Whoever signed in since the backup was made signs in again.")
	o.DefaultStatus = http.StatusAccepted
	huma.Register(api, o, a.restoreBackup)
	huma.Register(api, described(operation("restore", http.MethodGet, "/system/restore", tagSystem, "What became of the last restore"), ""), a.getRestore)
	o = described(operation("undo-restore", http.MethodPost, "/system/restore/undo", tagSystem, "Undo the last restore", 404, 409), "Puts what was there before in its place, in the same way.")
	o.DefaultStatus = http.StatusAccepted
	huma.Register(api, o, a.undoRestore)

	a.mux.HandleFunc(http.MethodGet+" "+Prefix+path+"/{id}/file", a.backupFile)
	a.mux.HandleFunc(http.MethodPost+" "+Prefix+path+"/upload", a.uploadBackup)
	id := []*huma.Param{{Name: "id", In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString}, Example: "2026-10-20-010203-kdmapbco"}}
	binary := map[string]*huma.MediaType{"application/gzip": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}
	down := soundOp("backup-file", http.MethodGet, path+"/{id}/file", tagSystem, "Download a backup", id, 404, 409)
	down.Description = "For operators. It holds passwords and keys in clear: keep it so."
	down.Responses["200"] = &huma.Response{Description: "the backup", Content: binary}
	api.OpenAPI().AddOperation(down)
	up := soundOp("upload-backup", http.MethodPost, path+"/upload", tagSystem, "Bring a backup that was made elsewhere", nil, 400, 409, 413)
	up.Description = "For operators. The body is the file. It is checked; what is no whole backup, or of a newer release, is refused."
	up.RequestBody = &huma.RequestBody{Required: true, Content: binary}
	up.Responses["201"] = &huma.Response{Description: "taken", Content: map[string]*huma.MediaType{
		"application/json": {Schema: api.OpenAPI().Paths[Prefix+path+"/{id}"].Get.Responses["200"].Content["application/json"].Schema},
	}}
	api.OpenAPI().AddOperation(up)
}

// described is an operation for operators.
func described(o huma.Operation, text string) huma.Operation {
	o.Description = "For operators. " + text
	return o
}

func backupView(b *backups.Backup) BackupView {
	v := BackupView{
		ID: b.ID, Kind: b.Kind, State: b.State, Error: b.Error, CreatedAt: b.Created, By: b.By, Bytes: b.Size,
		Version: b.Version, Schema: b.Schema, Recordings: b.Recordings, Problem: b.Problem,
	}
	if !b.Checked.IsZero() {
		v.CheckedAt, v.Good = &b.Checked, &b.Good
	}
	return v
}

func restoreView(r *backups.Restore) RestoreView {
	v := RestoreView{State: r.State, Backup: r.Backup, Undo: r.Undo, By: r.By, Error: r.Error}
	if !r.At.IsZero() {
		v.At = &r.At
	}
	return v
}

func backupError(err error) error {
	var e *envelope.Error
	switch {
	case errors.As(err, &e):
		return err
	case errors.Is(err, backups.ErrNone):
		return errNone("id", "backup")
	case errors.Is(err, backups.ErrBusy), errors.Is(err, backups.ErrTooMany), errors.Is(err, backups.ErrNotReady), errors.Is(err, backups.ErrPostgres), errors.Is(err, backups.ErrCannotRestart):
		return envelope.Errorf(envelope.Conflict, "", "%v", err)
	case errors.Is(err, backups.ErrNoRoom):
		return envelope.Errorf(envelope.Unavailable, "", "%v", err)
	case errors.Is(err, datadir.ErrBadBackup), errors.Is(err, datadir.ErrNewerBackup):
		return envelope.Errorf(envelope.InvalidValue, "", "%v", err)
	}
	if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
		return envelope.Errorf(envelope.TooLong, "", "a backup has at most %d bytes", int64(maxBackup))
	}
	return err
}

func (a *API) getBackups(ctx context.Context, in *struct{ Page }) (*list[BackupView], error) {
	err := operator(ctx)
	var all []backups.Backup
	if err == nil {
		all, err = a.o.Backups.List()
	}
	if err != nil {
		return nil, a.refused(ctx, "backups", 0, backupError(err))
	}
	out := []BackupView{}
	for _, b := range cut(in.Page, all) {
		out = append(out, backupView(&b))
	}
	return page(in.Page, len(all), out), nil
}

func (a *API) getBackup(ctx context.Context, in *struct{ BackupPath }) (*reply[BackupView], error) {
	err := operator(ctx)
	var b backups.Backup
	if err == nil {
		b, err = a.o.Backups.Get(in.ID)
	}
	if err != nil {
		return nil, a.refused(ctx, "backup", 0, backupError(err))
	}
	return success(backupView(&b)), nil
}

func (a *API) createBackup(ctx context.Context, in *struct {
	Body struct {
		Recordings bool `json:"recordings,omitempty" doc:"also the sound of recorded calls, which may be much"`
	}
},
) (*reply[BackupView], error) {
	const action = "create-backup"
	err := operator(ctx)
	var b backups.Backup
	if err == nil {
		b, err = a.o.Backups.Create(callerOf(ctx).who.Name, in.Body.Recordings, a.o.Backups.Run)
	}
	if err != nil {
		return nil, a.refused(ctx, action, 0, backupError(err))
	}
	a.trail(ctx, audit.KindChanged, nil, audit.Entry{Action: action, Field: b.ID})
	return success(backupView(&b)), nil
}

func (a *API) checkBackup(ctx context.Context, in *struct{ BackupPath }) (*reply[BackupView], error) {
	err := operator(ctx)
	var b backups.Backup
	if err == nil {
		b, err = a.o.Backups.Check(ctx, in.ID)
	}
	if err != nil {
		return nil, a.refused(ctx, "check-backup", 0, backupError(err))
	}
	return success(backupView(&b)), nil
}

func (a *API) deleteBackup(ctx context.Context, in *struct{ BackupPath }) (*reply[Removed], error) {
	const action = "delete-backup"
	err := operator(ctx)
	if err == nil {
		err = a.o.Backups.Delete(in.ID)
	}
	if err != nil {
		return nil, a.refused(ctx, action, 0, backupError(err))
	}
	a.trail(ctx, audit.KindChanged, nil, audit.Entry{Action: action, Field: in.ID})
	return success(Removed{in.ID}), nil
}

func (a *API) restoreBackup(ctx context.Context, in *struct {
	BackupPath
	Body Proof
},
) (*reply[RestoreView], error) {
	return a.beginRestore(ctx, "restore-backup", in.ID, in.Body, func(by string) (backups.Restore, error) {
		return a.o.Backups.Restore(in.ID, by, a.o.Backups.Run)
	})
}

func (a *API) undoRestore(ctx context.Context, in *struct{ Body Proof }) (*reply[RestoreView], error) {
	return a.beginRestore(ctx, "undo-restore", "", in.Body, func(by string) (backups.Restore, error) {
		return a.o.Backups.Undo(by, a.o.Backups.Run)
	})
}

func (a *API) beginRestore(ctx context.Context, action, id string, p Proof, begin func(by string) (backups.Restore, error)) (*reply[RestoreView], error) {
	err := operator(ctx)
	c := callerOf(ctx)
	if err == nil {
		err = a.o.Backups.Prove(ctx, c.who, p.Password, c.from())
	}
	var r backups.Restore
	if err == nil {
		r, err = begin(c.who.Name)
	}
	if err != nil {
		return nil, a.refused(ctx, action, 0, backupError(err))
	}
	a.trail(ctx, audit.KindChanged, nil, audit.Entry{Action: action, Field: id})
	return success(restoreView(&r)), nil
}

func (a *API) getRestore(ctx context.Context, _ *struct{}) (*reply[RestoreView], error) {
	if err := operator(ctx); err != nil {
		return nil, a.refused(ctx, "restore", 0, err)
	}
	r := a.o.Backups.Last()
	return success(restoreView(&r)), nil
}

// backupFile serves a backup, in parts too.
func (a *API) backupFile(w http.ResponseWriter, r *http.Request) {
	const action = "backup-file"
	err := operator(r.Context())
	if err == nil {
		f, b, openErr := a.o.Backups.Open(r.PathValue("id"))
		if err = openErr; err == nil {
			defer func() { _ = f.Close() }() // only read
			if r.Header.Get("Range") == "" {
				a.trail(r.Context(), audit.KindChanged, nil, audit.Entry{Action: action, Field: b.ID, Detail: "the backup was downloaded"})
			}
			w.Header().Set("Content-Type", "application/gzip")
			w.Header().Set("Content-Disposition", `attachment; filename="dipcast-`+b.ID+`.tar.gz"`)
			http.ServeContent(w, r, "", b.Created, f)
			return
		}
	}
	f := a.refused(r.Context(), action, 0, backupError(err))
	edge.WriteJSON(w, f.status, f)
}

// uploadBackup takes a backup of any size, as long as it comes on.
func (a *API) uploadBackup(w http.ResponseWriter, r *http.Request) {
	const action = "upload-backup"
	ctx := r.Context()
	err := operator(ctx)
	var b backups.Backup
	if err == nil {
		b, err = a.o.Backups.Upload(ctx, callerOf(ctx).who.Name, &paced{http.NewResponseController(w), r})
	}
	if err != nil {
		f := a.refused(ctx, action, 0, backupError(err))
		edge.WriteJSON(w, f.status, f)
		return
	}
	a.trail(ctx, audit.KindChanged, nil, audit.Entry{Action: action, Field: b.ID})
	edge.WriteJSON(w, http.StatusCreated, success(backupView(&b)).Body)
}

// paced reads a body that may take long, each part of it within uploadPace.
type paced struct {
	control *http.ResponseController
	r       *http.Request
}

// Read implements io.Reader.
func (p *paced) Read(b []byte) (int, error) {
	_ = p.control.SetReadDeadline(time.Now().Add(uploadPace)) // where it cannot be set, the server's own holds
	return p.r.Body.Read(b)
}
