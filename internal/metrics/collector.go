package metrics

import (
	"context"
	"runtime"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/dipcast/dipcast/internal/pbx"
)

// lagTimeout bounds how long a scrape waits for the hub.
const lagTimeout = time.Second

// collector reads everything when it is asked to.
type collector struct {
	o     Options
	all   []*prometheus.Desc
	build *prometheus.Desc

	draining, certificate, reloads, lastReload                            *prometheus.Desc
	serverUp, serverChanged, read, handed, lost, actions, flight, waiting *prometheus.Desc
	linkUp, connects, attempts, rtt, bytesIn, bytesOut                    *prometheus.Desc
	timeouts, late, unmatched, pending                                    *prometheus.Desc
	frames, logBytes, delivered, deliveredBytes, lagFrames, lagBytes      *prometheus.Desc
	clients, blocked, slow, told                                          *prometheus.Desc
	refusals, panics, lines, auditWritten, auditLost, auditWaiting        *prometheus.Desc
	storeErrors, networkCalls, callLocks                                  *prometheus.Desc
	historyRows, historyLost, historyBad, historyWaiting, historyLag      *prometheus.Desc
	recorded, unconverted, recordingsRemoved, recordingsDamaged           *prometheus.Desc
	recordingsStray, recordingsLow, recordingsStopped, recordingsFree     *prometheus.Desc
	loginFailures, loginsDropped, banned, bans, banErrors                 *prometheus.Desc
	outboxTotal, outboxDelay, outboxWaiting, outboxOldest, outboxPaused   *prometheus.Desc
	webhooksLost, ringsUntold                                             *prometheus.Desc
	capacityUsed, capacityLimit, capacityRefused                          *prometheus.Desc
	relayUp, relayConnects, relayFailures, relayDenied, relayRequests     *prometheus.Desc
}

