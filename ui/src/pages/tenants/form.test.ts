import { expect, test } from 'vitest'
import { changeOf, extensionsOf, formOf } from './form'

test('extensions and ranges are told from what is none', () => {
  expect(extensionsOf('1010 - 1019\n1030, 2000~2003;x 1')).toEqual({ extensions: ['1010-1019', '1030', '2000-2003'], bad: ['x', '1'] })
})

test('an empty number is sent as 0, which is the default', () => {
  const sent = changeOf({ ...formOf(), name: ' A ', servers: ['2', '1'] })
  expect([sent.name, sent.lines, sent.limits?.per_minute, sent.limits?.until, sent.servers]).toEqual(['A', 0, 0, '', [2, 1]])
})
