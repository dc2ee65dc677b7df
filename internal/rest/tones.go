package rest

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dipcast/dipcast/internal/audit"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/edge"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/sounds"
	"github.com/dipcast/dipcast/internal/store"
)

// Tone is a tone as it is shown: what is described, and what was uploaded.
type Tone struct {
	company.Tone
	Recording *Recording `json:"recording,omitempty" doc:"absent: none was uploaded, and callers hear that it rings"`
}

// Recording is one that was uploaded.
type Recording struct {
	Length   float64   `json:"length" example:"12.5" doc:"in seconds"`
	Uploaded time.Time `json:"uploaded_at"`
}

// TonePath is a tone in a path.
type TonePath struct {
	Name string `path:"name" maxLength:"32" example:"welcome" doc:"its name"`
}

// toneList are the tones of a description.
var toneList = &resource[company.Tone]{
	path: "tones", one: "tone", many: "tones", title: "recordings for callers who wait", field: "tones", key: "name",
	list: func(c *company.Company) *[]company.Tone { return &c.Tones },
}

// toneOps adds what changes tones and their recordings.
func (a *API) toneOps(api huma.API) {
	addViewed(a, api, toneList, a.viewTone)
	if a.o.Tones == nil {
		return
	}
	a.mux.HandleFunc(http.MethodGet+" "+Prefix+"/tones/{name}/recording", a.toneRecording)
	a.mux.HandleFunc(http.MethodPut+" "+Prefix+"/tones/{name}/recording", a.putToneRecording)
	parameters := []*huma.Param{
		{Name: "name", In: "path", Required: true, Description: "its name", Schema: &huma.Schema{Type: huma.TypeString}, Example: "welcome"},
		{Name: "tenant", In: "query", Description: "whose, as T2; operators must say, for others it is their own", Schema: &huma.Schema{Type: huma.TypeString}},
	}
	down := soundOp("tone-recording", http.MethodGet, "/tones/{name}/recording", tagCompany, "The recording of a tone", parameters, 400, 404)
	down.Responses["200"] = &huma.Response{Description: "8 kHz, 16 bits, mono", Content: wav()}
	api.OpenAPI().AddOperation(down)
	up := soundOp("upload-tone-recording", http.MethodPut, "/tones/{name}/recording", tagCompany, "Give a tone a recording", parameters, 400, 404, 409, 413)
	up.Description = aboutRecordings + " It is made mono and 8 kHz, as loud as prompts are, and goes round and round as long as a caller waits. It replaces the one before, and is heard after the next apply."
	up.RequestBody = &huma.RequestBody{Required: true, Content: wav()}
	up.Responses["200"] = &huma.Response{Description: "the tone", Content: map[string]*huma.MediaType{
		"application/json": {Schema: api.OpenAPI().Paths[Prefix+"/tones/{id}"].Get.Responses["200"].Content["application/json"].Schema},
	}}
	api.OpenAPI().AddOperation(up)
	o := operation("delete-tone-recording", http.MethodDelete, "/tones/{name}/recording", tagCompany, "Remove the recording of a tone", 400, 404)
	o.Description = "The tone stays; after the next apply its callers hear that it rings."
	huma.Register(api, o, a.deleteToneRecording)
}

// viewTone shows a tone of a company.
func (a *API) viewTone(c *company.Company, t company.Tone) (Tone, error) {
	v := Tone{Tone: t}
	if a.o.Tones == nil {
		return v, nil
	}
	own, err := a.o.Tones.Find(c.Number, t.Name)
	if errors.Is(err, sounds.ErrNoRecording) {
		return v, nil
	}
	v.Recording = &Recording{own.Length.Seconds(), own.Uploaded}
	return v, err
}

// toneOf finds a tone that is described.
func (a *API) toneOf(ctx context.Context, whose, name string) (*store.Company, company.Tone, error) {
	c, err := a.administrator(ctx, a.scope(false, whose))
	if err != nil {
		return nil, company.Tone{}, err
	}
	for _, t := range c.Tones {
		if t.Name == name {
			return c, t, nil
		}
	}
	return nil, company.Tone{}, envelope.Errorf(envelope.NotFound, "name", "there is no such tone of yours")
}

// toneRecording serves the sound.
func (a *API) toneRecording(w http.ResponseWriter, r *http.Request) {
	c, t, err := a.toneOf(r.Context(), r.URL.Query().Get("tenant"), r.PathValue("name"))
	var file []byte
	if err == nil {
		file, err = a.o.Tones.Get(c.Number, t.Name)
	}
	if err != nil {
		a.refuseSound(w, r, "tone-recording", err)
		return
	}
	writeSound(w, file)
}

// putToneRecording takes a recording.
func (a *API) putToneRecording(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	c, t, err := a.toneOf(ctx, r.URL.Query().Get("tenant"), r.PathValue("name")) // before the recording is read
	if err == nil {
		err = a.takeSound(r, func(file []byte) error { return a.keepTone(c, t.Name, file) })
	}
	var v Tone
	if err == nil {
		a.changedTone(ctx, c, "upload-tone-recording", t.Name)
		v, err = a.viewTone(&c.Company, t)
	}
	if err != nil {
		a.refuseSound(w, r, "upload-tone-recording", err)
		return
	}
	edge.WriteJSON(w, http.StatusOK, success(v).Body)
}

// keepTone keeps a recording. Where there are too many, those of tones that are
// not described any more make room; until then an undo brings them back.
func (a *API) keepTone(c *store.Company, name string, file []byte) error {
	_, err := a.o.Tones.Put(c.Number, name, file)
	if !errors.Is(err, sounds.ErrManyTones) {
		return err
	}
	var described []string
	for _, t := range c.Tones {
		described = append(described, t.Name)
	}
	if err := a.o.Tones.Prune(c.Number, described); err != nil {
		return err
	}
	_, err = a.o.Tones.Put(c.Number, name, file)
	return err
}

func (a *API) changedTone(ctx context.Context, c *store.Company, action, name string) {
	t := c.Tenant()
	a.trail(ctx, audit.KindChanged, &t, audit.Entry{Action: action, Field: name})
}

func (a *API) deleteToneRecording(ctx context.Context, in *struct {
	TenantQuery
	TonePath
},
) (*reply[Tone], error) {
	c, t, err := a.toneOf(ctx, in.Tenant, in.Name)
	if err == nil {
		err = a.o.Tones.Delete(c.Number, t.Name)
	}
	if err != nil {
		return nil, a.refused(ctx, "delete-tone-recording", 0, promptError(err))
	}
	a.changedTone(ctx, c, "delete-tone-recording", t.Name)
	return success(Tone{Tone: t}), nil
}
