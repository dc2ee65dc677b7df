import { expect, test } from 'vitest'
import { outcomeOf } from './outcome'

const call = { served: '' as const, answered_by: null, answered_at: null, missed: false, reason: 'no_answer', diverted_by: null }
const by = { number: '1010', extension: '1010' }

test.each([
  [{}, 'r_no_answer'],
  [{ missed: true }, 'r_missed'],
  [{ missed: true, served: 'voicemail' as const }, 'r_voicemail'],
  [{ answered_by: by, answered_at: 'x', reason: 'completed' }, 'r_answered'],
  [{ answered_by: by, diverted_by: { extension: '1010', number: '1013', type: 'CFN' } }, 's_divertedAnswered'],
  [{ answered_at: 'x', reason: 'completed' }, 'r_answered'],
  [{ reason: 'new_in_a_later_version' }, 's_unknown'],
])('%o is %s', (part, key) => {
  expect(outcomeOf({ ...call, ...part }).key).toBe(key)
})
