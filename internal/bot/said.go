package bot

import "fmt"

// said names what people are told when they press or write. It is not for tenants
// to change.
type said int

const (
	saySomebody said = iota
	sayStranger
	sayNoMobile
	sayNoExtension
	sayNoNumber
	sayGone
	sayTaken
	sayYours
	sayAnsweredBy
	sayWasAnswered
	sayMissed
	sayTooLate
	sayTooOld
	sayTooSoon
	sayUnclear
	sayFailed
	sayToDesk
	sayToMobile
	sayToAssistant
	sayReturned
	sayCalling
	sayOpen
	sayHelp
	sayNoWords
	sayWhich
	sayNumbers
	sayNobodyMissed
	sayMissedHead
	sayMe
	sayNone
	sayAskSet
	sayAskDrop
	sayAskDropAll
	sayNotAllowed
	sayDone
	sayNotDone
	sayNothingAsked
	sayYes
	sayNo
	sayDiversions
	sayOff
	sayOpenCall
	sayMore
	sayUsed
	sayRinging
	sayNotYours
	sayNoSignIn
	sayNotYourCall
	sayNotReady
	sayNoRecording
	sayReason
	sayNoFax
)

// answers are the texts, Korean and English.
var answers = map[said][2]string{
	saySomebody:     {"다른 분", "somebody else"},
	sayStranger:     {"등록되지 않은 사용자입니다. 관리자에게 문의해 주십시오.", "You are not registered here. Ask your administrator."},
	sayNoMobile:     {"등록된 휴대폰 번호가 없습니다. NAVER WORKS 프로필에 번호를 등록해 주십시오.", "No mobile number of yours is known. Enter it in your NAVER WORKS profile."},
	sayNoExtension:  {"연결된 내선 번호가 없습니다. 관리자에게 문의해 주십시오.", "You have no extension. Ask your administrator."},
	sayNoNumber:     {"발신 번호가 없어 전화를 걸 수 없습니다.", "There is no number to call."},
	sayGone:         {"전화가 이미 끊어졌습니다.", "The caller has hung up."},
	sayTaken:        {"%s 님이 먼저 당겨 받았습니다.", "%s was first and takes the call."},
	sayYours:        {"이미 받으신 전화입니다.", "You have this call already."},
	sayAnsweredBy:   {"%s 님이 이미 받아 통화 중입니다.", "%s has answered and is talking."},
	sayWasAnswered:  {"이미 끝난 전화입니다. %s 님이 받았습니다.", "The call is over. %s answered it."},
	sayMissed:       {"이미 끊어진 전화입니다. 받은 사람이 없습니다.", "The caller has hung up. Nobody answered."},
	sayTooLate:      {"이미 끝난 전화이거나 버튼의 유효 시간이 지났습니다.", "The call is over, or the button is too old."},
	sayTooOld:       {"버튼의 유효 시간이 지났습니다.", "The button is too old."},
	sayTooSoon:      {"방금 누르셨습니다. 10초 뒤에 다시 눌러 주십시오.", "You have just pressed it. Try again in 10 seconds."},
	sayUnclear:      {"전화를 걸었는지 확인할 수 없습니다. 전화기를 확인해 주십시오.", "It is not certain whether the call was started. Look at your phone."},
	sayFailed:       {"지금은 연결할 수 없습니다. 잠시 후 다시 눌러 주십시오.", "It cannot be done now. Try again in a moment."},
	sayToDesk:       {"사무실 전화기로 연결합니다.", "Ringing your desk phone."},
	sayToMobile:     {"휴대폰으로 연결합니다. 받으신 뒤 1번을 누르면 연결됩니다.", "Ringing your mobile. Answer it and press 1."},
	sayToAssistant:  {"A.I. 비서가 대신 받습니다. 상대방이 남긴 메시지를 보내 드리겠습니다.", "The assistant takes the call. You will get the message."},
	sayReturned:     {"연결되지 않아 전화가 다시 울립니다.", "Nobody took the call there. It rings again."},
	sayCalling:      {"사무실 전화기가 울립니다. 받으시면 %s번으로 전화를 겁니다.", "Your desk phone rings. Answer it, and %s is called."},
	sayOpen:         {"이 주소는 10분 동안 한 번 열 수 있습니다.\n%s", "This address opens once, within 10 minutes.\n%s"},
	sayHelp:         {"이렇게 보내 주십시오.\n· 착신전환 — 지금 설정 보기\n· 착신전환 부재중 010-1234-5678 — 설정하기 (즉시, 통화중, 부재중, 미연결)\n· 착신전환 부재중 해제 — 해제하기\n· 전화 번호 — 내 내선과 번호\n· 부재중 — 못 받은 전화\n· 내 정보", "What you can write\n· divert — see your diversions\n· divert no answer 010-1234-5678 — set one (always, busy, no answer, unavailable)\n· divert no answer off — switch it off\n· numbers — your extension and numbers\n· missed — calls you missed\n· me"},
	sayNoWords:      {"무슨 말씀인지 모르겠습니다.\n%s", "I did not understand that.\n%s"},
	sayWhich:        {"어느 번호로 할까요? 번호까지 적어 주십시오. 예: 착신전환 부재중 010-1234-5678", "To which number? Write it too, for example: divert no answer 010-1234-5678"},
	sayNumbers:      {"내선 %s\n발신 번호 %s\n휴대폰 %s", "Extension %s\nNumber shown %s\nMobile %s"},
	sayNobodyMissed: {"부재중 전화가 없습니다.", "No missed calls."},
	sayMissedHead:   {"부재중 전화", "Missed calls"},
	sayMe:           {"%s\n내선 %s\n휴대폰 %s\n이메일 %s", "%s\nExtension %s\nMobile %s\nE-mail %s"},
	sayNone:         {"없음", "none"},
	sayAskSet:       {"%s 착신전환을 %s번으로 설정할까요? '예' 또는 '아니오'로 답해 주십시오.", "Divert your calls (%s) to %s? Answer yes or no."},
	sayAskDrop:      {"%s 착신전환을 해제할까요? '예' 또는 '아니오'로 답해 주십시오.", "Switch the diversion (%s) off? Answer yes or no."},
	sayAskDropAll:   {"착신전환을 모두 해제할까요? '예' 또는 '아니오'로 답해 주십시오.", "Switch all diversions off? Answer yes or no."},
	sayNotAllowed:   {"이 번호로는 착신전환할 수 없습니다.", "Calls cannot be diverted to this number."},
	sayDone:         {"변경했습니다.\n%s", "Done.\n%s"},
	sayNotDone:      {"변경하지 않았습니다.", "Nothing was changed."},
	sayNothingAsked: {"확인을 기다리는 변경이 없습니다.", "Nothing waits for your answer."},
	sayYes:          {"예", "Yes"},
	sayNo:           {"아니오", "No"},
	sayDiversions:   {"착신전환 (내선 %s)", "Diversions of %s"},
	sayOff:          {"해제", "off"},
	sayOpenCall:     {"이 전화 열기", "Open this call"},
	sayMore:         {"통화 기록에서 자세히 보기", "More in the call history"},
	sayUsed:         {"이미 사용한 주소입니다.", "This address was used."},
	sayRinging:      {"전화가 울리고 있습니다.", "It rings."},
	sayNotYours:     {"다른 분의 팩스입니다.", "This fax is another person's."},
	sayNotYourCall:  {"다른 분의 통화입니다.", "This call is another person's."},
	sayNotReady:     {"녹음을 준비하고 있습니다. 잠시만 기다려 주십시오.", "The recording is not ready yet. One moment, please."},
	sayNoRecording:  {"들을 수 있는 녹음이 없거나 보관 기간이 지났습니다.", "There is no recording that you may hear, or it is not kept any more."},
	sayReason:       {"듣는 사유 (감사 기록에 남습니다)", "Why you listen (it stays in the audit trail)"},
	sayNoFax:        {"팩스가 없거나 보관 기간이 지났습니다.", "There is no such fax, or it is not kept any more."},
	sayNoSignIn:     {"NAVER WORKS 로그인이 필요합니다. 관리자에게 문의해 주십시오.", "You have to sign in with NAVER WORKS. Ask your administrator."},
}

func say(l Lang, w said, args ...any) string {
	text := answers[w][0]
	if l == English {
		text = answers[w][1]
	}
	if len(args) == 0 {
		return text
	}
	return fmt.Sprintf(text, args...)
}
