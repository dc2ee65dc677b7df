package fax_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/fax"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

type noStore struct{}

func (noStore) AddFax(context.Context, store.Fax, ...store.OutboxRow) (bool, error) { return true, nil }

func (noStore) EndFax(context.Context, store.Fax) (bool, error)            { return true, nil }
func (noStore) DeleteFax(context.Context, string) error                    { return nil }
func (noStore) Faxes(context.Context, store.FaxQuery) ([]store.Fax, error) { return nil, nil }

func keeper(t *testing.T, paper func(context.Context, ...string) (*exec.Cmd, error)) *fax.Keeper {
	t.Helper()
	k, err := fax.New(fax.Options{
		Store: noStore{}, Directory: func() *tenant.Directory { return nil }, DataDir: t.TempDir(), Logger: slog.New(slog.DiscardHandler), Paper: paper,
	})
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func ofTree(t *testing.T) func(context.Context, ...string) (*exec.Cmd, error) {
	tree := asterisktest.Tree(t, 22)
	if tree.NoPaper != "" {
		t.Fatal(tree.NoPaper)
	}
	return func(ctx context.Context, args ...string) (*exec.Cmd, error) { return tree.Paper(ctx, args...), nil }
}

// sheet is a page of a PDF: its size in points, and what is drawn.
type sheet struct {
	wide, high int
	content    string
}

// pdf writes a PDF whose catalog has more entries.
func pdf(more string, sheets ...sheet) []byte {
	var b bytes.Buffer
	var offsets []int
	object := func(s string) {
		offsets = append(offsets, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", len(offsets), s)
	}
	b.WriteString("%PDF-1.4\n")
	object("<</Type/Catalog/Pages 2 0 R" + more + ">>")
	kids := ""
	for i := range sheets {
		kids += fmt.Sprintf("%d 0 R ", 5+2*i)
	}
	object(fmt.Sprintf("<</Type/Pages/Count %d/Kids[%s]>>", len(sheets), kids))
	object("<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
	for i, s := range sheets {
		object(fmt.Sprintf("<</Length %d>>\nstream\n%s\nendstream", len(s.content), s.content))
		object(fmt.Sprintf("<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Contents %d 0 R/Resources<</Font<</F 3 0 R>>>>>>", s.wide, s.high, 4+2*i))
	}
	at := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(offsets)+1)
	for _, o := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(offsets)+1, at)
	return b.Bytes()
}

// black counts the black dots of a part of a page.
func black(p fax.Page, left, top, right, bottom int) (n int) {
	for y := top; y < bottom; y++ {
		for x := left; x < right; x++ {
			if p.Black(x, y) {
				n++
			}
		}
	}
	return n
}

const square = "100 100 200 200 re f"

// TestPDF: pages of a PDF are drawn in their real size, in the middle of the
// paper; wider ones smaller; shades are dots; letters are there; a script in it is
// not looked at.
func TestPDF(t *testing.T) {
	k := keeper(t, ofTree(t))
	data := pdf("/OpenAction<</S/JavaScript/JS(while\\(1\\){})>>",
		sheet{595, 842, square + " BT /F 24 Tf 72 700 Td (Hello fax) Tj ET"},
		sheet{842, 595, square},
		sheet{612, 792, "0.5 g " + square},
	)
	pages, err := k.Read(t.Context(), data)
	if err != nil || len(pages) != 3 {
		t.Fatal(len(pages), err)
	}
	for i, want := range []struct{ height, blackest, least int }{
		// 200 points are 567 dots at 204, and 544 lines at 196 to the inch.
		{2293, 567 * 545, 566 * 543},
		{1618 * 1728 / 2386, 567 * 545 * 53 / 100, 566 * 543 * 51 / 100},
		{2156, 567 * 545 * 55 / 100, 566 * 543 * 45 / 100},
	} {
		p := pages[i]
		dots := black(p, 0, p.Height/2, p.Width, p.Height)
		if p.Width != 1728 || p.Height < want.height-3 || p.Height > want.height+3 || dots > want.blackest+2000 || dots < want.least-2000 {
			t.Errorf("page %d: %d by %d, %d black", i+1, p.Width, p.Height, dots)
		}
	}
	if n := black(pages[0], 0, 0, 1728, 600); n < 3000 {
		t.Errorf("%d dots of letters", n)
	}
	// What we write as PDFs comes back dot for dot.
	want := []fax.Page{drawn(t, 1, 1728, 600), drawn(t, 2, 1728, 900)}
	got, err := k.Read(t.Context(), fax.WritePDF(want))
	if err != nil {
		t.Fatal(err)
	}
	same(t, "back", got, want)
}

// TestHostilePDF: what is no PDF, or asks for too much, is refused in words.
func TestHostilePDF(t *testing.T) {
	k := keeper(t, ofTree(t))
	one := sheet{595, 842, square}
	whole := pdf("", one)
	for name, data := range map[string][]byte{
		"nothing behind the head": []byte("%PDF-1.7\n"),
		"garbage":                 append([]byte("%PDF-1.7\n"), bytes.Repeat([]byte("obj stream\xff("), 5000)...),
		"no pages":                pdf(""),
		"101 pages":               pdf("", slicesOf(101, one)...),
		"a huge page":             pdf("", sheet{14400, 14400, square}),
		"a long page":             pdf("", sheet{595, 14000, square}),
		"encrypted":               bytes.Replace(whole, []byte("/Root"), []byte("/Encrypt<</Filter/Standard/V 1/R 2/O(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa)/U(bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb)/P -4>>/ID[(aaaaaaaaaaaaaaaa)(aaaaaaaaaaaaaaaa)]/Root"), 1),
	} {
		pages, err := k.Read(t.Context(), data)
		if !errors.Is(err, fax.ErrPDF) {
			t.Errorf("%s: %d pages, %v", name, len(pages), err)
		}
	}
	// Pages that are in themselves end.
	loop := bytes.Replace(whole, []byte("/Kids[5 0 R ]"), []byte("/Kids[2 0 R ]"), 1)
	if pages, err := k.Read(t.Context(), loop); err == nil && len(pages) > 1 {
		t.Errorf("pages in a circle: %d", len(pages))
	}
	if _, err := keeper(t, nil).Read(t.Context(), whole); !errors.Is(err, fax.ErrNoPaper) {
		t.Errorf("without a program: %v", err)
	}
}

func slicesOf(n int, s sheet) []sheet {
	all := make([]sheet, n)
	for i := range all {
		all[i] = s
	}
	return all
}

// TestPDFIsConfined: the program that draws has bounds, and does not know our
// environment.
func TestPDFIsConfined(t *testing.T) {
	t.Setenv("DIPCAST_SECRET_OF_OURS", "secret")
	seen := filepath.Join(t.TempDir(), "seen")
	k := keeper(t, func(ctx context.Context, _ ...string) (*exec.Cmd, error) {
		// It reads first, as the real one does: then its bounds are set.
		cmd := exec.CommandContext(ctx, "/bin/sh", "-c", `read x; { ulimit -t; ulimit -v; ulimit -n; ulimit -f; ulimit -c; cat /proc/net/dev; } > "$1"; exit 3`, "sh", seen)
		cmd.Env = []string{"LC_ALL=C"}
		return cmd, nil
	})
	if _, err := k.Read(t.Context(), pdf("")); !errors.Is(err, fax.ErrPDF) {
		t.Error(err)
	}
	data, err := os.ReadFile(seen)
	if lines := strings.Fields(string(data)); err != nil || len(lines) < 5 || !slices.Equal(lines[:5], []string{"60", "1048576", "64", "2048", "0"}) {
		t.Errorf("%s %v", data, err)
	}
	tree, err := ofTree(t)(t.Context())
	if err != nil || slices.ContainsFunc(tree.Env, func(v string) bool { return strings.Contains(v, "SECRET") }) {
		t.Errorf("%v %v", tree.Env, err)
	}
}
