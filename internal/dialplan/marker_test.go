package dialplan_test

import (
	"regexp"
	"strconv"
	"testing"

	"github.com/dipcast/dipcast/internal/dialplan"
)

func TestMarkerIn(t *testing.T) {
	tests := []struct {
		name   string
		value  string
		number int
	}{
		{"channel", "PJSIP/T2_1010-0000001a", 2},
		{"second device", "PJSIP/T2_1010_1-0000001a", 2},
		{"local channel", "Local/1010@T2_cos-all-00000000;1", 2},
		{"context", "T2_cos-all", 2},
		{"lamp", "Custom:T2_CFI_1010", 2},
		{"queue", "T2_Q600", 2},
		{"queue device", "Queue:T2_Q600_avail", 2},
		{"mailbox", "1010@T2_voicemail", 2},
		{"two devices of one tenant", "PJSIP/T2_1010&PJSIP/T2_1010_1", 2},
		{"goto", "AsyncGoto/PJSIP/T2_1010-0000001a", 2},
		{"ten", "PJSIP/T10_1010-0000001a", 10},
		{"twenty-one", "T21_cos-all", 21},
		{"one hundred and two", "T102_cos-all", 102},
		{"one", "T1_cos-all", 1},
		{"nine digits", "T123456789_x", 123456789},
		{"at the end", "T2_", 2},

		{"none", "PJSIP/1010-0000001a", 0},
		{"empty", "", 0},
		{"trunk", "PJSIP/trk-1-0000001a", 0},
		{"letter before", "XT2_cos-all", 0},
		{"digit before", "1T2_cos-all", 0},
		{"underscore before", "_T2_cos-all", 0},
		{"hyphen before", "x-T2_cos-all", 0},
		{"no number", "T_cos-all", 0},
		{"no underscore", "T2-cos-all", 0},
		{"lower case", "t2_cos-all", 0},
		{"leading zero", "T02_cos-all", 0},
		{"zero", "T0_cos-all", 0},
		{"ten digits", "T1234567890_x", 0},
		{"letter in the number", "T2a_cos-all", 0},
		{"cut short", "T2", 0},
		{"only T", "T", 0},
		{"two tenants", "Local/T10_1010@T2_cos-all-00000000;1", 0},
		{"prefix of the other", "PJSIP/T1_1010&PJSIP/T10_1010", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n, ok := dialplan.MarkerIn(tt.value)
			if n != tt.number || ok != (tt.number != 0) {
				t.Errorf("MarkerIn(%q) = %d, %v; want %d", tt.value, n, ok, tt.number)
			}
			if b, okb := dialplan.MarkerIn([]byte(tt.value)); b != n || okb != ok {
				t.Errorf("MarkerIn of bytes = %d, %v; of the string %d, %v", b, okb, n, ok)
			}
		})
	}
}

func TestMarkerInDoesNotAllocate(t *testing.T) {
	value := []byte("Local/1010@T2_cos-all-00000000;1")
	if n := testing.AllocsPerRun(100, func() { dialplan.MarkerIn(value) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// FuzzMarkerIn: the finder and a plain regular expression agree on every value.
func FuzzMarkerIn(f *testing.F) {
	for _, s := range []string{"PJSIP/T2_1010-1", "Local/T1_1@T10_cos-all", "XT2_", "T0_", "T2_T3_", "/T2_@T2_", "TT2_", "T2_:T2_"} {
		f.Add(s)
	}
	pattern := regexp.MustCompile(`(?:^|[/@:&, ])T([1-9][0-9]{0,8})_`)
	f.Fuzz(func(t *testing.T, s string) {
		want, conflict := 0, false
		for _, m := range pattern.FindAllStringSubmatch(s, -1) {
			n, err := strconv.Atoi(m[1])
			if err != nil {
				t.Fatal(err)
			}
			conflict = conflict || (want != 0 && want != n)
			want = n
		}
		if conflict {
			want = 0
		}
		if n, ok := dialplan.MarkerIn(s); n != want || ok != (want != 0) {
			t.Errorf("MarkerIn(%q) = %d, %v; want %d", s, n, ok, want)
		}
	})
}

func BenchmarkMarkerIn(b *testing.B) {
	value := []byte("Local/1010@T2_cos-all-00000000;1")
	b.ReportAllocs()
	for b.Loop() {
		dialplan.MarkerIn(value)
	}
}
