import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createRevocationFile } from './revocation-file.ts'

const log = pino({ level: 'silent' })
let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'outrider-list-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

describe('revocation file', () => {
  it('holds what was revoked before the call, and puts many revocations into few lists', async () => {
    const file = join(dir, 'crl.pem')
    let revoked = 0
    let lists = 0
    const mask = process.umask(0o077)
    const list = async () => `${++lists} ${revoked}`
    const written = createRevocationFile({ file, pidFile: undefined, list, log })
    const calls = Array.from({ length: 50 }, () => {
      revoked++
      return written.write()
    })
    expect(await Promise.all(calls)).toEqual(Array(50).fill(true))
    expect(readFileSync(file, 'utf8')).toMatch(/ 50$/)
    expect(lists).toBeLessThanOrEqual(2)
    process.umask(mask)
    expect(statSync(file).mode & 0o777).toBe(0o644)
  })

  it('keeps the old list when a new one cannot be made, and makes the next', async () => {
    const file = join(dir, 'crl.pem')
    writeFileSync(file, 'old')
    let works = false
    const list = async () => {
      if (!works) throw new Error('no key')
      return 'new'
    }
    const written = createRevocationFile({ file, pidFile: undefined, list, log })
    expect(await written.write()).toBe(false)
    expect(readFileSync(file, 'utf8')).toBe('old')
    works = true
    expect(await written.write()).toBe(true)
    expect(readFileSync(file, 'utf8')).toBe('new')
  })

  it.each([
    ['another program', `${process.pid}`],
    ['no number', 'mosquitto'],
    ['every process', '-1'],
    ['the first process', '1'],
    ['nobody', '99999999'],
  ])('signals no process when the file names %s', async (_what, text) => {
    const pidFile = join(dir, 'pid')
    writeFileSync(pidFile, text)
    let hangups = 0
    const count = () => void hangups++
    process.on('SIGHUP', count)
    const written = createRevocationFile({ file: join(dir, 'crl.pem'), pidFile, list: async () => 'list', log })
    expect(await written.write()).toBe(false)
    await new Promise((resolve) => setImmediate(resolve))
    process.off('SIGHUP', count)
    expect(hangups).toBe(0)
    // the list itself is there for the next reload
    expect(readFileSync(join(dir, 'crl.pem'), 'utf8')).toBe('list')
  })
})
