import { expect, test } from 'vitest'
import type { Prompt } from '~/api/schema'
import { isUsual, placeOf } from './Prompts'

const prompt = (name: string, use: string, own = false): Prompt => ({ name, use, own, common: false, text: '', english: '' })

test('what companies change is shown, one’s own first', () => {
  const all = [prompt('digits/1', 'numbers'), prompt('dipcast/cfi-on', 'feature codes'), prompt('dipcast/closed', 'time groups'), prompt('conf-muted', 'conferences', true), prompt('custom/lunch', '', true)]
  expect(all.filter(isUsual).sort((a, b) => placeOf(a) - placeOf(b)).map((p) => p.name)).toEqual(['custom/lunch', 'conf-muted', 'dipcast/closed', 'dipcast/cfi-on'])
})
