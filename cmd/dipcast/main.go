// Command dipcast is the gateway between Asterisk servers and the software and
// people of a company. Run it without arguments to see its commands.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

// Exit codes.
const (
	exitFailed = 1 // what was asked for did not work; stderr says why
	exitAtOnce = 2 // a second SIGTERM or SIGINT came
	exitLate   = 3 // the stop took longer than it may
)

func main() {
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	go func() {
		<-signals
		cancel()
		<-signals
		fmt.Fprintln(os.Stderr, "dipcast: ended at once by a second signal")
		os.Exit(exitAtOnce)
	}()
	err := root().ExecuteContext(ctx)
	if err == nil {
		return
	}
	if !errors.Is(err, errSilent) {
		fmt.Fprintln(os.Stderr, "dipcast:", err)
	}
	os.Exit(exitFailed)
}

// errSilent ends the process with 1 when everything was said already.
var errSilent = errors.New("failed")
