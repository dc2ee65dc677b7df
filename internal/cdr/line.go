package cdr

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/dipcast/dipcast/internal/asteriskconf"
)

// errLine reports a line that is none of ours.
var errLine = errors.New("not a line of Asterisk's record of calls")

// line is one record of Asterisk's: what one channel did with one other, main/cdr.c.
type line struct {
	Linkedid    string    `json:"l"`
	Uniqueid    string    `json:"u"`
	Sequence    int64     `json:"q"`
	Start       time.Time `json:"s"`
	Answer      time.Time `json:"a"`
	End         time.Time `json:"e"`
	Disposition string    `json:"d"`
	Src         string    `json:"src"`
	Dst         string    `json:"dst"`
	CLID        string    `json:"clid"`
	DContext    string    `json:"ctx"`
	Channel     string    `json:"ch"`
	DstChannel  string    `json:"dch,omitempty"`
	LastApp     string    `json:"app,omitempty"`
	LastData    string    `json:"data,omitempty"`
	Account     string    `json:"acc,omitempty"`
	Diverted    string    `json:"div,omitempty"`  // CFN:1010:01012345678
	From        string    `json:"from,omitempty"` // where the call came in
	DID         string    `json:"did,omitempty"`

	// otherCaller and otherCalled: that channel is another company's than the one
	// whose view it is, which learns no more of it than what was said.
	otherCaller, otherCalled bool
}

// parseLine reads one line of the file, without its end.
func parseLine(text string) (line, error) {
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord = -1
	f, err := r.Read()
	if err != nil {
		return line{}, fmt.Errorf("%w: %w", errLine, err)
	}
	at := func(column string) string {
		for i, c := range asteriskconf.CDRColumns {
			if c == column && i < len(f) {
				// What a database would refuse would keep all else from being written.
				return strings.ReplaceAll(strings.ToValidUTF8(f[i], "\uFFFD"), "\x00", "\uFFFD")
			}
		}
		return ""
	}
	l := line{
		Linkedid: at("linkedid"), Uniqueid: at("uniqueid"), Disposition: at("disposition"), Src: at("src"), Dst: at("dst"),
		CLID: at("clid"), DContext: at("dcontext"), Channel: at("channel"), DstChannel: at("dstchannel"),
		LastApp: at("lastapp"), LastData: at("lastdata"), Account: at("accountcode"), Diverted: at("dipcast_diverted"),
		From: at("dipcast_from"), DID: at("dipcast_did"),
	}
	var errs [4]error
	l.Sequence, errs[0] = strconv.ParseInt(at("sequence"), 10, 64)
	l.Start, errs[1] = seconds(at("start,u"))
	l.Answer, errs[2] = seconds(at("answer,u"))
	l.End, errs[3] = seconds(at("end,u"))
	if err := errors.Join(errs[:]...); err != nil {
		return line{}, fmt.Errorf("%w: %w", errLine, err)
	}
	if l.Linkedid == "" || l.Uniqueid == "" || l.Channel == "" || l.Start.IsZero() {
		return line{}, fmt.Errorf("%w: an id is missing", errLine)
	}
	return l, nil
}

// maxSeconds is in the year 2200, up to which times can be kept.
const maxSeconds = 7258118400

// seconds reads a time such as 1795282245.071880, in UTC; 0 is the zero time.
func seconds(s string) (time.Time, error) {
	whole, fraction, _ := strings.Cut(s, ".")
	sec, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || sec < 0 || sec > maxSeconds || len(fraction) > 9 {
		return time.Time{}, fmt.Errorf("time %q", s)
	}
	nsec, err := strconv.ParseInt((fraction + "000000000")[:9], 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("time %q", s)
	}
	if sec == 0 && nsec == 0 {
		return time.Time{}, nil
	}
	return time.Unix(sec, nsec).UTC(), nil
}

func (l *line) encode() string {
	b, err := json.Marshal(l)
	if err != nil {
		return "{}" // texts and times always marshal
	}
	return string(b)
}
