// Package demo shows DIPCAST at work after one command, with nothing to
// configure: two real Asterisk servers, two companies with phones, a telephone
// network that answers and calls in, and the gateway between them, all on
// loopback and gone when it ends.
//
// What it consists of (ids, numbers, ports, credentials) is fixed by section 6
// of the design, so that documents, tests and users can rely on it. Where no
// Asterisk can be had, recorded calls are played instead, and it says so.
package demo
