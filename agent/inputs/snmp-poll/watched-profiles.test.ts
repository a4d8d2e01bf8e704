import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { watchProfiles } from './watched-profiles.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'outrider-watched-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const stock = () => [
  { file: 'ups.yaml', text: metric('ups.stock') },
  { file: 'generic.yaml', text: 'extends: [ups]\n' },
]
const NONE = { added: [], changed: [], removed: [], refused: [] }
const write = (name: string, text: string) => writeFileSync(join(dir, name), text)
const metric = (name: string) => `metrics: [{ MIB: A, symbol: { OID: 1.3.6.1.4.1.9.1.0, name: ${name} } }]\n`

it('takes a change at the second look, and keeps all that did not change as it was', async () => {
  write('base.yaml', metric('a'))
  write('child.yaml', 'extends: [base]\n')
  write('other.yaml', metric('o'))
  const watched = watchProfiles(dir, stock)
  await watched.take([])
  const before = watched.current()
  expect(await watched.look()).toBeUndefined()
  expect(watched.current()).toBe(before)

  write('base.yaml', metric('longer'))
  expect(await watched.look()).toBeUndefined()
  expect(await watched.look()).toEqual({ ...NONE, changed: ['base', 'child'] })
  expect(watched.current().get('child')?.scalars[0]?.metric).toBe('longer')
  expect(watched.current().get('other')).toBe(before.get('other'))
  expect(watched.current().get('generic')).toBe(before.get('generic'))
})

it('waits while a file is still being written', async () => {
  const watched = watchProfiles(dir, stock)
  await watched.take([])
  for (const text of ['metrics:\n', 'metrics:\n  - {', metric('done')]) {
    write('slow.yaml', text)
    expect(await watched.look()).toBeUndefined()
  }
  expect(await watched.look()).toEqual({ ...NONE, added: ['slow'] })
})

it('keeps the version before of a file that goes bad, and says so until it is good or gone', async () => {
  write('mine.yaml', metric('good'))
  const watched = watchProfiles(dir, stock)
  await watched.take([])
  const before = watched.current()
  write('mine.yaml', 'metrics: [ {')
  await watched.look()
  const file = join(dir, 'mine.yaml')
  expect(await watched.look()).toMatchObject({ changed: [], refused: [{ file, kept: true, problem: { line: 1 } }] })
  expect(watched.current()).toBe(before)
  expect(watched.kept()).toEqual([file])
  expect(watched.problems()).toContainEqual(expect.objectContaining({ file, severity: 'error' }))
  rmSync(file)
  await watched.look()
  expect(await watched.look()).toEqual({ ...NONE, removed: ['mine'] })
  expect(watched.kept()).toEqual([])
})

it('gives back the profile of the program when the file that replaced it goes', async () => {
  const watched = watchProfiles(dir, stock)
  await watched.take([])
  const before = watched.current().get('ups')
  write('ups.yaml', metric('mine'))
  await watched.look()
  expect(await watched.look()).toEqual({ ...NONE, changed: ['generic', 'ups'] })
  expect(watched.current().get('ups')?.origin).toBe('user')
  rmSync(join(dir, 'ups.yaml'))
  await watched.look()
  expect(await watched.look()).toEqual({ ...NONE, changed: ['generic', 'ups'] })
  expect(watched.current().get('ups')?.fingerprint).toBe(before?.fingerprint)
})

it('takes texts of the collector at once; one that is bad leaves the one before', async () => {
  const watched = watchProfiles(undefined, stock)
  await watched.take([{ file: 'collector/a.yaml', text: metric('first') }])
  expect(watched.current().get('a')?.scalars[0]?.metric).toBe('first')
  const change = await watched.take([{ file: 'collector/a.yaml', text: 'metrics: [ {' }])
  expect(change).toMatchObject({ changed: [], refused: [{ file: 'collector/a.yaml', kept: true }] })
  expect(watched.current().get('a')?.scalars[0]?.metric).toBe('first')
  expect(await watched.take([])).toMatchObject({ removed: ['a'] })
})
