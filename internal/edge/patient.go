package edge

import (
	"net/http"
	"time"
)

// Patient gives each write of a long answer its own time: who takes nothing for as
// long as stall is given up.
func Patient(w http.ResponseWriter, stall time.Duration) http.ResponseWriter {
	return &patient{w, http.NewResponseController(w), stall}
}

type patient struct {
	http.ResponseWriter
	control *http.ResponseController
	stall   time.Duration
}

// Write implements http.ResponseWriter.
func (p *patient) Write(b []byte) (int, error) {
	_ = p.control.SetWriteDeadline(time.Now().Add(p.stall)) // not every writer has one
	return p.ResponseWriter.Write(b)
}
