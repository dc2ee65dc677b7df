// Package cdr keeps the history of calls: one row for each call and company.
//
// A call is written when its end is seen, in batches, by a goroutine of its own:
// a slow database delays nobody. What we did not see, or saw in part, since the
// gateway or a link was down, is completed from the record that Asterisk itself
// keeps (a file beside it, see asteriskconf.CDRFile): a reader follows that file,
// and its position is written in the same transaction as what was read, so that
// nothing is read twice or not at all, whenever the process is killed. A call is
// known by (server, Linkedid, company), and so is in the history once.
package cdr
