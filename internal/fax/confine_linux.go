package fax

import (
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"
)

// confine sets the bounds of a process that draws a PDF.
func confine(pid int) error {
	for what, most := range map[int]uint64{
		unix.RLIMIT_CPU: pdfSeconds, unix.RLIMIT_AS: pdfMemory, unix.RLIMIT_NOFILE: pdfFiles, unix.RLIMIT_FSIZE: pdfWritten, unix.RLIMIT_CORE: 0,
	} {
		if err := unix.Prlimit(pid, what, &unix.Rlimit{Cur: most, Max: most}, nil); err != nil {
			return err
		}
	}
	return nil
}

// setApart has a process start without a network.
func setApart(cmd *exec.Cmd) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER | syscall.CLONE_NEWNET
}
