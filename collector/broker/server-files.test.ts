import { X509Certificate } from 'node:crypto'
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestAuthority, type TestAuthority } from '#test/support/test-authority.ts'
import { renewServerFiles } from './server-files.ts'

const DAY = 86_400_000
let dir: string
let authority: TestAuthority
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'outrider-server-'))
  authority = await createTestAuthority()
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const read = () => new X509Certificate(readFileSync(join(dir, 'server.pem'), 'utf8'))

async function put(by: TestAuthority): Promise<string> {
  const held = await by.issueServer(['broker.example', '192.0.2.7', 'fd00::7'], Date.now())
  writeFileSync(join(dir, 'server.pem'), held.certificate)
  writeFileSync(join(dir, 'server.key'), held.key)
  chmodSync(join(dir, 'server.key'), 0o640)
  return read().serialNumber
}

describe('server files', () => {
  it('are renewed a month before the end, for the same names and with the same rights', async () => {
    const serial = await put(authority)
    const end = Date.parse(read().validTo)
    expect(await renewServerFiles(dir, authority, end - 31 * DAY)).toBe(false)
    expect(read().serialNumber).toBe(serial)
    expect(await renewServerFiles(dir, authority, end - 29 * DAY)).toBe(true)
    expect(read().serialNumber).not.toBe(serial)
    expect(read().checkHost('broker.example')).toBe('broker.example')
    expect(read().checkIP('192.0.2.7')).toBe('192.0.2.7')
    expect(read().checkIP('fd00::7')).toBe('fd00::7')
    expect(statSync(join(dir, 'server.key')).mode & 0o777).toBe(0o640)
    expect(statSync(join(dir, 'server.pem')).mode & 0o777).toBe(0o644)
  })

  it('of another authority, or none, are left alone', async () => {
    expect(await renewServerFiles(dir, authority, Date.now())).toBe(false)
    const serial = await put(await createTestAuthority())
    expect(await renewServerFiles(dir, authority, Date.now() + 1000 * DAY)).toBe(false)
    expect(read().serialNumber).toBe(serial)
  })
})
