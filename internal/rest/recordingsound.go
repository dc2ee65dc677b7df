package rest

import (
	"cmp"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dipcast/dipcast/internal/edge"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/recording"
	"github.com/dipcast/dipcast/internal/store"
)

const (
	// maxSounds is how many recordings are on their way to clients at a time.
	maxSounds = 64
	// soundStall is how long a client may take nothing before it is given up.
	soundStall = time.Minute
	// heardFor is for how long one line in the audit trail stands for the pieces
	// that the same client asks for with the same reason.
	heardFor = 10 * time.Minute
	maxHeard = 10_000
)

// heard remembers who was given what lately.
type heard struct {
	mu   sync.Mutex
	last map[string]time.Time
}

// again reports whether the same was told lately. When there is too much to be
// remembered it forgets all: then more is told, not less.
func (h *heard) again(key string, now time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if at, ok := h.last[key]; ok && now.Sub(at) < heardFor {
		return true
	}
	if h.last == nil || len(h.last) >= maxHeard {
		h.last = map[string]time.Time{}
	}
	h.last[key] = now
	return false
}

// isLink reports a request that brings a signed link in the place of credentials.
func isLink(r *http.Request) bool {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	id, ok := strings.CutPrefix(r.URL.Path, Prefix+"/recordings/")
	return ok && id != "" && !strings.Contains(id, "/") && r.URL.Query().Has(recording.LinkSignature)
}

// recordingSound serves the sound of a recording, whole or in parts (RFC 9110,
// section 14). Its ETag is the checksum.
func (a *API) recordingSound(w http.ResponseWriter, r *http.Request) {
	row, reason, err := a.soundOf(r)
	if err != nil {
		a.refuseRecording(w, r, err)
		return
	}
	select {
	case a.sounds <- struct{}{}:
		defer func() { <-a.sounds }()
	default:
		a.refuseRecording(w, r, envelope.Errorf(envelope.Busy, "", "too many recordings are being heard; try again later"))
		return
	}
	format := cmp.Or(r.URL.Query().Get("format"), row.Format)
	f, tag, err := a.o.Recorder.FileAs(r.Context(), row, format)
	if err != nil {
		a.refuseRecording(w, r, err)
		return
	}
	defer func() { _ = f.Close() }() // only read
	c := callerOf(r.Context())
	if who := c.who; !a.heard.again(strings.Join([]string{row.ID, who.Name, who.Extension, c.remote.String(), reason}, "\x00"), time.Now()) {
		a.recordingTrail(c, row, "hear recording", reason)
	}
	h := w.Header()
	h.Set("Content-Type", recording.ContentType(format))
	h.Set("ETag", `"`+tag+`"`)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer") // a link is in the address
	h.Set("Content-Disposition", `inline; filename="`+soundName(row, format)+`"`)
	http.ServeContent(edge.Patient(w, soundStall), r, "", row.Began, f)
}

// soundName is what a client's program may save it as.
func soundName(r *store.RecordingRow, format string) string {
	return r.Began.Format("20060102-150405") + "-" + r.Direction + "-" + r.From + "-" + r.To + "." + format
}

// soundOf finds the recording that a request is for, and why: by a link, or by
// the client's credentials and its reason.
func (a *API) soundOf(r *http.Request) (*store.RecordingRow, string, error) {
	query, link := r.URL.Query(), isLink(r)
	if f := query.Get("format"); f != "" && recording.ContentType(f) == "" {
		return nil, "", envelope.Errorf(envelope.InvalidValue, "format", "format must be wav, mp3 or opus")
	}
	if !link {
		for name := range query {
			if name != "reason" && name != "format" || len(query[name]) > 1 {
				return nil, "", envelope.Errorf(envelope.InvalidValue, envelope.Clip(name), "%s is not known here, or given twice", envelope.Clip(name))
			}
		}
		row, err := a.recordingOf(r.Context(), r.PathValue("id"))
		if err != nil {
			return nil, "", err
		}
		reason, err := reasonOf(query.Get("reason"))
		return row, reason, err
	}
	row, err := a.o.Recordings.Recording(r.Context(), r.PathValue("id"))
	if errors.Is(err, store.ErrNotFound) {
		return nil, "", errLink // whether there is one is not told
	} else if err != nil {
		return nil, "", a.unread(err)
	}
	name, err := a.o.Links.Check(row.ID, row.Tenant, query, time.Now())
	switch {
	case err == nil:
		return &row, "link " + name, nil
	case name != "":
		return nil, "", envelope.Errorf(envelope.Forbidden, "expires", "the link has expired; ask for another")
	}
	return nil, "", errLink
}

var errLink = envelope.Errorf(envelope.Forbidden, recording.LinkSignature, "the link is not one of ours, or what it led to is gone")

// recordingDocs documents the operation whose answer is a sound; huma does not
// serve it.
func (a *API) recordingDocs(api huma.API) {
	o := soundOp("recording", http.MethodGet, "/recordings/{id}", tagRecordings, "The sound of a recording", []*huma.Param{
		{Name: "id", In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString}, Example: "k3v7qxw2m5t4nbyd6hzfj2rgce"},
		{Name: "reason", In: "query", Description: "why it is heard, at most " + strconv.Itoa(maxReason) + " characters; it stays in the audit trail. Required, but with a link", Schema: &huma.Schema{Type: huma.TypeString}, Example: "고객 민원 확인"},
		{Name: "format", In: "query", Description: "to hear it as; absent: as it is kept", Schema: &huma.Schema{Type: huma.TypeString, Enum: []any{"wav", "mp3", "opus"}}},
		{Name: "Range", In: "header", Description: "such as bytes=0-65535", Schema: &huma.Schema{Type: huma.TypeString}},
		{Name: "If-Range", In: "header", Description: "an ETag: a part only of that file", Schema: &huma.Schema{Type: huma.TypeString}},
	}, 400, 404, 409, 422)
	o.Description = "With `Range` in parts; 416 when there is no such part. `ETag` is the SHA-256 of the whole file as it is kept. 409: the file is not what it was. A link of `link-recording` is this path with `expires`, `link` and `signature`, and needs no credentials."
	sound := map[string]*huma.MediaType{}
	for _, format := range recording.Formats {
		sound[recording.ContentType(format)] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	}
	o.Responses["200"] = &huma.Response{Description: "the sound", Content: sound}
	o.Responses["206"] = &huma.Response{Description: "a part of it", Content: sound}
	api.OpenAPI().AddOperation(o)
}
