package rest

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dipcast/dipcast/internal/companies"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/companyfile"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/fax"
	"github.com/dipcast/dipcast/internal/sounds"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// maxImport bounds the body of a request that brings a file, in bytes: base64
// makes four of three.
const maxImport = companyfile.MaxFile/3*4 + 4096

// bodyLimit is how much a request's body may have.
func bodyLimit(method, path string) int64 {
	if method == http.MethodPut && (strings.HasPrefix(path, Prefix+"/prompts/") || strings.HasPrefix(path, Prefix+"/tones/") && strings.HasSuffix(path, "/recording")) {
		return sounds.MaxUpload
	}
	if method == http.MethodPost && path == Prefix+"/faxes" {
		return fax.MaxBytes + maxFaxForm
	}
	if method == http.MethodPost && path == Prefix+"/system/backups/upload" {
		return maxBackup
	}
	if path == Prefix+"/contacts/import" {
		return maxContactsFile
	}
	if strings.HasSuffix(path, "/description") || path == Prefix+"/extensions/import" {
		return maxImport
	}
	return maxBody
}

// Description is a company's description as a file.
type Description struct {
	Tenant  string `json:"tenant" example:"T2"`
	Version int64  `json:"version" example:"7"`
	Text    string `json:"text" doc:"YAML; without passwords, unless they were asked for"`
}

// FileBody brings a file.
type FileBody struct {
	Text   string `json:"text,omitempty" doc:"the file, in UTF-8"`
	Base64 string `json:"base64,omitempty" doc:"instead of text: the file's bytes, for other encodings"`
}

func (b *FileBody) bytes() ([]byte, error) {
	switch {
	case b.Text != "" && b.Base64 != "":
		return nil, envelope.Errorf(envelope.BadRequest, "base64", "give text or base64, not both")
	case b.Base64 != "":
		data, err := base64.StdEncoding.DecodeString(b.Base64)
		if err != nil {
			return nil, envelope.Errorf(envelope.InvalidValue, "base64", "base64 is not valid")
		}
		return data, nil
	case b.Text == "":
		return nil, envelope.Errorf(envelope.BadRequest, "text", "text is missing")
	}
	return []byte(b.Text), nil
}

// DryRun asks only what would change.
type DryRun struct {
	DryRun bool `query:"dry_run" doc:"say what would change, and change nothing"`
}

// Difference is one thing that changed, or would.
type Difference struct {
	Field  string `json:"field" example:"extensions[1010].name"`
	Before string `json:"before,omitempty" doc:"JSON; absent when it was not there"`
	After  string `json:"after,omitempty" doc:"JSON; absent when it is removed"`
}

func differencesOf(list []company.Difference) []Difference {
	out := []Difference{}
	for _, d := range list {
		out = append(out, Difference(d))
	}
	return out
}

// Imported says what a file changed, or would.
type Imported struct {
	Tenant      string       `json:"tenant" example:"T2"`
	DryRun      bool         `json:"dry_run"`
	Version     int64        `json:"version" doc:"of the description now"`
	Differences []Difference `json:"differences" nullable:"false"`
}

// imported is an answer to an import.
type imported struct {
	Body struct {
		Status    string     `json:"status" enum:"success"`
		Data      Imported   `json:"data"`
		Passwords []Password `json:"passwords,omitempty" doc:"that were made; shown once"`
	}
}

func importedOf(r companies.Result, dry bool) *imported {
	var out imported
	t := r.Company.Tenant()
	out.Body.Status = "success"
	out.Body.Data = Imported{Tenant: t.ID.String(), DryRun: dry, Version: r.Company.Version, Differences: differencesOf(r.Differences)}
	if !dry {
		out.Body.Passwords = passwords(r.Passwords)
	}
	return &out
}

func (a *API) transferOps(api huma.API) {
	o := operation("description", http.MethodGet, "/tenants/{tenant}/description", tagTenants, "A company's whole description as YAML", 404)
	o.Description = "For operators, and for the company itself. The same company gives the same text."
	huma.Register(api, o, a.getDescription)
	o = operation("change-description", http.MethodPut, "/tenants/{tenant}/description", tagTenants, "Replace a company's description by a file", 400, 404, 409)
	o.Description = "What the file lacks is removed. Passwords that it does not have stay as they are; new phones get one that is made. `servers`, `limits` and `history_days` are the operators' to change. All or nothing."
	o.MaxBodyBytes = maxImport + 1
	huma.Register(api, o, a.putDescription)
	huma.Register(api, operation("versions", http.MethodGet, "/tenants/{tenant}/versions", tagTenants, "The versions of a company's description that are kept, newest first", 404), a.getVersions)
	o = operation("undo", http.MethodPost, "/tenants/{tenant}/undo", tagTenants, "Make a company's description what it was", 400, 404, 409)
	o.Description = "Without `version` the last change is taken back, the next time the one before. Passwords of phones and trunks that are there now stay."
	huma.Register(api, o, a.undo)
	o = operation("import-extensions", http.MethodPost, "/extensions/import", tagExtensions, "Add and change extensions by a CSV", 400, 404, 409)
	o.Description = "The first line names the columns, in English or Korean: " + strings.Join(companyfile.Columns(), ", ") + ". An empty cell leaves things as they are, `-` makes them their default. Extensions without a line stay. All or nothing; what is wrong is told with its line and column."
	o.MaxBodyBytes = maxImport + 1
	huma.Register(api, o, a.importExtensions)
	o = operation("export-extensions", http.MethodGet, "/extensions/export", tagExtensions, "Your extensions as a CSV", 400, 404)
	o.Description = "As import takes it. A cell that a spreadsheet would take for a formula has an apostrophe in front."
	huma.Register(api, o, a.exportExtensions)
}

