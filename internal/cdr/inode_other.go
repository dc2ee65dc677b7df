//go:build !unix

package cdr

import "io/fs"

func inode(fs.FileInfo) string { return "" }
