// Package ami speaks the Asterisk Manager Interface, the line protocol by
// which programs watch and steer an Asterisk server.
//
// A Reader cuts a byte stream into messages whatever its segments are and
// parses each without allocation; a Message is a view into the bytes it was
// read from and keeps them as they came, with repeated headers and their
// order. An Action is a message under construction: nothing that would break
// the framing gets into it. A Client keeps one link to one server up: it logs
// in, waits until Asterisk is ready, matches answers to actions and comes back
// after a loss.
//
// The package knows nothing of the rest of DIPCAST and can be used on its own.
// Sources named in comments are files of the Asterisk source tree.
package ami
