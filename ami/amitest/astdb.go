package amitest

import (
	"fmt"
	"slices"
	"strings"
	"sync"
)

// AstDB is Asterisk's database. An entry's name is "/family/key"; slashes in
// either make no difference.
type AstDB struct {
	mu      sync.Mutex
	entries map[string]string
	maxKey  int // of the whole name; 0 no bound
}

func newAstDB(version string) *AstDB {
	db := &AstDB{entries: make(map[string]string)}
	if version == "16" {
		db.maxKey = 255 // main/db.c of 16: a longer name fails
	}
	return db
}

func entryName(family, key string) string { return "/" + family + "/" + key }

// Get returns the value of an entry.
func (d *AstDB) Get(family, key string) (string, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	v, ok := d.entries[entryName(family, key)]
	return v, ok
}

// Put sets an entry, and reports whether its name is not too long.
func (d *AstDB) Put(family, key, value string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	name := entryName(family, key)
	if d.maxKey > 0 && len(name) > d.maxKey {
		return false
	}
	d.entries[name] = value
	return true
}

// Del removes an entry, and reports whether it was there.
func (d *AstDB) Del(family, key string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, ok := d.entries[entryName(family, key)]
	delete(d.entries, entryName(family, key))
	return ok
}

// DelTree removes a family, or what is below a key in it, and returns how many
// entries that were.
func (d *AstDB) DelTree(family, key string) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := 0
	for name := range d.entries {
		if inTree(name, family, key) {
			delete(d.entries, name)
			n++
		}
	}
	return n
}

// Tree returns the entries of a family, or of what is below a key in it, as
// name and value, by name. An empty family is everything.
func (d *AstDB) Tree(family, key string) [][2]string {
	d.mu.Lock()
	defer d.mu.Unlock()
	var all [][2]string
	for name, value := range d.entries {
		if family == "" || inTree(name, family, key) {
			all = append(all, [2]string{name, value})
		}
	}
	slices.SortFunc(all, func(a, b [2]string) int { return strings.Compare(a[0], b[0]) })
	return all
}

func inTree(name, family, key string) bool {
	root := "/" + family
	if key != "" {
		root += "/" + key
	}
	return name == root || strings.HasPrefix(name, root+"/")
}

// show formats entries as "database show" does.
func show(entries [][2]string) []string {
	lines := make([]string, 0, len(entries)+1)
	for _, e := range entries {
		lines = append(lines, fmt.Sprintf("%s: %s", padBytes(e[0], 50), padBytes(e[1], 25)))
	}
	return append(lines, fmt.Sprintf("%d results found.", len(entries)))
}

// padBytes pads by bytes, as C does.
func padBytes(s string, n int) string { return s + strings.Repeat(" ", max(n-len(s), 0)) }
