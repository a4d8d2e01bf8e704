// The words of a wall: a part of the console's, in one language.
import i18next, { type i18n } from 'i18next'
import { initReactI18next } from 'react-i18next'
import { durationWords } from '../ui/duration-words.ts'
import { setDurationWords } from '../ui/format.ts'

const loaders = {
  en: () => import('../app/locales/en.json?part=kiosk'),
  'zh-CN': () => import('../app/locales/zh-CN.json?part=kiosk'),
} as const

const AGAIN_MS = 5000

/** `null`: as the browser prefers. Without an answer the page is loaded again: a wall without words is none. */
export async function kioskWords(wished: keyof typeof loaders | null): Promise<i18n> {
  const browser = navigator.languages.some((l) => l.toLowerCase().startsWith('zh')) ? 'zh-CN' : 'en'
  const language = wished ?? browser
  const instance = i18next.createInstance()
  const words = await loaders[language]().catch((): Promise<never> => {
    setTimeout(() => location.reload(), AGAIN_MS)
    return new Promise(() => undefined)
  })
  await instance.use(initReactI18next).init({
    ...{ lng: language, fallbackLng: false, resources: { [language]: { translation: words.default } } },
    ...{ interpolation: { escapeValue: false }, returnNull: false, nsSeparator: false },
  })
  document.documentElement.lang = language
  setDurationWords(durationWords(instance))
  return instance
}
