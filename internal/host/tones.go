package host

import (
	"os"
	"path/filepath"

	"github.com/dipcast/dipcast/internal/sounds"
)

// musicConf is the server's musiconhold.conf as it stands; "" when there is none.
func (h *Host) musicConf() string {
	dir, err := h.dir()
	if err != nil {
		return ""
	}
	text, err := os.ReadFile(filepath.Join(dir, "etc", "musiconhold.conf"))
	if err != nil {
		return ""
	}
	return string(text)
}

// sweep removes recordings that neither the files now nor those before name,
// which an undo may bring back. Those that stay when it fails disturb nobody.
func (h *Host) sweep(applied bool, former string) {
	dir, err := h.dir()
	if err != nil || !applied || former == "" {
		return
	}
	if err := sounds.Sweep(dir, former, h.musicConf()); err != nil {
		h.log.Warn("recordings that nobody hears any more are not removed", "error", err)
	}
}
