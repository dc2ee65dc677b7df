package company_test

import (
	"testing"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/secret"
)

// TestPresetsAreWhole: with the host and the credentials of a carrier's letter
// a preset is a trunk that passes.
func TestPresetsAreWhole(t *testing.T) {
	for _, name := range company.PresetNames() {
		k, err := company.Preset(name)
		if err != nil {
			t.Fatal(err)
		}
		k.ID, k.Host, k.Username, k.Secret = 1, "sip.example.net", "07045805605", secret.New("secret")
		if p := company.CheckTrunk(&k); len(p) > 0 {
			t.Errorf("%s: %v", name, p)
		}
		k.Codecs[0] = "opus" // the next one is not changed
		if again, _ := company.Preset(name); again.Codecs[0] != "alaw" || again.Preset != name {
			t.Errorf("%s: %+v", name, again)
		}
	}
	if _, err := company.Preset("nobody"); err == nil {
		t.Error("a preset that is not there")
	}
}