// ownOrAny is the company of a path, for operators and for itself.
func (a *API) ownOrAny(ctx context.Context, name string) (*store.Company, error) {
	return a.administrator(ctx, name)
}

func (a *API) getDescription(ctx context.Context, in *struct {
	TenantPath
	Secrets bool `query:"secrets" doc:"with the passwords, for operators; leaves a line in the audit trail"`
},
) (*reply[Description], error) {
	const action = "description"
	c, err := a.ownOrAny(ctx, in.Tenant)
	if err == nil && in.Secrets {
		err = operator(ctx)
	}
	var full *store.Company
	if err == nil {
		full = c
		if in.Secrets {
			full, err = a.o.Companies.Reveal(ctx, a.author(ctx), c.Number)
		}
	}
	var text []byte
	if err == nil {
		f := companyfile.File{Company: full.Company, Servers: full.Servers, Limits: full.Limits, HistoryDays: full.HistoryDays}
		text, err = companyfile.Write(&f, in.Secrets, headOf(full, in.Secrets)...)
	}
	if err != nil {
		return nil, a.refused(ctx, action, 0, asked(err, ""))
	}
	return success(Description{Tenant: tenantView(full).Tenant, Version: full.Version, Text: string(text)}), nil
}

func headOf(c *store.Company, secrets bool) []string {
	head := []string{
		fmt.Sprintf("DIPCAST: %s (T%d), version %d", c.Name, c.Number, c.Version),
		"Read it back: dipcast tenant import FILE --dry-run",
	}
	if secrets {
		return append(head, "This file has passwords in clear: keep it as you keep them.")
	}
	return append(head, "Passwords are not in here: those that are there stay, new phones get one that is made.")
}

// read parses a file and tells what is wrong with it.
func readFile(b *FileBody) (*companyfile.File, error) {
	data, err := b.bytes()
	if err != nil {
		return nil, err
	}
	f, err := companyfile.Read(data)
	return f, fileError(err)
}

func fileError(err error) error {
	if errors.Is(err, companyfile.ErrFile) {
		return envelope.Errorf(envelope.InvalidValue, "text", "%v", err)
	}
	return err
}

func (a *API) putDescription(ctx context.Context, in *struct {
	TenantPath
	DryRun
	Version int64 `query:"version" minimum:"0" doc:"the version that the file was made of: the answer is 409 when there is a newer one"`
	Body    FileBody
},
) (*imported, error) {
	const action = "import description"
	c, err := a.ownOrAny(ctx, in.Tenant)
	var f *companyfile.File
	if err == nil {
		f, err = readFile(&in.Body)
	}
	if err != nil {
		return nil, a.refused(ctx, action, 0, err)
	}
	change := a.o.Companies.Change
	if in.DryRun.DryRun {
		change = func(ctx context.Context, by companies.Author, number int, _ string, f func(*store.Company) error) (companies.Result, error) {
			return a.o.Companies.Try(ctx, by, number, f)
		}
	}
	isOperator := callerOf(ctx).who.Role == tenant.Operator
	r, err := change(ctx, a.author(ctx), c.Number, action, func(c *store.Company) error {
		switch {
		case in.Version != 0 && in.Version != c.Version:
			return envelope.Errorf(envelope.Conflict, "version", "the description has version %d now", c.Version)
		case f.ID != "" && f.ID != c.ID, f.Number != 0 && f.Number != c.Number:
			return envelope.Errorf(envelope.Conflict, "id", "the file is another company's: take id and number out of it to use it here")
		}
		if isOperator {
			if f.Servers != nil {
				c.Servers = f.Servers
			}
			c.Limits, c.HistoryDays = f.Limits, f.HistoryDays
		}
		lines := c.Lines
		c.Company = f.Company
		if !isOperator {
			c.Lines = lines // what they pay for
		}
		return nil
	})
	if err != nil {
		return nil, a.refused(ctx, action, 0, asked(err, ""))
	}
	return importedOf(r, in.DryRun.DryRun), nil
}

// Version is a version of a company's description.
type Version struct {
	Version  int64  `json:"version" example:"7"`
	At       string `json:"at" format:"date-time"`
	By       string `json:"by" example:"ops" doc:"who made it; empty for what was there before versions were"`
	Summary  string `json:"summary" example:"change extension"`
	Restores int64  `json:"restores,omitempty" doc:"the version whose content was taken again"`
}

