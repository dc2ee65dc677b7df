package asteriskconf

import (
	"fmt"
	"strings"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/dialplan"
)

// Faxes lie in Asterisk's spool, in folders of their company: what came in under
// spool/fax/T2/in, what is to be sent under spool/fax/T2/out. Beside the pages,
// NAME.tif, Asterisk writes down what became of the call, so that a gateway that
// was away finds it: NAME.begin when a fax begins to come in, NAME.line when the
// line of one that is sent has ended, NAME.end when the pages are done. Each is
// one line of FaxRecordMark and key=value, see package fax.
const (
	FaxFolder = "spool/fax"
	FaxIn     = "in"
	FaxOut    = "out"
)

// FaxRecordMark begins, and FaxRecordEnd ends, a line that was written whole.
const (
	FaxRecordMark = "fax1"
	FaxRecordEnd  = "."
)

// Contexts of faxes, without prefix.
const (
	// faxContext has the DIDs that are, or may become, faxes.
	faxContext = "fax"
	// faxDetected is where Asterisk sends a call in which it heard a machine; it
	// is part of every context that such a call may be in.
	faxDetected = "fax-detected"
	faxLine     = "fax-line"
	faxEnd      = "fax-end"
)

// listenSeconds is for how long a machine is listened for after a call began.
const listenSeconds = 60

// faxModules send and receive faxes, as sound and by T.38.
const faxModules = "res_fax res_fax_spandsp res_pjsip_t38 func_env"

// faxes reports whether somebody sends or receives faxes.
func (in *Input) faxes() bool {
	for i := range in.Companies {
		if in.Companies[i].Faxes() {
			return true
		}
	}
	return false
}

// faxFiles are the files that faxes need, below etc. T.38 takes its ports from
// those of sound, so that a firewall opens one range.
func faxFiles(in Input) map[string]string {
	if !in.faxes() {
		return nil
	}
	return map[string]string{
		"res_fax.conf": "[general]\nmaxrate=14400\nminrate=2400\nstatusevents=yes\nmodems=v17,v27,v29\necm=yes\n",
		"udptl.conf": fmt.Sprintf("[general]\nudptlstart=%d\nudptlend=%d\nudptlchecksums=no\nudptlfecentries=3\nudptlfecspan=3\nuse_even_ports=no\n",
			in.SIP.RTPFirst, in.SIP.RTPLast),
	}
}

// faxFolders are files that make the folders of faxes.
func faxFolders(in Input) map[string]string {
	files := map[string]string{}
	for i := range in.Companies {
		if t := &in.Companies[i]; t.Faxes() {
			for _, way := range []string{FaxIn, FaxOut} {
				files[fmt.Sprintf("%s/T%d/%s/about", FaxFolder, t.Number, way)] = "Faxes on their way; DIPCAST takes them from here.\n"
			}
		}
	}
	return files
}

// trunkFax is what a trunk's endpoint has for T.38. It has no encryption of its
// own, so a trunk that encrypts does not speak it.
func trunkFax(in Input, t *company.Trunk) string {
	if !in.faxes() || t.NoT38 || t.Encrypt {
		return ""
	}
	return "t38_udptl=yes\nt38_udptl_ec=redundancy\nt38_udptl_maxdatagram=400\nt38_udptl_nat=yes\n"
}

// faxBase is the path of a company's fax without its ending.
func faxBase(t *company.Company, way, name string) string {
	return fmt.Sprintf("Set(DC_FAX_BASE=${ASTSPOOLDIR}/fax/T%d/%s/%s)", t.Number, way, name)
}

// faxRecord is the step that writes one line beside the pages. What comes from
// others is cut down to letters and digits.
func faxRecord(ending string, pairs ...string) string {
	var b strings.Builder
	b.WriteString("Set(FILE(${DC_FAX_BASE}." + ending + ")=" + FaxRecordMark)
	for i := 0; i+1 < len(pairs); i += 2 {
		b.WriteString(" " + pairs[i] + "=" + pairs[i+1])
	}
	return b.String() + " " + FaxRecordEnd + ")"
}

// plain is what is left of an expression by a filter.
func plain(expression string) string { return "${FILTER(0-9A-Za-z+,${" + expression + "})}" }

// gotoFax is the step that makes a call to a DID a fax.
func gotoFax(t *company.Company, did string) string {
	return "Goto(" + t.Prefix() + faxContext + "," + did + ",1)"
}

// didTarget is gotoTarget for what a DID leads to.
func didTarget(t *company.Company, d *company.DID, to company.Target) string {
	if to.Kind == company.ToFax {
		return gotoFax(t, d.Number)
	}
	return gotoTarget(t, to)
}

// detectFax are the steps that listen for a machine before a call goes on. It is
// answered for that: machines begin when they hear that they are through.
func detectFax(d *company.DID) []string {
	if d.DetectFax == 0 {
		return nil
	}
	return []string{
		"Set(DC_FAX=" + d.Number + ")",
		"Answer()",
		fmt.Sprintf("Set(FAXOPT(faxdetect)=yes,%d)", listenSeconds),
		"PlayTones(ring)",
		fmt.Sprintf("Wait(%d)", d.DetectFax),
		"StopPlayTones()",
	}
}

