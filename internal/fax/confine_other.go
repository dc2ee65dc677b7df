//go:build !linux

package fax

import "os/exec"

// confine bounds nothing here: Asterisk, and so faxes, are Linux's.
func confine(int) error { return nil }

func setApart(*exec.Cmd) {}
