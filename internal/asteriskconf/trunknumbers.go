package asteriskconf

import (
	"github.com/dipcast/dipcast/internal/company"
)

// The ways a trunk wants numbers written.
const (
	formatE164     = "e164"
	formatPlusE164 = "+e164"
)

// writeTrunkNumbers writes how numbers are written towards a trunk (ARG1, its
// number_format) and whose number it shows of a diverted call (ARG2, its
// diverted_shows): DC_OUT and the caller id are set.
func writeTrunkNumbers(p *plan, t *company.Company) {
	prefix := t.Prefix()
	p.part("how a trunk is told numbers: number_format, diverted_shows of trunks")
	p.context(prefix + "trunk")
	p.exten("s",
		"Gosub("+prefix+"format,s,1(${DC_TO},${ARG1}))",
		"Set(DC_OUT=${GOSUB_RETVAL})",
		// The number of a caller who came by the network, when an extension sends
		// him on there; the header Diversion names the extension's.
		"Set(DC_FROM=${IF($[\"${ARG2}\" = \""+company.ShowCaller+"\" & \"${DC_DIVERTED}\" != \"\" & \"${DC_OUTSIDE}\" != \"\"]?${DC_OUTSIDE}:${DC_SHOWN})})",
		"Gosub("+prefix+"format,s,1(${DC_FROM},${ARG1}))",
		"Set(CALLERID(num)=${GOSUB_RETVAL})",
		"Set(CALLERID(ani)=${GOSUB_RETVAL})",
		"Return()")
	p.context(prefix + "format")
	p.exten("s",
		`GotoIf($["${ARG2}" != "`+formatE164+`" & "${ARG2}" != "`+formatPlusE164+`"]?plain)`,
		`GotoIf($["${ARG1:0:1}" = "+"]?abroad)`,
		`GotoIf($["${ARG1:0:2}" = "00"]?carrier)`,
		// Numbers without area code that the whole country knows have seven
		// digits and more; 114 and 1330 are known to the carrier only.
		`GotoIf($[${LEN(${ARG1})} < 7]?plain)`,
		`Set(LOCAL(number)=82${IF($["${ARG1:0:1}" = "0"]?${ARG1:1}:${ARG1})})`,
		"Goto(write)",
		"(abroad)Set(LOCAL(number)=${ARG1:1})",
		"Goto(write)",
		// The carrier's digits go: 00112125550123, 0070012125550123; see
		// number.Abroad.
		`(carrier)Set(LOCAL(number)=${IF($["${ARG1:2:1}" = "3" | "${ARG1:2:1}" = "7"]?${ARG1:5}:${ARG1:3})})`,
		`(write)Return(${IF($["${ARG2}" = "`+formatPlusE164+`"]?+)}${number})`,
		"(plain)Return(${ARG1})")
}
