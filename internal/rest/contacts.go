package rest

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dipcast/dipcast/internal/audit"
	"github.com/dipcast/dipcast/internal/people"
	"github.com/dipcast/dipcast/internal/store"
)

// maxContactsFile bounds the body of a request that brings contacts: base64 makes
// four of three.
const maxContactsFile = people.MaxImport/3*4 + 4096

// Contact is the name behind a number.
type Contact struct {
	Number  string `json:"number" example:"01026132471" doc:"as it is compared: digits, + before those of other countries"`
	Written string `json:"written" example:"010-2613-2471" doc:"as it was imported"`
	Name    string `json:"name" example:"지화자"`
	Company string `json:"company" example:"거래처"`
}

// ContactMistake is one in a file of contacts.
type ContactMistake struct {
	Line    int    `json:"line" example:"4"`
	Field   string `json:"field" example:"number" doc:"the column, or the property of a vCard; empty: the whole line"`
	Message string `json:"message"`
}

// ContactsImported is what became of a file of contacts.
type ContactsImported struct {
	DryRun bool             `json:"dry_run"`
	Taken  int              `json:"taken" doc:"numbers of the file, or how many would be"`
	Total  int              `json:"total" doc:"numbers that there are now; 0 of a dry run"`
	Wrong  []ContactMistake `json:"wrong" nullable:"false" doc:"the first 100 mistakes"`
}

// ContactsFile is a file of contacts.
type ContactsFile struct {
	Format string `json:"format" enum:"csv,vcard"`
	Text   string `json:"text"`
}

// ContactName is who is behind a number.
type ContactName struct {
	Name string `json:"name" example:"지화자 (거래처)" doc:"empty: nobody knows"`
}

func (a *API) contactOps(api huma.API) {
	huma.Register(api, operation("contacts", http.MethodGet, "/contacts", tagPeople, "Names of callers, by their numbers", 400, 404), a.listContacts)
	o := operation("import-contacts", http.MethodPost, "/contacts/import", tagPeople, "Add and change names of callers by a CSV or vCards", 400, 404, 409)
	o.Description = fmt.Sprintf("A CSV names its columns in the first line: name (이름), company (회사), and one or more of number (전화번호), mobile (휴대폰), telephone …, in UTF-8 or CP949. "+
		"vCards are of version 2.1 to 4.0. Numbers may be written in any form; at most %d. A file with mistakes changes nothing, unless `skip` leaves those entries out; `dry_run` tells all mistakes by line and field.", store.MaxContacts)
	o.MaxBodyBytes = maxContactsFile + 1
	huma.Register(api, o, a.importContacts)
	huma.Register(api, operation("export-contacts", http.MethodGet, "/contacts/export", tagPeople, "Names of callers as a file", 400, 404), a.exportContacts)
	o = operation("put-contact", http.MethodPut, "/contacts/{number}", tagPeople, "Name who is behind a number", 400, 404, 409, 413)
	o.Description = "The number may be written in any form; whoever was behind it is replaced."
	huma.Register(api, o, a.putContact)
	o = operation("contact-name", http.MethodGet, "/contacts/name", tagPeople, "Who is behind a number", 400, 404)
	o.Description = "As a card would show it: by the contacts, else by the company's look-up, within 300 ms."
	huma.Register(api, o, a.contactName)
	huma.Register(api, operation("delete-contact", http.MethodDelete, "/contacts/{number}", tagPeople, "Forget the name behind a number", 400, 404), a.deleteContact)
}

func (a *API) listContacts(ctx context.Context, in *struct {
	TenantQuery
	Page
	Search string `query:"search" maxLength:"100" doc:"a part of the name, the company or the number"`
},
) (*list[Contact], error) {
	n, err := a.peopleOf(ctx, in.Tenant)
	var all []store.Contact
	total := 0
	if err == nil {
		all, total, err = a.o.People.Contacts().List(ctx, n, strings.TrimSpace(in.Search), in.Offset, in.Limit)
	}
	if err != nil {
		return nil, a.refused(ctx, "contacts", 0, peopleError(err))
	}
	out := []Contact{}
	for _, c := range all {
		out = append(out, Contact(c))
	}
	return page(in.Page, total, out), nil
}

