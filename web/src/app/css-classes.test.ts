import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { describe, expect, it } from 'vitest'

const code = globSync('web/src/**/*.{ts,tsx}')
  .filter((file) => !file.includes('.test.'))
  .map((file) => readFileSync(file, 'utf8'))

const classesOf = (css: string): Set<string> =>
  new Set([...css.replace(/\/\*[\s\S]*?\*\//g, '').matchAll(/\.([a-zA-Z][\w-]*)/g)].map(([, name]) => name ?? ''))

describe('style sheets', () => {
  it('style nothing that nobody draws', () => {
    const sheets = globSync('web/src/**/*.module.css')
    expect(sheets.length).toBeGreaterThan(30)
    const idle = sheets.flatMap((sheet) => {
      const users = code.filter((text) => text.includes(basename(sheet)))
      // by a name that is made: css[tone]
      if (users.some((text) => /\bcss\[/.test(text))) return []
      const isUsed = (name: string) => users.some((text) => new RegExp(`\\.${name}\\b`).test(text))
      return [...classesOf(readFileSync(sheet, 'utf8'))]
        .filter((name) => !isUsed(name))
        .map((name) => `${sheet} .${name}`)
    })
    expect(idle).toEqual([])
  })
})
