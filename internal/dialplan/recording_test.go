package dialplan_test

import (
	"errors"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/dialplan"
)

func TestRecordingNames(t *testing.T) {
	want := dialplan.Recording{
		Tenant: 2, Folder: "2026/11/21", Clock: "143000", Direction: dialplan.RecordIn, From: "01012345678", To: "1010",
		Began: time.Unix(1795238999, 0).UTC(), Linkedid: "1795238990.7", Uniqueid: "dipcast-00ff.9",
	}
	const name = "T2/2026/11/21/143000-IN-01012345678-1010-1795238999-1795238990.7_dipcast-00ff.9.wav"
	for _, n := range []string{name, "T2-1795238999-2026-11-21-143000-IN-01012345678-1010-1795238990.7_dipcast-00ff.9.wav"} {
		got, err := dialplan.ParseRecording(n)
		if err != nil || got != want {
			t.Errorf("%s: %+v, %v", n, got, err)
		}
		if again, err := got.Name(); err != nil || again != name {
			t.Errorf("written again: %s, %v", again, err)
		}
	}
	hidden := dialplan.Recording{Tenant: 1, Folder: "2026/11/21", Clock: "000000", Direction: dialplan.RecordLocal, Began: want.Began, Linkedid: "dipcast-1", Uniqueid: "2"}
	text, err := hidden.Name()
	if got, again := dialplan.ParseRecording(text); err != nil || again != nil || got != hidden {
		t.Errorf("without numbers: %s, %v, %+v, %v", text, err, got, again)
	}
}

func TestRecordingNamesRefused(t *testing.T) {
	for _, name := range []string{
		"", "T2/2026/11/21/x.wav", "../T2/2026/11/21/143000-IN-1-2-3-4_5.wav", "T2/2026/11/21/143000-IN-1-2-3-4_5.wav/x",
		"T2/2026/11/21/143000-IN-1-2-3-a/b_5.wav", "T02/2026/11/21/143000-IN-1-2-3-4_5.wav", "T2/2026/11/21/143000-IN-1-2-3-4_5.gsm",
		"T2/2026/11/21/143000-IN-1-2-99999999999999999999-4_5.wav",
	} {
		if got, err := dialplan.ParseRecording(name); !errors.Is(err, dialplan.ErrRecording) {
			t.Errorf("%q: %+v, %v", name, got, err)
		}
	}
	r := dialplan.Recording{Tenant: 2, Folder: "2026/11/21", Clock: "143000", Direction: dialplan.RecordIn, Linkedid: "a/../b", Uniqueid: "1"}
	if name, err := r.Name(); !errors.Is(err, dialplan.ErrRecording) {
		t.Errorf("%q", name)
	}
}

func TestDigits(t *testing.T) {
	for in, want := range map[string]string{"+82 10-1234": "82101234", "*21#": "21", "": "", "홍1": "1"} {
		if got := dialplan.Digits(in); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
}
