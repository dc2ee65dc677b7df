// Package client is a client of DIPCAST's WebSocket protocol, version 2
// (docs/websocket.md): events, calls and snapshots of Asterisk servers in order,
// across broken connections, and requests with their answers.
//
//	c, err := client.New(client.Options{
//		URL:         "ws://127.0.0.1:6600",
//		Credentials: client.Credentials{Username: "demo", Password: "demo"},
//	})
//	…
//	for m, err := range c.Messages(ctx) {
//		if err != nil {
//			return err
//		}
//		switch m := m.(type) {
//		case *client.CallStep:
//			fmt.Println(m.Event, m.Call.From.Number, "→", m.Call.To.Number)
//		case *client.Gap:
//			fmt.Println("missed something:", m.Reason)
//		}
//	}
//
// The package knows nothing of the rest of the repository.
package client
