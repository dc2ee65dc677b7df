package fax

import (
	"strings"
)

// Reason is why a fax failed: one word for programs, and sentences for people.
type Reason struct{ Code, Korean, English string }

// reasons are all of them.
var reasons = []Reason{
	{"busy", "상대방이 통화 중입니다.", "The number is busy."},
	{"no_answer", "상대방이 전화를 받지 않았습니다.", "Nobody answered."},
	{"unreachable", "상대방에게 전화를 걸 수 없습니다.", "The number could not be reached."},
	{"not_allowed", "이 번호로는 발신할 수 없습니다.", "The number may not be called, or a limit was reached."},
	{"no_fax", "상대방이 팩스가 아닙니다.", "There was no fax machine at the other end."},
	{"dropped", "팩스가 끝나기 전에 통화가 끊어졌습니다.", "The call was cut off before the fax ended."},
	{"training", "회선 품질이 나빠 팩스 속도를 맞추지 못했습니다.", "The line was too poor for the machines to agree on a speed."},
	{"incompatible", "상대 팩스와 서로 맞지 않습니다.", "The other machine cannot take this fax."},
	{"silence", "상대 팩스가 응답을 멈추었습니다.", "The other machine stopped answering."},
	{"refused", "상대 팩스가 전송을 중단했습니다.", "The other machine ended the fax."},
	{"poor_line", "회선 품질이 나빠 페이지가 손상되었습니다.", "Pages were damaged by a poor line."},
	{"file", "팩스 파일을 읽거나 쓸 수 없습니다.", "The file of the fax could not be read or written."},
	{"interrupted", "팩스 도중에 교환기가 멈추었습니다.", "The server stopped during the fax."},
	{"error", "팩스 통신에 오류가 있었습니다.", "The fax failed."},
}

// ReasonOf is the reason with a code; the last one for those that are not known.
func ReasonOf(code string) Reason {
	for _, r := range reasons {
		if r.Code == code {
			return r
		}
	}
	return reasons[len(reasons)-1]
}

// words find a reason in what spandsp says of a fax that failed (src/t30_logging.c,
// t30_completion_code_to_str), of which only letters and digits are left. The
// first that is part of it counts.
var words = []struct{ part, code string }{
	{"tifff", "file"},
	{"invalidresponseaftersending", "poor_line"},
	{"calldroppedprematurely", "dropped"},
	{"waitingforinitialcommunication", "no_fax"},
	{"waitingforthefirstmessage", "no_fax"},
	{"waitingforfirstline", "silence"},
	{"cedtoneexceeded", "no_fax"},
	{"failedtotrain", "training"},
	{"badresponsetodcs", "training"},
	{"noresponsetodcs", "training"},
	{"hdlccarrier", "training"},
	{"notcompatible", "incompatible"},
	{"farendisnot", "incompatible"},
	{"farendcannot", "incompatible"},
	{"allocatememory", "file"},
	{"aftersendingapage", "silence"},
	{"unexpectedmessage", "poor_line"},
	{"unexpectedcommand", "poor_line"},
	{"permittedretries", "poor_line"},
	{"invalidecm", "poor_line"},
	{"carrierlost", "poor_line"},
	{"waitingforeol", "poor_line"},
	{"dcn", "refused"},
	{"notaccepted", "refused"},
	{"notknown", "refused"},
	{"operatorintervention", "refused"},
	{"timedout", "silence"},
	{"timer", "silence"},
	{"otherthandis", "no_fax"},
}

// codes are the reasons of Asterisk's own errors (res_fax.c, FAXERROR), of which
// only letters and digits are left.
var codes = map[string]string{
	"HANGUP": "dropped", "FILEERROR": "file", "MEMORYERROR": "file", "T38NEGERROR": "incompatible", "TIMEOUT": "silence",
	"INVALIDARGUMENTS": "file", "INITERROR": "error",
}

// reasonOfText finds the code of a fax that ended in words of Asterisk's.
func reasonOfText(errorCode, text string) string {
	text = strings.ToLower(text)
	if strings.Contains(text, "aftersendingapage") && strings.Contains(text, "dcn") {
		return "refused"
	}
	for _, w := range words {
		if strings.Contains(text, w.part) {
			return w.code
		}
	}
	switch {
	case codes[errorCode] != "":
		return codes[errorCode]
	case text == "":
		return "no_fax"
	}
	return "error"
}

// unanswered reports whether a line says for certain that nobody answered, so that
// there will be no end of pages. DIALSTATUS alone may be empty: Asterisk leaves it so
// after a fax, too, that went through and whose other side hung up first.
func unanswered(line record) bool {
	switch line["dial"] {
	case "BUSY", "NOANSWER", "CANCEL", "CHANUNAVAIL", "CONGESTION":
		return true
	}
	return line["refused"] != "" && line["dial"] != "ANSWER"
}

// reasonOfDial finds the code of a call that was not answered: the status of
// Dial, and the cause by which the dialplan refused it.
func reasonOfDial(status, refused string) string {
	switch {
	case refused == "21" || refused == "34":
		return "not_allowed"
	case status == "BUSY":
		return "busy"
	case status == "NOANSWER", status == "CANCEL":
		return "no_answer"
	case status == "ANSWER":
		return "interrupted"
	}
	return "unreachable"
}
