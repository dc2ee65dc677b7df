// Package prompts is the list of what the telephone system says in Korean: one
// text, prompts.txt, from which every sound file is made. It also holds the rules
// by which Asterisk joins them to numbers, dates and times.
package prompts

import (
	_ "embed"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"
)

// Language is what the list is in, as Asterisk names languages: the folder below
// sounds, and the value of CHANNEL(language).
const Language = "ko"

// English is the other language of our own prompts. Asterisk's have a set of theirs.
const English = "en"

// ownPrefix begins the names of prompts that only our dialplan plays.
const ownPrefix = "dipcast/"

// CustomPrefix begins the names of sounds that only a company has: its own
// greetings and notices, which are uploaded and in no list.
const CustomPrefix = "custom/"

// MaxName is the longest name of a prompt, in bytes.
const MaxName = 80

// ErrName reports a name that no prompt has or may have.
var ErrName = errors.New("no prompt has this name")

//go:embed prompts.txt
var text string

// Prompt is one line of the list.
type Prompt struct {
	// Name is the file below sounds/ko, without its ending: "vm-intro",
	// "digits/1".
	Name string
	// Korean is what is said. Empty for a Same and for sounds without words.
	Korean string
	// English says what it means.
	English string
	// Use says where it is played.
	Use string
	// Pause is the silence before Korean, or all of it.
	Pause time.Duration
	// Same is the prompt that sounds the same, or "".
	Same string
	// Tones are played instead of words.
	Tones []Tone
}

// In is what is said in a language; "" when nothing is, or when it is Asterisk's
// own prompt that says it.
func (p Prompt) In(language string) string {
	switch {
	case language == Language:
		return p.Korean
	case strings.HasPrefix(p.Name, ownPrefix):
		return p.English
	}
	return ""
}

// Has tells whether the set of a language has the prompt.
func (p Prompt) Has(language string) bool {
	return language == Language || strings.HasPrefix(p.Name, ownPrefix)
}

// Tone is one beep.
type Tone struct {
	Hertz float64
	For   time.Duration
}

// list reads the text once; it is part of the program, so a mistake in it is
// found by the first test.
var list = sync.OnceValues(func() ([]Prompt, error) { return parse(text) })

// List gives all prompts in the order of the text. The caller must not change it.
func List() ([]Prompt, error) { return list() }

// Find gives the prompt of a name. The error wraps ErrName.
func Find(name string) (Prompt, error) {
	all, err := List()
	if err != nil {
		return Prompt{}, err
	}
	for i := range all {
		if all[i].Name == name {
			return all[i], nil
		}
	}
	return Prompt{}, fmt.Errorf("%q: %w", name, ErrName)
}

// parse reads lines of "name | Korean | English | use". Blank lines and lines
// that begin with # are free.
func parse(text string) ([]Prompt, error) {
	var all []Prompt
	seen := map[string]bool{}
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		p, err := parseLine(line)
		if err == nil && seen[p.Name] {
			err = fmt.Errorf("%s is there twice", p.Name)
		}
		if err == nil && p.Same != "" && !seen[p.Same] {
			err = fmt.Errorf("%s is to sound like %s, which is not above it", p.Name, p.Same)
		}
		if err != nil {
			return nil, fmt.Errorf("prompts.txt line %d: %w", n, err)
		}
		seen[p.Name] = true
		all = append(all, p)
	}
	return all, nil
}

func parseLine(line string) (Prompt, error) {
	f := strings.Split(line, " | ")
	if len(f) != 4 {
		return Prompt{}, fmt.Errorf("%d parts between bars, not 4", len(f))
	}
	p := Prompt{Name: f[0], English: f[2], Use: f[3]}
	if err := CheckName(p.Name); err != nil {
		return p, err
	}
	var err error
	switch what := f[1]; {
	case strings.HasPrefix(what, "="):
		p.Same = what[1:]
	case strings.HasPrefix(what, "^"):
		p.Tones, err = parseTones(what)
	default:
		if strings.HasPrefix(what, "~") {
			var seconds string
			seconds, what, _ = strings.Cut(what[1:], " ")
			p.Pause, err = parseSeconds(seconds)
		}
		p.Korean = what
		if err == nil {
			err = checkSpoken(what)
		}
	}
	if err == nil && p.Same == "" && p.Tones == nil && p.Korean == "" && p.Pause == 0 {
		err = errors.New("nothing is said")
	}
	return p, err
}

// parseTones reads "^700:0.15 ^1000:0.15".
func parseTones(s string) ([]Tone, error) {
	var all []Tone
	for t := range strings.FieldsSeq(s) {
		hertz, seconds, ok := strings.Cut(strings.TrimPrefix(t, "^"), ":")
		hz, err := strconv.ParseFloat(hertz, 64)
		if !ok || err != nil || hz < 100 || hz > 3400 {
			return nil, fmt.Errorf("tone %q is not of 100 to 3400 Hz, as ^880:0.2", t)
		}
		d, err := parseSeconds(seconds)
		if err != nil {
			return nil, err
		}
		all = append(all, Tone{Hertz: hz, For: d})
	}
	return all, nil
}

func parseSeconds(s string) (time.Duration, error) {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || v <= 0 || v > 60 {
		return 0, fmt.Errorf("%q is not a number of seconds from 0 to 60", s)
	}
	return time.Duration(v * float64(time.Second)), nil
}

// checkSpoken refuses what the voice does not read as it is written: only
// Hangul, spaces, commas and full stops are sure.
func checkSpoken(s string) error {
	for _, r := range s {
		if !unicode.Is(unicode.Hangul, r) && !strings.ContainsRune(" ,.", r) {
			return fmt.Errorf("%q in %q is not Hangul; write it as it is spoken", r, s)
		}
	}
	return nil
}

// CheckName tells whether a name can be one of a prompt: lower and upper case
// letters, figures, - and _, with one folder at most. What passes is safe as a
// path below sounds, and in a dialplan. The error wraps ErrName.
func CheckName(name string) error {
	if len(name) > MaxName || strings.Count(name, "/") > 1 {
		return fmt.Errorf("%q: %w: at most %d characters and one folder", name, ErrName, MaxName)
	}
	for part := range strings.SplitSeq(name, "/") {
		if part == "" {
			return fmt.Errorf("%q: %w", name, ErrName)
		}
		for _, c := range []byte(part) {
			if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_') {
				return fmt.Errorf("%q: %w: only letters, figures, - and _", name, ErrName)
			}
		}
	}
	return nil
}

// CheckUpload tells whether a sound may be uploaded under a name: one of the
// list, or a company's own below CustomPrefix. The error wraps ErrName.
func CheckUpload(name string) error {
	if err := CheckName(name); err != nil {
		return err
	}
	if strings.HasPrefix(name, CustomPrefix) {
		return nil
	}
	_, err := Find(name)
	return err
}

// OfTenant is the language of a tenant's channels, ko_T2: Asterisk looks for a
// file in sounds/ko_T2 first, which holds what the tenant has uploaded, and then
// in sounds/ko (main/file.c, fileexists_core).
func OfTenant(number int) string { return Variant(Language, number) }

// Variant is OfTenant in another language: en_T2.
func Variant(language string, number int) string { return language + "_T" + strconv.Itoa(number) }
