package envelope

import (
	"strconv"
	"time"
)

// TimeLayout is how frames and REST write a time: RFC 3339 with milliseconds.
// Times are in UTC.
const TimeLayout = "2006-01-02T15:04:05.000Z07:00"

// Head is what an event's frame says in ?v=2 beyond what it does in v1.
type Head struct {
	Tenant   string // as T2, "" for nobody's
	Epoch    string
	Seq      uint64
	Time     time.Time
	Linkedid string // of its call, "" when it belongs to none
}

// AppendV2 appends the frame of an event in ?v=2: v1 is the one that
// AppendMessage has made of it for s. It does not allocate.
func (s *Source) AppendV2(dst, v1 []byte, h Head) []byte {
	constant := len(`{"type":3`) + len(s.head) // up to the first member of data
	dst = append(dst, v1[:constant-len(dataMember)]...)
	if h.Tenant != "" {
		dst = append(dst, `,"tenant":`...)
		dst = AppendString(dst, h.Tenant)
	}
	dst = AppendPlace(dst, h.Epoch, h.Seq)
	dst = AppendTime(dst, h.Time)
	if h.Linkedid != "" {
		dst = append(dst, `,"call":"`...)
		dst = strconv.AppendInt(dst, int64(s.ID), 10)
		dst = append(dst, '-')
		dst, _ = appendText(dst, []byte(h.Linkedid))
		dst = append(dst, '"')
	}
	return append(dst, v1[constant-len(dataMember):]...)
}

const dataMember = `,"data":{`

// AppendPlace appends the members of a frame's place in the count of a server.
func AppendPlace(dst []byte, epoch string, seq uint64) []byte {
	dst = append(dst, `,"epoch":`...)
	dst = AppendString(dst, epoch)
	dst = append(dst, `,"seq":`...)
	return strconv.AppendUint(dst, seq, 10)
}

// AppendTime appends the member "time".
func AppendTime(dst []byte, t time.Time) []byte {
	dst = append(dst, `,"time":"`...)
	dst = t.UTC().AppendFormat(dst, TimeLayout)
	return append(dst, '"')
}
