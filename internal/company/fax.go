package company

import "regexp"

// Fax is how a company sends faxes, and what becomes of all of its faxes.
type Fax struct {
	// StationID is the number that the other machine shows and prints: up to 20
	// of digits, + and blanks (ITU-T T.30, TSI). "" means the number that the
	// call shows.
	StationID string `json:"station_id,omitempty"`
	// Header is printed at the top of every page beside time, number and page:
	// up to 50 letters of ASCII, as machines of the network print no other. ""
	// means none.
	Header string `json:"header,omitempty"`
	// KeepDays is for how many days faxes are kept, those that came in and those
	// that were sent, with their pages. 0 means for good.
	KeepDays int `json:"keep_days,omitempty"`
}

// MaxDetectFax is the longest that a call is listened to for a fax, in seconds.
const MaxDetectFax = 15

var (
	stationPattern = regexp.MustCompile(`^[+0-9 ]{0,20}$`)
	// What would mean something to a file of Asterisk's is left out.
	headerPattern = regexp.MustCompile(`^[A-Za-z0-9 .:/+*_-]{0,50}$`)
)

func (k *checker) fax(f *Fax) {
	if f == nil {
		return
	}
	if !stationPattern.MatchString(f.StationID) {
		k.addf("fax.station_id", "must be up to 20 digits, + and blanks")
	}
	k.between("fax.keep_days", f.KeepDays, MaxKeepDays)
	if !headerPattern.MatchString(f.Header) {
		k.addf("fax.header", "must be up to 50 of A-Z a-z 0-9 blank . : / + * _ -: fax machines print no others")
	}
}

// IsFax reports whether calls to d can become faxes.
func (d *DID) IsFax() bool {
	return d.To.Kind == ToFax || d.Else.Kind == ToFax || d.DetectFax > 0
}

// DetectsFax reports whether calls of the company are listened to for faxes.
func (c *Company) DetectsFax() bool {
	for i := range c.DIDs {
		if c.DIDs[i].DetectFax > 0 {
			return true
		}
	}
	return false
}

// Faxes reports whether the company sends or receives faxes.
func (c *Company) Faxes() bool {
	if c.Fax != nil {
		return true
	}
	for i := range c.DIDs {
		if c.DIDs[i].IsFax() {
			return true
		}
	}
	return false
}
