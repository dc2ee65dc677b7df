package ami

import "bytes"

// splitLine marks name and value of one line without its end. The name ends at
// the first colon, but a colon inside parentheses belongs to the name, as in
// "ChanVariable(IAX2/10.0.0.1:4569-7): X=1"; one space after it belongs to
// neither. A line without a colon, or with more than maxName bytes before it, is
// a value without a name. at is added to all offsets.
func splitLine(line []byte, at int) field {
	c := bytes.IndexByte(line, ':')
	if c < 0 {
		return field{at: uint32(at), end: uint32(at + len(line))}
	}
	v := c + 1
	if v < len(line) {
		if line[v] == ' ' {
			v++
		} else if odd := oddColon(line, c); odd != c {
			c, v = odd, odd+1
			if v < len(line) && line[v] == ' ' {
				v++
			}
		}
	}
	if c > maxName {
		return field{at: uint32(at), end: uint32(at + len(line))}
	}
	return field{
		at: uint32(at), end: uint32(at + len(line)),
		name: uint16(c), gap: uint8(v - c), known: known.find(line[:c]),
	}
}

// oddColon returns the colon that ends the name when the first one, at c, may
// lie inside parentheses.
func oddColon(line []byte, c int) int {
	open := bytes.IndexByte(line[:c], '(')
	if open < 0 || bytes.IndexByte(line[open:c], ')') >= 0 {
		return c
	}
	if i := bytes.Index(line[c:], []byte("):")); i >= 0 {
		return c + i + 1
	}
	return c
}