// includeDetected puts the way of a detected fax into a context.
func includeDetected(p *plan, t *company.Company) {
	if t.DetectsFax() {
		p.include(t.Prefix() + faxDetected)
	}
}

// writeFax writes how faxes are received and sent.
func writeFax(p *plan, t *company.Company) {
	if !t.Faxes() {
		return
	}
	prefix := t.Prefix()
	p.part("faxes that come in: dids")
	p.context(prefix + faxContext)
	for i := range t.DIDs {
		if d := &t.DIDs[i]; d.IsFax() {
			p.exten(d.Number, "Set(DC_FAX="+d.Number+")", "Goto(receive,1)")
		}
	}
	p.exten("receive",
		"Set(FAXOPT(faxdetect)=no)",
		faxBase(t, FaxIn, "${STRFTIME(${EPOCH},UTC,%Y%m%d%H%M%S)}-${FILTER(0-9a-z,${UNIQUEID})}"),
		faxRecord("begin", "did", "${DC_FAX}", "from", "${FILTER(0-9+,${CALLERID(num)})}", "linkedid", "${FILTER(0-9a-z.-,${CHANNEL(linkedid)})}", "at", "${EPOCH}"),
		"Set(CHANNEL(hangup_handler_push)="+prefix+faxEnd+",s,1)",
		"Answer()",
		"Set(FAXOPT(localstationid)=${DC_FAX})",
		"ReceiveFAX(${DC_FAX_BASE}.tif,f)",
		"Hangup(16)")
	if t.DetectsFax() {
		p.context(prefix + faxDetected)
		// Only a call that is listened to gets here, whatever phones dial.
		p.exten("fax",
			ifEqual("DC_FAX", "", "no"),
			"Goto("+prefix+faxContext+",receive,1)",
			"(no)Hangup(1)")
	}
	p.part("runs when a fax has ended, whoever hung up")
	p.context(prefix + faxEnd)
	p.exten("s",
		faxRecord("end", "status", plain("FAXOPT(status)"), "error", plain("FAXOPT(error)"), "text", plain("FAXOPT(statusstr)"),
			"pages", plain("FAXOPT(pages)"), "remote", plain("FAXOPT(remotestationid)"), "rate", plain("FAXOPT(rate)"),
			"resolution", plain("FAXOPT(resolution)"), "mode", plain("FAXMODE"), "at", "${EPOCH}"),
		"Return()")
	writeFaxSending(p, t)
}

// writeFaxSending writes how a fax is sent: the call goes out as one of the
// extension's, by its class of service, its numbers and its limits.
func writeFaxSending(p *plan, t *company.Company) {
	if t.Fax == nil {
		return
	}
	prefix := t.Prefix()
	p.part("faxes that are sent: fax")
	p.context(dialplan.FaxCall(prefix))
	for i := range t.Extensions {
		e := &t.Extensions[i]
		p.exten(e.Number,
			"Set(DC_FAX_ID=${FILTER(0-9a-f,${"+dialplan.FaxID+"})})",
			"Set(CHANNEL(hangup_handler_push)="+prefix+faxLine+",s,1)",
			"Set(DC_FAX_SHOW=${FILTER(0-9+,${"+dialplan.FaxShow+"})})",
			"Set(CALLERID(num)=${IF($[\"${DC_FAX_SHOW}\" = \"\"]?${"+ownVariable(prefix, e.Number)+"}:${DC_FAX_SHOW})})",
			"Goto("+inClass(t, e)+",${FILTER(0-9+,${"+dialplan.FaxTo+"})},1)")
	}
	p.context(dialplan.FaxSend(prefix))
	station := t.Fax.StationID
	if station == "" {
		station = "${FILTER(0-9+,${" + dialplan.FaxShow + "})}"
	}
	steps := []string{
		faxBase(t, FaxOut, "${FILTER(0-9a-f,${EXTEN})}"),
		"Set(CHANNEL(hangup_handler_push)=" + prefix + faxEnd + ",s,1)",
		"Set(FAXOPT(localstationid)=" + station + ")",
	}
	if t.Fax.Header != "" {
		steps = append(steps, "Set(FAXOPT(headerinfo)="+literal(t.Fax.Header)+")")
	}
	p.exten("_[0-9a-f]!", append(steps,
		// The other half of the Local channel is answered a moment before it is
		// joined to the trunk: until then it would say that there is no T.38.
		"Wait(1)",
		"SendFAX(${DC_FAX_BASE}.tif,f)",
		"Hangup(16)")...)
	p.exten("failed", "Hangup()") // where Asterisk goes when nobody answered
	p.part("runs when the line of a fax that was sent has ended")
	p.context(prefix + faxLine)
	p.exten("s",
		faxBase(t, FaxOut, "${DC_FAX_ID}"),
		faxRecord("line", "dial", plain("DIALSTATUS"), "cause", plain("HANGUPCAUSE"), "refused", plain("DC_CAUSE"), "at", "${EPOCH}"),
		"Return()")
}
