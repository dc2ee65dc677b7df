import { fieldName } from './fields'
import { language } from './lang'
import { withParticles } from './particles'

// What the gateway says of a value, in English, as it is told people in Korean. The
// first pattern that fits a sentence counts; what fits none stays as it is.
const patterns: [RegExp, string][] = [
  [/^(?:ring_groups|extensions|attendants|conferences|dids|parking\.\w+): (\d+) is an extension too$/, '$1번은 이미 내선 번호입니다. 다른 번호를 쓰세요'],
  [/^(?:ring_groups|extensions|attendants|conferences|dids|parking\.\w+): (\d+) is a ring group too$/, '$1번은 이미 벨 그룹 번호입니다. 다른 번호를 쓰세요'],
  [/^(?:ring_groups|extensions|attendants|conferences|dids|parking\.\w+): (\d+) is an attendant too$/, '$1번은 이미 자동응답 번호입니다. 다른 번호를 쓰세요'],
  [/^(?:ring_groups|extensions|attendants|conferences|dids|parking\.\w+): (\d+) is a conference room too$/, '$1번은 이미 회의실 번호입니다. 다른 번호를 쓰세요'],
  [/^(?:ring_groups|extensions|attendants|conferences|dids|parking\.\w+): (\d+) is (?:the number that parks calls|a parking space) too$/, '$1번은 이미 통화 파킹 번호입니다. 다른 번호를 쓰세요'],
  [/^(?:ring_groups|extensions|attendants|conferences|dids|parking\.\w+): (\d+) is an emergency number$/, '$1번은 긴급 번호입니다. 다른 번호를 쓰세요'],
  [/^there is no class of service "?([^"]*)"?$/, '발신 등급 "$1"이(가) 없습니다'],
  [/^invalid number: shorter than (\d+) digits$/, '$1자리보다 짧습니다'],
  [/^invalid number: longer than (\d+) digits$/, '$1자리보다 깁니다'],
  [/^is missing$/, '비어 있습니다'],
  [/^is that of line (\d+) too$/, '$1번째 줄에도 있는 번호입니다'],
  [/^must be a whole number$/, '정수여야 합니다'],
  [/^is no column; there are (.*)$/, '모르는 열입니다. 쓸 수 있는 열: $1'],
  [/^names no column number.*$/, '"내선" 열이 없습니다'],
  [/^is none of the company's numbers$/, '회사의 번호가 아닙니다'],
  [/^is not an e-mail address.*$/, '이메일 주소가 아닙니다'],
  [/^(-?\d+) is not between (\d+) and (\d+)$/, '$2에서 $3 사이여야 합니다'],
  [/^"([^"]*)" is not ko or en$/, 'ko 또는 en이어야 합니다'],
  [/^is neither UTF-8 nor CP949.*$/, 'UTF-8이나 CP949(EUC-KR)로 저장한 파일이 아닙니다'],
  [/^there is no extension "?([^"]*)"?$/, '내선 $1이(가) 없습니다'],
  [/^there is no ring group "?([^"]*)"?$/, '벨 그룹 $1이(가) 없습니다'],
  [/^there is no attendant "?([^"]*)"?$/, '자동응답 $1이(가) 없습니다'],
  [/^there is no conference room "?([^"]*)"?$/, '회의실 $1이(가) 없습니다'],
  [/^there is none, and extensions cannot be dialed$/, '누르는 번호를 하나 이상 더하세요'],
  [/^is there twice$/, '두 번 있습니다'],
  [/^is missing: without one, the room must be open to everybody$/, '비밀번호를 정하거나, 비밀번호를 묻지 않게 하세요'],
  [/^only a DID can be a fax$/, '팩스는 대표번호에서만 고를 수 있습니다'],
  [/^"([^"]*)" is no prompt's name$/, '안내 음성을 고르세요'],
  [/^(\d+) is an? ([a-z ]+) too$/, '$1은(는) 이미 다른 곳에서 쓰는 번호입니다'],
  [/^there is no time group (.*)$/, '시간 그룹 $1이(가) 없습니다'],
  [/^there is no tone "?([^"]*)"?$/, '통화연결음 $1이(가) 없습니다'],
  [/^extension "?([^"]*)"? has no voicemail$/, '내선 $1에는 음성사서함이 없습니다'],
  [/^is no number to call$/, '걸 수 있는 번호가 아닙니다'],
  [/^calls cannot be sent to an emergency number$/, '긴급 번호로는 보낼 수 없습니다'],
  [/^"([^"]*)" is neither an extension nor a number that may be called$/, '$1은(는) 내선도, 걸 수 있는 번호도 아닙니다'],
  [/^there is (?:an extension of this number|one of this \w+) already$/, '이미 쓰고 있습니다. 다른 것으로 하세요'],
  [/^invalid number: an emergency number cannot be an extension$/, '긴급 번호는 내선으로 쓸 수 없습니다'],
  [/^it is there twice$/, '두 번 있습니다'],
  [/^a number has 3 to 20 digits.*$/, '번호는 3~20자리 숫자입니다'],
  [/^must be 4 to 10 digits$/, '4~10자리 숫자여야 합니다'],
  [/^there is no PIN to ask for$/, '물어볼 비밀번호(PIN)를 먼저 정하세요'],
  [/^must begin with a letter and hold letters, digits and -$/, '영문자로 시작하고 영문자, 숫자, - 만 쓸 수 있습니다'],
  [/^needs username and secret$/, '아이디와 비밀번호가 있어야 합니다'],
  [/^must be 1 to 50$/, '1명에서 50명까지입니다'],
  [/^"[^"]*" is neither an IP address nor a host's name$/, 'IP 주소(예: 203.0.113.10)나 도메인(예: sip.carrier.co.kr)만 적으세요'],
  [/^"[^"]*" is no area code.*$/, '02, 031 같은 지역 번호가 아닙니다'],
  [/^ends when it begins$/, '시작과 끝이 같습니다'],
  [/^every call is a fax here already$/, '이미 모든 전화를 팩스로 받습니다'],
  [/^(?:the )?(.+) is still used by (.+)$/, '아직 쓰는 곳이 있습니다: $2'],
  [/^it was changed by somebody else meanwhile; read it again$/, '그동안 다른 사람이 바꿨습니다. 다시 불러오세요'],
  [/^this username is taken$/, '이미 쓰는 사용자 이름입니다'],
  [/^username must be up to .*$/, '빈칸과 : 없이, 너무 길지 않게 적으세요'],
  [/^role must be one of .*$/, '역할을 고르세요'],
  [/^operators are administrator or auditor$/, '운영자는 시스템 관리자나 감사자입니다'],
  [/^extension must be one of the company's$/, '회사의 내선이 아닙니다'],
  [/^extension is missing$/, '내선을 고르세요'],
  [/^an employee has one$/, '직원에게는 내선이 있어야 합니다'],
  [/^this is the last system administrator$/, '마지막 시스템 관리자입니다'],
  [/^make another one first$/, '먼저 다른 시스템 관리자를 만드세요'],
  [/^this name is taken, or there are as many roles as may be$/, '같은 이름의 역할이 있거나, 더 만들 수 없습니다'],
  [/^name is that of a role of the program$/, '기본 역할의 이름은 쓸 수 없습니다'],
  [/^name is missing$/, '이름을 적으세요'],
  [/^somebody has this role$/, '이 역할을 쓰는 사용자가 있습니다'],
  [/^give them another one first$/, '먼저 그 사용자의 역할을 바꾸세요'],
  [/^the header app-key is missing$/, '로그인하지 않았습니다'],
  [/^the credentials could not be checked$/, '로그인을 확인하지 못했습니다'],
  [/^try again later$/, '잠시 뒤에 다시 하세요'],
  [/^the request does not have the documented form$/, '요청의 모양이 맞지 않습니다'],
  [/^this extension has no softphone yet: an administrator makes its first link$/, '아직 휴대폰 앱이 없는 내선입니다. 첫 QR은 관리자가 만듭니다'],
  [/^there is nothing at this path$/, '없는 주소입니다'],
  [/^see \/api\/v2\/openapi\.json$/, '쓸 수 있는 주소는 /api/v2/openapi.json에 있습니다'],
  [/^the username or the password is wrong$/, '사용자 이름이나 비밀번호가 맞지 않습니다'],
  [/^the password is wrong$/, '비밀번호가 맞지 않습니다'],
  [/^the code is wrong, or was used before$/, '인증 코드가 맞지 않거나 이미 쓴 코드입니다'],
  [/^a code is needed$/, '인증 코드가 있어야 합니다'],
  [/^your own rights do not reach that far$/, '자기 권한을 넘는 일입니다'],
  [/^a login of one extension cannot see or change this$/, '직원은 볼 수도 바꿀 수도 없습니다'],
  [/^this company has not set up NAVER WORKS: set naver-works first$/, '네이버웍스를 먼저 연결하세요'],
  [/^another apply is running$/, '다른 적용이 진행 중입니다'],
  [/^the server does not take it; ask your operator$/, '서버가 받아들이지 않습니다. 시스템 관리자에게 알리세요'],
]