func (a *API) getVersions(ctx context.Context, in *struct {
	TenantPath
	Page
},
) (*list[Version], error) {
	c, err := a.ownOrAny(ctx, in.Tenant)
	var all []store.Stamp
	if err == nil {
		all, err = a.o.Companies.Versions(ctx, c.Number)
	}
	if err != nil {
		return nil, a.refused(ctx, "versions", 0, asked(err, ""))
	}
	out := []Version{}
	for _, v := range cut(in.Page, all) {
		out = append(out, versionView(v))
	}
	return page(in.Page, len(all), out), nil
}

func (a *API) undo(ctx context.Context, in *struct {
	TenantPath
	DryRun
	Body struct {
		Version int64 `json:"version,omitempty" minimum:"0" doc:"absent: the last change is taken back"`
	}
},
) (*imported, error) {
	const action = "undo"
	c, err := a.ownOrAny(ctx, in.Tenant)
	var r companies.Result
	if err == nil {
		r, err = a.o.Companies.Undo(ctx, a.author(ctx), c.Number, in.Body.Version, in.DryRun.DryRun)
	}
	if err != nil {
		return nil, a.refused(ctx, action, 0, asked(err, ""))
	}
	return importedOf(r, in.DryRun.DryRun), nil
}

// ImportedRow is what a line of a CSV changed, or would.
type ImportedRow struct {
	Line        int          `json:"line" example:"2"`
	Extension   string       `json:"extension" example:"1010"`
	Action      string       `json:"action" enum:"create,change,same"`
	Differences []Difference `json:"differences" nullable:"false"`
}

// ImportedRows says what a CSV changed, or would.
type ImportedRows struct {
	DryRun bool          `json:"dry_run"`
	Rows   []ImportedRow `json:"rows" nullable:"false"`
}

func (a *API) importExtensions(ctx context.Context, in *struct {
	TenantQuery
	DryRun
	Body FileBody
},
) (*struct {
	Body struct {
		Status    string       `json:"status" enum:"success"`
		Data      ImportedRows `json:"data"`
		Passwords []Password   `json:"passwords,omitempty" doc:"that were made; shown once"`
	}
}, error,
) {
	const action = "import extensions"
	c, err := a.administrator(ctx, a.scope(false, in.Tenant))
	var data []byte
	var rows []companyfile.Row
	if err == nil {
		data, err = in.Body.bytes()
	}
	if err == nil {
		rows, err = companyfile.ReadCSV(data)
	}
	var r companies.Result
	if err == nil {
		f := func(c *store.Company) error {
			companyfile.Apply(&c.Company, rows)
			return nil
		}
		if in.DryRun.DryRun {
			r, err = a.o.Companies.Try(ctx, a.author(ctx), c.Number, f)
		} else {
			r, err = a.o.Companies.Change(ctx, a.author(ctx), c.Number, action, f)
		}
		var wrong *store.InvalidError
		if errors.As(err, &wrong) {
			err = companyfile.Located(inOneCompany(wrong.Problems), rows)
		}
	}
	if err != nil {
		return nil, a.refused(ctx, action, 0, asked(fileError(err), ""))
	}
	var out struct {
		Body struct {
			Status    string       `json:"status" enum:"success"`
			Data      ImportedRows `json:"data"`
			Passwords []Password   `json:"passwords,omitempty" doc:"that were made; shown once"`
		}
	}
	out.Body.Status = "success"
	out.Body.Data = ImportedRows{DryRun: in.DryRun.DryRun, Rows: importedRows(rows, r.Differences)}
	if !in.DryRun.DryRun {
		out.Body.Passwords = passwords(r.Passwords)
	}
	return &out, nil
}

func inOneCompany(problems []company.Problem) []company.Problem {
	out := make([]company.Problem, len(problems))
	for i, p := range problems {
		out[i] = company.Problem{Field: inCompany(p.Field), Text: p.Text}
	}
	return out
}

func importedRows(rows []companyfile.Row, diff []company.Difference) []ImportedRow {
	out := []ImportedRow{}
	for i := range rows {
		one := ImportedRow{Line: rows[i].Line, Extension: rows[i].Number, Action: "same", Differences: []Difference{}}
		at := "extensions[" + rows[i].Number + "]"
		for _, d := range diff {
			switch {
			case d.Field == at && d.Before == "":
				one.Action = "create"
			case !strings.HasPrefix(d.Field, at+"."):
				continue
			case one.Action == "same":
				one.Action = "change"
			}
			if !strings.HasSuffix(d.Field, ".secret") {
				one.Differences = append(one.Differences, Difference(d))
			}
		}
		out = append(out, one)
	}
	return out
}

// CSV is a list as a CSV.
type CSV struct {
	Text string `json:"text" doc:"with a byte order mark, by which spreadsheets know UTF-8"`
}

func (a *API) exportExtensions(ctx context.Context, in *struct{ TenantQuery }) (*reply[CSV], error) {
	c, err := a.administrator(ctx, a.scope(false, in.Tenant))
	var text []byte
	if err == nil {
		text, err = companyfile.WriteCSV(&c.Company)
	}
	if err != nil {
		return nil, a.refused(ctx, "export extensions", 0, err)
	}
	return success(CSV{string(text)}), nil
}
