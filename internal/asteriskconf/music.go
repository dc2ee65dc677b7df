package asteriskconf

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/dipcast/dipcast/internal/company"
)

// Music on hold and ring-back tones are classes of music, one for each tone of a
// company and one for those who have none.

// musicFolder is where the recordings of tones are, below Dirs.Base: one folder
// for each, as Asterisk 16 knows no other way.
const musicFolder = "var/moh/"

// DefaultMusic is the class of music of those who chose none.
const DefaultMusic = "default"

// silentFolder has silence, below Asterisk's data folder (astdatadir): a folder
// that comes with its English prompts. Without any music Asterisk complains.
const silentFolder = "sounds/en/silence"

// MusicFolder is the folder, below Dirs.Base, of a tone's recording.
func MusicFolder(t *company.Company, tone string) string { return musicFolder + toneClass(t, tone) }

// toneClass is the class of music of a company's tone.
func toneClass(t *company.Company, tone string) string {
	return t.Prefix() + "tone-" + tone
}

// holdClass is what those hear who are held or parked.
func holdClass(t *company.Company) string {
	if t.HoldMusic == "" {
		return DefaultMusic
	}
	return toneClass(t, t.HoldMusic)
}

// hears is the assignment that gives a channel its company's music: what it
// hears when it is held, whoever does it and however.
func hears(t *company.Company) string { return "CHANNEL(musicclass)=" + holdClass(t) }

func musicConf(in Input) string {
	var b strings.Builder
	b.WriteString("[general]\n")
	class := func(name, title, directory string) {
		if title != "" {
			fmt.Fprintf(&b, "\n; %s", displayName(title))
		}
		fmt.Fprintf(&b, "\n[%s]\nmode=files\ndirectory=%s\nsort=alpha\n", name, directory)
	}
	class(DefaultMusic, "", cmp.Or(in.Dirs.Music, silentFolder))
	for i := range in.Companies {
		t := &in.Companies[i]
		for j := range t.Tones {
			tone := &t.Tones[j]
			class(toneClass(t, tone.Name), tone.Title, in.Dirs.Base+"/"+MusicFolder(t, tone.Name))
		}
	}
	return b.String()
}

// musicFolders are files that make the folders of recordings, so that Asterisk
// finds them, empty or not. A name without a dot is no recording to it.
func musicFolders(in Input) map[string]string {
	const about = "Recordings of this class of music, 8000 Hz: .wav, .ulaw, .alaw or .sln.\n"
	files := map[string]string{}
	for i := range in.Companies {
		t := &in.Companies[i]
		for j := range t.Tones {
			files[MusicFolder(t, t.Tones[j].Name)+"/about"] = about
		}
	}
	return files
}

// ringing is Dial's option for what the caller hears meanwhile: the tone named
// by DC_TONE, a class of music, instead of the ringing.
const ringing = `${IF($["${DC_TONE}" != ""]?m(${DC_TONE}))}`

// setTone is the step that sets what a caller hears.
func setTone(t *company.Company, tone string) string {
	return "Set(DC_TONE=" + toneClass(t, tone) + ")"
}
