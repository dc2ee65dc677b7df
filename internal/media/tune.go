package media

import (
	"math"
	"time"
)

// A tune is a bar of broken chords with a slow melody above them, in the band of
// a telephone. It is ours, so nobody has to be asked or paid for it.

// note is one of the melody: half tones above A at 440 Hz, and its length in
// beats. rest is silence.
type note struct{ pitch, beats int }

const rest = -100

// Tune is a piece of music that can go round and round.
type Tune struct {
	beat   time.Duration
	chords [][]int // one for each bar of four beats: half tones above A at 440 Hz
	melody []note
}

// HoldTune is heard by those who are held. It lasts about 38 s.
var HoldTune = Tune{
	beat: 600 * time.Millisecond,
	chords: [][]int{
		{3, 7, 10},
		{0, 3, 7},
		{-4, 0, 3},
		{-2, 2, 5},
		{3, 7, 10},
		{-5, -2, 2},
		{-4, 0, 3},
		{-2, 2, 5},
		{0, 3, 7},
		{-5, -2, 2},
		{-4, 0, 3},
		{3, 7, 10},
		{-7, -4, 0},
		{-4, 0, 3},
		{-2, 2, 5},
		{3, 7, 10},
	},
	melody: []note{
		{10, 2},
		{12, 1},
		{10, 1},
		{7, 3},
		{rest, 1},
		{8, 2},
		{7, 1},
		{5, 1},
		{5, 3},
		{rest, 1},
		{10, 2},
		{12, 1},
		{15, 1},
		{14, 2},
		{10, 2},
		{12, 1},
		{10, 1},
		{8, 2},
		{5, 3},
		{rest, 1},
		{7, 1},
		{10, 1},
		{12, 2},
		{10, 2},
		{7, 2},
		{8, 1},
		{10, 1},
		{8, 2},
		{7, 3},
		{rest, 1},
		{5, 2},
		{8, 2},
		{7, 1},
		{8, 1},
		{10, 2},
		{9, 1},
		{7, 1},
		{5, 2},
		{3, 3},
		{rest, 1},
	},
}

// RingTune is heard by callers while a phone rings, where the tone that comes
// with DIPCAST is chosen (company.OwnTone). It lasts 8 s.
var RingTune = Tune{
	beat:   500 * time.Millisecond,
	chords: [][]int{{3, 7, 10}, {-4, 0, 3}, {-2, 2, 5}, {3, 7, 10}},
	melody: []note{{10, 1}, {15, 1}, {14, 1}, {10, 1}, {12, 2}, {8, 2}, {10, 1}, {12, 1}, {14, 2}, {15, 3}, {rest, 1}},
}

// Play gives the tune as sound, somewhat softer than speech.
func (t Tune) Play(rate int) Sound {
	bar := 4 * t.beat
	s := Silence(rate, time.Duration(len(t.chords))*bar)
	for i, chord := range t.chords {
		for n, pitch := range []int{0, 1, 2, 1, 2, 1, 2, 1} { // broken, in quavers
			s.pluck(time.Duration(i)*bar+time.Duration(n)*t.beat/2, t.beat, chord[pitch]-12, 0.35)
		}
	}
	at := time.Duration(0)
	for _, n := range t.melody {
		d := time.Duration(n.beats) * t.beat
		if n.pitch != rest {
			s.pluck(at, d+t.beat/2, n.pitch, 1)
		}
		at += d
	}
	return s.Level(SpeechLevel * 0.7)
}

// pluck adds one note that dies away: a tone with two soft overtones. What would
// go beyond the end goes on at the beginning, so that the tune closes on itself.
func (s Sound) pluck(at, d time.Duration, pitch int, volume float64) {
	hertz := 440 * math.Pow(2, float64(pitch)/12)
	rate := float64(s.Rate)
	n := int(d.Seconds() * rate)
	from := int(at.Seconds() * rate)
	rise := rate / 100
	for i := range n {
		x := float64(i)
		envelope := min(1, x/rise) * math.Exp(-3*x/rate) * min(1, float64(n-i)/(4*rise))
		w := 2 * math.Pi * hertz * x / rate
		v := math.Sin(w) + 0.3*math.Sin(2*w) + 0.1*math.Sin(3*w)
		s.Samples[(from+i)%len(s.Samples)] += float32(volume * envelope * v)
	}
}
