import { expect, test } from 'vitest'
import { missingOf, remedyOf } from './works'

test.each([
  ['NAVER WORKS did not take it: dial tcp: lookup auth.worksmobile.com: no such host', 'r_net'],
  ['NAVER WORKS did not take it: 401 invalid_client', 'r_client'],
  ['NAVER WORKS did not take it: 403 the scope is missing', 'r_403'],
  ['404 BOT_NOT_EXIST', 'r_404'],
  ['something new', 'r_other'],
])('remedy for %s', (message, want) => {
  expect(remedyOf(message)).toBe(want)
})

test('what is missing', () => {
  expect(missingOf({ client_id: 'a', domain_id: 1 })).toEqual(['service_account', 'bot_id'])
})
