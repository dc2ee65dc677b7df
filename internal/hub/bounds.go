package hub

import "time"

// SetBounds replaces the bounds of the logs from now on; 0 leaves one as it is. What
// is beyond them falls out at once.
func (h *Hub) SetBounds(bytes int64, age time.Duration) {
	b := &h.logs
	b.mu.Lock()
	defer b.mu.Unlock()
	if bytes > 0 {
		b.maxBytes = bytes
	}
	if age > 0 {
		b.maxAge = age
	}
	b.trim(time.Now())
}
