package demo

import (
	"context"
	"fmt"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/store"
)

// SalesDID is the number of the furnished company's group.
const SalesDID = "07045805600"

// salesGroup is the extension of that group.
const salesGroup = "600"

// furnish gives the first company what a company has besides phones: a group with
// a number and opening hours, holidays, a mailbox. Calls to who is busy, and out
// of hours, leave messages there.
func (p *plan) furnish(f *firm, c *company.Company) {
	if !p.furnished || f != &companies[0] {
		return
	}
	for i := range c.Extensions {
		if c.Extensions[i].Number == "1013" {
			c.Extensions[i].Voicemail = &company.Voicemail{}
		}
	}
	sales := company.RingGroup{Number: salesGroup, Name: "영업팀", RingSeconds: ringSeconds, Else: company.Target{Kind: company.ToVoicemail, Value: "1013"}}
	for _, e := range f.extensions {
		sales.Members = append(sales.Members, e.number)
	}
	c.RingGroups = []company.RingGroup{sales}
	c.TimeGroups = []company.TimeGroup{{
		ID: 1, Name: "업무 시간", Spans: []company.Span{{Days: company.Days[:5], From: "09:00", To: "18:00"}},
	}}
	c.Holidays = []company.Holiday{
		{Date: "01-01", Name: "신정"},
		{Date: "03-01", Name: "삼일절"},
		{Date: "05-05", Name: "어린이날"},
		{Date: "06-06", Name: "현충일"},
		{Date: "08-15", Name: "광복절"},
		{Date: "10-03", Name: "개천절"},
		{Date: "10-09", Name: "한글날"},
		{Date: "12-25", Name: "성탄절"},
	}
	c.DIDs = append(c.DIDs, company.DID{
		Number: SalesDID, Description: "영업팀", To: company.Target{Kind: company.ToRingGroup, Value: salesGroup},
		TimeGroup: 1, Else: company.Target{Kind: company.ToVoicemail, Value: "1013"}, CallerPrefix: "[영업] ",
	})
}

// furnishing describes what furnish put into the files.
func (p *plan) furnishing(c *store.Company, rendered *company.Company) {
	if !p.furnished {
		return
	}
	c.RingGroups, c.TimeGroups, c.Holidays = rendered.RingGroups, rendered.TimeGroups, rendered.Holidays
	for _, d := range rendered.DIDs {
		if d.Number == SalesDID {
			c.DIDs = append(c.DIDs, d)
		}
	}
}

// called are the numbers of a company that the demo's traffic calls.
func (p *plan) called(f *firm) []string {
	if p.furnished && f == &companies[0] {
		return append([]string{SalesDID}, f.didOrder...)
	}
	return f.didOrder
}

// customers are the furnished company's contacts. Not all who call are among them.
var customers = []struct{ number, name, company string }{
	{"0200031700", "김대표", "한빛상사"},
	{"0310005521", "정우진 과장", "도담물산"},
	{"0510007745", "예약 담당", "바다횟집"},
	{"07000112233", "", "새벽배송"},
	{"15000119", "콜센터", "든든은행"},
	{"01000421188", "이서연", "이서연 디자인"},
}

// contacts keeps the names of customers.
func (d *Demo) contacts(ctx context.Context) error {
	if !d.o.Furnished {
		return nil
	}
	for _, c := range customers {
		if _, _, err := d.app.Contacts().Put(ctx, companies[0].number, c.number, c.name, c.company); err != nil {
			return fmt.Errorf("contact of the demo: %w", err)
		}
	}
	return nil
}
