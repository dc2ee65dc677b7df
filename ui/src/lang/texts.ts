import i18next from 'i18next'
import { useCallback, useSyncExternalStore } from 'react'
import { withParticles } from './particles'

type Values = Record<string, string | number>

/** The texts of a page or a part, in all languages with the same keys. */
export interface Texts<K extends string> {
  readonly name: string
  readonly ko: Record<K, string>
  readonly en: Record<K, string>
}

const known = new Set<string>()

/**
 * Texts with {{names}} of values. English plurals are by key_one beside key_other.
 * The name is unique: that of the file's folder will do.
 */
export function defineTexts<K extends string>(name: string, ko: Record<K, string>, en: Record<NoInfer<K>, string>): Texts<K> {
  return { name, ko, en }
}

function load(t: Texts<string>) {
  if (!known.has(t.name)) {
    known.add(t.name)
    i18next.addResourceBundle('ko', t.name, t.ko)
    i18next.addResourceBundle('en', t.name, t.en)
  }
}

/** A text in the language that is shown, outside of components. */
export function textOf<K extends string>(texts: Texts<K>, key: K, values?: Values): string {
  load(texts)
  const text = (i18next.t as (key: string, values: object) => string)(key, { ...values, ns: texts.name })
  return i18next.language === 'en' ? text : withParticles(text)
}

const changes = (done: () => void) => {
  i18next.on('languageChanged', done)
  return () => i18next.off('languageChanged', done)
}

/** The language that is shown; a component follows its change. */
export function useLanguage(): 'ko' | 'en' {
  return useSyncExternalStore(changes, () => (i18next.language === 'en' ? 'en' : 'ko'))
}

/** A function that gives texts; a component follows a change of the language. */
export function useTexts<K extends string>(texts: Texts<K>): (key: K, values?: Values) => string {
  const lng = useLanguage()
  return useCallback((key: K, values?: Values) => {
    void lng
    return textOf(texts, key, values)
  }, [texts, lng])
}
