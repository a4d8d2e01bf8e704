// The sheet of keys is complete and true: what the code binds is on it, and what is on it is bound.
import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { readLocale } from '../../locale-parts.ts'
import { KEYBOARD_MAP } from './keyboard-map.ts'

const source = fileURLToPath(new URL('..', import.meta.url))
const code = globSync('**/*.{ts,tsx}', { cwd: source })
  .filter((file) => !file.includes('.test.') && !file.endsWith('keyboard-map.ts'))
  .map((file) => ({ file, text: readFileSync(`${source}/${file}`, 'utf8') }))

/** Keys that lists, menus and tabs have of old, and what ends something. */
const OF_OLD = /^((shift\+)?Arrow\w+|Page\w+|Home|End|Tab|Escape|Enter)$/

describe('the sheet of keys', () => {
  const bound = code.flatMap(({ file, text }) => keysIn(text).map((key) => ({ file, key })))
  const shown = KEYBOARD_MAP.flatMap((group) => group.lines.flatMap((line) => line.keys))

  it('has every key the code binds', () => {
    const missing = bound.filter(({ key }) => !OF_OLD.test(key) && !shown.includes(key))
    expect(missing).toEqual([])
  })

  it('has no key the code does not bind', () => {
    expect(shown.filter((key) => !bound.some((one) => one.key === key))).toEqual([])
  })

  it('has words for all of it', () => {
    const words = readLocale('en') as { keys: Record<string, string>; keyGroup: Record<string, string> }
    for (const group of KEYBOARD_MAP) {
      expect(words.keyGroup[group.name], group.name).toBeTruthy()
      for (const line of group.lines) expect(words.keys[line.says], line.says).toBeTruthy()
    }
  })

  it('is looked for where keys are bound', () => {
    expect(keysIn("useHotkeys([['shift+?', open], ['mod+K', toggle]], [])")).toEqual(['?', 'mod+K'])
    expect(keysIn("key('j', () => move(1))")).toEqual(['j'])
    expect(keysIn("if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) send()")).toEqual(['mod+Enter'])
    expect(keysIn("if (event.key === 'Escape') close()")).toEqual(['Escape'])
  })
})

/** What a file binds, in the ways the console does. */
function keysIn(text: string): string[] {
  const hotkeys = [...text.matchAll(/useHotkeys\(/g)].flatMap(({ index }) => {
    const list = upToBalance(text.slice(index + 'useHotkeys'.length))
    return [...list.matchAll(/\[\s*'([^']+)'\s*,/g)].map((match) => match[1] as string)
  })
  const named = [...text.matchAll(/(?<![\w.])key\('([^']+)',/g)].map((match) => match[1] as string)
  const heard = [...text.matchAll(/event\.key === '([^']+)'( && \(event\.ctrlKey)?/g)].map(
    ([, key, mod]) => `${mod ? 'mod+' : ''}${key}`,
  )
  const all = [...hotkeys, ...named, ...heard]
  // G alone leads nowhere: what follows it is shown from the navigation
  return all.map((key) => SHIFTED[key] ?? key).filter((key) => key !== 'g')
}

/** What the character is, where the key is bound. */
const SHIFTED: Readonly<Record<string, string>> = { 'shift+?': '?', 'shift+8': '*', 'shift+*': '*', '=': '+' }

/** From the first parenthesis to the one that closes it. */
function upToBalance(text: string): string {
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '(') depth++
    if (text[i] === ')' && --depth === 0) return text.slice(0, i)
  }
  return text
}
