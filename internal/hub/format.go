package hub

// Format says how frames are written. A client gets the frames of one format;
// each format has its own log, and all logs together one bound.
type Format uint8

// The formats.
const (
	V1    Format = iota // the DCMIWS protocol as documented
	V2                  // ?v=2: with positions, and told of gaps
	AMIWS               // as amiws writes it, for the drop-in
	formats
)

// topicKey names a topic.
type topicKey struct {
	format Format
	key    string // a tenant's key, or Operators
}
