import { hash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { canonicalJson } from '#shared/wire/command.ts'
import { configSigner } from '#test/support/signed-config.ts'
import { checkConfig } from './check-config.ts'

const AGENT = 'agent-hq-0001'
const signer = configSigner(AGENT)
let dir: string
let said: string[]
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'outrider-check-'))
  said = []
  const say = (line: string) => void said.push(line)
  vi.spyOn(console, 'log').mockImplementation(say)
  vi.spyOn(console, 'error').mockImplementation(say)
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(dir, { recursive: true, force: true })
})

function check(policy: string, other: object = { commandKey: signer.publicKey }): number {
  const file = join(dir, 'agent.yaml')
  writeFileSync(join(dir, 'policy.yaml'), policy)
  writeFileSync(
    file,
    JSON.stringify({
      ...{ agent: { id: AGENT }, broker: { url: 'mqtt://b', password: 'pw' }, dataDir: join(dir, 'data') },
      ...{ policyFile: join(dir, 'policy.yaml'), devices: [{ id: 'own', address: '192.0.2.1', icmp: {} }] },
      ...other,
    }),
  )
  return checkConfig({ config: file })
}

function keep(): void {
  const config = signer.configOf(7, {
    devices: [
      { id: 'from-there', address: '192.0.2.9', tags: {}, parents: [], icmp: {} },
      { id: 'bad', address: '-oProxy', tags: {}, parents: [] },
    ],
  })
  const [piece] = signer.pieces(config).map((bytes) => JSON.parse(bytes.toString()))
  const text = canonicalJson(config)
  mkdirSync(join(dir, 'data', 'site-config'), { recursive: true })
  writeFileSync(
    join(dir, 'data', 'site-config', 'current.json'),
    JSON.stringify({ configVersion: 7, sha256: hash('sha256', text, 'hex'), signature: piece.signature, text }),
  )
}

describe('check-config', () => {
  it('looks at the kept configuration too, and says what of it cannot be used', () => {
    keep()
    expect(check('exceptDevices: [own, from-there]')).toBe(0)
    expect(said[0]).toMatch(/good\. Agent agent-hq-0001, 1 devices, 1 more from the collector\.$/)
    expect(said.slice(1)).toEqual([
      'Configuration 7 of the collector is kept here.',
      expect.stringMatching(/^ {2}bad address: an IP address/),
    ])
  })

  it('refuses a policy that names no device only where none can come from a collector', () => {
    expect(check('exceptDevices: [later]')).toBe(0)
    expect(said.at(-1)).toContain('no device "later" now')
    expect(check('exceptDevices: [later]', {})).toBe(2)
    expect(said.at(-1)).toMatch(/policy\.yaml:1:\d+: exceptDevices\[0\]: no device "later"/)
    expect(check('alow: []')).toBe(2)
  })
})
