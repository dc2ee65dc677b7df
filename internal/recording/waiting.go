package recording

import (
	"io/fs"
	"os"

	"github.com/dipcast/dipcast/internal/dialplan"
)

// Waiting are the recordings of a company's call that are in the spool folder of
// its server: under way, or finished and not taken yet. What is taken leaves the
// folder after its row is written, so who wants to know of all asks here first.
// It does not wait for a look that is under way.
func (k *Keeper) Waiting(server, tenant int, linkedid string) []dialplan.Recording {
	var all []dialplan.Recording
	for _, s := range *k.spools.Load() {
		if s.Server != server {
			continue
		}
		root, err := os.OpenRoot(s.Dir)
		if err != nil {
			continue // nothing was recorded yet
		}
		folder := dialplan.RecordFolder(tenant)
		// By the day, and those that a key began: see dialplan.ParseRecording.
		for _, pattern := range []string{folder + "/*/*/*/*." + dialplan.RecordFormat, folder + "-*." + dialplan.RecordFormat} {
			names, _ := fs.Glob(root.FS(), pattern) // the pattern is none that is malformed
			for _, name := range names {
				if r, err := dialplan.ParseRecording(name); err == nil && r.Tenant == tenant && r.Linkedid == linkedid {
					all = append(all, r)
				}
			}
		}
		_ = root.Close() // only a folder
	}
	return all
}
