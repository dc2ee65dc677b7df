package asterisktest

import (
	"flag"
	"fmt"
	"strconv"
	"testing"

	"go.uber.org/goleak"
)

// labs is how many tests with an Asterisk of their own run at once: they mostly
// wait, so more than there are processors, and not so many that two programs side
// by side starve each other.
const labs = 6

// Main runs a package's tests from its TestMain, several at once although they
// are more than the processors, and fails when a goroutine is left behind.
func Main(m *testing.M, options ...goleak.Option) {
	AtOnce(labs)
	goleak.VerifyTestMain(m, options...)
}

// AtOnce has n tests that call t.Parallel run at once, unless -parallel says how
// many. It is called by TestMain.
func AtOnce(n int) {
	flag.Parse()
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "test.parallel" })
	if given {
		return
	}
	if err := flag.Set("test.parallel", strconv.Itoa(n)); err != nil {
		panic(err) // package testing always has it
	}
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
