// Sounds that end digits as they are read: 영 일 이 삼 사 오 육 칠 팔 구. ㄹ is 8, as in
// the order of Hangul's final consonants.
const digitFinals = [21, 8, 0, 16, 0, 0, 1, 8, 8, 0]
const rieul = 8
// The first of each pair follows a consonant, the second a vowel.
const pairs: Record<string, [string, string]> = {
  '이(가)': ['이', '가'], '을(를)': ['을', '를'], '은(는)': ['은', '는'], '와(과)': ['과', '와'], '과(와)': ['과', '와'], '(으)로': ['으로', '로'],
}
const written = /(.)(["'”’)\]]*)(이\(가\)|을\(를\)|은\(는\)|와\(과\)|과\(와\)|\(으\)로)/gu

/** The final consonant of a character as it is read, 0 for none; undefined where one cannot tell. */
function final(c: string): number | undefined {
  const code = c.codePointAt(0)!
  if (code >= 0xac00 && code <= 0xd7a3) {
    return (code - 0xac00) % 28
  }
  return /\d/.test(c) ? digitFinals[Number(c)] : undefined
}

/**
 * A Korean sentence with the particles that fit the words before them: "내선 1010을(를)" is
 * "내선 1010을". Behind words that one cannot tell the sound of, both stay.
 */
export function withParticles(text: string): string {
  return text.includes('(') ? text.replace(written, (all, last: string, close: string, both: string) => {
    const f = final(last)
    if (f === undefined) {
      return all
    }
    const [closed, open] = pairs[both]!
    return last + close + (f === 0 || (both === '(으)로' && f === rieul) ? open : closed)
  }) : text
}
