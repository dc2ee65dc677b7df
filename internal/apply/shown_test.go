package apply

import (
	"slices"
	"strings"
	"testing"
)

// TestShown: what a busy machine's console left out is known once another answer
// has it; what no answer has is missing.
func TestShown(t *testing.T) {
	files := map[string]string{
		"etc/pjsip.conf":      "[T2_1010]\ntype=endpoint\n[T2_1011]\ntype=endpoint\n",
		"etc/extensions.conf": "[T2_app]\nexten => s,1,NoOp()\n same => n,Hangup()\n[T2_other]\nexten => s,1,NoOp()\n",
	}
	has := shown{endpoints: map[string]bool{}, contexts: map[string]bool{}, steps: map[string]bool{}}
	says := func(want ...string) {
		t.Helper()
		var got []string
		for _, f := range has.missing(files) {
			got = append(got, strings.TrimPrefix(f.Text, "Asterisk does not know this ")+" "+f.Section)
		}
		for i := range got {
			got[i] = strings.TrimSpace(got[i])
		}
		if !slices.Equal(got, want) {
			t.Errorf("missing: %q, want %q", got, want)
		}
	}
	has.readEndpoints(" Endpoint:  T2_1010/1010                 Not in use    0 of inf\n")
	has.readDialplan("[ Context 'T2_app' created by 'pbx_config' ]\n  's' => 1. NoOp()      [extensions.conf:2]\n         2. Hangup()    [extens")
	says("endpoint T2_1011", "step", "context")
	has.readEndpoints(" Endpoint:  T2_1011                      Unavailable   0 of inf\n")
	has.readDialplan("[ Context 'T2_app' created by 'pbx_config' ]\n         2. Hangup()    [extensions.conf:3]\n[ Context 'T2_other' created by 'pbx_config' ]\n")
	says("step")
}
