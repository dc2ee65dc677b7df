package company

import (
	"maps"
	"slices"

	"github.com/dipcast/dipcast/internal/secret"
)

// Secrets are a company's passwords and PINs by the places they belong to:
// "extensions/1010/devices/0", "extensions/1010/pin", "trunks/11",
// "conferences/800/pin",
// "naver_works/private_key". Those that are empty are left out.
type Secrets map[string]secret.Text

// eachSecret shows f every place for a secret.
func (c *Company) eachSecret(f func(place string, s *secret.Text)) {
	for i := range c.Extensions {
		e := &c.Extensions[i]
		at := "extensions/" + e.Number + "/"
		for j := range e.Devices {
			f(at+"devices/"+itoa(j), &e.Devices[j].Secret)
		}
		if e.Voicemail != nil {
			f(at+"pin", &e.Voicemail.PIN)
		}
	}
	for i := range c.Conferences {
		f("conferences/"+c.Conferences[i].Number+"/pin", &c.Conferences[i].PIN)
	}
	for i := range c.Trunks {
		f("trunks/"+itoa(c.Trunks[i].ID), &c.Trunks[i].Secret)
	}
	if c.NaverWorks != nil {
		c.NaverWorks.eachSecret(f)
	}
}

// Secrets returns the company's secrets.
func (c *Company) Secrets() Secrets {
	all := Secrets{}
	c.eachSecret(func(place string, s *secret.Text) {
		if !s.Empty() {
			all[place] = *s
		}
	})
	return all
}

// Fill sets the secrets that are empty.
func (c *Company) Fill(secrets Secrets) {
	c.eachSecret(func(place string, s *secret.Text) {
		if s.Empty() {
			*s = secrets[place]
		}
	})
}

// FillDevices gives every phone without a password the one that generate returns,
// and says which phones these are, by the names they register with.
func (c *Company) FillDevices(generate func() string) []Password {
	var made []Password
	for i := range c.Extensions {
		e := &c.Extensions[i]
		for j := range e.Devices {
			if d := &e.Devices[j]; d.Secret.Empty() {
				d.Secret = secret.New(generate())
				made = append(made, Password{e.Number, DeviceName(c.Prefix(), e.Number, j), d.Secret})
			}
		}
	}
	return made
}

// Password is the SIP password of a phone.
type Password struct {
	Extension string
	Device    string // the name it registers with: "T2_1010"
	Secret    secret.Text
}

// Bare returns a copy without secrets.
func (c *Company) Bare() Company {
	b := c.Clone()
	b.eachSecret(func(_ string, s *secret.Text) { *s = secret.Text{} })
	return b
}

// Clone returns a copy that can be changed without changing c: its lists, the
// extensions' devices and voicemail, and NaverWorks. Other lists within entries
// are shared.
func (c *Company) Clone() Company {
	d := *c
	d.Extensions = slices.Clone(c.Extensions)
	for i := range d.Extensions {
		e := &d.Extensions[i]
		e.Devices = slices.Clone(e.Devices)
		if e.Voicemail != nil {
			v := *e.Voicemail
			e.Voicemail = &v
		}
	}
	d.Trunks, d.Routes, d.DIDs, d.Numbers = slices.Clone(c.Trunks), slices.Clone(c.Routes), slices.Clone(c.DIDs), slices.Clone(c.Numbers)
	d.RingGroups, d.TimeGroups, d.Holidays = slices.Clone(c.RingGroups), slices.Clone(c.TimeGroups), slices.Clone(c.Holidays)
	d.Attendants, d.Conferences = slices.Clone(c.Attendants), slices.Clone(c.Conferences)
	d.Classes, d.Tones = slices.Clone(c.Classes), slices.Clone(c.Tones)
	d.Codes = maps.Clone(c.Codes)
	if c.NaverWorks != nil {
		w := *c.NaverWorks
		d.NaverWorks = &w
	}
	return d
}
