import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSecureContext } from 'node:tls'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AuthorityUnavailable, createAuthority, type OpenAuthority } from './authority.ts'
import { masterKeyOf } from './master-key.ts'
import { createServerCertificate } from './server-certificate.ts'

const DAY = 86_400_000
const NOW = Date.parse('2026-11-22T09:00:00Z')
const NAMES = ['vm', 'collector.example.net', '192.0.2.7', 'fd00::2', 'localhost', '::1']
const log = pino({ level: 'silent' })
const master = () => masterKeyOf('k'.repeat(32))
let dir: string
let authority: OpenAuthority
let now: number

beforeEach(async () => {
  now = NOW
  dir = mkdtempSync(join(tmpdir(), 'outrider-server-'))
  authority = await createAuthority({ dir, master, agentDays: 30, now: NOW, log })
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const open = (more: object = {}) =>
  createServerCertificate({
    ...{ file: join(dir, 'server.pem'), names: NAMES, authority, now: () => now, log },
    ...more,
  })

describe('server certificate', () => {
  it('is made once for all names, kept sealed, and shows the authority with it', async () => {
    const first = open()
    await first.check()
    const held = first.current()
    if (!held) throw new Error('none')
    createSecureContext({ cert: held.certificate, key: held.key })
    expect(held.certificate.endsWith(authority.ca)).toBe(true)
    expect(statSync(join(dir, 'server.pem')).mode & 0o777).toBe(0o600)
    await first.check()
    expect(first.current()).toBe(held)
    const again = open()
    await again.check()
    expect(again.current()).toEqual(held)
  })

  it('is renewed while it runs, long before its end, and for new names', async () => {
    const server = open()
    await server.check()
    const before = server.current()
    const changes: string[] = []
    server.onChange((held) => changes.push(held.certificate))
    now += 59 * DAY
    await server.check()
    expect(changes).toEqual([])
    now += 2 * DAY
    await server.check()
    expect(changes).toEqual([server.current()?.certificate])
    expect(server.current()?.notAfter).toBeGreaterThan(before?.notAfter ?? 0)
    const other = open({ names: ['elsewhere.example.net'] })
    await other.check()
    const certificate = new X509Certificate(other.current()?.certificate ?? '')
    expect(certificate.checkHost('elsewhere.example.net')).toBe('elsewhere.example.net')
  })

  it('stays what it is while nothing can be signed, and is made when it can', async () => {
    const server = open()
    await server.check()
    now += 80 * DAY
    const issueServer = () => Promise.reject(new AuthorityUnavailable('no key'))
    const broken = open({ authority: { ...authority, issueServer } })
    await broken.check()
    expect(broken.current()).toEqual(server.current())
    const empty = open({ authority: { ...authority, issueServer }, file: join(dir, 'none') })
    await empty.check()
    expect(empty.current()).toBeUndefined()
  })

  it('is made anew when it cannot be read back', async () => {
    const good = open()
    await good.check()
    const other = await authority.issueServer(NAMES, NOW)
    const kept = readFileSync(join(dir, 'server.pem'), 'utf8')
    for (const text of ['', 'nothing', kept.slice(0, 300), other.key + (good.current()?.certificate ?? '')]) {
      writeFileSync(join(dir, 'server.pem'), text)
      const server = open()
      await server.check()
      expect(server.current()).toBeDefined()
    }
    const unwritable = open({ file: join(dir, 'ca.pem', 'impossible') })
    await unwritable.check()
    expect(unwritable.current()).toBeDefined()
  })
})
