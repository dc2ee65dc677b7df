package web

import (
	"bytes"
	"compress/gzip"
	"io/fs"
	"net/http"
	"strings"
	"sync"
	"time"
)

// packed are scripts and styles of the web as gzip makes them smallest, each made
// when it is first asked for: some 1.5 MB in all. Their names have a hash of what is
// in them, so that they stay. The zero value is ready.
type packed struct {
	mu   sync.Mutex
	made map[string][]byte
}

// types are those of the files that are packed, by the ends of their names.
var types = map[string]string{".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}

// serve answers with a file, packed; false when it is none of those, or whoever
// asks does not take it.
func (p *packed) serve(w http.ResponseWriter, r *http.Request, files fs.FS, name string) bool {
	dot := strings.LastIndexByte(name, '.')
	if dot < 0 || types[name[dot:]] == "" || !strings.HasPrefix(name, "assets/") || !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		return false
	}
	body, err := p.of(files, name)
	if err != nil {
		return false
	}
	h := w.Header()
	h.Set("Content-Type", types[name[dot:]])
	h.Set("Content-Encoding", "gzip")
	h.Add("Vary", "Accept-Encoding")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
	return true
}

func (p *packed) of(files fs.FS, name string) ([]byte, error) {
	p.mu.Lock()
	defer p.mu.Unlock() // made one at a time: there are two cores
	if body, ok := p.made[name]; ok {
		return body, nil
	}
	plain, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err == nil {
		_, err = z.Write(plain)
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		return nil, err
	}
	if p.made == nil {
		p.made = map[string][]byte{}
	}
	p.made[name] = b.Bytes()
	return b.Bytes(), nil
}
