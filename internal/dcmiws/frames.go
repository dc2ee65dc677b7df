package dcmiws

import (
	"encoding/binary"
	"unicode/utf8"

	"github.com/gobwas/ws"
)

// frameState is what a connection remembers between frames, RFC 6455 section 5.
type frameState struct {
	op    ws.OpCode // of the fragmented message under way; 0: none
	parts []byte
}

// peer is who the frames of a connection are for.
type peer interface {
	// closing reports that nothing is answered any more.
	closing() bool
	// ping answers a ping, or reports false when there were too many.
	ping(payload []byte) bool
	// request takes one whole message. It is valid during the call only.
	request(isText bool, message []byte)
}

// feed handles the whole frames in data and reports how many bytes they were.
// A close code other than 0 ends the connection.
func (f *frameState) feed(p peer, data []byte) (used int, code uint16, reason string) {
	for {
		h, size, code, reason := parseHeader(data[used:])
		if code != 0 {
			return used, code, reason
		}
		if size == 0 || len(data)-used < size+int(h.Length) {
			return used, 0, ""
		}
		if p.closing() {
			return len(data), 0, "" // it would get no answer any more
		}
		payload := data[used+size : used+size+int(h.Length)]
		unmask(payload, h.Mask)
		used += size + int(h.Length)
		if code, reason := f.frame(p, h, payload); code != 0 {
			return used, code, reason
		}
	}
}

// parseHeader reads a client's frame header, RFC 6455 section 5.2. size is 0
// when it is not complete.
func parseHeader(b []byte) (h ws.Header, size int, code uint16, reason string) {
	if len(b) < 2 {
		return h, 0, 0, ""
	}
	h.Fin = b[0]&0x80 != 0
	h.OpCode = ws.OpCode(b[0] & 0x0f)
	switch {
	case b[0]&0x70 != 0:
		return h, 0, CloseProtocol, "a reserved bit is set"
	case b[1]&0x80 == 0:
		return h, 0, CloseProtocol, "a client's frame must be masked"
	case h.OpCode.IsReserved():
		return h, 0, CloseProtocol, "unknown opcode"
	}
	n := uint64(b[1] & 0x7f)
	size = 2
	if h.OpCode.IsControl() && (n > 125 || !h.Fin) {
		return h, 0, CloseProtocol, "a control frame is whole and has at most 125 bytes"
	}
	switch n {
	case 126:
		if len(b) < 4 {
			return h, 0, 0, ""
		}
		n, size = uint64(binary.BigEndian.Uint16(b[2:])), 4
	case 127:
		if len(b) < 10 {
			return h, 0, 0, ""
		}
		n, size = binary.BigEndian.Uint64(b[2:]), 10
	}
	if n > MaxMessage {
		return h, 0, CloseTooBig, "a message has at most 65536 bytes"
	}
	if len(b) < size+4 {
		return h, 0, 0, ""
	}
	copy(h.Mask[:], b[size:])
	h.Length = int64(n)
	return h, size + 4, 0, ""
}

// unmask is RFC 6455 section 5.3, eight bytes at a time.
func unmask(p []byte, mask [4]byte) {
	m := binary.LittleEndian.Uint32(mask[:])
	if m == 0 {
		return
	}
	m8 := uint64(m) | uint64(m)<<32
	for len(p) >= 8 {
		binary.LittleEndian.PutUint64(p, binary.LittleEndian.Uint64(p)^m8)
		p = p[8:]
	}
	for i := range p {
		p[i] ^= mask[i&3]
	}
}

// frame handles one frame.
func (f *frameState) frame(p peer, h ws.Header, payload []byte) (code uint16, reason string) {
	switch h.OpCode {
	case ws.OpPing:
		if !p.ping(payload) {
			return ClosePolicy, "too many pings"
		}
	case ws.OpPong:
	case ws.OpClose:
		return closeReply(payload)
	case ws.OpContinuation:
		if f.op == 0 {
			return CloseProtocol, "a continuation without a beginning"
		}
		if len(f.parts)+len(payload) > MaxMessage {
			return CloseTooBig, "a message has at most 65536 bytes"
		}
		f.parts = append(f.parts, payload...)
		if !h.Fin {
			return 0, ""
		}
		op, whole := f.op, f.parts
		f.op, f.parts = 0, nil
		return message(p, op, whole)
	default:
		if f.op != 0 {
			return CloseProtocol, "a new message inside a fragmented one"
		}
		if !h.Fin {
			f.op, f.parts = h.OpCode, append([]byte(nil), payload...)
			return 0, ""
		}
		return message(p, h.OpCode, payload)
	}
	return 0, ""
}

func message(p peer, op ws.OpCode, payload []byte) (code uint16, reason string) {
	if op == ws.OpText && !utf8.Valid(payload) {
		return CloseInvalidData, "a text message must be UTF-8"
	}
	p.request(op == ws.OpText, payload)
	return 0, ""
}

// closeReply is the code that answers the peer's close frame, RFC 6455
// section 5.5.1 and 7.4.
func closeReply(payload []byte) (uint16, string) {
	if len(payload) == 0 {
		return CloseNormal, ""
	}
	if len(payload) == 1 {
		return CloseProtocol, "a close frame's body has a code of two bytes"
	}
	code := binary.BigEndian.Uint16(payload)
	switch {
	case code >= 1000 && code <= 1003, code >= 1007 && code <= 1014, code >= 3000 && code <= 4999:
	default:
		return CloseProtocol, "this close code must not be sent"
	}
	if !utf8.Valid(payload[2:]) {
		return CloseInvalidData, "a close reason must be UTF-8"
	}
	return code, ""
}
