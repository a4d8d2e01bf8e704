// Two complete languages; only the one in use is fetched. The choice is remembered on this device and with the user.
import i18next, { type i18n } from 'i18next'
import { initReactI18next } from 'react-i18next'

export const LANGUAGES = ['en', 'zh-CN'] as const
export type Language = (typeof LANGUAGES)[number]

const STORED = 'outrider-language'

const loaders: Readonly<Record<Language, () => Promise<{ default: Record<string, unknown> }>>> = {
  en: () => import('./locales/en.json'),
  'zh-CN': () => import('./locales/zh-CN.json'),
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
    const words = await loaders[language]()
    instance.addResourceBundle(language, 'translation', words.default)
  }
  localStorage.setItem(STORED, language)
  document.documentElement.lang = language
  await instance.changeLanguage(language)
}

/** True when this device has a remembered choice, which then wins over the account's. */
export function hasLanguageChoice(): boolean {
  return localStorage.getItem(STORED) !== null
}

function firstLanguage(): Language {
  const stored = localStorage.getItem(STORED)
  if (stored === 'en' || stored === 'zh-CN') return stored
  return navigator.languages.some((l) => l.toLowerCase().startsWith('zh')) ? 'zh-CN' : 'en'
}
