package rest

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dipcast/dipcast/internal/audit"
	"github.com/dipcast/dipcast/internal/edge"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/media"
	"github.com/dipcast/dipcast/internal/prompts"
	"github.com/dipcast/dipcast/internal/sounds"
	"github.com/dipcast/dipcast/internal/tenant"
)

// maxUploads is how many recordings are taken at a time; each may have
// sounds.MaxUpload bytes.
const maxUploads = 2

// Prompt is something that callers hear.
type Prompt struct {
	Name     string     `json:"name" example:"vm-intro"`
	Text     string     `json:"text" example:"지금은 전화를 받을 수 없습니다. 삐 소리가 난 후 메시지를 남겨 주십시오." doc:"what the made one says; empty when it has no words, or there is none"`
	English  string     `json:"english" example:"Please leave your message after the tone."`
	Use      string     `json:"use" example:"voicemail" doc:"where it is played"`
	Own      bool       `json:"own" doc:"whether the company has one of its own"`
	Common   bool       `json:"common" doc:"whether an operator has replaced it for all companies"`
	Length   float64    `json:"length,omitempty" example:"4.2" doc:"of what was uploaded, in seconds"`
	Uploaded *time.Time `json:"uploaded_at,omitempty"`
}

// PromptPath is a prompt in a path.
type PromptPath struct {
	Name string `path:"name" maxLength:"80" example:"vm-intro" doc:"its name; a slash is written %2F"`
}

// PromptScope says whose prompts are meant.
type PromptScope struct {
	Tenant string `query:"tenant" maxLength:"8" doc:"whose, as T2; for operators: absent means those that all companies hear"`
}

func (a *API) promptOps(api huma.API) {
	if a.o.Prompts == nil {
		return
	}
	const about = " Only those of servers that DIPCAST runs are replaced. Operators replace them for all companies, or with ?tenant= for one."
	huma.Register(api, operation("prompts", http.MethodGet, "/prompts", "prompts", "What callers hear", 404), a.getPrompts)
	huma.Register(api, operation("prompt", http.MethodGet, "/prompts/{name}", "prompts", "A prompt", 404), a.getPrompt)
	o := operation("reset-prompt", http.MethodDelete, "/prompts/{name}", "prompts", "Give a prompt its made sound back", 404)
	o.Description = "It may be done again: then nothing changes." + about
	huma.Register(api, o, a.deletePrompt)
	a.mux.HandleFunc(http.MethodGet+" "+Prefix+"/prompts/{name}/audio", a.promptAudio)
	a.mux.HandleFunc(http.MethodPut+" "+Prefix+"/prompts/{name}", a.putPrompt)
	parameters := []*huma.Param{
		{Name: "name", In: "path", Required: true, Description: "its name; a slash is written %2F", Schema: &huma.Schema{Type: huma.TypeString}, Example: "vm-intro"},
		{Name: "tenant", In: "query", Description: "whose, as T2; for operators: absent means those that all companies hear", Schema: &huma.Schema{Type: huma.TypeString}},
	}
	down := soundOp("prompt-audio", http.MethodGet, "/prompts/{name}/audio", "prompts", "The sound of a prompt", parameters, 404)
	down.Description = "What callers of the company hear: its own, that of all companies, or the made one. 8 kHz, 16 bits, mono."
	down.Responses["200"] = &huma.Response{Description: "the sound", Content: wav()}
	api.OpenAPI().AddOperation(down)
	up := soundOp("replace-prompt", http.MethodPut, "/prompts/{name}", "prompts", "Replace a prompt by a recording", parameters, 400, 404, 413)
	up.Description = aboutRecordings + " It is made mono and 8 kHz, as loud as the others, without silence around it, and is heard from the next time on. Beside the prompts of the list, `custom/…` takes sounds of one's own." + about
	up.RequestBody = &huma.RequestBody{Required: true, Content: wav()}
	up.Responses["200"] = &huma.Response{Description: "replaced", Content: map[string]*huma.MediaType{
		"application/json": {Schema: api.OpenAPI().Paths[Prefix+"/prompts/{name}"].Get.Responses["200"].Content["application/json"].Schema},
	}}
	api.OpenAPI().AddOperation(up)
}

// aboutRecordings is what uploads are.
const aboutRecordings = "The body is a WAV file of at most three minutes: PCM of 8, 16, 24 or 32 bits, float, A-law or µ-law; 8 to 48 kHz; up to 8 channels."

