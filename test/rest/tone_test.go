package rest_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/demo"
	"github.com/dipcast/dipcast/internal/media"
	"github.com/dipcast/dipcast/internal/sipphone"
)

// recorded is a recording of a tone, of two seconds, as a file.
func recorded(hertz int) string {
	s := media.Silence(44100, 2*time.Second)
	for i := range s.Samples {
		s.Samples[i] = float32(0.3 * math.Sin(2*math.Pi*float64(hertz)*float64(i)/44100))
	}
	return string(media.EncodeWAV(s))
}

// ringBackTone: a caller to a DID hears the recording that was uploaded for its
// tone until somebody answers, and then who answered. Without a recording it
// rings, and who applies is told.
func ringBackTone(t *testing.T, s *site) {
	p := s.demo.Phone(2, "1010")
	p.SetBehaviour(sipphone.Ring())
	const warning = "T2: the tone spring has no recording: callers hear that it rings"
	apply := func(path, want, not string) {
		t.Helper()
		r := s.as(basic(demo.Operator), "POST", prefix+"/servers/1/"+path, "")
		if r.status != 200 || !strings.Contains(r.raw, want) || not != "" && strings.Contains(r.raw, not) {
			t.Errorf("%s: %d %s", path, r.status, r.raw)
		}
	}
	// call hears a tone before the answer; 0 hears that it rings.
	call := func(hertz int) {
		t.Helper()
		out := s.incoming(did1010)
		in := s.next("1010", p)
		if err := in.WaitRinging(s.ctx()); err != nil {
			t.Fatal(err)
		}
		if hertz == 0 {
			if err := out.WaitRinging(s.ctx()); err != nil {
				t.Errorf("it does not ring: %v", err)
			}
		} else if err := out.WaitTone(s.ctx(), hertz); err != nil {
			t.Errorf("before the answer it hears %v, not %d Hz: %v", out.Heard(), hertz, err)
		}
		select {
		case <-out.Answered():
			t.Error("it is answered by nobody")
		default:
		}
		if err := in.Answer(); err != nil {
			t.Fatal(err)
		}
		s.talk(out, in)
		if err := out.Hangup(s.ctx()); err != nil {
			t.Error(err)
		}
		s.bothEnd(in)
		s.allOver()
	}
	s.want(404, "not_found name", "PUT", prefix+"/tones/spring/recording", recorded(2300))
	s.want(201, "", "POST", prefix+"/tones", `{"name":"spring"}`)
	s.want(200, "", "PUT", prefix+"/dids/"+did1010, `{"tone":"spring"}`)
	if r := s.as(basic(demo.Operator), "GET", prefix+"/servers/1/pending", ""); r.status != 200 || !strings.Contains(r.raw, warning) {
		t.Errorf("%d %s", r.status, r.raw)
	}
	apply("apply", warning, "")
	call(0)
	for _, hertz := range []int{2300, 2600} {
		s.want(200, "", "PUT", prefix+"/tones/spring/recording", recorded(hertz))
		apply("apply", "etc/musiconhold.conf", warning)
		call(hertz)
	}
	var all []struct {
		Name      string
		Recording *struct{ Length float64 }
	}
	s.get(prefix+"/tones", &all)
	if len(all) != 1 || all[0].Recording == nil || all[0].Recording.Length != 2 {
		t.Errorf("%+v", all)
	}
	s.want(200, "", "DELETE", prefix+"/tones/spring/recording", "")
	apply("apply", warning, "")
	call(0)
	apply("apply/undo", "", "")
	call(2600)
	s.want(200, "", "PUT", prefix+"/dids/"+did1010, `{"tone":"dipcast"}`)
	apply("apply", "", warning)
	out := s.incoming(did1010)
	s.until("the tone that comes with DIPCAST", func() bool { return out.Heard().Frequency > 0 })
	if err := out.Hangup(s.ctx()); err != nil {
		t.Error(err)
	}
	s.allOver()
	s.want(200, "", "PUT", prefix+"/dids/"+did1010, `{"tone":""}`)
	p.SetBehaviour(sipphone.Answer(0))
}
