package people_test

import (
	"errors"
	"testing"

	"github.com/dipcast/dipcast/internal/people"
)

// TestPutContact: one contact is entered and changed, however its number is written.
func TestPutContact(t *testing.T) { each(t, testPutContact) }

func testPutContact(t *testing.T, w *world) {
	c := w.Contacts()
	now, before, err := c.Put(t.Context(), 2, "010-2613-2471", " 지화자 ", "거래처")
	if err != nil || before != nil || now.Number != "01026132471" || now.Name != "지화자" {
		t.Fatalf("%+v, %v, %v", now, before, err)
	}
	if _, before, err = c.Put(t.Context(), 2, "+82 10 2613 2471", "성춘향", ""); err != nil || before == nil || before.Name != "지화자" {
		t.Fatalf("%+v, %v", before, err)
	}
	all, total, err := c.List(t.Context(), 2, "", 0, 10)
	if err != nil || total != 1 || all[0].Name != "성춘향" || all[0].Company != "" {
		t.Errorf("%+v, %v", all, err)
	}
	for _, wrong := range [][2]string{{"12", "짧음"}, {"anna", "문자"}, {"01026132471", "  "}} {
		if _, _, err := c.Put(t.Context(), 2, wrong[0], wrong[1], ""); !errors.Is(err, people.ErrPerson) {
			t.Errorf("%v: %v", wrong, err)
		}
	}
}
