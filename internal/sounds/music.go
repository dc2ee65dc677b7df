package sounds

import (
	"os"
	"path/filepath"

	"github.com/dipcast/dipcast/internal/media"
)

// musicFile is the one file of a folder. Another tune takes another name.
const musicFile = "music-1.wav"

// Folders of music below Asterisk's data folder, one for each class of music as
// Asterisk reads them.
const (
	// HoldFolder has what those hear who are held and whose company has no
	// music of its own.
	HoldFolder = "dipcast/hold"
	// RingFolder has what callers hear while a phone rings, where
	// company.OwnTone is chosen.
	RingFolder = "dipcast/ring"
)

// MakeMusic writes the music of our own below dir, Asterisk's data folder. What
// is there already stays.
func MakeMusic(dir string) error {
	for folder, tune := range map[string]media.Tune{HoldFolder: media.HoldTune, RingFolder: media.RingTune} {
		path := filepath.Join(dir, filepath.FromSlash(folder), musicFile)
		if _, err := os.Stat(path); err == nil {
			continue
		}
		if err := writeFile(path, media.EncodeWAV(tune.Play(media.Rate))); err != nil {
			return err
		}
	}
	return nil
}

// HasMusic tells whether MakeMusic has nothing to do below dir.
func HasMusic(dir string) bool {
	for _, folder := range []string{HoldFolder, RingFolder} {
		if _, err := os.Stat(filepath.Join(dir, filepath.FromSlash(folder), musicFile)); err != nil {
			return false
		}
	}
	return true
}
