package app_test

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/app"
	"github.com/dipcast/dipcast/internal/rest"
)

// served is a site whose gateway starts itself again.
type served struct {
	*site
	mu    sync.Mutex
	apps  int
	ended chan struct{}
}

// serve stops the site's App and runs it as a program does.
func (s *site) serve() *served {
	s.t.Helper()
	s.app.Stop()
	v := &served{site: s, ended: make(chan struct{})}
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		defer close(v.ended)
		err := app.Serve(ctx, app.Serving{
			Load: func() (app.Options, error) { return s.options, nil },
			Run: func(ctx context.Context, a *app.App) (string, error) {
				v.mu.Lock()
				v.apps++
				s.http = a.Addresses()[0]
				v.mu.Unlock()
				select {
				case backup := <-a.Restart():
					return backup, nil
				case err := <-a.Failed():
					return "", err
				case <-ctx.Done():
					return "", nil
				}
			},
			Stop:   func(ctx context.Context, a *app.App) { a.Drain(ctx); a.Stop() },
			Logger: s.options.Logger,
		})
		if err != nil {
			s.t.Error(err)
		}
	}()
	s.t.Cleanup(func() { cancel(); <-v.ended })
	v.started(1)
	return v
}

// started waits until the nth App serves.
func (v *served) started(n int) {
	v.t.Helper()
	v.until("the gateway to start", func() bool {
		v.mu.Lock()
		defer v.mu.Unlock()
		return v.apps >= n
	})
}

func (v *served) data(method, path, body string, want int, to any) {
	v.t.Helper()
	r := v.do(method, "/api/v2"+path, body, basic("ops"))
	if r.status != want {
		v.t.Fatalf("%s %s: %d %s", method, path, r.status, r.raw)
	}
	if to == nil {
		return
	}
	if err := json.Unmarshal(r.body.Data, to); err != nil {
		v.t.Fatalf("%s %s: %v in %s", method, path, err, r.raw)
	}
}

func (v *served) backup() rest.BackupView {
	v.t.Helper()
	var b rest.BackupView
	v.data("POST", "/system/backups", `{}`, 202, &b)
	v.until("the backup", func() bool {
		v.data("GET", "/system/backups/"+b.ID, "", 200, &b)
		if b.State == "failed" {
			v.t.Fatal(b.Error)
		}
		return b.State == "ready"
	})
	return b
}

func (v *served) name() string {
	v.t.Helper()
	var e struct{ Name string }
	v.data("GET", "/extensions/1010?tenant=T2", "", 200, &e)
	return e.Name
}

// TestRestore: what was there when the backup was made is there again after a
// restore, what came since is not; undoing it brings that back.
func TestRestore(t *testing.T) {
	v := newSite(t).serve()
	rename := func(name string) { v.data("PUT", "/extensions/1010?tenant=T2", `{"name":"`+name+`"}`, 200, nil) }
	rename("before")
	made := v.backup()
	if made.Kind != "made" || made.Bytes == 0 || made.Schema == 0 || made.By != "ops" || made.CheckedAt != nil {
		t.Errorf("%+v", made)
	}
	rename("after")
	var checked rest.BackupView
	v.data("POST", "/system/backups/"+made.ID+"/check", "", 200, &checked)
	if checked.Good == nil || !*checked.Good || checked.CheckedAt == nil {
		t.Errorf("%+v", checked)
	}
	restore := "/system/backups/" + made.ID + "/restore"
	for body, want := range map[string]int{`{"password":"wrong"}`: 403, `{}`: 422} {
		if r := v.do("POST", "/api/v2"+restore, body, basic("ops")); r.status != want {
			t.Errorf("%s: %d %s", body, r.status, r.raw)
		}
	}
	if r := v.do("POST", "/api/v2"+restore, `{"password":"`+password("demo")+`"}`, basic("demo")); r.status != 403 {
		t.Errorf("by a company: %d", r.status)
	}
	v.data("POST", restore, `{"password":"`+password("ops")+`"}`, 202, nil)
	v.started(2)
	if got := v.name(); got != "before" {
		t.Errorf("the restored name is %q", got)
	}
	var last rest.RestoreView
	v.data("GET", "/system/restore", "", 200, &last)
	if last.State != "done" || last.Backup != made.ID || last.Undo == "" || last.Error != "" {
		t.Errorf("%+v", last)
	}
	got := v.audited(basic("ops"), "action=restored", func(x trail) bool { return len(x.Data) == 1 })
	if got.Data[0].Field != made.ID || got.Data[0].Name != "ops" {
		t.Errorf("%+v", got.Data)
	}
	v.data("POST", "/system/restore/undo", `{"password":"`+password("ops")+`"}`, 202, nil)
	v.started(3)
	if got := v.name(); got != "after" {
		t.Errorf("the name after undoing is %q", got)
	}
	left, err := filepath.Glob(filepath.Join(v.options.Config.DataDir, "before-*"))
	if len(left) > 0 || err != nil {
		t.Errorf("left behind: %v, %v", left, err)
	}
	var all []rest.BackupView
	v.data("GET", "/system/backups", "", 200, &all)
	if len(all) != 3 {
		t.Errorf("%+v", all)
	}
}

