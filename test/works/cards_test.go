package works_test

import (
	"testing"

	"github.com/dipcast/dipcast/internal/sipphone"
)

// TestSite runs everything on one site, one after the other.
func TestSite(t *testing.T) {
	s := start(t)
	s.listensToPresses()
	for _, tt := range []struct {
		name string
		run  func(*site)
	}{
		{"external call", (*site).externalCall},
		{"desk", (*site).deskPress},
		{"mobile", (*site).mobilePress},
		{"call back", (*site).callBackPress},
		{"web", (*site).webPress},
		{"stranger", (*site).strangersPress},
		{"commands", (*site).commands},
	} {
		t.Run(tt.name, func(t *testing.T) {
			here := *s
			here.t = t
			tt.run(&here)
		})
	}
}

// externalCall: a call from the network shows a card to who is rung, with five
// buttons; when it was answered, a second message says by whom, and how long.
func (s *site) externalCall() {
	mark := s.mark()
	s.phones["1010"].SetBehaviour(sipphone.Ring())
	out := s.call(did)
	in := s.next("1010")
	card := s.message("u-1010", mark, 1)
	s.contains(card, "☎ 대표 번호", stranger, "수신 전화 당겨 받기", "A.I. 비서로 당겨 받기", "내 모바일로 당겨 받기", "M2C 발신 하기", "DIPCAST WEB", `"altText"`)
	if err := in.Answer(); err != nil {
		s.t.Fatal(err)
	}
	if err := out.WaitAnswered(s.ctx()); err != nil {
		s.t.Fatal(err)
	}
	if err := out.Hangup(s.ctx()); err != nil {
		s.t.Fatal(err)
	}
	s.contains(s.message("u-1010", mark, 2), "통화 완료", stranger, "응답: 홍길동 (1010)")
	if n := len(s.messages("u-1010", mark)); n != 2 {
		s.t.Errorf("%d messages, want 2", n)
	}
}
