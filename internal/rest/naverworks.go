package rest

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/envelope"
)

// CardPreview asks for a card as it would be sent.
type CardPreview struct {
	Kind  string             `json:"kind" enum:"external,internal,fax,missed,answered,voicemail" doc:"what the card shows"`
	Lang  string             `json:"lang,omitempty" enum:"ko,en" doc:"absent: ko"`
	Style *company.CardStyle `json:"style,omitempty" doc:"how it looks; absent: as it is set"`
}

// Preview gives the body of the message that a card is sent as.
type Preview func(p CardPreview, style *company.CardStyle) (json.RawMessage, error)

// PreviewPage gives a page of all cards, and its Content-Security-Policy.
type PreviewPage func(style *company.CardStyle) (page []byte, policy string, err error)

// naverWorksOps are those of a company's bot in NAVER WORKS.
func (a *API) naverWorksOps(api huma.API) {
	huma.Register(api, operation("naver-works", http.MethodGet, "/naver-works", tagCompany, "Your bot in NAVER WORKS", 400, 404), func(ctx context.Context, in *struct{ TenantQuery }) (*tagged[company.NaverWorks], error) {
		c, err := a.read(ctx, a.scope(false, in.Tenant))
		if err != nil {
			return nil, a.refused(ctx, "naver-works", 0, err)
		}
		w := company.NaverWorks{Off: true} // of who has none
		if c.NaverWorks != nil {
			w = *c.NaverWorks
		}
		return withTag(w, etag(w)), nil
	})
	o := operation("change-naver-works", http.MethodPut, "/naver-works", tagCompany, "Set your bot in NAVER WORKS", 400, 404, 409)
	o.Description = "Members that are absent stay as they are; so do secrets, which are never shown. The values are those of the Developer Console. `auth_url` and `api_url` are for operators."
	huma.Register(api, o, func(ctx context.Context, in *struct {
		TenantQuery
		Matching
		Body fields[company.NaverWorks]
	},
	) (*tagged[company.NaverWorks], error) {
		const action = "change naver-works"
		r, err := a.edit(ctx, a.scope(false, in.Tenant), action, func(c *company.Company) error {
			w := company.NaverWorks{}
			if c.NaverWorks != nil {
				w = *c.NaverWorks
				bare := c.Bare()
				if err := match(in.Matching, etag(*bare.NaverWorks)); err != nil {
					return err
				}
			}
			if err := in.Body.into(&w); err != nil {
				return err
			}
			c.NaverWorks = &w
			return nil
		})
		if err != nil {
			return nil, a.refused(ctx, action, 0, asked(err, "naver_works"))
		}
		w := *r.Company.NaverWorks
		return withTag(w, etag(w)), nil
	})
	huma.Register(api, operation("delete-naver-works", http.MethodDelete, "/naver-works", tagCompany, "Remove your bot in NAVER WORKS", 400, 404, 409), func(ctx context.Context, in *struct {
		TenantQuery
		Matching
	},
	) (*reply[Removed], error) {
		const action = "delete naver-works"
		_, err := a.edit(ctx, a.scope(false, in.Tenant), action, func(c *company.Company) error {
			if c.NaverWorks == nil {
				return errNone("", "bot")
			}
			bare := c.Bare()
			if err := match(in.Matching, etag(*bare.NaverWorks)); err != nil {
				return err
			}
			c.NaverWorks = nil
			return nil
		})
		if err != nil {
			return nil, a.refused(ctx, action, 0, asked(err, "naver_works"))
		}
		return success(Removed{"naver_works"}), nil
	})
	a.tryWorksOp(api)
	if a.o.Preview == nil {
		return
	}
	o = operation("preview-card", http.MethodPost, "/naver-works/preview", tagCompany, "A card as it would be sent", 400, 404)
	o.Description = "`data` is the body of the message to NAVER WORKS, with what a caller is called made up; its buttons do nothing."
	huma.Register(api, o, func(ctx context.Context, in *struct {
		TenantQuery
		Body CardPreview
	},
	) (*reply[json.RawMessage], error) {
		body, err := a.preview(ctx, in.Tenant, in.Body)
		if err != nil {
			return nil, a.refused(ctx, "preview-card", 0, err)
		}
		return success(body), nil
	})
	o = operation("preview-cards", http.MethodGet, "/naver-works/preview", tagCompany, "A page that shows your cards", 400, 404)
	o.Description = "For people: all cards in Korean and English, in the company's colours and texts, with callers that are made up. The page runs nothing and loads nothing."
	o.Responses = map[string]*huma.Response{"200": {Description: "the page", Content: map[string]*huma.MediaType{
		"text/html": {Schema: &huma.Schema{Type: huma.TypeString}, Example: "<!doctype html>"},
	}}}
	huma.Register(api, o, func(ctx context.Context, in *struct{ TenantQuery }) (*huma.StreamResponse, error) {
		style, err := a.cardStyle(ctx, in.Tenant, nil)
		var page []byte
		var policy string
		if err == nil {
			page, policy, err = a.o.PreviewPage(style)
		}
		if err != nil {
			return nil, a.refused(ctx, "preview-cards", 0, err)
		}
		return &huma.StreamResponse{Body: func(hc huma.Context) {
			_, w := humago.Unwrap(hc)
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Header().Set("Content-Security-Policy", policy)
			w.Header().Set("Referrer-Policy", "no-referrer")
			_, _ = w.Write(page) // who has left does not read it
		}}, nil
	})
}

func (a *API) preview(ctx context.Context, name string, p CardPreview) (json.RawMessage, error) {
	style, err := a.cardStyle(ctx, name, p.Style)
	if err != nil {
		return nil, err
	}
	return a.o.Preview(p, style)
}

// cardStyle is how a company's cards look, or asked, unless that is nil.
func (a *API) cardStyle(ctx context.Context, name string, asked *company.CardStyle) (*company.CardStyle, error) {
	c, err := a.read(ctx, a.scope(false, name))
	if err != nil {
		return nil, err
	}
	switch {
	case asked == nil && c.NaverWorks == nil:
		asked = &company.CardStyle{}
	case asked == nil:
		asked = &c.NaverWorks.Style
	}
	if wrong := asked.Problems(); len(wrong) > 0 {
		return nil, envelope.Errorf(envelope.InvalidValue, "style."+wrong[0].Field, "style.%s", wrong[0].Error())
	}
	return asked, nil
}
