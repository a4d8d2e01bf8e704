import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import '#shared/seal/reflect-metadata.ts'
import { Pkcs10CertificateRequest } from '@peculiar/x509'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeSealingKey } from '#shared/seal/seal.ts'
import { createTestAuthority } from '#test/support/test-authority.ts'
import { checkCertificate, fingerprintOf, readAuthorities, readFacts } from './certificate.ts'
import { makeKeyRequest } from './csr.ts'
import { findIdentity, type IdentityRecord, readIdentity, saveIdentity } from './identity.ts'

const DAY = 86_400_000
let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'identity-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const record: IdentityRecord = {
  ...{ version: 1, agent: 'acme-hq-agent', brokerUrl: 'mqtts://b:8883', commandKey: 'k', collectorUrl: 'https://c/' },
  site: { id: 'hq', name: 'HQ', customer: 'acme', timeZone: 'Asia/Shanghai' },
  enrolledAt: 1,
}
async function made(agent = record.agent) {
  const authority = await createTestAuthority()
  const { key, csr } = makeKeyRequest(agent)
  const issued = await authority.issueAgent(csr, agent, Date.now())
  if ('refused' in issued) throw new Error(issued.refused)
  const { certificate } = issued
  return {
    authority,
    issued,
    granted: {
      record: { ...record, agent },
      key,
      certificate,
      ca: authority.ca,
      sealingKey: makeSealingKey().privatePem,
    },
  }
}

describe('a certification request', () => {
  it('is one that other programs take, for any name', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 80 }), async (name) => {
        const request = new Pkcs10CertificateRequest(makeKeyRequest(name.replaceAll('\0', '')).csr)
        expect(await request.verify()).toBe(true)
      }),
      { numRuns: 40 },
    )
    if (spawnSync('openssl', ['version']).status !== 0) return
    const text = execFileSync('openssl', ['req', '-verify', '-noout', '-subject'], {
      ...{ input: makeKeyRequest('rack 1, "left"').csr, encoding: 'utf8', stdio: 'pipe' },
    })
    expect(text).toContain('rack 1')
  })
})

describe('a certificate', () => {
  it('is taken on its own key, name, authority and time alone', async () => {
    const { authority, issued, granted } = await made()
    const now = Date.now()
    const expected = { key: granted.key, agent: record.agent, ca: authority.ca, now }
    const fault = (other: object, pem = granted.certificate) => {
      const check = checkCertificate(pem, { ...expected, ...other })
      return check.ok ? 'none' : check.fault
    }
    expect(checkCertificate(granted.certificate, expected)).toEqual({
      ok: true,
      facts: {
        ...{ serial: issued.serial, fingerprint: issued.fingerprint },
        // a certificate holds whole seconds
        notBefore: Math.floor(issued.notBefore / 1000) * 1000,
        notAfter: Math.floor(issued.notAfter / 1000) * 1000,
      },
    })
    expect(fingerprintOf(granted.key)).toBe(issued.fingerprint)
    expect(fault({ key: makeKeyRequest('x').key })).toBe('other-key')
    expect(fault({ key: 'no key' })).toBe('other-key')
    expect(fault({ agent: 'acme-hq-agen' })).toBe('other-name')
    expect(fault({ ca: (await createTestAuthority()).ca })).toBe('other-authority')
    expect(fault({ now: now + 40 * DAY })).toBe('expired')
    expect(fault({ now: now - DAY })).toBe('not-yet-valid')
    expect(fault({ now: now - 200_000 })).toBe('none')
    expect(fault({}, 'x')).toBe('unreadable')
    expect(fault({}, granted.certificate.replace('MII', 'MIX'))).toBe('unreadable')
    expect(fault({ ca: 'x' })).toBe('other-authority')
    const twice = await authority.odd({ commonName: [record.agent, 'other-agent-1'] })
    expect(fault({ key: twice.key }, twice.certificate)).toBe('other-name')
    const power = await authority.odd({ commonName: record.agent, isAuthority: true })
    expect(fault({ key: power.key }, power.certificate)).toBe('an-authority')
    const self = await authority.odd({ commonName: record.agent, selfSigned: true })
    expect(fault({ key: self.key }, self.certificate)).toBe('other-authority')
  })

  it('shows the pin of its authority; what is none is not taken for one', async () => {
    const { authority, granted } = await made()
    expect(readAuthorities(authority.ca)?.map((one) => one.pin)).toEqual([authority.pin])
    expect(readAuthorities(`${authority.ca}${granted.certificate}`)).toBeUndefined()
    expect(readAuthorities('')).toBeUndefined()
    expect(readAuthorities(authority.ca.repeat(17))).toBeUndefined()
    expect(readFacts('x')).toBeUndefined()
  })
})

