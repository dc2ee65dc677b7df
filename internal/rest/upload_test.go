package rest_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"testing"
)

// TestUploadRefusedEarly: what is left of an upload is read when it is refused before
// its end. net/http does not with Connection: close, and a client that still writes
// then gets a broken connection in the place of the answer (RFC 9112, section 9.6).
func TestUploadRefusedEarly(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		for _, c := range []struct {
			method, path string
			bytes, left  int
		}{
			{http.MethodPut, "/prompts/none/such/name", 100_000, 0},
			{http.MethodPost, "/nothing", 10_000, 0},
			{http.MethodPost, "/nothing", 10 << 20, 8 << 20}, // no more than the path may be sent at all
		} {
			file := bytes.NewReader(make([]byte, c.bytes))
			req := httptest.NewRequestWithContext(r.t.Context(), c.method, prefix+c.path, file)
			req.Header.Set("Who", "two")
			req.Header.Set("Connection", "close")
			w := httptest.NewRecorder()
			r.api.ServeHTTP(w, req)
			if w.Code != http.StatusNotFound || c.left == 0 && file.Len() > 0 || file.Len() < c.left {
				r.t.Errorf("%s %s: %d, %d of %d bytes are left", c.method, c.path, w.Code, file.Len(), c.bytes)
			}
		}
	})
}
