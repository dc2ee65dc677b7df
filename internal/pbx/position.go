package pbx

import (
	"crypto/rand"
	"encoding/hex"
	"strings"
)

// Position is how far the count of a server has got.
type Position struct {
	Epoch string // "" before the first link
	Seq   uint64
	Begun uint64 // the first seq of the epoch
}

// Told is, in a method of a Sink that has no seq, the place of what that method
// tells, and of the last of those that a Gap tells of.
func (s *Server) Told() Position { return s.told }

// Position tells how far the server's count has got. What a Sink was told is
// behind it.
func (s *Server) Position() Position {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	return Position{s.state.epoch, s.state.seq, s.state.begun}
}

// OwnEpoch reports whether an epoch of the server was one of this process: then
// seq counts from it on.
func (s *Server) OwnEpoch(epoch string) bool { return strings.HasPrefix(epoch, s.life) }

// newLife makes what the epochs of a server begin with.
func newLife() string {
	var b [6]byte
	_, _ = rand.Read(b[:]) // never fails, crypto/rand
	return hex.EncodeToString(b[:]) + "-"
}
