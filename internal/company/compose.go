package company

import "golang.org/x/text/unicode/norm"

// Compose writes every name as phones show it: what some systems type as single
// letters (NFD) becomes syllables (NFC).
func (c *Company) Compose() {
	nfc := func(names ...*string) {
		for _, s := range names {
			*s = norm.NFC.String(*s)
		}
	}
	nfc(&c.Name)
	for i := range c.Extensions {
		e := &c.Extensions[i]
		nfc(&e.Name)
		for j := range e.Devices {
			nfc(&e.Devices[j].Name)
		}
	}
	for i := range c.Trunks {
		nfc(&c.Trunks[i].Name)
	}
	for i := range c.DIDs {
		nfc(&c.DIDs[i].Description, &c.DIDs[i].CallerPrefix)
	}
	for i := range c.RingGroups {
		nfc(&c.RingGroups[i].Name, &c.RingGroups[i].CallerPrefix)
	}
	for i := range c.Attendants {
		a := &c.Attendants[i]
		nfc(&a.Name)
		for j := range a.Keys {
			nfc(&a.Keys[j].Name)
		}
	}
	for i := range c.Conferences {
		nfc(&c.Conferences[i].Name)
	}
	for i := range c.TimeGroups {
		nfc(&c.TimeGroups[i].Name)
	}
	for i := range c.Holidays {
		nfc(&c.Holidays[i].Name)
	}
	for i := range c.Tones {
		nfc(&c.Tones[i].Title)
	}
	for i := range c.Routes {
		nfc(&c.Routes[i].Name)
	}
}
