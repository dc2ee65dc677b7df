package rest

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dipcast/dipcast/internal/audit"
	"github.com/dipcast/dipcast/internal/edge"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/tenant"
	"github.com/dipcast/dipcast/internal/voicemail"
)

const tagVoicemail = "voicemail"

// VoicemailMessage is a message in a mailbox.
type VoicemailMessage struct {
	ID        string    `json:"id" example:"1-1795238999-00000001"`
	ServerID  int       `json:"server_id" example:"1"`
	Tenant    string    `json:"tenant" example:"T2"`
	Extension string    `json:"extension" doc:"whose mailbox" example:"1010"`
	Owner     string    `json:"owner" doc:"what the extension is called"`
	Number    string    `json:"number" doc:"of the caller; empty: withheld" example:"01012345678"`
	Name      string    `json:"name" doc:"of the caller, as the telephone showed it"`
	At        time.Time `json:"at"`
	Seconds   int       `json:"seconds" example:"12"`
	Read      bool      `json:"read" doc:"somebody has heard it"`
	URL       string    `json:"url" doc:"of its sound" example:"/api/v2/voicemail/1010/1-1795238999-00000001/sound"`
}

// VoicemailPath is a message in a path.
type VoicemailPath struct {
	Ext string `path:"ext" maxLength:"10" doc:"whose mailbox" example:"1010"`
	ID  string `path:"id" maxLength:"96" example:"1-1795238999-00000001"`
}

// VoicemailRead says whether a message was heard.
type VoicemailRead struct {
	Read *bool `json:"read,omitempty" doc:"absent: true"`
}

// VoicemailDeleted says which message was deleted.
type VoicemailDeleted struct {
	ID     string `json:"id" example:"1-1795238999-00000001"`
	Action string `json:"action" enum:"deleted"`
}

func (a *API) voicemailOps(api huma.API) {
	if a.o.Mailboxes == nil {
		return
	}
	o := operation("voicemail", http.MethodGet, "/voicemail", tagVoicemail, "Messages in mailboxes", 400, 404)
	o.Description = "The newest first, of the servers whose files are on this machine. A login with an extension sees its own mailbox."
	huma.Register(api, o, a.getVoicemail)
	o = operation("read-voicemail", http.MethodPost, "/voicemail/{ext}/{id}/read", tagVoicemail, "Say that a message was heard, or was not", 400, 404, 409, 413)
	o.Description = "It moves between what is new and what is old, as when it is heard by telephone; the lamp follows within seconds. 409: somebody is in the mailbox."
	huma.Register(api, o, a.readVoicemail)
	o = operation("delete-voicemail", http.MethodDelete, "/voicemail/{ext}/{id}", tagVoicemail, "Delete a message for good", 400, 404, 409)
	huma.Register(api, o, a.deleteVoicemail)
	a.mux.HandleFunc(http.MethodGet+" "+Prefix+"/voicemail/{ext}/{id}/sound", a.voicemailSound)
	text := &huma.Schema{Type: huma.TypeString}
	d := soundOp("voicemail-sound", http.MethodGet, "/voicemail/{ext}/{id}/sound", tagVoicemail, "The sound of a message", []*huma.Param{
		{Name: "ext", In: "path", Required: true, Schema: text, Example: "1010"},
		{Name: "id", In: "path", Required: true, Schema: text, Example: "1-1795238999-00000001"},
		{Name: "tenant", In: "query", Description: "whose, as T2: operators must say it", Schema: text},
		{Name: "Range", In: "header", Description: "such as bytes=0-65535", Schema: text},
	}, 400, 404)
	d.Description = "With `Range` in parts. That somebody hears a message of another's leaves a line in the audit trail."
	d.Responses["200"] = &huma.Response{Description: "the sound", Content: wav()}
	d.Responses["206"] = &huma.Response{Description: "a part of it", Content: wav()}
	api.OpenAPI().AddOperation(d)
}

func (a *API) getVoicemail(ctx context.Context, in *struct {
	TenantQuery
	Page
	Extension string `query:"extension" maxLength:"10" doc:"of this mailbox"`
	Unread    bool   `query:"unread" doc:"only those that nobody has heard"`
},
) (*list[VoicemailMessage], error) {
	const action = "voicemail"
	who := callerOf(ctx).who
	t, err := a.tenantOf(who, in.Tenant)
	if err == nil && in.Extension != "" {
		err = mayUse(who, t, "extension", in.Extension)
	}
	if err != nil {
		return nil, a.refused(ctx, action, 0, err)
	}
	of := extensionsOf(who, t)
	if in.Extension != "" {
		of = []string{in.Extension}
	}
	all := []VoicemailMessage{}
	for _, ext := range of {
		for _, b := range a.o.Mailboxes(t, ext) {
			messages, err := voicemail.List(b)
			if err != nil {
				return nil, a.refused(ctx, action, b.Server, a.mailboxError(err))
			}
			for i := range messages {
				if !in.Unread || !messages[i].Heard {
					all = append(all, a.voicemailView(t, &messages[i]))
				}
			}
		}
	}
	slices.SortStableFunc(all, func(x, y VoicemailMessage) int { return y.At.Compare(x.At) })
	return page(in.Page, len(all), cut(in.Page, all)), nil
}

