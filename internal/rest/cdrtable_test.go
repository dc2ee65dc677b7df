package rest

import (
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/store"
)

// TestTableRow: what callers choose never begins a cell as a formula does.
func TestTableRow(t *testing.T) {
	for _, evil := range []string{"=cmd|' /C calc'!A0", "+82101234", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"} {
		row := tableRow(&store.CallRow{
			From: store.CallParty{Number: evil, Name: evil}, To: store.CallParty{Number: evil, Name: evil}, By: store.CallParty{Number: evil, Name: evil},
			LastData: evil, Queue: evil, Account: evil, Linkedid: evil,
		})
		if len(row) != len(tableColumns) {
			t.Fatalf("%d cells for %d columns", len(row), len(tableColumns))
		}
		for i, cell := range row {
			if cell != "" && strings.ContainsRune("=+-@\t\r\n", rune(cell[0])) {
				t.Errorf("%s: %q", tableColumns[i], cell)
			}
		}
	}
	if got := safeCell("홍길동"); got != "홍길동" {
		t.Errorf("%q", got)
	}
}
