package rest

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"slices"

	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/fax"
)

// faxParameters are those of sending. A form may have them as parts too, beside
// the one that is the file.
var faxParameters = []string{"extension", "to", "number", "server_id"}

const (
	faxFile = "file"
	// maxFaxForm is what the rest of a form may have, in bytes.
	maxFaxForm = 64 << 10
	// maxFaxWord bounds a parameter in a form.
	maxFaxWord = 256
)

// readFax reads what a request to send a fax asks, and the file: the body is the
// file, or a form of multipart/form-data that has it.
func readFax(r *http.Request) (asked map[string]string, file []byte, err error) {
	asked = map[string]string{}
	for name, values := range r.URL.Query() {
		if !slices.Contains(faxParameters, name) || len(values) > 1 {
			return nil, nil, unknownInFax(name)
		}
		asked[name] = values[0]
	}
	kind, parameters, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err == nil && kind == "multipart/form-data" {
		file, err = readFaxForm(multipart.NewReader(r.Body, parameters["boundary"]), asked)
	} else if file, err = io.ReadAll(r.Body); err != nil {
		err = faxCut(err)
	}
	switch {
	case err != nil:
		return nil, nil, err
	case len(file) > fax.MaxBytes:
		return nil, nil, faxTooLong()
	}
	return asked, file, nil
}

func readFaxForm(form *multipart.Reader, asked map[string]string) (file []byte, err error) {
	seen := false
	for {
		part, err := form.NextRawPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, faxCut(err)
		}
		name := part.FormName()
		_, known := asked[name]
		switch {
		case name == faxFile && !seen:
			seen = true
			if file, err = io.ReadAll(part); err != nil {
				return nil, faxCut(err)
			}
		case known || !slices.Contains(faxParameters, name):
			return nil, unknownInFax(name)
		default:
			word, err := io.ReadAll(io.LimitReader(part, maxFaxWord+1))
			if err != nil {
				return nil, faxCut(err)
			}
			if len(word) > maxFaxWord {
				return nil, envelope.Errorf(envelope.TooLong, name, "%s has at most %d bytes", name, maxFaxWord)
			}
			asked[name] = string(word)
		}
	}
	if !seen {
		return nil, envelope.Errorf(envelope.BadRequest, faxFile, "the form has no part %s", faxFile)
	}
	return file, nil
}

func unknownInFax(name string) error {
	return envelope.Errorf(envelope.InvalidValue, envelope.Clip(name), "%s is not known here, or given twice", envelope.Clip(name))
}

func faxTooLong() error {
	return envelope.Errorf(envelope.TooLong, faxFile, "a fax has at most %d bytes", fax.MaxBytes)
}

func faxCut(err error) error {
	if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
		return faxTooLong()
	}
	return envelope.Errorf(envelope.BadRequest, faxFile, "the fax did not arrive whole")
}
