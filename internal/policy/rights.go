package policy

import (
	"slices"
	"strings"

	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/tenant"
)

// allowed refuses what the rights of who asks do not allow, which narrow what their
// role does: calls are live, keys are diversions.
func allowed(who tenant.Identity, action string, plan *Plan) error {
	if who.Rights == nil || action == "Ping" || plan.Kind == Answer {
		return nil
	}
	area, level := tenant.AreaLive, tenant.Change
	switch {
	case plan.Kind == ReadKey:
		area, level = tenant.AreaDiversions, tenant.See
	case plan.Kind == WriteKey, plan.Kind == DeleteKey:
		area = tenant.AreaDiversions
	case action == "Command": // of operators, those of the configuration
		area, level = tenant.AreaServers, tenant.See
	case slices.Contains([]string{"ExtensionState", "QueueStatus", "QueueSummary", "CoreShowChannels", "Status", "DeviceStateList", "Queues"}, action),
		strings.HasPrefix(action, pjsipShow):
		level = tenant.See
	}
	if !who.May(area, level) {
		return envelope.Errorf(envelope.Forbidden, "Action", "your role does not allow this: it needs the right to %s %s", level, area)
	}
	settings := who.Rights.Settings(area)
	if level != tenant.Change || settings == nil {
		return nil
	}
	if area == tenant.AreaDiversions && slices.Contains(settings, string(plan.Key.Field)) {
		return nil
	}
	return envelope.Errorf(envelope.Forbidden, "Action", "your role allows to change single settings of %s only: %s", area, strings.Join(settings, ", "))
}
