// Package web_test uses the web as people do, in Chromium, on all of DIPCAST: real
// Asterisks, SIP phones and the sandbox of NAVER WORKS. A script beside this file
// (NAME.mjs) works in the browser and asks its test, by way of a desk, for what
// happens elsewhere: phones that call, answer and hang up.
package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/browsertest"
	"github.com/dipcast/dipcast/internal/demo"
	"github.com/dipcast/dipcast/internal/programtest"
	"github.com/dipcast/dipcast/ui"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		browsertest.Remove()
		programtest.Remove()
		os.Exit(code)
	}))
}

// built fails a test when the web is not in the program.
func built(t *testing.T) {
	t.Helper()
	f, err := ui.Files().Open("index.html")
	if err != nil {
		t.Fatal("the web was not built: make ui")
	}
	_ = f.Close() // it was only to be there
}

// startDemo gives a demo that makes no calls by itself.
func startDemo(t *testing.T) *demo.Demo {
	t.Helper()
	built(t)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute) // it may have to unpack
	defer cancel()
	d, err := demo.Start(ctx, demo.Options{
		// A port that is known before: cards link to it.
		Listen: fmt.Sprintf("127.0.0.1:%d", asterisktest.Port(t)), DCMIWSListen: "127.0.0.1:0", Source: demo.SourceAsterisk, Quiet: true, TempDir: t.TempDir(),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return d
}

// deed is what a script may ask for. What it returns goes back as JSON.
type deed func(ctx context.Context, args []string) (any, error)

// desk serves the deeds of a test to its script, and gives its address.
func desk(t *testing.T, deeds map[string]deed) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, "/")
		var args []string
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&args); err != nil || deeds[name] == nil {
			http.Error(w, "no such deed: "+name, http.StatusNotFound)
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), time.Minute)
		defer cancel()
		got, err := deeds[name](ctx, args)
		if err != nil {
			http.Error(w, name+": "+err.Error(), http.StatusInternalServerError)
			return
		}
		_ = json.NewEncoder(w).Encode(got) // the script may have gone
	}))
	t.Cleanup(server.Close)
	return server.URL
}
