package company

import (
	"slices"

	"github.com/dipcast/dipcast/internal/number"
)

// AllClass is the class of service of everyone who has no other: T2_cos-all.
const AllClass = "all"

// Class is a class of service: what its extensions may dial beside each other
// and emergency numbers, which everyone may. It is named T2_cos-{Name}.
type Class struct {
	// ID is what clients call cos_id, unique over all companies. That of
	// AllClass is the company's number.
	ID   int    `json:"id"`
	Name string `json:"name"` // letters, digits and -
	// Dials are the kinds of numbers that may be dialed: "national", "mobile",
	// "international", "premium". nil means all; empty means none.
	Dials []string `json:"dials"`
	// NoCodes closes the feature codes.
	NoCodes bool `json:"no_codes,omitempty"`
}

// ClassKinds are the kinds of numbers that a class opens.
var ClassKinds = []number.Kind{number.National, number.Mobile, number.International, number.Premium}

// May reports whether numbers of a kind may be dialed.
func (c *Class) May(k number.Kind) bool {
	return c.Dials == nil || slices.Contains(c.Dials, k.String())
}

// AllClasses are the company's classes, with AllClass first even when it is not
// listed.
func (c *Company) AllClasses() []Class {
	if c.Class(AllClass) != nil {
		return c.Classes
	}
	return append([]Class{{ID: c.Number, Name: AllClass}}, c.Classes...)
}

// Class returns the listed class of a name, or nil.
func (c *Company) Class(name string) *Class {
	for i := range c.Classes {
		if c.Classes[i].Name == name {
			return &c.Classes[i]
		}
	}
	return nil
}
