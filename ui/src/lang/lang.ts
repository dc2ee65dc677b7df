import i18next from 'i18next'

/** The languages there are; the first is the default. */
export const languages = ['ko', 'en'] as const
export type Language = (typeof languages)[number]

const kept = 'dipcast.lang'

/** The language of a visitor: what they chose, what the browser asks for, Korean. */
export function visitorsLanguage(): Language {
  for (const wish of [localStorage.getItem(kept), ...navigator.languages]) {
    const short = wish?.slice(0, 2)
    if (short === 'ko' || short === 'en') {
      return short
    }
  }
  return 'ko'
}

/** Begins with the language that somebody has set, '' or undefined: the visitor's. */
export async function startLanguage(set?: string): Promise<void> {
  const lng = set === 'ko' || set === 'en' ? set : visitorsLanguage()
  document.documentElement.lang = lng
  await i18next.init({ lng, fallbackLng: false, resources: {}, interpolation: { escapeValue: false }, keySeparator: false, nsSeparator: false, returnNull: false })
}

/** Changes the language on this browser. */
export async function setLanguage(lng: Language): Promise<void> {
  localStorage.setItem(kept, lng)
  document.documentElement.lang = lng
  await i18next.changeLanguage(lng)
}

/** The language that is shown. */
export function language(): Language {
  return i18next.language === 'en' ? 'en' : 'ko'
}
