import { expect, test } from 'vitest'
import { missingOf } from './works'

test('what is missing', () => {
  expect(missingOf({ client_id: 'a', domain_id: 1 })).toEqual(['service_account', 'bot_id'])
})