// TestBackupsByUpload: a backup that was downloaded is taken back, what is none is
// refused, and what is deleted is gone.
func TestBackupsByUpload(t *testing.T) {
	v := newSite(t).serve()
	made := v.backup()
	file := v.do("GET", "/api/v2/system/backups/"+made.ID+"/file", "", basic("ops"))
	if file.status != http.StatusOK || int64(len(file.raw)) != made.Bytes || !strings.Contains(file.header.Get("Content-Disposition"), made.ID) {
		t.Fatalf("%d, %d bytes of %d", file.status, len(file.raw), made.Bytes)
	}
	if r := v.do("GET", "/api/v2/system/backups/"+made.ID+"/file", "", key()); r.status != 403 {
		t.Errorf("by a company: %d", r.status)
	}
	var taken rest.BackupView
	v.data("POST", "/system/backups/upload", file.raw, 201, &taken)
	if taken.Kind != "uploaded" || taken.Good == nil || !*taken.Good || taken.Bytes != made.Bytes || taken.CreatedAt.Sub(made.CreatedAt).Abs() > time.Minute {
		t.Errorf("%+v", taken)
	}
	for _, bad := range []string{"", "nonsense", file.raw[:len(file.raw)/2]} {
		if r := v.do("POST", "/api/v2/system/backups/upload", bad, basic("ops")); r.status != 422 && r.status != 400 || strings.Contains(r.raw, v.options.Config.DataDir) {
			t.Errorf("%d bytes of no backup: %d %s", len(bad), r.status, r.raw)
		}
	}
	v.data("DELETE", "/system/backups/"+taken.ID, "", 200, nil)
	for _, path := range []string{"/system/backups/" + taken.ID, "/system/backups/..%2Fdipcast.db", "/system/backups/2026-10-20-010203-kdmapbco"} {
		v.data("GET", path, "", 404, nil)
		v.data("DELETE", path, "", 404, nil)
	}
	// One that is damaged on the disk is found, and changes nothing.
	name := filepath.Join(v.options.Config.DataDir, "backups", made.ID+".tar.gz")
	if err := os.Truncate(name, made.Bytes-100); err != nil {
		t.Fatal(err)
	}
	v.data("POST", "/system/backups/"+made.ID+"/restore", `{"password":"`+password("ops")+`"}`, 202, nil)
	var last rest.RestoreView
	v.until("the restore to fail", func() bool {
		v.data("GET", "/system/restore", "", 200, &last)
		return last.State == "failed"
	})
	if last.Error == "" || strings.Contains(last.Error, v.options.Config.DataDir) {
		t.Errorf("%+v", last)
	}
}

// TestRestoreWithoutRestart: a gateway that nobody starts again says so.
func TestRestoreWithoutRestart(t *testing.T) {
	v := &served{site: newSite(t)}
	made := v.backup()
	v.data("POST", "/system/backups/"+made.ID+"/restore", `{"password":"`+password("ops")+`"}`, 409, nil)
	v.data("POST", "/system/restore/undo", `{"password":"`+password("ops")+`"}`, 404, nil)
}