func (a *API) voicemailView(t *tenant.Tenant, m *voicemail.Message) VoicemailMessage {
	return VoicemailMessage{
		ID: m.ID, ServerID: m.Server, Tenant: t.ID.String(), Extension: m.Extension, Owner: a.nameOf(t, m.Extension), Number: m.Number, Name: m.Name,
		At: m.At, Seconds: int(m.Length / time.Second), Read: m.Heard, URL: Prefix + "/voicemail/" + m.Extension + "/" + m.ID + "/sound",
	}
}

// mailboxOf finds whose mailbox a request is about, and where it is.
func (a *API) mailboxOf(who tenant.Identity, name, ext string) (*tenant.Tenant, []voicemail.Box, error) {
	t, err := a.tenantOf(who, name)
	if err == nil {
		err = mayUse(who, t, "ext", ext)
	}
	if err != nil {
		return t, nil, err
	}
	return t, a.o.Mailboxes(t, ext), nil
}

// mailboxError is the answer to what went wrong in a mailbox.
func (a *API) mailboxError(err error) error {
	switch {
	case errors.Is(err, voicemail.ErrNotFound), errors.Is(err, fs.ErrNotExist):
		return envelope.Errorf(envelope.NotFound, "id", "there is no such message of yours")
	case errors.Is(err, voicemail.ErrBusy), errors.Is(err, voicemail.ErrFull):
		return envelope.Errorf(envelope.Conflict, "id", "%s", err.Error())
	}
	a.log.Error("a mailbox cannot be read or changed", "error", err)
	return envelope.Errorf(envelope.Unavailable, "", "the mailbox cannot be read or changed now; see the gateway's log")
}

func (a *API) readVoicemail(ctx context.Context, in *struct {
	TenantQuery
	VoicemailPath
	Body VoicemailRead
},
) (*reply[VoicemailMessage], error) {
	const action = "read voicemail"
	t, boxes, err := a.mailboxOf(callerOf(ctx).who, in.Tenant, in.Ext)
	if err != nil {
		return nil, a.refused(ctx, action, 0, err)
	}
	read := in.Body.Read == nil || *in.Body.Read
	m, err := voicemail.SetHeard(boxes, in.ID, read)
	if err != nil {
		return nil, a.refused(ctx, action, 0, a.mailboxError(err))
	}
	a.ofMailbox(ctx, t, action, &m)
	return success(a.voicemailView(t, &m)), nil
}

func (a *API) deleteVoicemail(ctx context.Context, in *struct {
	TenantQuery
	VoicemailPath
},
) (*reply[VoicemailDeleted], error) {
	const action = "delete voicemail"
	t, boxes, err := a.mailboxOf(callerOf(ctx).who, in.Tenant, in.Ext)
	if err != nil {
		return nil, a.refused(ctx, action, 0, err)
	}
	m, err := voicemail.Delete(boxes, in.ID)
	if err != nil {
		return nil, a.refused(ctx, action, 0, a.mailboxError(err))
	}
	a.ofMailbox(ctx, t, action, &m)
	return success(VoicemailDeleted{m.ID, "deleted"}), nil
}

// ofMailbox leaves a line of what was done with a message.
func (a *API) ofMailbox(ctx context.Context, t *tenant.Tenant, action string, m *voicemail.Message) {
	a.trail(ctx, audit.KindChanged, t, audit.Entry{Action: action, Server: m.Server, Detail: "message " + m.ID + " of " + m.Extension})
}

// voicemailSound serves the sound of a message, whole or in parts.
func (a *API) voicemailSound(w http.ResponseWriter, r *http.Request) {
	if err := a.serveVoicemail(w, r); err != nil {
		f := a.refusedRecording(r.Context(), "hear voicemail", err)
		edge.WriteJSON(w, f.status, f)
	}
}

func (a *API) serveVoicemail(w http.ResponseWriter, r *http.Request) error {
	for name, v := range r.URL.Query() {
		if name != "tenant" || len(v) > 1 {
			return envelope.Errorf(envelope.InvalidValue, envelope.Clip(name), "%s is not known here, or given twice", envelope.Clip(name))
		}
	}
	c := callerOf(r.Context())
	ext := r.PathValue("ext")
	t, boxes, err := a.mailboxOf(c.who, r.URL.Query().Get("tenant"), ext)
	if err != nil {
		return err
	}
	m, _, err := voicemail.Find(boxes, r.PathValue("id"))
	var f *os.File
	if err == nil {
		f, err = os.Open(m.Sound())
	}
	if err != nil {
		return a.mailboxError(err)
	}
	defer func() { _ = f.Close() }() // only read
	select {
	case a.sounds <- struct{}{}:
		defer func() { <-a.sounds }()
	default:
		return envelope.Errorf(envelope.Busy, "", "too many recordings are being heard; try again later")
	}
	own := c.who.Role == tenant.ExtensionRole && c.who.Extension == ext
	if !own && !a.heard.again(strings.Join([]string{"voicemail", m.ID, t.ID.String(), c.who.Name, c.who.Extension, c.remote.String()}, "\x00"), time.Now()) {
		a.trail(r.Context(), audit.KindRecording, t, audit.Entry{Action: "hear voicemail", Server: m.Server, Detail: "message " + m.ID + " of " + ext})
	}
	h := w.Header()
	h.Set("Content-Type", "audio/wav")
	h.Set("Cache-Control", "private, no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Disposition", `inline; filename="`+m.At.Format("20060102-150405")+"-"+ext+`.wav"`)
	http.ServeContent(edge.Patient(w, soundStall), r, "", m.At, f)
	return nil
}
