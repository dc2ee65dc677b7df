package demo

// PID is the process of a server, 0 when there is none.
func (d *Demo) PID(server int) int { return d.backends[server].(*asterisk).Instance().PID() }

// Speed plays recorded calls faster.
func (o Options) Speed(by float64) Options {
	o.speed = by
	return o
}
