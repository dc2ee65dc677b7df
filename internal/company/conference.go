package company

import (
	"cmp"

	"github.com/dipcast/dipcast/internal/number"
	"github.com/dipcast/dipcast/internal/secret"
)

// Conference is a room where everybody who dials its number talks with each other.
type Conference struct {
	Number string `json:"number"` // dialed inside like an extension: "800"
	Name   string `json:"name,omitempty"`
	// PIN is asked of everybody who enters: 4 to 10 digits.
	PIN secret.Text `json:"pin,omitzero"`
	// Open lets everybody in who gets there, without a PIN.
	Open bool `json:"open,omitempty"`
	// Seats is how many may be in it at a time. 0 means 20.
	Seats int `json:"seats,omitempty"`
	// Quiet enters and leaves without a sound, and does not say how many there are.
	Quiet bool `json:"quiet,omitempty"`
}

// Most is how many may be in the room at a time.
func (r *Conference) Most() int { return cmp.Or(r.Seats, 20) }

const maxSeats = 100

func (k *checker) conference(r *Conference) {
	if err := number.CheckExtension(r.Number); err != nil {
		k.addf(".number", "%v", err)
	}
	k.name(".name", r.Name)
	if r.PIN.Empty() && !r.Open {
		k.addf(".pin", "is missing: without one, the room must be open to everybody")
	} else if !r.PIN.Empty() && !pinPattern.MatchString(r.PIN.Reveal()) {
		k.addf(".pin", "must be 4 to 10 digits")
	}
	k.between(".seats", r.Seats, maxSeats)
	if r.Seats == 1 {
		k.addf(".seats", "must be two or more")
	}
}
