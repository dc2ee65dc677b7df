package asteriskconf

import (
	"fmt"
	"strings"

	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/prompts"
)

func asteriskConf(in Input) string {
	b := in.Dirs.Base
	return fmt.Sprintf(`[directories]
astetcdir => %[1]s/etc
astmoddir => %[2]s
astvarlibdir => %[1]s/var
astdbdir => %[1]s/var
astkeydir => %[1]s/var
astdatadir => %[3]s
astagidir => %[1]s/var/agi-bin
astspooldir => %[1]s/spool
astrundir => %[1]s/run
astlogdir => %[1]s/log

[options]
live_dangerously = no
defaultlanguage = `+prompts.Language+`
languageprefix = yes
verbose = 0
debug = 0
hideconnect = yes
`, b, in.Dirs.Modules, in.Dirs.Data)
}

// modules are what the files of this package need, and no more: what is not
// loaded cannot be misused, and the start takes under a second.
const modules = `
res_timing_timerfd res_pjproject res_sorcery_config res_sorcery_memory res_sorcery_astdb
res_rtp_asterisk res_srtp res_parking res_security_log

res_pjsip res_pjsip_session res_pjsip_pubsub chan_pjsip
res_pjsip_acl res_pjsip_authenticator_digest res_pjsip_caller_id
res_pjsip_dialog_info_body_generator res_pjsip_diversion res_pjsip_dlg_options
res_pjsip_dtmf_info res_pjsip_empty_info res_pjsip_endpoint_identifier_ip
res_pjsip_endpoint_identifier_user res_pjsip_exten_state res_pjsip_header_funcs
res_pjsip_logger res_pjsip_messaging res_pjsip_nat res_pjsip_outbound_authenticator_digest
res_pjsip_outbound_publish res_pjsip_outbound_registration res_pjsip_path res_pjsip_pidf_body_generator
res_pjsip_refer res_pjsip_registrar res_pjsip_rfc3326 res_pjsip_sdp_rtp
res_pjsip_xpidf_body_generator

codec_a_mu codec_alaw codec_gsm codec_resample codec_ulaw
format_gsm format_pcm format_sln format_wav
bridge_builtin_features bridge_builtin_interval_features bridge_holding
bridge_native_rtp bridge_simple bridge_softmix

pbx_config
app_bridgewait app_cdr app_db app_dial app_directed_pickup app_echo app_milliwatt
app_mixmonitor app_playback app_playtones app_queue app_read app_senddtmf app_softhangup app_stack
app_userevent app_verbose
func_callerid func_cdr func_channel func_cut func_db func_devstate func_dialplan func_env
func_extstate func_global func_groupcount func_hangupcause func_lock func_logic func_math
func_pjsip_aor func_pjsip_contact func_pjsip_endpoint func_strings func_timeout
res_manager_devicestate cdr_manager
`

// agiModules are what the dialplan asks the gateway with.
const agiModules = "res_speech res_agi"

func modulesConf(in Input) string {
	var b strings.Builder
	b.WriteString("[modules]\nautoload=no\n")
	all := append(strings.Fields(modules), strings.Fields(cdrModules(in.Version))...)
	if in.AGI.Address != "" {
		all = append(all, strings.Fields(agiModules)...)
	}
	all = append(all, in.codecModules()...)
	all = append(all, in.featureModules()...)
	for _, m := range append(all, in.Modules...) {
		fmt.Fprintf(&b, "load=%s.so\n", m)
	}
	return b.String()
}

// fixedFiles are the same for every Asterisk. Some say nothing, so that
// Asterisk does not complain of a missing file.
var fixedFiles = map[string]string{
	"logger.conf": `[general]
dateformat=%F %T.%3q
use_callids=yes

[logfiles]
messages => notice,warning,error
security => security
`,
	"indications.conf": `[general]
country=kr

[kr]
description=Korea, Republic of
ringcadence=1000,2000
dial=350+440
busy=480+620/500,0/500
ring=440+480/1000,0/2000
congestion=480+620/300,0/200
callwaiting=440/200,0/2000
record=1400/500,0/15000
info=950/330,1400/330,1800/330
`,
	"say.conf":        prompts.SayConf(),
	"queuerules.conf": "[general]\n",
	"queues.conf":     "[general]\npersistentmembers=yes\n",
	"pjproject.conf":  "[startup]\nlog_level=2\n",
	"http.conf":       "[general]\nenabled=no\n",
	"cel.conf":        "[general]\nenable=no\n",
	"ccss.conf":       "[general]\n",
	"acl.conf":        "",
	"sorcery.conf": `; Sources that are banned are in AstDB, so that a ban counts at once, on every
; server and after a restart, without files written or read again.
[acl]
acl=config,pjsip.conf,criteria=type=acl
acl=astdb,` + dialplan.BansFamily + `

; So are phones that may not register, while the box is full of others.
[res_pjsip]
aor=astdb,` + dialplan.AORsFamily + `
aor=config,pjsip.conf,criteria=type=aor
`,
	"udptl.conf":           "[general]\n",
	"codecs.conf":          "",
	"extconfig.conf":       "[settings]\n",
	"stasis.conf":          "",
	"dsp.conf":             "[default]\n",
	"cli.conf":             "[startup_commands]\n",
	"cli_permissions.conf": "[general]\ndefault_perm=permit\n",
}
