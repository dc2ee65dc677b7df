package asteriskconf

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/dialplan"
)

// featureModules are what the codes, music and keys within a call need.
const featureModules = "app_exec app_read app_record app_sayunixtime res_musiconhold res_pjsip_one_touch_record_info"

// voicemailModules are loaded when somebody has a mailbox. Debian keeps them for
// Asterisk 16 in a package of their own, asterisk-voicemail.
const voicemailModules = "app_voicemail res_pjsip_mwi res_pjsip_mwi_body_generator"

func (in *Input) featureModules() []string {
	all := strings.Fields(featureModules)
	if in.hasVoicemail() {
		all = append(all, strings.Fields(voicemailModules)...)
	}
	if in.conferences() {
		all = append(all, "app_confbridge")
	}
	if in.faxes() {
		all = append(all, strings.Fields(faxModules)...)
	}
	return all
}

// featureFiles are the files of this part, below etc.
func featureFiles(in Input) map[string]string {
	files := map[string]string{
		"features.conf":    featuresConf(),
		"musiconhold.conf": musicConf(in),
		"res_parking.conf": parkingConf(in),
	}
	if in.hasVoicemail() {
		files["voicemail.conf"] = voicemailConf(in)
	}
	if in.conferences() {
		files["confbridge.conf"] = confbridgeConf
	}
	return files
}

// Keys within a call, as options of Dial: transfer, park, record. Only our own
// phones have them. Somebody from the network who could transfer would call the
// world at the company's cost.
const (
	// calledKeys are for phones that are called.
	calledKeys = "tkx"
	// callerKeys are for the caller when it is a phone: not a trunk, and not a
	// Local channel, which may lead to one.
	callerKeys = `${IF($["${CHANNEL:0:6}" = "PJSIP/" & "${CHANNEL:6:4}" != "trk-"]?TKX)}`
)

// keyFeatures are the features within a call, by Asterisk's names of them.
var keyFeatures = map[string]company.Feature{
	"blindxfer":  company.DoBlindTransfer,
	"atxfer":     company.DoAttended,
	"parkcall":   company.DoPark,
	"automixmon": company.DoRecord,
}

// featuresConf writes the keys that all companies have which do not change them.
func featuresConf() string {
	var b strings.Builder
	b.WriteString(`[general]
featuredigittimeout=1500
transferdigittimeout=5
transferdialattempts=2
transferinvalidsound=` + sayTransferFailed + `
atxfernoanswertimeout=20
atxferdropcall=no
atxferloopdelay=3
atxfercallbackretries=1
xfersound=beep
xferfailsound=beeperr
; *8 is a code of the dialplan, where it says when there is nothing to pick up.
pickupexten=

[featuremap]
; empty: no key ends a call
disconnect=
`)
	for _, name := range slices.Sorted(maps.Keys(keyFeatures)) {
		fmt.Fprintf(&b, "%s=%s\n", name, company.DefaultCodes[keyFeatures[name]])
	}
	return b.String()
}

// deviceFeatures are the lines of a phone's endpoint that features need.
func deviceFeatures(t *company.Company, e *company.Extension) string {
	p := t.Prefix()
	var b strings.Builder
	line := func(name, value string) { fmt.Fprintf(&b, "%s=%s\n", name, value) }
	line("named_call_group", namedGroups(p, e))
	line("named_pickup_group", namedGroups(p, e))
	line("set_var", hears(t))
	line("set_var", parksIn(t))
	// The keys of this company, on the phone's own channels.
	for _, name := range slices.Sorted(maps.Keys(keyFeatures)) {
		if code := t.Code(keyFeatures[name]); code != company.DefaultCodes[keyFeatures[name]] {
			line("set_var", "FEATUREMAP("+name+")="+code)
		}
	}
	// Without a name of ours the numbers of both ends are in it, which others choose.
	// T2_record gives calls a better one.
	line("set_var", "TOUCH_MIXMONITOR="+e.Number)
	line("set_var", "TOUCH_MIXMONITOR_PREFIX="+dialplan.RecordFolder(t.Number))
	line("set_var", "TOUCH_MIXMONITOR_MESSAGE_START="+sayRecordOn)
	line("set_var", "TOUCH_MIXMONITOR_MESSAGE_STOP="+sayRecordOff)
	if e.Voicemail != nil {
		line("mailboxes", mailbox(p, e.Number))
		line("mwi_subscribe_replaces_unsolicited", "yes")
	}
	return b.String()
}
