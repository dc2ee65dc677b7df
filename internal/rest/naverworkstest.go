package rest

import (
	"context"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dipcast/dipcast/internal/tenant"
)

// TryWorks tries what a company's bot is set to. user is the id of NAVER WORKS of who
// gets a message, "" nobody.
type TryWorks func(ctx context.Context, t *tenant.Tenant, user string) []WorksStep

// WorksStep is how one step of a trial went.
type WorksStep struct {
	Step   string  `json:"step" enum:"settings,token,bot,message,callback"`
	Result string  `json:"result" enum:"ok,failed,skipped" doc:"skipped: a step before it failed, or nobody was chosen to get a message"`
	Found  CDRText `json:"found" doc:"what was found"`
	Remedy CDRText `json:"remedy" doc:"what to do about it; empty unless it failed"`
}

// WorksTried is what a trial found.
type WorksTried struct {
	OK    bool        `json:"ok" doc:"no step failed"`
	Steps []WorksStep `json:"steps" nullable:"false" doc:"in their order"`
}

// WorksTrial says who gets the message of a trial.
type WorksTrial struct {
	User string `json:"user,omitempty" maxLength:"200" doc:"id of NAVER WORKS, as in people; absent: nobody gets a message"`
}

func (a *API) tryWorksOp(api huma.API) {
	if a.o.TryWorks == nil {
		return
	}
	o := operation("test-naver-works", http.MethodPost, "/naver-works/test", tagCompany, "Try the settings of your bot", 400, 404, 413)
	o.Description = "Step by step: whether all values are there, an access token is granted, the bot is found, a message arrives at `user`, and the bot's callback comes to this gateway. It says what was found, and what to do about it, in Korean and English. It may take half a minute."
	huma.Register(api, o, func(ctx context.Context, in *struct {
		TenantQuery
		Body WorksTrial
	},
	) (*reply[WorksTried], error) {
		const action = "test naver-works"
		c, err := a.administrator(ctx, a.scope(false, in.Tenant))
		if err != nil {
			return nil, a.refused(ctx, action, 0, err)
		}
		steps := a.o.TryWorks(ctx, a.o.Directory().ByNumber(c.Number), in.Body.User)
		return success(WorksTried{OK: !slices.ContainsFunc(steps, func(s WorksStep) bool { return s.Result == "failed" }), Steps: steps}), nil
	})
}
