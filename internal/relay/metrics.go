package relay

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics of a relay. Labels are names of boxes, from the configuration, never
// tenants.
type metrics struct {
	registry                 *prometheus.Registry
	logins, callbacks, pages *prometheus.CounterVec
}

func newMetrics() *metrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: "dipcast_relay_" + name, Help: help}, labels)
	}
	m := &metrics{
		registry:  prometheus.NewPedanticRegistry(),
		logins:    counter("logins_total", "Attempts of boxes to connect, by outcome.", "outcome"),
		callbacks: counter("callbacks_total", "Callbacks: live, waited, lost or too_large; and of those that waited: delivered, refused, expired or damaged.", "box", "outcome"),
		pages:     counter("pages_total", "Pages that were asked for, by outcome.", "box", "outcome"),
	}
	m.registry.MustRegister(m.logins, m.callbacks, m.pages,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// watch adds what is read when it is asked for.
func (m *metrics) watch(s *Server) { m.registry.MustRegister(&now{s}) }

var (
	boxUp   = prometheus.NewDesc("dipcast_relay_box_up", "1 while the box is connected.", []string{"box"}, nil)
	waits   = prometheus.NewDesc("dipcast_relay_waiting", "Callbacks that wait on disk for their box.", nil, nil)
	waitLen = prometheus.NewDesc("dipcast_relay_waiting_bytes", "Bytes of these.", nil, nil)
	waitAge = prometheus.NewDesc("dipcast_relay_waiting_oldest_seconds", "How long the oldest of them has waited; 0 none.", nil, nil)
	buildIs = prometheus.NewDesc("dipcast_relay_build_info", "1; the label says which program this is.", []string{"version"}, nil)
)

// now is a collector of the present.
type now struct{ s *Server }

// Describe implements prometheus.Collector.
func (n *now) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{boxUp, waits, waitLen, waitAge, buildIs} {
		ch <- d
	}
}

// Collect implements prometheus.Collector.
func (n *now) Collect(ch chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	for name, b := range n.s.routes.Load().boxes {
		up := 0.0
		if n.s.line(b) != nil {
			up = 1
		}
		gauge(boxUp, up, name)
	}
	count, bytes, oldest := n.s.waiting.waits()
	age := 0.0
	if !oldest.IsZero() {
		age = max(n.s.o.Now().Sub(oldest).Seconds(), 0)
	}
	gauge(waits, float64(count))
	gauge(waitLen, float64(bytes))
	gauge(waitAge, age)
	gauge(buildIs, 1, n.s.o.Version)
}

// Metrics answers GET /metrics.
func (s *Server) Metrics() http.Handler {
	return promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4})
}

// certificate adds when the listeners' certificate ends.
func (m *metrics) certificate(ends func() time.Time) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "dipcast_relay_certificate_expires_timestamp_seconds", Help: "When the listeners' certificate ends.",
	}, func() float64 { return float64(ends().Unix()) }))
}
