package sipphone

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/pion/rtp"
)

const (
	packetTime  = 20 * time.Millisecond
	rtpHeader   = 12
	maxRTPBytes = 1500
	// heardFor is how long the last packet counts as heard now. Asterisk
	// sends one every 20 ms; this forgives a busy machine.
	heardFor = 400 * time.Millisecond
)

// Heard is what a call has received so far, and what it receives now.
type Heard struct {
	// Packets counts the audio packets received in the whole call.
	Packets uint64
	// Frequency is the strongest tone of the last 400 ms in Hz, to about 1 Hz.
	// 0 means silence, or nothing received lately.
	Frequency float64
	// Share is the part of the energy that is in that tone: near 1 for one
	// tone alone, about 0.5 for two of the same strength.
	Share float64
	// Codec is the codec of the last packet; it says nothing without Packets.
	Codec Codec
	// LongestGap is the longest time between two packets, as their reader saw it;
	// 20 ms is what it should be.
	LongestGap time.Duration
	// Gaps are the last maxHalts times of over haltFrom between two packets.
	Gaps []Halt
}

// media is the audio of one call: one RTP socket, one goroutine that sends the
// tone and one that receives.
type media struct {
	rtp, rtcp *net.UDPConn // rtcp only keeps the port, so that no other call gets RTCP that is not its own
	ssrc      uint32
	done      chan struct{} // closed with the sockets
	pacer     *Pacer        // sends; nil: a goroutine of its own
	closeOnce sync.Once

	mu      sync.Mutex
	key     masterKey    // ours, for SRTP
	locks   *srtpContext // of what we send; nil: plain RTP
	opens   *srtpContext // of what we receive
	theirs  masterKey
	started bool
	remote  netip.AddrPort
	dir     direction
	codec   Codec
	event   uint8 // payload type of telephone-event towards the other side, 0 for none
	hz      int
	table   []byte
	sent    uint64
	keys    keySender
	sound   []int16       // goes out before the tone
	played  chan struct{} // closed when sound is out; nil without

	packets uint64
	lastAt  time.Time
	longest time.Duration // between two packets
	gaps    []Halt
	heard   Codec
	window  [windowSamples]byte // a ring of the newest audio, still encoded
	at, got int
	digits  keyReceiver
	tones   toneKeys
}

// newMedia binds an even port on loopback for RTP and the next one for RTCP
// (RFC 3550 section 11).
func newMedia(hz int) (*media, error) {
	const attempts = 64
	for range attempts {
		c, err := listenUDP(0)
		if err != nil {
			return nil, fmt.Errorf("rtp socket: %w", err)
		}
		port := c.LocalAddr().(*net.UDPAddr).Port
		if port%2 != 0 {
			_ = c.Close()
			continue
		}
		rtcp, err := listenUDP(port + 1)
		if err != nil {
			_ = c.Close()
			continue
		}
		return &media{
			rtp: c, rtcp: rtcp, hz: hz, dir: sendRecv,
			ssrc: rand.Uint32(), done: make(chan struct{}), key: newMasterKey(),
		}, nil
	}
	return nil, errors.New("rtp socket: no free pair of ports")
}

func listenUDP(port int) (*net.UDPConn, error) {
	return net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port})
}

func (m *media) local() netip.AddrPort {
	return m.rtp.LocalAddr().(*net.UDPAddr).AddrPort()
}

func (m *media) close() {
	m.closeOnce.Do(func() {
		close(m.done)
		_ = m.rtp.Close()
		_ = m.rtcp.Close()
	})
}

// set says where the audio goes from now on, in which codec and direction.
func (m *media) set(remote netip.AddrPort, c Codec, event uint8, dir direction) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.table == nil || c != m.codec {
		m.table = toneTable(c, m.hz)
	}
	m.remote, m.codec, m.event, m.dir = remote, c, event, dir
}

// secure has the sound go as SRTP, with our key, and come with theirs.
func (m *media) secure(theirs masterKey) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	var err error
	if m.locks == nil {
		if m.locks, err = newSRTP(m.key); err != nil {
			return err
		}
	}
	if m.opens == nil || theirs != m.theirs {
		m.theirs = theirs
		m.opens, err = newSRTP(theirs)
	}
	return err
}

// sealed protects a packet when the sound goes as SRTP.
func (m *media) sealed(packet []byte, h *rtp.Header) []byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.locks == nil {
		return packet
	}
	return m.locks.protect(packet, rtpHeader, h)
}

// opened opens a packet when the sound comes as SRTP; nil for a false one.
func (m *media) opened(packet []byte) []byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.opens == nil {
		return packet
	}
	packet, err := m.opens.open(packet)
	if err != nil {
		return nil
	}
	return packet
}

func (m *media) setTone(hz int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.hz = hz
	if m.table != nil {
		m.table = toneTable(m.codec, hz)
	}
}

// start begins sending and receiving; it does nothing the second time.
func (m *media) start(spawn func(func(context.Context)) bool) {
	m.mu.Lock()
	first := !m.started
	m.started = true
	m.mu.Unlock()
	if !first {
		return
	}
	spawn(func(context.Context) { m.receive() })
	out := newSender(m)
	if m.pacer != nil {
		m.pacer.add(out)
		return
	}
	spawn(func(context.Context) { out.run() })
}

// sender sends the tone of one call.
type sender struct {
	m     *media
	h     rtp.Header
	buf   []byte
	clock uint32
	fresh bool
}

