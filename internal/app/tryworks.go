package app

import (
	"context"
	"strings"

	"github.com/dipcast/dipcast/internal/rest"
	"github.com/dipcast/dipcast/internal/tenant"
)

// tryWorks tries what a company's bot in NAVER WORKS is set to.
func (a *App) tryWorks(ctx context.Context, t *tenant.Tenant, user string) []rest.WorksStep {
	public := strings.TrimSuffix(a.counts.Load().PublicURL, "/")
	callback := ""
	if public != "" {
		callback = public + "/dapi/" + t.ID.Hex() + "/callback"
	}
	out := []rest.WorksStep{}
	for _, s := range a.bot.Try(ctx, t.Number, user, callback) {
		out = append(out, rest.WorksStep{
			Step: s.Step, Result: s.Result,
			Found: rest.CDRText{Korean: s.Found[0], English: s.Found[1]}, Remedy: rest.CDRText{Korean: s.Remedy[0], English: s.Remedy[1]},
		})
	}
	return out
}
