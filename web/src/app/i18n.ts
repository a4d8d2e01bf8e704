// Two complete languages; only the one in use is fetched. The choice is remembered on this device and with the user.
import i18next, { type i18n } from 'i18next'
import { initReactI18next } from 'react-i18next'
import { deviceStore } from '../ui/device-store.ts'
import { durationWords } from '../ui/duration-words.ts'
import { setDurationWords } from '../ui/format.ts'
import { patient } from './patient.ts'

export const LANGUAGES = ['en', 'zh-CN'] as const
export type Language = (typeof LANGUAGES)[number]

const STORED = 'outrider-language'

type Load = () => Promise<{ readonly default: Record<string, unknown> }>

type Loaders = Readonly<Record<Language, { readonly first: Load; readonly later: Load }>>

const loaders: Loaders = {
  en: { first: () => import('./locales/en.json?part=first'), later: () => import('./locales/en.json?part=later') },
  'zh-CN': {
    first: () => import('./locales/zh-CN.json?part=first'),
    later: () => import('./locales/zh-CN.json?part=later'),
  },
}

interface InUse {
  readonly instance: i18n
  readonly load: Loaders
  /** By language: what follows its first part, once it is asked for. */
  readonly rest: Map<Language, Promise<void>>
  /** Undefined before the first. */
  language: Language | undefined
}

let inUse: InUse | undefined

/** Resolves when every word of the language in use is there: whatever is not the first list waits for it. May be tried again. */
export async function allWords(): Promise<void> {
  if (inUse?.language !== undefined) await restOf(inUse, inUse.language)
}

function restOf({ instance, load, rest }: InUse, language: Language): Promise<void> {
  const known = rest.get(language)
  if (known !== undefined) return known
  const made = load[language].later().then((more) => {
    instance.addResourceBundle(language, 'translation', more.default, true)
  })
  rest.set(language, made)
  made.catch(() => rest.delete(language))
  return made
}

/** Loads the remembered or the browser's language and makes `t` ready. */
export async function createI18n(load: Loaders = loaders): Promise<i18n> {
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
  inUse = { instance, load, rest: new Map(), language: undefined }
  // without words there is nothing to say what is wrong with
  await patient(() => setLanguage(instance, firstLanguage()))
  return instance
}

let wished: Language | undefined

/** The language chosen last wins, whichever is fetched sooner. Rejects when it cannot be fetched; nothing changes then. */
export async function setLanguage(instance: i18n, language: Language): Promise<void> {
  if (inUse?.instance !== instance) return
  const of = inUse
  wished = language
  if (!instance.hasResourceBundle(language, 'translation')) {
    const words = await of.load[language].first()
    instance.addResourceBundle(language, 'translation', words.default, true)
  }
  // somebody looks at words already: they do not change to names of words
  if (of.language !== undefined) await restOf(of, language)
  if (wished !== language) return
  of.language = language
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
