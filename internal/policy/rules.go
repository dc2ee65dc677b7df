package policy

import (
	"slices"
	"strings"

	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/tenant"
)

// rule is what is allowed of one action.
type rule struct {
	name      string   // as Asterisk spells it
	fields    []string // that it takes; decide looks at every one of them
	operators bool     // theirs alone
	decide    func(*request) (*Plan, error)
}

// rules are all actions that anybody may send, in the order of the messages
// that list them. What is not here is nobody's.
func rules() []rule {
	target := []string{"Channel", "Context", "Exten", "Priority"}
	return []rule{
		{name: "Ping", decide: (*request).ping},
		{name: "Command", fields: []string{"Command"}, decide: (*request).command},
		{name: "Originate", fields: append(target, "Timeout", "Callerid", "Variable", "EarlyMedia", "Async"), decide: (*request).originate},
		{name: "Hangup", fields: []string{"Channel", "Cause"}, decide: (*request).hangup},
		{name: "Redirect", fields: append(target, "ExtraChannel", "ExtraContext", "ExtraExten", "ExtraPriority"), decide: (*request).redirect},
		{name: "Atxfer", fields: target, decide: (*request).transfer},
		{name: "BlindTransfer", fields: target, decide: (*request).transfer},
		{name: "Park", fields: []string{"Channel", "TimeoutChannel", "AnnounceChannel", "Timeout"}, decide: (*request).park},
		{name: "ExtensionState", fields: []string{"Context", "Exten"}, decide: (*request).extensionState},
		{name: "QueueStatus", fields: []string{"Queue"}, decide: (*request).queueList},
		{name: "QueueSummary", fields: []string{"Queue"}, decide: (*request).queueList},
		{name: "QueueAdd", fields: []string{"Queue", "Interface", "StateInterface", "MemberName", "Penalty", "Paused"}, decide: (*request).queueAdd},
		{name: "QueueRemove", fields: []string{"Queue", "Interface"}, decide: (*request).queueRemove},
		{name: "QueuePause", fields: []string{"Queue", "Interface", "Paused", "Reason"}, decide: (*request).queuePause},
		{name: "CoreShowChannels", decide: (*request).coreShowChannels},
		{name: "DBGet", fields: []string{"Family", "Key"}, decide: (*request).dbGet},
		{name: "DBPut", fields: []string{"Family", "Key", "Val"}, decide: (*request).dbPut},
		{name: "DBDel", fields: []string{"Family", "Key"}, decide: (*request).dbDel},
		{name: "Status", fields: []string{"Channel"}, operators: true, decide: (*request).status},
		{name: "DeviceStateList", operators: true, decide: (*request).deviceStateList},
		{name: "Queues", fields: []string{"Queue"}, operators: true, decide: (*request).queues},
		{name: pjsipShow, fields: []string{"Endpoint"}, operators: true, decide: (*request).pjsipShow},
	}
}

// pjsipShow begins the names of several actions; they are one rule.
const pjsipShow = "PJSIPShow"

// rule finds the rule for an action that a role sends.
func (p *Policy) rule(role tenant.Role, name string) (*rule, error) {
	low := strings.ToLower(name)
	r := p.rules[low]
	if strings.HasPrefix(low, strings.ToLower(pjsipShow)) && len(name) <= 80 && isWord(name) {
		show := *p.rules[strings.ToLower(pjsipShow)]
		show.name = name
		r = &show
	}
	switch {
	case !isASCII(name):
		return nil, envelope.Errorf(envelope.BadRequest, "Action", "Action must be a name of the letters A to Z")
	case r == nil, r.operators && role != tenant.Operator:
		return nil, envelope.Errorf(envelope.Forbidden, "Action", "Action must be one of %s", available(role))
	}
	return r, nil
}

// available lists the actions of a role.
func available(role tenant.Role) string {
	var names []string
	for _, r := range rules() {
		if !r.operators || role == tenant.Operator {
			names = append(names, r.name)
		}
	}
	if role == tenant.Operator { // the last one stands for several
		names[len(names)-1] += "…"
	}
	return strings.Join(names, ", ")
}

// guarded are fields that do something in Asterisk which nobody may have done:
// to send one where it is not taken is forbidden, not just wrong.
func guarded(name string) bool {
	switch strings.ToLower(name) {
	case "application", "data", "variable", "allvariables", "predialgosub", "command":
		return true
	}
	return false
}

// takes refuses fields that the action does not take: what is not understood
// is not sent, and not silently dropped either.
func (r *rule) takes(fields []envelope.Field) error {
	var wrong error
	for _, f := range fields {
		if slices.ContainsFunc(r.fields, func(name string) bool { return strings.EqualFold(name, f.Name) }) {
			continue
		}
		if guarded(f.Name) {
			return r.refuse(envelope.Forbidden, f.Name)
		}
		if wrong == nil {
			wrong = r.refuse(envelope.InvalidValue, f.Name)
		}
	}
	return wrong
}

func (r *rule) refuse(code envelope.Code, field string) error {
	takes := "no fields"
	if len(r.fields) > 0 {
		takes = strings.Join(r.fields, ", ")
	}
	return envelope.Errorf(code, field, "%s does not take %q here; it takes %s", r.name, envelope.Clip(field), takes)
}
