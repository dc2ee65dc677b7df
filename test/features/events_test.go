package features_test

import "github.com/dipcast/dipcast/ami"

// wait gives the first event, seen or to come, that has the pairs.
func (l *lab) wait(pairs ...string) *ami.Message {
	l.Helper()
	return l.events.Wait(l, pairs...)
}

// seen counts the events so far that have the pairs.
func (l *lab) seen(pairs ...string) int { return len(l.events.All(pairs...)) }