func (a *API) importContacts(ctx context.Context, in *struct {
	TenantQuery
	DryRun
	Format  string `query:"format" enum:"csv,vcard" default:"csv"`
	Replace bool   `query:"replace" doc:"names that are not in the file go"`
	Skip    bool   `query:"skip" doc:"leave out what is wrong, and take the rest"`
	Body    FileBody
},
) (*reply[ContactsImported], error) {
	const action = "import contacts"
	n, err := a.peopleOf(ctx, in.Tenant)
	var data []byte
	if err == nil {
		data, err = in.Body.bytes()
	}
	var r people.Import
	if err == nil {
		dry := in.DryRun.DryRun
		r, err = a.o.People.Contacts().Import(ctx, n, people.Format(in.Format), data, in.Replace, in.Skip || dry, dry)
		if dry && len(r.Wrong) > 0 {
			err = nil // they are the answer
		}
	}
	if err != nil {
		return nil, a.refused(ctx, action, 0, peopleError(err))
	}
	if !in.DryRun.DryRun {
		a.peopleTrail(ctx, n, action, fmt.Sprintf("%d numbers taken, %d now", r.Taken, r.Total))
	}
	out := ContactsImported{DryRun: in.DryRun.DryRun, Taken: r.Taken, Total: r.Total, Wrong: []ContactMistake{}}
	for _, m := range r.Wrong {
		out.Wrong = append(out.Wrong, ContactMistake{m.Line, m.Field, m.Text})
	}
	return success(out), nil
}

func (a *API) exportContacts(ctx context.Context, in *struct {
	TenantQuery
	Format string `query:"format" enum:"csv,vcard" default:"csv"`
},
) (*reply[ContactsFile], error) {
	n, err := a.peopleOf(ctx, in.Tenant)
	var text []byte
	if err == nil {
		text, err = a.o.People.Contacts().Export(ctx, n, people.Format(in.Format))
	}
	if err != nil {
		return nil, a.refused(ctx, "export contacts", 0, peopleError(err))
	}
	return success(ContactsFile{in.Format, string(text)}), nil
}

func (a *API) contactName(ctx context.Context, in *struct {
	TenantQuery
	Number string `query:"number" required:"true" maxLength:"60" example:"010-2613-2471"`
},
) (*reply[ContactName], error) {
	n, err := a.peopleOf(ctx, in.Tenant)
	if err != nil {
		return nil, a.refused(ctx, "contact name", 0, err)
	}
	return success(ContactName{a.o.People.Contacts().Name(ctx, n, in.Number)}), nil
}

// ContactFields are what somebody enters of a contact.
type ContactFields struct {
	Name    string `json:"name,omitempty" maxLength:"100" example:"지화자"`
	Company string `json:"company,omitempty" maxLength:"100" example:"거래처"`
}

func (a *API) putContact(ctx context.Context, in *struct {
	TenantQuery
	Number string `path:"number" maxLength:"60" example:"01026132471"`
	Body   ContactFields
},
) (*reply[Contact], error) {
	const action = "change contact"
	n, err := a.peopleOf(ctx, in.Tenant)
	var now store.Contact
	var before *store.Contact
	if err == nil {
		now, before, err = a.o.People.Contacts().Put(ctx, n, in.Number, in.Body.Name, in.Body.Company)
	}
	if err != nil {
		return nil, a.refused(ctx, action, 0, peopleError(err))
	}
	var was any
	if before != nil {
		was = Contact(*before)
	}
	a.peopleTrail(ctx, n, action, "", audit.Diff(was, Contact(now))...)
	return success(Contact(now)), nil
}

func (a *API) deleteContact(ctx context.Context, in *struct {
	TenantQuery
	Number string `path:"number" maxLength:"60" example:"01026132471"`
},
) (*reply[Removed], error) {
	const action = "delete contact"
	n, err := a.peopleOf(ctx, in.Tenant)
	if err == nil {
		err = a.o.People.Contacts().Delete(ctx, n, in.Number)
	}
	if err != nil {
		return nil, a.refused(ctx, action, 0, peopleError(err))
	}
	a.peopleTrail(ctx, n, action, "", audit.Diff(map[string]string{"number": in.Number}, nil)...)
	return success(Removed{in.Number}), nil
}
