package companies

import (
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
	"github.com/dipcast/dipcast/works"
)

// checkWorks finds what is wrong with a bot that Check leaves: a key that is
// none, and other hosts, which operators set. The gateway sends to them from
// where it stands, and a tenant must not choose what it asks in its network.
func checkWorks(by Author, before, after *company.Company) error {
	now := after.NaverWorks
	if now == nil {
		return nil
	}
	was := before.NaverWorks
	if was == nil {
		was = &company.NaverWorks{}
	}
	var wrong []company.Problem
	if by.Identity.Role != tenant.Operator {
		for _, f := range []struct{ name, was, is string }{{"auth_url", was.AuthURL, now.AuthURL}, {"api_url", was.APIURL, now.APIURL}} {
			if f.is != "" && f.is != f.was {
				wrong = append(wrong, company.Problem{Field: "naver_works." + f.name, Text: "other hosts than the public ones are set by operators"})
			}
		}
	}
	if key := now.PrivateKey; !key.Empty() && key != was.PrivateKey {
		if _, err := works.ParseKey([]byte(key.Reveal())); err != nil {
			wrong = append(wrong, company.Problem{Field: "naver_works.private_key", Text: "must be the PEM file of the service account (BEGIN PRIVATE KEY)"})
		}
	}
	if len(wrong) > 0 {
		return &store.InvalidError{Problems: wrong}
	}
	return nil
}
