package works

import (
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
)

// Check compares content with the documented limits. The error is a
// *ContentError that names the first field that is wrong. Characters are counted
// as UTF-16 has them, the strictest of the usual ways.
func Check(content Content) error {
	if content == nil {
		return &ContentError{Field: "content", Want: "must be given"}
	}
	k := &checker{}
	content.check(k)
	if q := content.quick(); q != nil {
		k.count("quickReply.items", len(q.Items), 1, 13)
		for i := range q.Items {
			at := index("quickReply.items", i)
			if u := q.Items[i].ImageURL; u != "" {
				k.address(at+".imageUrl", u, "https")
			}
			k.action(at+".action", &q.Items[i].Action, inQuickReply)
		}
	}
	if k.err != nil {
		return k.err
	}
	return nil
}

// checker keeps the first mistake.
type checker struct{ err *ContentError }

func (k *checker) wrong(field, want, got string) {
	if k.err == nil {
		k.err = &ContentError{Field: field, Want: want, Got: got}
	}
}

func characters(s string) int { return len(utf16.Encode([]rune(s))) }

// text wants from least to most characters.
func (k *checker) text(field, s string, least, most int) {
	n := characters(s)
	switch {
	case n < least:
		k.wrong(field, "must not be empty", "")
	case n > most:
		k.wrong(field, "at most "+strconv.Itoa(most)+" characters", strconv.Itoa(n))
	}
}

func (k *checker) count(field string, n, least, most int) {
	if n < least || n > most {
		k.wrong(field, strconv.Itoa(least)+" to "+strconv.Itoa(most), strconv.Itoa(n))
	}
}

// word wants one of some words, or none.
func (k *checker) word(field, s string, words ...string) {
	if s != "" && !slices.Contains(words, s) {
		k.wrong(field, strings.Join(words, ", "), quoted(s))
	}
}

// languages are those the app has variants for.
var languages = []string{Korean, "ja_JP", "zh_CN", "zh_TW", English}

func (k *checker) language(field, s string) {
	if !slices.Contains(languages, s) {
		k.wrong(field+".language", "ko_KR, ja_JP, zh_CN, zh_TW or en_US", quoted(s))
	}
}

// address wants a URL of one of some schemes, of at most 1,000 characters.
func (k *checker) address(field, s string, schemes ...string) {
	k.text(field, s, 1, 1000)
	if u, err := url.Parse(s); err != nil || !slices.Contains(schemes, u.Scheme) {
		k.wrong(field, "an address that begins with "+schemes[0]+":", "another")
	}
}

// one wants either an address or the id of an attachment.
func (k *checker) one(field, address, id string) {
	switch {
	case (address == "") == (id == ""):
		k.wrong(field, "either an address or a fileId", "both or neither")
	case address != "":
		k.address(field, address, "https")
	}
}

// size bounds the JSON of a part.
func (k *checker) size(field string, v any, most int) {
	body, err := json.Marshal(v)
	if err != nil {
		k.wrong(field, "must be JSON", err.Error())
		return
	}
	if len(body) > most {
		k.wrong(field, "at most "+strconv.Itoa(most)+" bytes of JSON", strconv.Itoa(len(body)))
	}
}

func index(field string, i int) string { return field + "[" + strconv.Itoa(i) + "]" }

func quoted(s string) string {
	if len(s) > 40 {
		s = s[:40]
	}
	return strconv.Quote(s)
}
