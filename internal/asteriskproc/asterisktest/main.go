package asterisktest

import (
	"flag"
	"fmt"
	"testing"

	"go.uber.org/goleak"
)

// parallel is how many tests of a program run at once: telephones mostly wait,
// so more than there are processors, and not so many that two programs side by
// side starve each other or run out of ports.
const parallel = "6"

// Main runs a package's tests from its TestMain, several at once although they
// are more than the processors, and fails when a goroutine is left behind. A
// -parallel that is given rules.
func Main(m *testing.M, options ...goleak.Option) {
	flag.Parse()
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "test.parallel" })
	if !given {
		if err := flag.Set("test.parallel", parallel); err != nil {
			panic(err) // package testing always has it
		}
	}
	goleak.VerifyTestMain(m, options...)
}

// Both runs a test on both versions of Asterisk, beside other tests.
func Both(t *testing.T, test func(t *testing.T, version int)) {
	t.Parallel()
	for _, version := range []int{22, 16} {
		t.Run(fmt.Sprint(version), func(t *testing.T) {
			t.Parallel()
			test(t, version)
		})
	}
}
