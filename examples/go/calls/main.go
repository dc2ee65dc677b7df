// Command calls shows version 2 of the WebSocket protocol with the Go client: how
// it is on each server, and each step of a call that it starts.
//
//	go run ./examples/go/calls                      against `make demo`
//	DIPCAST_WS=wss://user:password@host/ws go run …   against your own
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"

	"github.com/dipcast/dipcast/client"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// patience is how long the call may take.
const patience = time.Minute

func run(ctx context.Context, out io.Writer) error {
	url := os.Getenv("DIPCAST_WS")
	if url == "" {
		url = "ws://demo:demo@127.0.0.1:6600"
	}
	c, err := client.New(client.Options{URL: url})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	ask := make(chan answer, 1)
	var id string // of our call, once it is known
	var early []*client.CallStep
	for m, err := range c.Messages(ctx) {
		if err != nil {
			return err
		}
		switch m := m.(type) {
		case *client.Connection:
			if m.Up && !m.Resumed {
				// Not in here: what waits for an answer must not keep messages waiting.
				go func() { ask <- call(ctx, c) }()
			}
		case *client.Snapshot:
			fmt.Fprintf(out, "server %d: %d devices\n", m.Server, len(m.Devices))
		case *client.Gap:
			fmt.Fprintf(out, "server %d: something is missing: %s\n", m.Server, m.Reason)
		case *client.CallStep:
			early = append(early, m)
		}
		if id == "" {
			select {
			case a := <-ask:
				if a.err != nil {
					return a.err
				}
				id = a.id
				fmt.Fprintln(out, "calling 1010 → 16682471")
			default:
				continue
			}
		}
		for _, s := range early {
			if s.Call.ID != id || s.Event == "changed" {
				continue
			}
			fmt.Fprintln(out, describe(s))
			if s.Event == "answered" || s.Event == "ended" {
				return nil
			}
		}
		early = nil
	}
	return errors.New("the call came to nothing")
}

type answer struct {
	id  string
	err error
}

// call rings extension 1010, and once that answers, 16682471.
func call(ctx context.Context, c *client.Client) answer {
	r, err := c.Do(ctx, 1, client.Action{
		"Action": "Originate", "Channel": "Local/1010@T2_cos-all", "Context": "T2_cos-all", "Exten": "16682471",
		"Priority": 1, "Variable": []string{"EXEC_AA=yes"}, "Async": true,
	})
	if err != nil {
		return answer{err: err}
	}
	return answer{id: fmt.Sprintf("%d-%s", r.Server, r.Data.Get("ChannelId"))}
}

func describe(s *client.CallStep) string {
	text := fmt.Sprintf("call %s, %s", s.Event, s.Call.State)
	if s.Who != nil {
		text += ": " + s.Who.Number
	}
	return text
}
