package asteriskconf

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/dipcast/dipcast/internal/company"
)

// Music on hold and ring-back tones are classes of music: one for each tone of a
// company that has a recording, one for the tone that every company has, one for
// those who have none.

// musicFolder is where the recordings of tones are, below Dirs.Base: one folder
// for each, as Asterisk 16 knows no other way.
const musicFolder = "var/moh/"

// DefaultMusic is the class of music of those who chose none.
const DefaultMusic = "default"

// ownTone is the class of music of company.OwnTone.
const ownTone = "dipcast-ring"

// silentFolder has silence, below Asterisk's data folder (astdatadir): a folder
// that comes with its English prompts. Without any music Asterisk complains.
const silentFolder = "sounds/en/silence"

// MusicFolder is the folder, below Dirs.Base, of a tone's recordings.
func MusicFolder(t *company.Company, tone string) string { return musicFolder + ToneClass(t, tone) }

// ToneClass is the class of music of a company's tone.
func ToneClass(t *company.Company, tone string) string {
	if tone == company.OwnTone {
		return ownTone
	}
	return t.Prefix() + "tone-" + tone
}

// holdClass is what those hear who are held or parked.
func holdClass(t *company.Company) string {
	if t.HoldMusic == "" {
		return DefaultMusic
	}
	return ToneClass(t, t.HoldMusic)
}

// hears is the assignment that gives a channel its company's music: what it
// hears when it is held, whoever does it and however.
func hears(t *company.Company) string { return "CHANNEL(musicclass)=" + holdClass(t) }

// heard reports whether there is something to hear of a tone.
func (in *Input) heard(t *company.Company, tone string) bool {
	if tone == company.OwnTone {
		return in.Dirs.Ring != ""
	}
	return in.Recordings[ToneClass(t, tone)] != ""
}

// Unheard is a tone that is wanted and of which there is nothing to hear.
type Unheard struct {
	Tenant int    // its number
	Tone   string // its name
	Held   bool   // only those who are held would hear it
}

// String is for people.
func (u Unheard) String() string {
	why, instead := "has no recording", "callers hear that it rings"
	if u.Tone == company.OwnTone {
		why = "does not come with this Asterisk"
	}
	if u.Held {
		instead = "those who are held hear the music of those who chose none"
	}
	return fmt.Sprintf("T%d: the tone %s %s: %s", u.Tenant, u.Tone, why, instead)
}

// Unheard are the tones that companies want and of which there is nothing to
// hear, each once.
func (in Input) Unheard() []Unheard {
	var out []Unheard
	for i := range in.Companies {
		t := &in.Companies[i]
		seen := map[string]bool{"": true}
		wanted := func(tone string, held bool) {
			if !seen[tone] && !in.heard(t, tone) {
				out = append(out, Unheard{t.Number, tone, held})
			}
			seen[tone] = true
		}
		for j := range t.DIDs {
			wanted(t.DIDs[j].Tone, false)
		}
		for j := range t.RingGroups {
			wanted(t.RingGroups[j].Tone, false)
		}
		wanted(t.HoldMusic, true)
	}
	return out
}

// dropUnheard takes tones of which there is nothing to hear out of the companies:
// a caller must hear that it rings, not silence. The companies are copies.
func (in *Input) dropUnheard() {
	for i := range in.Companies {
		t := &in.Companies[i]
		drop := func(tone *string) {
			if !in.heard(t, *tone) {
				*tone = ""
			}
		}
		for j := range t.DIDs {
			drop(&t.DIDs[j].Tone)
		}
		for j := range t.RingGroups {
			drop(&t.RingGroups[j].Tone)
		}
		drop(&t.HoldMusic)
	}
}

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
	if in.Dirs.Ring != "" {
		class(ownTone, "", in.Dirs.Ring)
	}
	for i := range in.Companies {
		t := &in.Companies[i]
		for j := range t.Tones {
			tone := &t.Tones[j]
			if folder := in.Recordings[ToneClass(t, tone.Name)]; folder != "" {
				class(ToneClass(t, tone.Name), tone.Title, in.Dirs.Base+"/"+folder)
			}
		}
	}
	return b.String()
}

// musicFolders are files that make the folders of recordings, for those that
// are put there by hand. A name without a dot is no recording to Asterisk.
func musicFolders(in Input) map[string]string {
	const about = "For recordings of this tone that are put here by hand, 8000 Hz: .wav, .ulaw, .alaw or .sln.\n" +
		"They count with the next dipcast apply, unless one was uploaded (dipcast tone upload).\n"
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
	return "Set(DC_TONE=" + ToneClass(t, tone) + ")"
}
