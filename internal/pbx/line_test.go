package pbx

import (
	"context"
	"testing"
)

func TestLineKeepsOrder(t *testing.T) {
	var l lines
	if l.behind("x") != nil {
		t.Fatal("behind nobody")
	}
	a, b, other := l.take("x"), l.take("x"), l.take("y")
	c := l.behind("x")
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for name, p := range map[string]*place{"a": a, "other": other} {
		if err := p.wait(t.Context()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if b.wait(ended) == nil || c.wait(ended) == nil {
		t.Error("two at once")
	}
	b.leave() // gives up in the middle
	if c.wait(ended) == nil {
		t.Error("c came although a is still there")
	}
	a.leave()
	if err := c.wait(t.Context()); err != nil {
		t.Error(err)
	}
	c.leave()
	other.leave()
	if len(l.by) != 0 {
		t.Errorf("%d lines are left", len(l.by))
	}
}