func wav() map[string]*huma.MediaType {
	return map[string]*huma.MediaType{"audio/wav": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}
}

// soundOp documents an operation whose body is no JSON; huma does not serve it.
func soundOp(id, method, path, tag, summary string, parameters []*huma.Param, errors ...int) *huma.Operation {
	o := &huma.Operation{
		OperationID: id, Method: method, Path: Prefix + path, Summary: summary, Tags: []string{tag}, Parameters: parameters,
		Responses: map[string]*huma.Response{},
	}
	for _, status := range append(errors, errorsOfReading...) {
		o.Responses[strconv.Itoa(status)] = &huma.Response{
			Description: http.StatusText(status),
			Content:     map[string]*huma.MediaType{"application/json": {Schema: &huma.Schema{Ref: "#/components/schemas/Failure"}}},
		}
	}
	return o
}

// promptsOf finds whose prompts a request is about: sounds.Everybody, or a
// tenant's number. Only who speaks for the whole company may change them.
func (a *API) promptsOf(who tenant.Identity, name string, change bool) (int, error) {
	if who.Role == tenant.Operator && name == "" {
		return sounds.Everybody, nil
	}
	t, err := a.tenantOf(who, name)
	if err != nil {
		return 0, err
	}
	if change && who.Role == tenant.ExtensionRole {
		return 0, envelope.Errorf(envelope.Forbidden, "", "a login of one extension does not change what all hear")
	}
	return t.Number, nil
}

func (a *API) getPrompts(ctx context.Context, in *struct {
	PromptScope
	Page
	Own bool `query:"own" doc:"only those that were replaced"`
},
) (*list[Prompt], error) {
	scope, err := a.promptsOf(callerOf(ctx).who, in.Tenant, false)
	var all []Prompt
	if err == nil {
		all, err = a.prompts(scope)
	}
	if err != nil {
		return nil, a.refused(ctx, "prompts", 0, err)
	}
	out := []Prompt{}
	for _, p := range all {
		if !in.Own || p.Own || p.Common {
			out = append(out, p)
		}
	}
	return page(in.Page, len(out), cut(in.Page, out)), nil
}

func (a *API) getPrompt(ctx context.Context, in *struct {
	PromptScope
	PromptPath
},
) (*reply[Prompt], error) {
	scope, err := a.promptsOf(callerOf(ctx).who, in.Tenant, false)
	var p Prompt
	if err == nil {
		p, err = a.prompt(scope, in.Name)
	}
	if err != nil {
		return nil, a.refused(ctx, "prompt", 0, promptError(err))
	}
	return success(p), nil
}

// prompts are all that a scope hears: the list, and its own sounds.
func (a *API) prompts(scope int) ([]Prompt, error) {
	made, err := prompts.List()
	if err != nil {
		return nil, err
	}
	own, err := a.o.Prompts.List(scope)
	if err != nil {
		return nil, err
	}
	common, err := a.o.Prompts.List(sounds.Everybody)
	if err != nil {
		return nil, err
	}
	all := make([]Prompt, 0, len(made)+len(own))
	at := map[string]int{}
	add := func(p Prompt) *Prompt {
		if i, ok := at[p.Name]; ok {
			return &all[i]
		}
		at[p.Name] = len(all)
		all = append(all, p)
		return &all[len(all)-1]
	}
	for i := range made {
		add(Prompt{Name: made[i].Name, Text: made[i].Korean, English: made[i].English, Use: made[i].Use})
	}
	uploaded := func(o sounds.Own) *Prompt {
		p := add(Prompt{Name: o.Name})
		p.Length, p.Uploaded = o.Length.Seconds(), &o.Uploaded
		return p
	}
	for _, o := range common {
		uploaded(o).Common = true
	}
	if scope != sounds.Everybody {
		for _, o := range own {
			uploaded(o).Own = true
		}
	}
	return all, nil
}

func (a *API) prompt(scope int, name string) (Prompt, error) {
	if err := prompts.CheckUpload(name); err != nil {
		return Prompt{}, err
	}
	all, err := a.prompts(scope)
	if err != nil {
		return Prompt{}, err
	}
	for _, p := range all {
		if p.Name == name {
			return p, nil
		}
	}
	return Prompt{}, prompts.ErrName
}

