package bot

import "testing"

// Every text that a button of the menu writes is understood, in both languages.
func TestMenuIsUnderstood(t *testing.T) {
	for _, a := range menu {
		want, err := ParseCommand(a.Postback)
		if err != nil {
			t.Errorf("%q: %v", a.Postback, err)
		}
		if len(a.I18nTexts) != 2 {
			t.Errorf("%q has %d texts", a.Label, len(a.I18nTexts))
		}
		for _, text := range a.I18nTexts {
			if got, err := ParseCommand(text.Text); err != nil || got.Verb != want.Verb {
				t.Errorf("%q: %+v, %v; want %s", text.Text, got, err, want.Verb)
			}
		}
	}
}