func newCollector(o Options) *collector {
	c := &collector{o: o}
	d := func(name, help string, labels ...string) *prometheus.Desc {
		x := prometheus.NewDesc("dipcast_"+name, help, labels, nil)
		c.all = append(c.all, x)
		return x
	}
	c.build = d("build_info", "1; the labels say which program this is.", "version", "go_version")
	c.draining = d("draining", "1 while the gateway stops.")
	c.certificate = d("certificate_expires_timestamp_seconds", "When the listeners' certificate ends; 0 without TLS.")
	c.reloads = d("config_reloads_total", "How often the configuration was read again.", "outcome")
	c.lastReload = d("config_last_reload_timestamp_seconds", "When it was last read again with success; 0 never.")

	c.serverUp = d("server_up", "1 when all links of the server are up.", "server")
	c.serverChanged = d("server_changed_timestamp_seconds", "When the server last came or went.", "server")
	c.read = d("events_read_total", "Events read from the server.", "server")
	c.handed = d("events_handed_on_total", "Events handed on to the hub.", "server")
	c.lost = d("events_lost_total", "Events dropped because they came faster than they could be handed on.", "server")
	c.actions = d("actions_total", "Actions that ended, by kind and by how.", "server", "kind", "outcome")
	c.flight = d("actions_in_flight", "Actions at the server now.", "server")
	c.waiting = d("actions_waiting", "Actions that wait for their turn now.", "server")

	c.linkUp = d("link_up", "1 when the link is up.", "server", "link")
	c.connects = d("link_connects_total", "How often the link came up.", "server", "link")
	c.attempts = d("link_reconnects_total", "Attempts to connect again.", "server", "link")
	c.rtt = d("link_ping_rtt_seconds", "Round trip of the last Ping; 0 none yet.", "server", "link")
	c.bytesIn = d("link_read_bytes_total", "Bytes read from the link.", "server", "link")
	c.bytesOut = d("link_written_bytes_total", "Bytes written to the link.", "server", "link")
	c.timeouts = d("link_timeouts_total", "Actions that ended by their deadline.", "server", "link")
	c.late = d("link_late_total", "Answers dropped because their action had ended.", "server", "link")
	c.unmatched = d("link_unmatched_total", "Answers without an action of ours.", "server", "link")
	c.pending = d("link_pending", "Actions on the link without an answer now, with the gateway's own.", "server", "link")

	c.frames = d("hub_frames_total", "Frames put into the shared log.")
	c.logBytes = d("hub_log_bytes", "Memory of the shared log now.")
	c.delivered = d("deliveries_total", "Events written to clients, each for each client.")
	c.deliveredBytes = d("delivered_bytes_total", "Bytes of these events.")
	c.lagFrames = d("client_lag_frames", "Events that the client furthest behind has still to get.")
	c.lagBytes = d("client_lag_bytes", "Bytes of the shared log behind the position of the client furthest behind.")
	c.clients = d("clients", "Clients connected now.", "protocol")
	c.blocked = d("clients_blocked", "Clients whose socket takes no more now.")
	c.slow = d("clients_slow_total", "Clients ended because they were too slow.")
	c.told = d("clients_told_total", "Times that a client of version 2 fell out of the log and was told what it missed.")

	c.refusals = d("refusals_total", "Requests, connections and logins that were refused.", "code")
	c.panics = d("panics_total", "Panics that were caught.")
	c.lines = d("log_lines_total", "Lines of the log.", "level")
	c.auditWritten = d("audit_written_total", "Rows of the audit trail in the database.")
	c.auditLost = d("audit_lost_total", "Entries of the audit trail that were lost.")
	c.auditWaiting = d("audit_waiting", "Entries of the audit trail that wait to be written.")
	c.storeErrors = d("store_errors_total", "Writes to the database that failed.")
	c.networkCalls = d("network_calls_total", "Calls to the telephone network that were asked for, by what was decided.", "outcome")
	c.callLocks = d("call_locks_total", "Extensions whose calls abroad were locked.")
	c.loginFailures = d("sip_login_failures_total", "SIP logins that failed, by Asterisk's security event.", "event")
	c.loginsDropped = d("sip_login_failures_uncounted_total", "Those of them that were not counted for their source.", "reason")
	c.banned = d("sip_bans_total", "Bans of sources at the SIP ports since the start.")
	c.bans = d("sip_bans", "Sources that are refused at the SIP ports now.")
	c.banErrors = d("sip_ban_errors_total", "Attempts to tell a server or the database of a ban that failed.")
	c.historyRows = d("history_rows_total", "Rows of the call history that were written, by who saw the call.", "source")
	c.historyLost = d("history_lost_total", "Calls that were not written live since too many waited for the database.")
	c.historyBad = d("history_lines_unreadable_total", "Lines of Asterisk's own record of calls that could not be read.")
	c.historyWaiting = d("history_waiting", "Ended calls that wait to be written.")
	c.historyLag = d("history_lag_seconds", "How long ago the oldest call of the last batch had ended when it was written.")
	c.capacityUsed = d("capacity_used", "How much there is now of what the size of the box limits.", "kind")
	c.capacityLimit = d("capacity_limit", "How much of it there may be; 0 no limit.", "kind")
	c.recorded = d("recordings_taken_total", "Recordings of calls that were taken from the servers.")
	c.unconverted = d("recordings_unconverted_total", "Those of them that are not in their company's format.")
	c.recordingsRemoved = d("recordings_removed_total", "Recordings that are gone: their time was over, for room, or somebody deleted them.")
	c.recordingsDamaged = d("recordings_damaged_total", "Recordings that were found to be other than they were, or gone.")
	c.recordingsStray = d("recordings_stray_files", "Files in the spool folders that are no recordings, at the last look.")
	c.recordingsLow = d("recordings_disk_low", "1 while the oldest recordings are let go for room.")
	c.recordingsStopped = d("recordings_stopped", "1 while no further calls are recorded, for room.")
	c.recordingsFree = d("recordings_disk_free_ratio", "Free part of the disk of recordings that has the least; 0 before the first look.")
	c.outboxTotal = d("outbox_total", "What became of what was to be sent.", "kind", "label", "outcome")
	c.outboxDelay = d("outbox_delay_seconds", "From when a row was added to when it was sent.", "kind", "label")
	c.outboxWaiting = d("outbox_waiting", "Rows that wait to be sent.", "kind")
	c.outboxOldest = d("outbox_oldest_seconds", "How long the oldest of them has waited; 0 none waits.", "kind")
	c.outboxPaused = d("outbox_paused", "Companies whose rows wait since nothing could be sent.", "kind")
	c.ringsUntold = d("rings_untold_total", "Rings that nobody got a card of: too many at once, or the database did not take them.")
	c.webhooksLost = d("webhook_events_lost_total", "Events that were dropped since the database did not take them.")
	c.capacityRefused = d("capacity_refused_total", "Calls and phones that were refused for want of room.", "kind")
	c.relayUp = d("relay_up", "1 while the gateway is connected to its relay.")
	c.relayConnects = d("relay_connects_total", "How often it was connected.")
	c.relayFailures = d("relay_failures_total", "Attempts to connect that failed, and connections that broke.")
	c.relayDenied = d("relay_denied_tenants", "Companies that the relay's configuration does not give this gateway: their callbacks do not arrive.")
	c.relayRequests = d("relay_requests_total", "Requests that came over the relay.", "outcome")
	return c
}

