// No key missing in either language, none unused, none undefined, and no text outside the locale files.
import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { readLocale } from '../../locale-parts.ts'

const source = fileURLToPath(new URL('..', import.meta.url))
const files = globSync('**/*.{ts,tsx}', { cwd: source }).filter((file) => !file.includes('.test.'))
const code = files.map((file) => ({ file, text: readFileSync(`${source}/${file}`, 'utf8') }))
const en = read('en')
const zh = read('zh-CN')
const known = names(en)

describe('locales', () => {
  it('have the same keys', () => {
    const [inEn, inZh] = [new Set(names(en)), new Set(names(zh))]
    expect([...inZh].filter((key) => !inEn.has(key))).toEqual([])
    expect([...inEn].filter((key) => !inZh.has(key))).toEqual([])
  })

  it('have the plural forms their language needs', () => {
    const plural = Object.keys(en).filter((key) => key.endsWith('_other'))
    expect(plural.map((key) => key.replace('_other', '_one')).filter((key) => !(key in en))).toEqual([])
    // Chinese has one form
    expect(Object.keys(zh).filter((key) => key.endsWith('_one'))).toEqual([])
  })

  it('use the same placeholders', () => {
    const differing = Object.keys(zh).filter((key) => holes(zh[key]) !== holes(en[key]))
    expect(differing).toEqual([])
  })

  it('have no empty text', () => {
    expect([...Object.entries(en), ...Object.entries(zh)].filter(([, text]) => text.trim() === '')).toEqual([])
  })

  it('define every key the code uses', () => {
    const undefinedKeys = code.flatMap(({ file, text }) =>
      keysIn(text)
        .filter((key) => !known.some(matcher(key)))
        .map((key) => `${file}: ${key}`),
    )
    expect(undefinedKeys).toEqual([])
  })

  it('define no key the code does not use', () => {
    const used = [...new Set(code.flatMap(({ text }) => keysIn(text)))].map(matcher)
    expect(known.filter((key) => !used.some((matches) => matches(key)))).toEqual([])
  })

  it('find the keys of a sample, so that the checks above cannot pass by finding nothing', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the code under test as text
    const sample = "t('a.b'); t(`c.${x}`); t(mine ? 'd.e' : 'f.g', { n }); set('h')"
    expect(keysIn(sample)).toEqual(['a.b', 'c.*', 'd.e', 'f.g'])
    expect(names(en).length).toBeGreaterThan(200)
  })
})

describe('code', () => {
  it('has no Han characters outside the locale files', () => {
    const found = code.filter(({ text }) => /\p{Script=Han}/u.test(text)).map(({ file }) => file)
    expect(found).toEqual([])
  })

  it('has no words between tags', () => {
    // two letters in a row between > and <, outside of {}: a text nobody can translate
    const found = code
      .filter(({ file }) => file.endsWith('.tsx'))
      .flatMap(({ file, text }) =>
        [...text.matchAll(/<(?:p|b|h1|h2|h3|span|button|Button|th|td|div|a)(?:\s[^<>{}]*)?>\s*([A-Za-z]{2}[^<>{}]*)</g)]
          .map((match) => match[1]?.trim())
          // the product's own name
          .filter((words) => words !== 'Outrider')
          .map((words) => `${file}: ${words}`),
      )
    expect(found).toEqual([])
  })

  it('labels and titles come from the locale files', () => {
    const found = code
      .filter(({ file }) => file.endsWith('.tsx'))
      .flatMap(({ file, text }) =>
        [...text.matchAll(/\s(?:aria-label|title|label|placeholder|alt)="([^"]*\p{L}{2}[^"]*)"/gu)]
          .filter((match) => match[1] !== 'Outrider')
          .map((match) => `${file}: ${match[1]}`),
      )
    expect(found).toEqual([])
  })
})

function read(language: string): Record<string, string> {
  return flat(readLocale(language))
}

function flat(tree: Record<string, unknown>, prefix = ''): Record<string, string> {
  return Object.assign(
    {},
    ...Object.entries(tree).map(([key, value]) =>
      typeof value === 'string'
        ? { [prefix + key]: value }
        : flat(value as Record<string, unknown>, `${prefix}${key}.`),
    ),
  )
}

/** Keys as code asks for them: without the plural ending. */
function names(texts: Record<string, string>): string[] {
  return [...new Set(Object.keys(texts).map((key) => key.replace(/_(one|other)$/, '')))]
}

function holes(text: string | undefined): string {
  return [...(text ?? '').matchAll(/\{\{(\w+)\}\}/g)]
    .map((match) => match[1])
    .sort()
    .join()
}

/** Keys in `t(...)`; a computed part is `*`. */
function keysIn(text: string): string[] {
  return [...text.matchAll(/(?<![\w.])t\(\s*([^,)]*)/g)].flatMap((call) =>
    [...(call[1] as string).matchAll(/(['`])((?:(?!\1).)*)\1/g)]
      .map((literal) => (literal[2] as string).replace(/\$\{[^}]*\}?/g, '*'))
      .filter((key) => key.includes('.')),
  )
}

/** True for the keys that code may mean with this one. */
function matcher(key: string): (known: string) => boolean {
  const parts = key.split('*').map((part) => part.replace(/[.]/g, '\\.'))
  const pattern = new RegExp(`^${parts.join('.+')}$`)
  return (one) => pattern.test(one)
}
