package policy_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/dipcast/dipcast/internal/envelope"
)

// BenchmarkCheck checks what clients send all day.
func BenchmarkCheck(b *testing.B) {
	w := newWorld(b)
	for name, msg := range map[string]string{
		"Ping": `{"Action":"Ping","ActionID":"1"}`, "Hangup": `{"Action":"Hangup","Channel":"PJSIP/trk-1-00000003"}`,
		"QueueAdd": `{"Action":"QueueAdd","Queue":"T2_Q600","Interface":"PJSIP/T2_1010","MemberName":"홍길동","Paused":"no"}`, "refused": `{"Action":"Getvar"}`,
		"Command": seed(b, "07_command_put"), "Originate": seed(b, "08_originate"),
	} {
		r, err := envelope.Decode([]byte(msg))
		if err != nil {
			b.Fatal(err)
		}
		who := w.who("two")
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = w.policy.Check(who, 1, &r)
			}
		})
	}
}

// BenchmarkDecodeAndCheck is the whole way of the documented Originate.
func BenchmarkDecodeAndCheck(b *testing.B) {
	w := newWorld(b)
	msg := []byte(seed(b, "08_originate"))
	who := w.who("two")
	b.ReportAllocs()
	for b.Loop() {
		r, err := envelope.Decode(msg)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := w.policy.Check(who, 1, &r); err != nil {
			b.Fatal(err)
		}
	}
}

// seed is a request of the interface document.
func seed(tb testing.TB, name string) string {
	tb.Helper()
	b, err := os.ReadFile(filepath.Join("../envelope/testdata/seed", name+".json"))
	if err != nil {
		tb.Fatal(err)
	}
	return string(b)
}
