package rest

import (
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
)

const exampleFax = `{"id":"6f1c0a7be4d25a90c3e1","server_id":1,"tenant":"T2","direction":"in","status":"failed","reason":"dropped",` +
	`"message":{"ko":"팩스가 끝나기 전에 통화가 끊어졌습니다.","en":"The call was cut off before the fax ended."},` +
	`"own":"07045805605","other":"0212345678","station":"0212345678","pages":2,"pages_done":2,"damaged_lines":0,"mode":"t38","rate":14400,` +
	`"call_id":"1-1790000000.12","begun_at":"2026-10-20T01:02:03Z","ended_at":"2026-10-20T01:03:10Z"}`

const exampleFaxSending = `{"id":"6f1c0a7be4d25a90c3e1","server_id":1,"tenant":"T2","direction":"out","status":"sending",` +
	`"own":"07045805605","other":"0212345678","station":"","extension":"1010","pages":2,"pages_done":0,"damaged_lines":0,"mode":"","rate":0,` +
	`"begun_at":"2026-10-20T01:02:03Z","ended_at":null}`

// faxDocs documents the operations whose bodies are files; huma does not serve
// them.
func (a *API) faxDocs(api huma.API) {
	file := func(id, path, summary, kind string) {
		o := faxOp(id, http.MethodGet, path, summary, 404)
		o.Responses["200"] = &huma.Response{Description: "the file", Content: map[string]*huma.MediaType{
			kind: {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}},
		}}
		api.OpenAPI().AddOperation(o)
	}
	file("fax-pdf", "/faxes/{id}/pdf", "The pages of a fax as PDF", "application/pdf")
	file("fax-tiff", "/faxes/{id}/tiff", "The pages of a fax as TIFF, as they came", "image/tiff")
	file("fax-page", "/faxes/{id}/pages/{page}", "A page of a fax as a picture", "image/png")
	o := faxOp("send-fax", http.MethodPost, "/faxes", "Send a fax", 400, 404, 409, 413, 422, 504)
	o.Description = "The body is the file: a PDF, or a TIFF of black and white pages without compression or in Group 3 or Group 4; at most 100 pages and 20 MB. " +
		"It may also come as `multipart/form-data` with the part `file`; the parameters may be parts too. " +
		"A TIFF's pages are fitted to the width of A4 at 204 x 196 dots per inch (204 x 98 when they are so coarse), a PDF's are drawn so. " +
		"A file that cannot be faxed is 422 with the field `file`; 503 with that field: this server has nothing that draws PDFs. " +
		"The fax goes as a call of `extension`: by its class of service and its limits. " +
		"The answer comes once the server has taken it; what becomes of it is in `status`, and in the frames `fax`: `fax.sending`, then `fax.sent` or `fax.failed`. " +
		"While it goes, the server's event `FAXStatus` tells how far it is; its `FileName` ends in the fax's id and `.tif`."
	o.Parameters = nil
	for _, p := range []struct{ name, doc, example string }{
		{"extension", "on whose behalf; a login with an extension may leave it out", "1010"},
		{"to", "the number to send it to; needed here or in the form", "0212345678"},
		{"number", "the number to show, one of yours; absent: the extension's", "07045805605"},
		{"server_id", "the server to act on; absent: where the extension's phone is registered, else home", ""},
	} {
		param := &huma.Param{Name: p.name, In: "query", Description: p.doc, Schema: &huma.Schema{Type: huma.TypeString}}
		if p.name == "server_id" {
			param.Schema.Type = huma.TypeInteger
		}
		if p.example != "" {
			param.Example = p.example
		}
		o.Parameters = append(o.Parameters, param)
	}
	binary := &huma.Schema{Type: huma.TypeString, Format: "binary"}
	form := &huma.Schema{Type: huma.TypeObject, Required: []string{faxFile}, Properties: map[string]*huma.Schema{faxFile: binary}}
	for _, name := range faxParameters {
		form.Properties[name] = &huma.Schema{Type: huma.TypeString}
	}
	o.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"application/pdf": {Schema: binary}, "image/tiff": {Schema: binary}, "multipart/form-data": {Schema: form},
	}}
	o.Responses["200"] = &huma.Response{Description: "it is being sent", Content: map[string]*huma.MediaType{
		"application/json": {Schema: api.OpenAPI().Paths[Prefix+"/faxes/{id}"].Get.Responses["200"].Content["application/json"].Schema},
	}}
	api.OpenAPI().AddOperation(o)
}

func faxOp(id, method, path, summary string, errors ...int) *huma.Operation {
	o := &huma.Operation{
		OperationID: id, Method: method, Path: Prefix + path, Summary: summary, Tags: []string{"faxes"}, Responses: map[string]*huma.Response{},
		Parameters: []*huma.Param{{Name: "id", In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString}, Example: "6f1c0a7be4d25a90c3e1"}},
	}
	if id == "fax-page" {
		o.Parameters = append(o.Parameters, &huma.Param{Name: "page", In: "path", Required: true, Description: "from 1; .png may follow", Schema: &huma.Schema{Type: huma.TypeString}, Example: "1.png"})
	}
	o.Parameters = append(o.Parameters, &huma.Param{Name: "tenant", In: "query", Description: "whose, as T2; for operators", Schema: &huma.Schema{Type: huma.TypeString}})
	for _, status := range append(errors, errorsOfReading...) {
		o.Responses[strconv.Itoa(status)] = &huma.Response{
			Description: http.StatusText(status),
			Content:     map[string]*huma.MediaType{"application/json": {Schema: &huma.Schema{Ref: "#/components/schemas/Failure"}}},
		}
	}
	return o
}
