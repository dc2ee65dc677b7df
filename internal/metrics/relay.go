package metrics

// relay writes how the connection to the relay stands, when there is one.
func (c *collector) relay(o out) {
	if c.o.Relay == nil {
		return
	}
	s := c.o.Relay.Status()
	o.flag(c.relayUp, s.Up)
	o.total(c.relayConnects, s.Connects)
	o.total(c.relayFailures, s.Failures)
	o.gauge(c.relayDenied, float64(len(s.Denied)))
	o.total(c.relayRequests, s.Served, "served")
	o.total(c.relayRequests, s.Refused, "refused")
}
