package number_test

import (
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/dipcast/dipcast/internal/number"
)

func TestCost(t *testing.T) {
	for s, want := range map[string]number.Kind{
		"01026132471": number.National, "16682471": number.National, "114": number.National, "2345678": number.National,
		"+821026132471": number.National, "+8221234567": number.National, "999999999999": number.National,
		"112": number.Emergency, "119": number.Emergency, "02119": number.Emergency, "113": number.Emergency,
		"1393": number.Emergency, "+822119": number.Emergency, "+82119": number.Emergency,
		"01012340119": number.National, "0212345119": number.National, "07012340112": number.National,
		"00119": number.International, "0012125550119": number.International, "+112": number.International,
		"0012125550123": number.International, "+12125550123": number.International, "00700812345678": number.International,
		"+8200112125550123": number.International, "+": number.International, "+8": number.International,
		"0601234567": number.Premium, "+82601234567": number.Premium, "+820601234567": number.Premium,
	} {
		if got := number.Cost(s); got != want {
			t.Errorf("Cost(%q) = %s, want %s", s, got, want)
		}
	}
}

func TestAbroad(t *testing.T) {
	for s, want := range map[string]string{
		"+12125550123": "12125550123", "00112125550123": "12125550123", "0070012125550123": "12125550123",
		"0030081312345678": "81312345678", "00681312345678": "81312345678",
		"001": "", "00700": "", "00": "", "01026132471": "", "+821026132471": "", "": "",
	} {
		if got := number.Abroad(s); got != want {
			t.Errorf("Abroad(%q) = %q, want %q", s, got, want)
		}
	}
}

// TestEmergencyNumbers: the list, the classification and the expression for the
// dialplan say the same.
func TestEmergencyNumbers(t *testing.T) {
	for _, n := range number.EmergencyNumbers() {
		if number.Classify(n, nil) != number.Emergency || number.Cost(n) != number.Emergency {
			t.Errorf("%s is no emergency number", n)
		}
	}
	re := regexp.MustCompile("^" + number.AreaCodes + "?1(12|19)$")
	for area := range 1000 {
		for _, end := range []string{"112", "119"} {
			for _, code := range []string{"0" + string(rune('0'+area%10)), "0" + string(rune('0'+area/10%10)) + string(rune('0'+area%10))} {
				s := code + end
				if strings.HasPrefix(s, "00") {
					continue
				}
				if re.MatchString(s) != (number.Classify(s, nil) == number.Emergency) {
					t.Errorf("%s: the expression and Classify differ", s)
				}
			}
		}
	}
}

// TestExpensive: the expression for the dialplan and Cost say the same of
// whatever a phone can dial.
func TestExpensive(t *testing.T) {
	re := regexp.MustCompile(number.Expensive)
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SampledFrom([]string{"", "0", "00", "06", "060", "+", "+8", "+82", "+820", "+8206", "+8200"}).Draw(t, "begin") +
			rapid.StringMatching(`[0-9]{2,12}`).Draw(t, "digits")
		kind := number.Cost(s)
		want := kind == number.International || kind == number.Premium
		if got := re.MatchString(s); got != want {
			t.Fatalf("%s: the expression says %v, Cost %s", s, got, kind)
		}
	})
}
