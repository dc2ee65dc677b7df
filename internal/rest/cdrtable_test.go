package rest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// evilCells are what a spreadsheet would take for a formula.
var evilCells = []string{"=cmd()", "=cmd|' /C calc'!A0", "+82101234", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋82", "－1", "＠SUM(A1)"}

// TestT35_HistoryCells: what callers choose never begins a cell as a formula does.
func TestT35_HistoryCells(t *testing.T) {
	for _, evil := range evilCells {
		row := tableRow(&store.CallRow{
			From: store.CallParty{Number: evil, Name: evil}, To: store.CallParty{Number: evil, Name: evil}, By: store.CallParty{Number: evil, Name: evil},
			LastData: evil, Queue: evil, Account: evil, Linkedid: evil,
		})
		if len(row) != len(tableColumns) {
			t.Fatalf("%d cells for %d columns", len(row), len(tableColumns))
		}
		for i, cell := range row {
			if cell != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(cell)[0]) {
				t.Errorf("%s: %q", tableColumns[i], cell)
			}
		}
	}
	if got := safeCell("홍길동"); got != "홍길동" {
		t.Errorf("%q", got)
	}
}

// TestT35_AuditCells: so it is in the table of the audit.
func TestT35_AuditCells(t *testing.T) {
	for _, evil := range evilCells {
		row := auditRow(tenant.Identity{Role: tenant.Operator}, &store.AuditRow{
			Kind: evil, Role: evil, Extension: evil, Name: evil, Via: evil, Remote: evil, Action: evil, Code: evil, Field: evil, Detail: evil, ActionID: evil, Changes: evil, Hash: evil,
		})
		if len(row) != len(auditColumns) {
			t.Fatalf("%d cells for %d columns", len(row), len(auditColumns))
		}
		for i, cell := range row {
			if cell != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(cell)[0]) {
				t.Errorf("%s: %q", auditColumns[i], cell)
			}
		}
	}
}

// breaking is a history whose second page cannot be read.
type breaking struct{ pages int }

func (h *breaking) Calls(_ context.Context, q store.CallQuery) (store.CallPage, error) {
	if h.pages++; h.pages > 1 {
		return store.CallPage{}, errors.New("away")
	}
	return store.CallPage{Rows: make([]store.CallRow, q.Limit), More: true, Next: store.CallCursor{ID: 1}}, nil
}

func (*breaking) CountCalls(context.Context, store.CallQuery, int) (int, error) {
	return 0, errors.New("not now")
}

func (h *breaking) CallDetails(context.Context, *store.CallRow) (string, error) { return "", nil }
func (h *breaking) DetailsOfCalls(_ context.Context, rows []store.CallRow) ([]string, error) {
	return make([]string, len(rows)), nil
}

// TestTableCut: a table of which a part is missing does not look whole.
func TestTableCut(t *testing.T) {
	d, err := tenant.NewDirectory(nil)
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	a := New(Options{History: &breaking{}, Directory: func() *tenant.Directory { return d }, Logger: slog.New(slog.NewTextHandler(&log, nil))})
	s := httptest.NewUnstartedServer(a.As(tenant.Identity{Role: tenant.Operator}))
	s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	s.Start()
	defer s.Close()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+Prefix+"/cdr.csv", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := s.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if res.StatusCode != http.StatusOK || !errors.Is(err, io.ErrUnexpectedEOF) || bytes.Count(body, []byte("\n")) < 100 {
		t.Errorf("%d, %d bytes, %v", res.StatusCode, len(body), err)
	}
	if strings.Contains(log.String(), "panic") {
		t.Error(log.String())
	}
}
