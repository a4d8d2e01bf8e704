import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { enrolText, languageOf } from './enrolment-texts.ts'
import type { EnrolFault } from './outcome.ts'
import { isLoopback } from './server-trust.ts'

describe('what enrol says', () => {
  it('is Chinese where the machine is', () => {
    expect(languageOf(undefined, { LANG: 'zh_CN.UTF-8' })).toBe('zh')
    expect(languageOf(undefined, { LANG: 'en_US.UTF-8', LC_ALL: 'zh_CN' })).toBe('zh')
    expect(languageOf('en', { LANG: 'zh_CN' })).toBe('en')
    expect(languageOf(undefined, {})).toBe('en')
  })

  it('names the same values in both languages, and lets none move the cursor', () => {
    const source = readFileSync(new URL('./enrolment-texts.ts', import.meta.url), 'utf8')
    const names = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort()
    const keys = [...source.matchAll(/^ {2}'?([a-z-]+)'?: \{/gm)].map((match) => match[1] as EnrolFault)
    expect(keys.length).toBeGreaterThan(25)
    for (const key of keys) {
      const [en, zh] = [enrolText(key, 'en'), enrolText(key, 'zh')]
      expect(names(zh), key).toEqual(names(en))
      expect(zh, key).toMatch(/\p{Script=Han}/u)
      expect(en, key).not.toMatch(/\p{Script=Han}/u)
    }
    expect(enrolText('rejected', 'en', { detail: 'no\u001b[2J\u009b1m' })).not.toMatch(/\p{Cc}/u)
  })
})

it('knows the addresses of this machine', () => {
  const own = ['localhost', '127.0.0.1', '127.9.9.9', '[::1]']
  const foreign = [
    '127.0.0.1.example',
    '128.0.0.1',
    '192.168.0.1',
    'localhost.example',
    '[::2]',
    '0.0.0.0',
    '127.example',
  ]
  expect([...own, ...foreign].filter(isLoopback)).toEqual(own)
})
