package bench

import (
	"os/exec"
	"syscall"
)

// dieWithUs ends cmd with our process, whichever way that ends. A group of its
// own keeps the terminal's Ctrl-C from it: we end it ourselves.
func dieWithUs(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
}
