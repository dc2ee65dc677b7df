// Package bench measures DIPCAST on the machine it runs on, without other tools:
// it is both ends of a gateway at once. It starts one as a process of its own,
// stands in for the Asterisk behind it, and is its WebSocket clients; each row
// of the result is one kind of load.
//
// Every event has a number and a checksum, so loss, order and content are
// checked in each run; a row with a wrong result fails. Beside the fan-out of
// events stands the limit of this machine: the same frames, made beforehand and
// copied to as many sockets by a process that does nothing else.
//
// Everything listens and connects on loopback.
package bench
