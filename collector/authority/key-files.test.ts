import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { writeWhole } from './key-files.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'outrider-keys-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const modeOf = (file: string) => lstatSync(file).mode & 0o777

it('makes files for their owner only, in a folder of its own', () => {
  const file = join(dir, 'keys', 'ca.key')
  writeWhole(file, 'one')
  writeWhole(file, 'two')
  expect([readFileSync(file, 'utf8'), modeOf(file), modeOf(join(dir, 'keys'))]).toEqual(['two', 0o600, 0o700])
  expect(readdirSync(join(dir, 'keys'))).toEqual(['ca.key'])
})

it('follows no link, and takes no mode over from what a crash left', () => {
  const file = join(dir, 'ca.key')
  const elsewhere = join(dir, 'elsewhere')
  writeFileSync(elsewhere, 'untouched')
  symlinkSync(elsewhere, `${file}.new`)
  writeWhole(file, 'secret')
  expect(readFileSync(elsewhere, 'utf8')).toBe('untouched')
  expect(lstatSync(file).isSymbolicLink()).toBe(false)
  writeFileSync(`${file}.new`, 'half')
  chmodSync(`${file}.new`, 0o666)
  writeWhole(file, 'other')
  expect([readFileSync(file, 'utf8'), modeOf(file)]).toEqual(['other', 0o600])
})
