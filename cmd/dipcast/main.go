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

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	// After the first signal a second one ends the process at once.
	context.AfterFunc(ctx, stop)
	err := root().ExecuteContext(ctx)
	if err == nil {
		return
	}
	if !errors.Is(err, errSilent) {
		fmt.Fprintln(os.Stderr, "dipcast:", err)
	}
	os.Exit(1)
}

// errSilent ends the process with 1 when everything was said already.
var errSilent = errors.New("failed")
