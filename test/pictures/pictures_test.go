// Package pictures_test opens every page of the web in Chromium, in both languages
// and on a phone and a desk, on a demo with calls: what axe calls serious fails. With
// -pictures DIR it keeps what the pages look like (make screenshots).
package pictures_test

import (
	"context"
	"encoding/json"
	"flag"
	"os"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dipcast/dipcast/internal/browsertest"
	"github.com/dipcast/dipcast/internal/demo"
	"github.com/dipcast/dipcast/ui"
)

var folder = flag.String("pictures", "", "keep pictures of all pages in this folder, of each page in each size and language")

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		browsertest.Remove()
		os.Exit(code)
	}))
}

// TestPages: every page that an operator, a company's administrator and an employee
// find in their menu opens without an error and without a serious finding of axe.
func TestPages(t *testing.T) {
	all := "no"
	if *folder == "" {
		t.Parallel() // it mostly waits
	} else {
		t.Setenv("SCREENSHOTS", *folder) // only one that is alone may
		all = "yes"
	}
	if f, err := ui.Files().Open("index.html"); err != nil {
		t.Fatal("the web was not built: make ui")
	} else if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute) // it may have to unpack
	defer cancel()
	d, err := demo.Start(ctx, demo.Options{
		Listen: "127.0.0.1:0", DCMIWSListen: "127.0.0.1:0", Source: demo.SourceAsterisk, Interval: time.Second, Furnished: true, TempDir: t.TempDir(),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	if *folder != "" { // a history that is worth looking at
		select {
		case <-time.After(45 * time.Second):
		case <-ctx.Done():
		}
	}
	everybody := []map[string]string{
		{"name": "operator", "username": demo.Operator, "password": demo.Operator, "tenant": "T2"},
		{"name": "company", "username": demo.Login2, "password": demo.Login2},
		{"name": "employee", "username": demo.Employee2, "password": demo.Employee2},
	}
	people := func(who ...map[string]string) string {
		text, err := json.Marshal(who)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	looks := [][2]string{{"ko", "390"}, {"en", "1440"}}
	if *folder != "" {
		looks = [][2]string{{"ko", "390"}, {"ko", "1440"}, {"en", "390"}, {"en", "1440"}}
	}
	for _, l := range looks { // each by itself: a script may take only so long
		browsertest.Run(t, "pages.mjs", d.URL(), people(everybody...), all, l[0], l[1])
	}
	if *folder == "" {
		return
	}
	// What opens on the pages takes ten minutes: it is looked at where the pictures are.
	for _, width := range []string{"390", "1440"} {
		for _, who := range []int{0, 2} { // the administrator's pages are among the operator's
			browsertest.Run(t, "pages.mjs", d.URL(), people(everybody[who]), "open", "ko", width)
		}
	}
}