func newSender(m *media) *sender {
	return &sender{
		m: m, buf: make([]byte, rtpHeader, rtpHeader+frameSamples+srtpTagBytes), clock: rand.Uint32(), fresh: true,
		h: rtp.Header{Version: 2, SSRC: m.ssrc, SequenceNumber: uint16(rand.Uint32())},
	}
}

// run sends one packet every 20 ms until the sockets are closed.
func (s *sender) run() {
	tick := time.NewTicker(packetTime)
	defer tick.Stop()
	for {
		select {
		case <-s.m.done:
			return
		case <-tick.C:
		}
		s.send()
	}
}

// over reports whether the sockets are closed.
func (s *sender) over() bool {
	select {
	case <-s.m.done:
		return true
	default:
		return false
	}
}

// send sends the packet of 20 ms; false when the call is over.
func (s *sender) send() bool {
	if s.over() {
		return false
	}
	s.clock += frameSamples
	s.h.Timestamp = s.clock
	payload, to := s.m.next(&s.h, s.fresh)
	if payload == nil {
		s.fresh = true // RFC 3551 section 4.1: the first packet after a silence is marked
		return true
	}
	s.fresh = false
	// A fixed header of 12 bytes always fits. An error of writing is a port that is
	// gone, or our own closed socket: the end of the call tells, and until then the
	// audio is lost like any.
	_, _ = s.h.MarshalTo(s.buf[:rtpHeader])
	_, _ = s.m.rtp.WriteToUDPAddrPort(s.m.sealed(append(s.buf[:rtpHeader], payload...), &s.h), to)
	s.h.SequenceNumber++
	return true
}

// next returns what to send in this 20 ms and fills in the header, or nil.
func (m *media) next(h *rtp.Header, fresh bool) ([]byte, netip.AddrPort) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.remote.IsValid() || !m.dir.sends() {
		return nil, netip.AddrPort{}
	}
	m.sent++
	if m.event != 0 {
		if p, ok := m.keys.next(h, m.event); ok {
			return p, m.remote
		}
	}
	h.PayloadType, h.Marker = uint8(m.codec), fresh
	if b := m.frame(); b != nil {
		return b, m.remote
	}
	at := int(m.sent) % (sampleRate / frameSamples) * frameSamples
	return m.table[at : at+frameSamples], m.remote
}

// receive reads until the socket is closed.
func (m *media) receive() {
	buf := make([]byte, maxRTPBytes)
	var p rtp.Packet
	for {
		n, from, err := m.rtp.ReadFromUDPAddrPort(buf)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue
		}
		if packet := m.opened(buf[:n]); packet != nil && p.Unmarshal(packet) == nil {
			m.accept(&p, netip.AddrPortFrom(from.Addr().Unmap(), from.Port()))
		}
	}
}

// accept takes packets only from where the other side said it sends from (RFC
// 4961): late audio of an earlier call on our port is no audio of this one.
func (m *media) accept(p *rtp.Packet, from netip.AddrPort) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := Codec(p.PayloadType)
	switch {
	case from != m.remote:
		return
	case m.event != 0 && p.PayloadType == m.event:
		m.digits.accept(p)
		return
	case !c.known():
		return // comfort noise, and RTCP that came to the wrong port
	}
	if c != m.heard {
		m.heard, m.at, m.got = c, 0, 0
	}
	now := time.Now()
	if d := now.Sub(m.lastAt); m.packets > 0 {
		m.longest = max(m.longest, d)
		m.gaps = noted(m.gaps, Halt{Ended: now, Lasted: d})
	}
	m.packets++
	m.lastAt = now
	if m.event == 0 || m.tones.wanted { // it costs some microseconds a packet
		m.tones.accept(c, p.Payload)
	}
	for b := p.Payload; len(b) > 0; {
		n := copy(m.window[m.at:], b)
		m.at = (m.at + n) % windowSamples
		m.got = min(m.got+n, windowSamples)
		b = b[n:]
	}
}

// pcm returns the newest audio, oldest sample first; nil when there is too
// little to judge, or none came lately.
func (m *media) pcm() []float64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.got < minSamples || time.Since(m.lastAt) > heardFor {
		return nil
	}
	out := make([]float64, m.got)
	for i := range out {
		out[i] = float64(m.heard.decode(m.window[(m.at-m.got+i+windowSamples)%windowSamples]))
	}
	return out
}

func (m *media) hear() Heard {
	pcm := m.pcm()
	m.mu.Lock()
	h := Heard{Packets: m.packets, Codec: m.heard, LongestGap: m.longest, Gaps: slices.Clone(m.gaps)}
	m.mu.Unlock()
	if pcm != nil {
		h.Frequency, h.Share = strongest(pcm)
	}
	return h
}

// hears returns the share of a tone of hz in what is received now.
func (m *media) hears(hz int) float64 {
	pcm := m.pcm()
	if pcm == nil {
		return 0
	}
	return share(pcm, float64(hz))
}

// event is the payload of RFC 4733 section 2.3.
type event struct {
	code     byte
	end      bool
	duration uint16
}

func (e event) bytes() []byte {
	const volume = 10 // dBm0 without sign, as the example of RFC 4733
	b := []byte{e.code, volume, 0, 0}
	if e.end {
		b[1] |= 0x80
	}
	binary.BigEndian.PutUint16(b[2:], e.duration)
	return b
}
