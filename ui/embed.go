// Package ui holds the web as the browser gets it: what `make ui` has made of the
// sources beside this file.
package ui

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Files are those of the built web, index.html at its root. Without `make ui` there
// is no index.html.
func Files() fs.FS {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // a valid path, known when this was compiled
	}
	return files
}