const things: Record<string, string> = { attendants: '자동응답', conferences: '회의실', keys: '누르는 번호', ring_groups: '벨 그룹', dids: '대표번호', extensions: '내선', routes: '발신 경로', time_groups: '시간 그룹', members: '구성원', to: '받는 곳', else: '그 밖의 전화', class: '발신 등급', tone: '통화연결음', time_group: '시간', own_number: '발신 번호', trunks: '전화선', hold_music: '통화 대기음' }

function one(sentence: string): string {
  for (const [pattern, words] of patterns) {
    if (pattern.test(sentence)) {
      return withParticles(sentence.replace(pattern, words).replace(/\b(\w+)\[([^\]]*)\](?:\.(\w+))?/g, (all, list: string, id: string, member?: string) => (things[list] ? `${things[list]} ${id}${member && things[member] ? `의 ${things[member]}` : ''}` : all)))
    }
  }
  return sentence
}

/**
 * What the gateway said, in the language that is shown where we know the words. A
 * field in front is called as the pages call it.
 */
export function detailWords(message: string, area = ''): string {
  const korean = language() === 'ko'
  return message.split('; ').map((s) => {
    const whole = korean ? one(s) : s
    const m = whole === s ? /^([^:\s]{1,60}): (.+)$/s.exec(s) : null
    return m ? `${fieldName(m[1]!, area)}: ${korean ? one(m[2]!) : m[2]}` : whole
  }).join('; ')
}
