package attribution

// ExtSet is an immutable set of extensions that take part in an event's call.
// It is shared by all events of the call; nil is the empty set.
type ExtSet struct{ list []string }

// NewExtSet returns a set of the extensions named.
func NewExtSet(exts ...string) *ExtSet { return &ExtSet{list: exts} }

// Has reports whether ext is in the set.
func (s *ExtSet) Has(ext string) bool {
	if s == nil {
		return false
	}
	for _, e := range s.list {
		if e == ext {
			return true
		}
	}
	return false
}

// With returns a set that also holds ext, s itself when it already does.
func (s *ExtSet) With(ext string) *ExtSet {
	if ext == "" || s.Has(ext) {
		return s
	}
	if s == nil {
		return &ExtSet{list: []string{ext}}
	}
	list := make([]string, len(s.list), len(s.list)+1)
	copy(list, s.list)
	return &ExtSet{list: append(list, ext)}
}

// Union returns a set with the members of both.
func (s *ExtSet) Union(o *ExtSet) *ExtSet {
	if o == nil || s == o {
		return s
	}
	if s == nil {
		return o
	}
	for _, e := range o.list {
		s = s.With(e)
	}
	return s
}

// List returns the members; the caller must not change them.
func (s *ExtSet) List() []string {
	if s == nil {
		return nil
	}
	return s.list
}
