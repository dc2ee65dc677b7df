package ami

// BufferSize is the size of the buffer of a Reader.
func (r *Reader) BufferSize() int { return len(r.s.buf) }

// FieldTable is the size of the field table of a Reader.
func (r *Reader) FieldTable() int { return cap(r.s.fields) }
