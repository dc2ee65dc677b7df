package store

import (
	"encoding/binary"
	"hash/fnv"
	"slices"
	"strings"
)

// who is somebody, as calls are searched by.
type who struct {
	id, tenant        int64
	ext, number, name string
}

func newWho(tenant int64, ext, number, name string) who {
	x := who{tenant: tenant, ext: ext, number: number, name: name}
	h := fnv.New64a()
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(tenant))
	_, _ = h.Write(b[:])
	_, _ = h.Write([]byte(ext + "\x00" + number + "\x00" + name)) // never fails
	x.id = int64(h.Sum64() >> 1)
	return x
}

// index finds what the call is searched by.
func (p *preparedCall) index() {
	parties := append([]CallParty{p.From, p.To, p.By, {Number: p.DID}, {Number: p.DivertedBy.Number, Extension: p.DivertedBy.Extension}}, p.Others...)
	if len(parties) > maxParties {
		parties = parties[:maxParties]
	}
	var exts, nums, names terms
	for _, x := range parties {
		number, name := NumberKey(x.Number), NameKey(x.Name)
		if x.Extension == "" && number == "" && name == "" {
			continue
		}
		exts.add(x.Extension)
		nums.add(number)
		names.add(name)
		one := newWho(p.tenant, x.Extension, number, name)
		if !slices.ContainsFunc(p.whos, func(o who) bool { return o.id == one.id }) {
			p.whos = append(p.whos, one)
		}
	}
	if account := NumberKey(p.Account); account != "" && !nums.has(account) {
		p.whos = append(p.whos, newWho(p.tenant, "", account, ""))
	}
	p.exts, p.nums, p.names = exts.String(), nums.String(), names.String()
}

// terms are texts between bars, each once.
type terms []string

func (t *terms) add(s string) {
	if s != "" && !t.has(s) {
		*t = append(*t, s)
	}
}

func (t *terms) has(s string) bool { return slices.Contains(*t, s) }

func (t *terms) String() string {
	if len(*t) == 0 {
		return ""
	}
	return "|" + strings.Join(*t, "|") + "|"
}
