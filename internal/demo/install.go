package demo

import (
	"context"
	"fmt"
	"io"

	"github.com/dipcast/dipcast/internal/asteriskproc"
)

var (
	textWaiting  = say{"다른 프로그램이 Asterisk를 준비하고 있습니다. 기다립니다", "another program is unpacking Asterisk, waiting"}
	textIndex    = say{"Asterisk를 준비합니다 (처음 한 번만, 약 90 MB): 꾸러미 목록", "getting Asterisk ready (only once, about 90 MB): list of packages"}
	textDownload = say{"Asterisk를 준비합니다 (처음 한 번만, 약 90 MB): 내려받기", "getting Asterisk ready (only once, about 90 MB): downloading"}
	textUnpack   = say{"Asterisk를 준비합니다 (처음 한 번만): 풀기", "getting Asterisk ready (only once): unpacking"}
	textVoice    = say{"한국어 안내 음성을 만듭니다 (처음 한 번만)", "speaking the Korean prompts (only once)"}
	textStarting = say{"Asterisk 두 대와 전화기를 켭니다", "starting two Asterisks and the phones"}
	textLinking  = say{"게이트웨이를 연결합니다", "linking the gateway"}
)

// install gives a tree, unpacking one when there is none, and shows how far it
// is.
func (d *Demo) install(ctx context.Context) (*asteriskproc.Tree, error) {
	return asteriskproc.Install(ctx, asteriskproc.InstallOptions{Version: d.o.Asterisk, Progress: d.screen.installing})
}

var installTexts = map[asteriskproc.Step]say{
	asteriskproc.StepWait:     textWaiting,
	asteriskproc.StepIndex:    textIndex,
	asteriskproc.StepDownload: textDownload,
	asteriskproc.StepUnpack:   textUnpack,
	asteriskproc.StepVoice:    textVoice,
}

// share is how far a step is, "45 %".
func share(p asteriskproc.Progress) string {
	switch p.Step {
	case asteriskproc.StepDownload, asteriskproc.StepUnpack, asteriskproc.StepVoice:
		if p.Total > 0 {
			return fmt.Sprintf("%3d %%", p.Done*100/p.Total)
		}
	case asteriskproc.StepWait, asteriskproc.StepIndex, asteriskproc.StepDone:
	}
	return "…"
}

// Progress gives what shows on out how far an Install is, on a terminal on one
// line that overwrites itself. done takes that line away.
func Progress(out io.Writer, terminal bool, l Lang) (show func(asteriskproc.Progress), done func()) {
	s := &screen{out: out, terminal: terminal, lang: l}
	return s.installing, s.done
}

// installing shows one step.
func (s *screen) installing(p asteriskproc.Progress) {
	if what, ok := installTexts[p.Step]; ok {
		s.progress(what.in(s.lang), share(p))
	}
}
