import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { watchFolder } from './watched-folder.ts'

let dir: string
let written = 0
beforeEach(() => {
  dir = join(mkdtempSync(join(tmpdir(), 'outrider-rules-')), 'rules.d')
})
afterEach(() => rmSync(join(dir, '..'), { recursive: true, force: true }))

const rule = (id: string, above: number) =>
  `  - {id: ${id}, title: t, condition: {type: threshold, metric: m, above: ${above}}, severity: minor, alarmType: a.b, text: t}\n`
const write = (name: string, text: string) => {
  mkdirSync(dir, { recursive: true })
  writeFileSync(join(dir, name), text)
  // a file system's clock may be coarse
  utimesSync(join(dir, name), 1000 + written, 1000 + written++)
}

it('follows files as they come, change and go', () => {
  const folder = watchFolder(dir)
  const ids = () => folder.current().rules.map((r) => r.rule.id)
  expect([folder.refresh(), ids()]).toEqual([false, []])
  write('a.yaml', `rules:\n${rule('one', 1)}`)
  write('notes.txt', 'rules: [')
  expect([folder.refresh(), ids()]).toEqual([true, ['one']])
  expect(folder.refresh()).toBe(false)
  write('b.yml', `rules:\n${rule('two', 1)}`)
  write('a.yaml', `rules:\n${rule('three', 1)}`)
  expect([folder.refresh(), ids()]).toEqual([true, ['three', 'two']])
  rmSync(join(dir, 'a.yaml'))
  expect([folder.refresh(), ids()]).toEqual([true, ['two']])
  rmSync(dir, { recursive: true })
  expect([folder.refresh(), ids()]).toEqual([true, []])
})

it('keeps the last good version of a file that went bad, and says what is wrong until it is right', () => {
  write('a.yaml', `rules:\n${rule('one', 1)}${rule('two', 1)}`)
  write('b.yaml', `rules:\n${rule('three', 1)}  - {id: four}\n`)
  const folder = watchFolder(dir)
  const ids = () => folder.current().rules.map((r) => r.rule.id)
  const files = () => [...new Set(folder.current().problems.map((p) => p.file.slice(dir.length + 1)))]
  // bad from the beginning: what is right of it holds
  expect([ids(), files()]).toEqual([['one', 'two', 'three'], ['b.yaml']])
  write('a.yaml', `rules:\n${rule('one', 2)}  - {id: tw`)
  expect(folder.refresh()).toBe(true)
  expect([ids(), files()]).toEqual([
    ['one', 'two', 'three'],
    ['a.yaml', 'b.yaml'],
  ])
  write('a.yaml', `rules:\n${rule('one', 2)}`)
  write('b.yaml', `rules:\n${rule('three', 1)}`)
  expect(folder.refresh()).toBe(true)
  expect([ids(), files()]).toEqual([['one', 'three'], []])
  expect(folder.current().rules[0]?.rule.condition).toMatchObject({ above: 2 })
})