func (a *API) deletePrompt(ctx context.Context, in *struct {
	PromptScope
	PromptPath
},
) (*reply[Prompt], error) {
	c := callerOf(ctx)
	scope, err := a.promptsOf(c.who, in.Tenant, true)
	if err == nil {
		err = a.o.Prompts.Delete(scope, in.Name)
		if err == nil {
			a.changedPrompt(ctx, "reset-prompt", in.Name)
		} else if errors.Is(err, sounds.ErrNone) && !strings.HasPrefix(in.Name, prompts.CustomPrefix) {
			err = nil
			audit.Mark(ctx) // nothing was changed
		}
	}
	var p Prompt
	if err == nil {
		if p, err = a.prompt(scope, in.Name); errors.Is(err, prompts.ErrName) {
			p, err = Prompt{Name: in.Name}, nil // one of its own is gone
		}
	}
	if err != nil {
		return nil, a.refused(ctx, "reset-prompt", 0, promptError(err))
	}
	return success(p), nil
}

func (a *API) changedPrompt(ctx context.Context, action, name string) {
	a.trail(ctx, audit.KindChanged, nil, audit.Entry{Action: action, Field: name})
}

// promptAudio serves the sound.
func (a *API) promptAudio(w http.ResponseWriter, r *http.Request) {
	scope, err := a.promptsOf(callerOf(r.Context()).who, r.URL.Query().Get("tenant"), false)
	var file []byte
	if err == nil {
		file, err = a.o.Prompts.Heard(scope, r.PathValue("name"))
	}
	if err != nil {
		a.refuseSound(w, r, "prompt-audio", err)
		return
	}
	writeSound(w, file)
}

func writeSound(w http.ResponseWriter, file []byte) {
	w.Header().Set("Content-Type", "audio/wav")
	w.Header().Set("Content-Length", strconv.Itoa(len(file)))
	_, _ = w.Write(file) //nolint:gosec // sound, and said to be; a client that went away hears nothing
}

// putPrompt takes a recording.
func (a *API) putPrompt(w http.ResponseWriter, r *http.Request) {
	ctx, name := r.Context(), r.PathValue("name")
	scope, err := a.promptsOf(callerOf(ctx).who, r.URL.Query().Get("tenant"), true)
	if err == nil {
		err = promptError(prompts.CheckUpload(name)) // before the recording is read
	}
	var p Prompt
	if err == nil {
		p, err = a.takePrompt(r, scope, name)
	}
	if err != nil {
		a.refuseSound(w, r, "replace-prompt", err)
		return
	}
	edge.WriteJSON(w, http.StatusOK, success(p).Body)
}

func (a *API) takePrompt(r *http.Request, scope int, name string) (Prompt, error) {
	err := a.takeSound(r, func(file []byte) error {
		_, err := a.o.Prompts.Put(scope, name, file)
		return err
	})
	if err != nil {
		return Prompt{}, err
	}
	a.changedPrompt(r.Context(), "replace-prompt", name)
	return a.prompt(scope, name)
}

// takeSound reads a recording and gives it to put, some at a time.
func (a *API) takeSound(r *http.Request, put func(file []byte) error) error {
	select {
	case a.uploads <- struct{}{}:
		defer func() { <-a.uploads }()
	default:
		return envelope.Errorf(envelope.Busy, "", "other recordings are just being taken; try again")
	}
	file, err := io.ReadAll(r.Body)
	if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
		return envelope.Errorf(envelope.TooLong, "", "a recording has at most %d bytes", sounds.MaxUpload)
	} else if err != nil {
		return envelope.Errorf(envelope.BadRequest, "", "the recording did not arrive whole")
	}
	return put(file)
}

func (a *API) refuseSound(w http.ResponseWriter, r *http.Request, action string, err error) {
	f := a.refused(r.Context(), action, 0, promptError(err))
	edge.WriteJSON(w, f.status, f)
}

// promptError says what is wrong with an upload, of a prompt or a tone, in our
// codes.
func promptError(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, prompts.ErrName), errors.Is(err, sounds.ErrNone), errors.Is(err, sounds.ErrNoRecording):
		return envelope.Errorf(envelope.NotFound, "name", "%v", err)
	case errors.Is(err, sounds.ErrTooLong):
		return envelope.Errorf(envelope.TooLong, "", "%v", err)
	case errors.Is(err, media.ErrFormat), errors.Is(err, sounds.ErrSilent):
		return envelope.Errorf(envelope.InvalidValue, "", "%v", err)
	case errors.Is(err, sounds.ErrMany), errors.Is(err, sounds.ErrManyTones):
		return envelope.Errorf(envelope.Conflict, "", "%v", err)
	}
	return err
}
