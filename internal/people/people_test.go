package people_test

import (
	"testing"

	"github.com/dipcast/dipcast/internal/people"
)

// TestDirectory: people are found in their own tenant only.
func TestDirectory(t *testing.T) {
	var d people.Directory
	if _, ok := d.ByUser(2, "u-1"); ok || d.ByExtension(2, "1010") != nil || d.All(2) != nil {
		t.Error("the zero directory knows somebody")
	}
	d.Set([]people.Person{
		{ID: "b", Tenant: 2, User: "u-2", Name: "홍길동", Extension: "1010"},
		{ID: "a", Tenant: 2, User: "u-1", Name: "김영희", Extension: "1010"},
		{ID: "c", Tenant: 10, User: "u-1", Name: "이철수", Extension: "1010"},
		{ID: "d", Tenant: 10, Name: "박민수"},
	})
	if got := d.ByExtension(2, "1010"); len(got) != 2 || got[0].ID != "a" || got[1].ID != "b" {
		t.Errorf("extension 1010 of T2: %+v", got)
	}
	if p, ok := d.ByUser(10, "u-1"); !ok || p.ID != "c" {
		t.Errorf("u-1 of T10: %+v, %v", p, ok)
	}
	if _, ok := d.ByUser(3, "u-1"); ok {
		t.Error("u-1 is known in another tenant")
	}
	if _, ok := d.ByUser(10, ""); ok {
		t.Error("nobody is somebody")
	}
	if got := d.All(10); len(got) != 2 {
		t.Errorf("all of T10: %+v", got)
	}
}