// Describe implements prometheus.Collector.
func (c *collector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range c.all {
		ch <- d
	}
}

// out writes values of one scrape.
type out chan<- prometheus.Metric

func (o out) total(d *prometheus.Desc, v uint64, labels ...string) {
	o <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(v), labels...)
}

func (o out) gauge(d *prometheus.Desc, v float64, labels ...string) {
	o <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
}

func (o out) flag(d *prometheus.Desc, v bool, labels ...string) {
	n := 0.0
	if v {
		n = 1
	}
	o.gauge(d, n, labels...)
}

func (o out) time(d *prometheus.Desc, t time.Time, labels ...string) {
	if t.IsZero() {
		o.gauge(d, 0, labels...)
		return
	}
	o.gauge(d, float64(t.UnixMilli())/1000, labels...)
}

// Collect implements prometheus.Collector.
func (c *collector) Collect(ch chan<- prometheus.Metric) {
	o := out(ch)
	o.gauge(c.build, 1, c.o.Version, runtime.Version())
	o.flag(c.draining, c.o.Draining())
	var ends time.Time
	if c.o.CertificateEnds != nil {
		ends = c.o.CertificateEnds()
	}
	o.time(c.certificate, ends)
	o.total(c.reloads, c.o.Reloads.good.Load(), "ok")
	o.total(c.reloads, c.o.Reloads.bad.Load(), "refused")
	o.gauge(c.lastReload, float64(c.o.Reloads.last.Load())/1000)
	for _, s := range c.o.Pool.Servers() {
		c.server(o, s)
	}
	c.hub(o)
	for i, code := range codes {
		o.total(c.refusals, c.o.Refusals.n[i].Load(), string(code))
	}
	o.total(c.panics, c.o.Logs.panics.Load())
	for i, level := range levels {
		o.total(c.lines, c.o.Logs.levels[i].Load(), level)
	}
	a := c.o.Audit.Stats()
	o.total(c.auditWritten, a.Written)
	o.total(c.auditLost, a.Dropped)
	o.gauge(c.auditWaiting, float64(a.Waiting))
	o.total(c.storeErrors, c.o.StoreErrors())
	l := c.o.Limits.Stats()
	o.total(c.networkCalls, l.Allowed, "allowed")
	o.total(c.networkCalls, l.Refused, "refused")
	o.total(c.networkCalls, l.Free, "free")
	o.total(c.networkCalls, l.Uncounted, "uncounted")
	o.total(c.callLocks, l.Locks)
	h := c.o.History.Stats()
	o.total(c.historyRows, h.Written, "live")
	o.total(c.historyRows, h.Completed, "completed")
	o.total(c.historyLost, h.Lost)
	o.total(c.historyBad, h.Malformed)
	o.gauge(c.historyWaiting, float64(h.Waiting))
	o.gauge(c.historyLag, h.Lag.Seconds())
	r := c.o.Recordings.Stats()
	o.total(c.recorded, r.Taken)
	o.total(c.unconverted, r.Unconverted)
	o.total(c.recordingsRemoved, r.Removed)
	o.total(c.recordingsDamaged, r.Damaged)
	o.gauge(c.recordingsStray, float64(r.Malformed))
	o.flag(c.recordingsLow, r.Low)
	o.flag(c.recordingsStopped, r.Stopped)
	o.gauge(c.recordingsFree, r.Free)
	c.relay(o)
	g := c.o.Guard.Stats()
	for event, n := range g.Failures {
		o.total(c.loginFailures, n, event)
	}
	o.total(c.loginsDropped, g.Dropped, "busy")
	o.total(c.loginsDropped, g.Untracked, "sources")
	o.total(c.loginsDropped, g.Pushed, "push")
	o.total(c.banned, g.Banned)
	o.gauge(c.bans, float64(g.Active))
	o.total(c.banErrors, g.Errors)
	c.outbox(o)
	for _, u := range c.o.Capacity.Usage() {
		o.gauge(c.capacityUsed, float64(u.Used), string(u.Kind))
		o.gauge(c.capacityLimit, float64(u.Limit), string(u.Kind))
		o.total(c.capacityRefused, u.Refused, string(u.Kind))
	}
}

