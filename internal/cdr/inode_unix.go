//go:build unix

package cdr

import (
	"fmt"
	"io/fs"
	"syscall"
)

// inode is the device and inode of a file.
func inode(info fs.FileInfo) string {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return fmt.Sprintf("%d:%d", s.Dev, s.Ino)
	}
	return ""
}
