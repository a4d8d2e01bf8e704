// Two complete languages; only the one in use is fetched. The choice is remembered on this device and with the user.
import i18next, { type i18n } from 'i18next'
import { initReactI18next } from 'react-i18next'
import { deviceStore } from '../ui/device-store.ts'
import { durationWords } from '../ui/duration-words.ts'
import { setDurationWords } from '../ui/format.ts'

export const LANGUAGES = ['en', 'zh-CN'] as const
export type Language = (typeof LANGUAGES)[number]

const STORED = 'outrider-language'

type Load = () => Promise<{ readonly default: Record<string, unknown> }>

const loaders: Readonly<Record<Language, { readonly first: Load; readonly later: Load }>> = {
  en: { first: () => import('./locales/en.json?part=first'), later: () => import('./locales/en.json?part=later') },
  'zh-CN': {
    first: () => import('./locales/zh-CN.json?part=first'),
    later: () => import('./locales/zh-CN.json?part=later'),
  },
}

let fetchRest: () => Promise<void> = async () => undefined
let rest: Promise<void> | undefined

/** Resolves when every word of the language in use is there: whatever is not the first list waits for it. May be tried again. */
export function allWords(): Promise<void> {
  rest ??= fetchRest().catch((failure: unknown) => {
    rest = undefined
    throw failure
  })
  return rest
}

/** Loads the remembered or the browser's language and makes `t` ready. */
export async function createI18n(): Promise<i18n> {
  const instance = i18next.createInstance()
  await instance.use(initReactI18next).init({
    lng: 'en',
    fallbackLng: false,
    resources: {},
    interpolation: { escapeValue: false },
    returnNull: false,
    // `syslog:too-large` is a reason, not a word of another file
    nsSeparator: false,
  })
  await setLanguage(instance, firstLanguage())
  return instance
}

export async function setLanguage(instance: i18n, language: Language): Promise<void> {
  if (!instance.hasResourceBundle(language, 'translation')) {
    const isFirst = instance.languages.every((known) => !instance.hasResourceBundle(known, 'translation'))
    const words = await loaders[language].first()
    instance.addResourceBundle(language, 'translation', words.default)
    fetchRest = async () => {
      const more = await loaders[language].later()
      instance.addResourceBundle(language, 'translation', more.default, true)
    }
    rest = undefined
    // somebody looks at words already: they do not change to names of words
    if (!isFirst) await allWords()
  }
  deviceStore.setItem(STORED, language)
  document.documentElement.lang = language
  await instance.changeLanguage(language)
  setDurationWords(durationWords(instance))
}

function firstLanguage(): Language {
  const stored = deviceStore.getItem(STORED)
  if (stored === 'en' || stored === 'zh-CN') return stored
  return navigator.languages.some((l) => l.toLowerCase().startsWith('zh')) ? 'zh-CN' : 'en'
}
