package asteriskconf

import "strings"

// CDRFile is where Asterisk writes its own record of calls, below its folder for
// logs: cdr_custom writes into cdr-custom only.
const CDRFile = "cdr-custom/dipcast.csv"

// CDRColumns are the columns of that file, in their order, by their names in
// Asterisk's function CDR; "start,u" is start as seconds with a fraction. The last
// are variables that the dialplan sets: the diversion as CFN:1010:01012345678, and who
// called which number, where the call came in.
var CDRColumns = []string{
	"linkedid", "uniqueid", "sequence", "start,u", "answer,u", "end,u", "disposition", "src", "dst", "clid", "dcontext",
	"channel", "dstchannel", "lastapp", "lastdata", "accountcode", "peeraccount", "userfield", "dipcast_diverted", "dipcast_from", "dipcast_did",
}

// cdrModules write that file. Asterisk 22 has what they share in a module of its
// own, since 22.7.
func cdrModules(version int) string {
	if version >= 22 {
		return "res_cdrel_custom cdr_custom"
	}
	return "cdr_custom"
}

// cdrFiles make Asterisk keep its own record of calls, from which history is
// completed after the gateway was away. With unanswered, calls that never got as
// far as a second party are in it too.
var cdrFiles = map[string]string{
	"cdr.conf":         "[general]\nenable=yes\nunanswered=yes\nbatch=no\n",
	"cdr_manager.conf": "[general]\nenabled=yes\n",
	"cdr_custom.conf":  cdrCustom(),
}

func cdrCustom() string {
	fields := make([]string, len(CDRColumns))
	for i, c := range CDRColumns {
		fields[i] = "${CSV_QUOTE(${CDR(" + c + ")})}"
	}
	return "; " + strings.Join(CDRColumns, "; ") + "\n[mappings]\n" + strings.TrimPrefix(CDRFile, "cdr-custom/") + " => " + strings.Join(fields, ",") + "\n"
}

// Steps of the dialplan that note in Asterisk's own record what it would not tell
// else: who called which number, where a call came in, and which diversion led on.
const (
	noteFrom     = "Set(CDR(dipcast_from)=${DC_OUTSIDE})"
	noteDiverted = "Set(CDR(dipcast_diverted)=${ARG2}:${ARG1}:${DC_TO})"
)

func noteDID(number string) string { return "Set(CDR(dipcast_did)=" + number + ")" }
