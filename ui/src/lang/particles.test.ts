import { expect, test } from 'vitest'
import { withParticles } from './particles'

test('particles fit the words before them', () => {
  for (const [text, want] of [
    ['홍길동이(가) 왔습니다', '홍길동이 왔습니다'], ['지화자이(가) 왔습니다', '지화자가 왔습니다'],
    ['내선 1010을(를) 삭제합니다', '내선 1010을 삭제합니다'], ['내선 1012을(를) 삭제합니다', '내선 1012를 삭제합니다'],
    ['이서연와(과) 지화자의 통화', '이서연과 지화자의 통화'], ['지화자와(과) 이서연의 통화', '지화자와 이서연의 통화'],
    ['서울(으)로', '서울로'], ['부산(으)로', '부산으로'], ['홍길동(1013)이(가)', '홍길동(1013)이'], ['"회의실"은(는)', '"회의실"은'],
    ['T2_active을(를)', 'T2_active을(를)'], ['녹음(통화)', '녹음(통화)'],
  ] as const) {
    expect(withParticles(text)).toBe(want)
  }
})
