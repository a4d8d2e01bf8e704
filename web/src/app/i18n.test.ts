import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { allWords, createI18n, setLanguage } from './i18n.ts'

beforeEach(() => {
  vi.stubGlobal('document', { documentElement: { lang: '' } })
  vi.stubGlobal('navigator', { languages: ['en'] })
})
afterEach(() => void vi.unstubAllGlobals())

/** `hold`: parts that come when the test says so. */
function languages(hold: Readonly<Record<string, Promise<void>>> = {}) {
  const part = (name: string, words: Record<string, string>) => async () => {
    await hold[name]
    return { default: words }
  }
  return {
    en: { first: part('en first', { list: 'Alarms' }), later: part('en later', { screen: 'Overview' }) },
    'zh-CN': { first: part('zh first', { list: '告警' }), later: part('zh later', { screen: '总览' }) },
  }
}

describe('words', () => {
  it('are whole in a language that is come back to', async () => {
    const words = await createI18n(languages())
    await setLanguage(words, 'zh-CN')
    await setLanguage(words, 'en')
    await allWords()
    expect([words.t('list'), words.t('screen')]).toEqual(['Alarms', 'Overview'])
  })

  it('are those chosen last, whichever come sooner', async () => {
    const late = Promise.withResolvers<void>()
    const words = await createI18n(languages({ 'zh later': late.promise }))
    const first = setLanguage(words, 'zh-CN')
    await setLanguage(words, 'en')
    late.resolve()
    await first
    expect([words.language, document.documentElement.lang, words.t('list')]).toEqual(['en', 'en', 'Alarms'])
  })

  it('stay as they are when others cannot be had, and may be asked for again', async () => {
    const cut = Promise.reject(new Error('cut'))
    const hold: Record<string, Promise<void>> = { 'zh later': cut }
    const words = await createI18n(languages(hold))
    await expect(setLanguage(words, 'zh-CN')).rejects.toThrow('cut')
    expect(words.t('list')).toBe('Alarms')
    hold['zh later'] = Promise.resolve()
    await setLanguage(words, 'zh-CN')
    expect(words.t('screen')).toBe('总览')
  })
})
