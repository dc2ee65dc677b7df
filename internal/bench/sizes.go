package bench

import "time"

// load is events for clients.
type load struct {
	name                  string
	clients, events, rate int
}

type pingLoad struct {
	name               string
	inFlight, requests int
}

// sizes are how much is done in each row.
type sizes struct {
	repeats int
	idle    int           // clients
	rest    time.Duration // before memory is read
	bursts  []load
	paced   []load
	pings   []pingLoad
	stalled load
}

var full = sizes{
	repeats: 3, idle: 1000, rest: 3 * time.Second,
	bursts: []load{
		{"burst-200", 200, 20000, 0},
		{"burst-50", 50, 50000, 0},
		{"burst-10", 10, 50000, 0},
		{"burst-1", 1, 50000, 0},
	},
	paced: []load{
		{"paced-1000", 200, 5000, 1000},
		{"paced-5000", 200, 25000, 5000},
	},
	pings:   []pingLoad{{"ping-1", 1, 20000}, {"ping-64", 64, 100000}},
	stalled: load{"stalled", 5, 20000, 4000},
}

var quick = sizes{
	repeats: 1, idle: 500, rest: 2 * time.Second,
	bursts: []load{
		{"burst-200", 200, 5000, 0},
		{"burst-50", 50, 10000, 0},
		{"burst-10", 10, 20000, 0},
		{"burst-1", 1, 20000, 0},
	},
	paced: []load{
		{"paced-1000", 200, 1000, 1000},
		{"paced-5000", 200, 5000, 5000},
	},
	pings:   []pingLoad{{"ping-1", 1, 3000}, {"ping-64", 64, 30000}},
	stalled: load{"stalled", 5, 4000, 4000},
}

// Names are the names of all rows, in order.
func Names() []string {
	out := []string{"idle"}
	for _, l := range full.bursts {
		out = append(out, l.name)
	}
	for _, l := range full.paced {
		out = append(out, l.name)
	}
	for _, p := range full.pings {
		out = append(out, p.name)
	}
	return append(out, "stalled", "dead-server", "tls")
}