describe('the identity on disk', () => {
  it('is read as it was saved, and replaced as a whole', async () => {
    expect(readIdentity(dir)).toEqual({ kind: 'none' })
    const { granted } = await made()
    saveIdentity(dir, granted)
    expect(findIdentity(dir)).toEqual({
      kind: 'good',
      identity: { agent: 'acme-hq-agent', brokerUrl: 'mqtts://b:8883', commandKey: 'k', timeZone: 'Asia/Shanghai' },
    })
    const next = await made('acme-hq-agent-2')
    writeFileSync(join(dir, 'identity', 'previous.pem'), 'of the one before')
    saveIdentity(dir, next.granted)
    expect(findIdentity(dir)).toMatchObject({ identity: { agent: 'acme-hq-agent-2' } })
    expect(existsSync(join(dir, 'identity', 'previous.pem'))).toBe(false)
  })

  it('is whole after a crash between the two renamings, and before them', async () => {
    saveIdentity(dir, (await made()).granted)
    const other = join(dir, 'other')
    saveIdentity(other, (await made('acme-hq-agent-2')).granted)
    mkdirSync(join(dir, 'identity.new'))
    writeFileSync(join(dir, 'identity.new', 'agent.pem'), 'half')
    expect(findIdentity(dir)).toMatchObject({ identity: { agent: 'acme-hq-agent' } })
    rmSync(join(dir, 'identity.new'), { recursive: true })
    renameSync(join(dir, 'identity'), join(dir, 'identity.old'))
    renameSync(join(other, 'identity'), join(dir, 'identity.new'))
    expect(findIdentity(dir)).toMatchObject({ identity: { agent: 'acme-hq-agent-2' } })
    saveIdentity(dir, (await made('acme-hq-agent-3')).granted)
    expect(findIdentity(dir)).toMatchObject({ identity: { agent: 'acme-hq-agent-3' } })
    expect(existsSync(join(dir, 'identity.old'))).toBe(false)
  })

  it('says what is wrong with it', async () => {
    const { granted } = await made()
    const problemOf = (name: string, text: string) => {
      saveIdentity(dir, granted)
      writeFileSync(join(dir, 'identity', name), text)
      const read = readIdentity(dir)
      return read.kind === 'bad' ? read.problem : read.kind
    }
    expect(problemOf('identity.json', '{}')).toMatch(/identity\.json is not an identity/)
    expect(problemOf('identity.json', '{')).toMatch(/JSON/)
    expect(problemOf('agent.pem', '')).toMatch(/agent\.pem does not hold a key with its certificate/)
    expect(problemOf('agent.pem', `${makeKeyRequest('x').key}${granted.certificate}`)).toMatch(/agent\.pem/)
    expect(problemOf('ca.pem', granted.certificate)).toMatch(/ca\.pem holds no authority/)
    saveIdentity(dir, granted)
    rmSync(join(dir, 'identity', 'sealing-key.pem'))
    expect(readIdentity(dir)).toMatchObject({ kind: 'bad', problem: expect.stringMatching(/sealing-key/) })
  })

  it('belongs to the owner of the data folder, whoever enrols', { skip: process.getuid?.() !== 0 }, async () => {
    chownSync(dir, 12_345, 12_346)
    saveIdentity(dir, (await made()).granted)
    const folder = join(dir, 'identity')
    for (const path of [folder, ...readdirSync(folder).map((name) => join(folder, name))])
      expect(statSync(path), path).toMatchObject({ uid: 12_345, gid: 12_346 })
  })

  it('keeps the old one when the new one cannot be written', { skip: process.getuid?.() === 0 }, async () => {
    saveIdentity(dir, (await made()).granted)
    const next = await made('acme-hq-agent-2')
    chmodSync(dir, 0o500)
    expect(() => saveIdentity(dir, next.granted)).toThrow(/EACCES/)
    chmodSync(dir, 0o700)
    expect(findIdentity(dir)).toMatchObject({ identity: { agent: 'acme-hq-agent' } })
  })
})