func (c *collector) server(o out, s *pbx.Server) {
	id := strconv.Itoa(s.ID())
	health, n := s.Health(), s.Counts()
	o.flag(c.serverUp, health.Up, id)
	o.time(c.serverChanged, health.Since, id)
	o.total(c.read, health.Events, id)
	o.total(c.handed, n.Handed, id)
	o.total(c.lost, n.Lost, id)
	for _, a := range n.Actions {
		o.total(c.actions, a.Count, id, a.Kind, a.Outcome)
	}
	o.gauge(c.flight, float64(n.InFlight), id)
	o.gauge(c.waiting, float64(n.Waiting), id)
	for _, k := range s.Links() {
		o.flag(c.linkUp, k.Up, id, k.Use)
		o.total(c.connects, k.Connects, id, k.Use)
		o.total(c.attempts, k.Reconnects, id, k.Use)
		o.gauge(c.rtt, k.PingRTT.Seconds(), id, k.Use)
		o.total(c.bytesIn, k.BytesIn, id, k.Use)
		o.total(c.bytesOut, k.BytesOut, id, k.Use)
		o.total(c.timeouts, k.Timeouts, id, k.Use)
		o.total(c.late, k.Late, id, k.Use)
		o.total(c.unmatched, k.Unmatched, id, k.Use)
		o.gauge(c.pending, float64(k.Pending), id, k.Use)
	}
}

func (c *collector) hub(o out) {
	h := c.o.Hub.Stats()
	o.total(c.frames, uint64(h.Frames.Load()))
	o.gauge(c.logBytes, float64(c.o.Hub.LogBytes()))
	o.total(c.delivered, uint64(h.Delivered.Load()))
	o.total(c.deliveredBytes, uint64(h.Bytes.Load()))
	ctx, cancel := context.WithTimeout(context.Background(), lagTimeout)
	defer cancel()
	lag := c.o.Hub.Lag(ctx)
	o.gauge(c.lagFrames, float64(lag.Frames))
	o.gauge(c.lagBytes, float64(lag.Bytes))
	for protocol, n := range c.o.Clients() {
		o.gauge(c.clients, float64(n), protocol)
	}
	o.gauge(c.blocked, float64(h.Blocked.Load()))
	o.total(c.slow, uint64(h.Slow.Load()))
	o.total(c.told, uint64(h.Gaps.Load()))
}
