package ami_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/ami/amitest"
)

// A client counts the channels of a server and sees its events.
func ExampleClient() {
	server := amitest.New(amitest.Options{})
	defer server.Close()

	up := make(chan struct{})
	client, err := ami.New(ami.Options{
		Address: "pbx.example:5038", Username: "gw", Secret: "gw-secret",
		Dial: server.Dial, // leave out to connect over TCP
		OnMessage: func(m *ami.Message) {
			if string(m.Event()) == "FullyBooted" {
				fmt.Println("the server is ready")
			}
		},
		OnChange: func(c ami.Change) {
			if c.State == ami.StateUp {
				close(up)
			}
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := client.Run(ctx); !errors.Is(err, context.Canceled) {
			fmt.Println(err)
		}
	}()
	<-up

	res, err := client.List(ctx, ami.NewAction("CoreShowChannels"), 1000)
	if err != nil {
		fmt.Println(err)
	} else {
		fmt.Println(res.Get("Message"), len(res.Events)-1)
	}
	cancel()
	<-ended
	// Output:
	// the server is ready
	// Channels will follow 0
}
