// Package amitest is a scripted Asterisk manager server for tests.
//
// A Server answers the actions that DIPCAST sends in the shapes and texts of
// the recorded dialogues under ami/testdata, keeps an AstDB and a table of
// channels, and records what it was asked. It can misbehave on purpose: cut a
// connection after a number of bytes, stall, half-close, reorder or double its
// answers, and write in pieces of one byte. It can also play a recorded
// dialogue. It shares no code with package ami, so that an error there does
// not hide here.
//
// A Server has its own clock only in that it uses package time: inside a
// testing/synctest bubble with Dial as the client's Dial, all of it is
// deterministic.
package amitest
