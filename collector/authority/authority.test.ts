import { spawnSync } from 'node:child_process'
import { generateKeyPairSync, X509Certificate as NodeCertificate } from 'node:crypto'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import '#shared/seal/reflect-metadata.ts'
import { Pkcs10CertificateRequestGenerator, X509Certificate } from '@peculiar/x509'
import fc from 'fast-check'
import { pino } from 'pino'
import { afterEach, describe, expect, it } from 'vitest'
import { AuthorityUnavailable, createAuthority, type IssuedCertificate } from './authority.ts'
import { masterKeyOf, openMasterKeyFile, SealProblem } from './master-key.ts'
import { checkRequest } from './request.ts'

const log = pino({ level: 'silent' })
const NOW = Date.parse('2026-11-22T09:00:00Z')
const DAY = 86_400_000
const AGENT = 'hq-abc123'
const dirs: string[] = []
const HAS_OPENSSL = spawnSync('openssl', ['version']).status === 0

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'outrider-authority-'))
  dirs.push(dir)
  return dir
}

afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true })
})

const open = (dir: string, now = NOW) =>
  createAuthority({ dir, master: (make) => openMasterKeyFile(join(dir, 'seal.key'), make), agentDays: 30, now, log })

async function request(algorithm: 'P-256' | 'P-384' | 'Ed25519' = 'P-256', name = 'CN=somebody-else'): Promise<string> {
  const signing = algorithm === 'Ed25519' ? { name: 'Ed25519' } : { name: 'ECDSA', namedCurve: algorithm }
  const keys = (await crypto.subtle.generateKey(signing, true, ['sign', 'verify'])) as never
  const made = await Pkcs10CertificateRequestGenerator.create({
    name,
    keys,
    signingAlgorithm: { ...signing, hash: 'SHA-256' } as never,
  })
  return made.toString('pem')
}

function issued(result: IssuedCertificate | { refused: string }): IssuedCertificate {
  if ('refused' in result) throw new Error(result.refused)
  return result
}

describe('authority', () => {
  it('makes its key once, sealed and for its own user only', async () => {
    const dir = folder()
    const first = await open(dir)
    expect(first.problem).toBeUndefined()
    const again = await open(dir, NOW + DAY)
    expect(again.ca).toBe(first.ca)
    expect(again.pin).toBe(first.pin)
    expect(first.pin).toMatch(/^[A-Za-z0-9_-]{43}$/)
    for (const name of ['ca.key', 'ca.pem', 'seal.key'])
      expect(statSync(join(dir, name)).mode & 0o777, name).toBe(0o600)
    expect(readFileSync(join(dir, 'ca.key'), 'utf8')).not.toContain('PRIVATE KEY')
    const ca = new NodeCertificate(first.ca)
    expect(ca.ca).toBe(true)
    expect(Date.parse(ca.validTo) - NOW).toBeGreaterThan(9.9 * 365 * DAY)
  })

  it('gives an agent its own name and nothing it asked for', async () => {
    const authority = await open(folder())
    for (const kind of ['P-256', 'Ed25519'] as const) {
      const made = issued(await authority.issueAgent(await request(kind, 'CN=admin, O=everything'), AGENT, NOW))
      const certificate = new NodeCertificate(made.certificate)
      expect(certificate.subject).toBe(`CN=${AGENT}`)
      expect(certificate.ca).toBe(false)
      expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2'])
      expect(certificate.subjectAltName).toBeUndefined()
      expect(certificate.serialNumber).toBe(made.serial)
      expect(made.serial).toMatch(/^[0-9A-F]{34}$/)
      expect(made.notAfter).toBe(NOW + 30 * DAY)
      expect(made.notBefore).toBeLessThan(NOW)
      expect(certificate.verify(new NodeCertificate(authority.ca).publicKey)).toBe(true)
    }
  })

  it('signs no request that it cannot check', async () => {
    const good = await request()
    const other = await request()
    const body = (pem: string) => Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64')
    const pem = (bytes: Buffer) =>
      `-----BEGIN CERTIFICATE REQUEST-----\n${bytes.toString('base64')}\n-----END CERTIFICATE REQUEST-----`
    const bent = body(good)
    bent[bent.length - 5] = (bent[bent.length - 5] as number) ^ 1
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const cases: [string, string][] = [
      ['empty', ''],
      ['another kind', good.replaceAll('CERTIFICATE REQUEST', 'CERTIFICATE')],
      ['a private key', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()],
      ['two at once', `${good}\n${other}`],
      ['altered', pem(bent)],
      ['cut', pem(body(good).subarray(0, 100))],
      ['garbage', pem(Buffer.alloc(300, 7))],
      ['large', pem(Buffer.alloc(9000, 1))],
      ['nested without end', pem(Buffer.from('3080'.repeat(3000), 'hex'))],
      ['another curve', await request('P-384')],
    ]
    const authority = await open(folder())
    for (const [name, csr] of cases)
      expect(await authority.issueAgent(csr, AGENT, NOW), name).toEqual({ refused: expect.any(String) })
  })

  it('takes no key but the one that signed, whatever the bytes', async () => {
    const original = await request()
    const { fingerprint } = (await checkRequest(original)) as { fingerprint: string }
    const good = Buffer.from(original.replace(/-----[^-]+-----|\s/g, ''), 'base64')
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const bytes = Buffer.from(good)
        bytes[at] = (bytes[at] as number) ^ flip
        const csr = `-----BEGIN CERTIFICATE REQUEST-----\n${bytes.toString('base64')}\n-----END CERTIFICATE REQUEST-----`
        const checked = await checkRequest(csr)
        // wrappings have more than one spelling; what is inside is signed
        if (!('refused' in checked)) expect(checked.fingerprint).toBe(fingerprint)
      }),
      { numRuns: 150 },
    )
  })

  it('says what to do when its key is lost, unreadable or sealed with another key, and keeps what needs no key', async () => {
    const spoil: [string, (dir: string) => void, RegExp][] = [
      ['no key', (dir) => rmSync(join(dir, 'ca.key')), /ca\.key is missing; put it back/],
      ['no sealing key', (dir) => rmSync(join(dir, 'seal.key')), /seal\.key is missing; put it back/],
      ['another sealing key', (dir) => writeFileSync(join(dir, 'seal.key'), 'x'.repeat(64)), /sealed with another key/],
      ['damaged', (dir) => writeFileSync(join(dir, 'ca.key'), 'sk1.0.AAAA'), /damaged/],
    ]
    for (const [name, work, message] of spoil) {
      const dir = folder()
      const { ca, pin } = await open(dir)
      work(dir)
      const broken = await open(dir)
      expect(broken.problem, name).toMatch(message)
      expect(broken, name).toMatchObject({ ca, pin })
      await expect(broken.issueAgent(await request(), AGENT, NOW)).rejects.toThrow(AuthorityUnavailable)
      await expect(broken.issueServer(['localhost'], NOW)).rejects.toThrow(message)
      await expect(broken.crl([], NOW)).rejects.toThrow(message)
      // nothing was made in its place
      expect(existsSync(join(dir, 'ca.key')) && name === 'no key').toBe(false)
    }
  })

  it.skipIf(process.getuid?.() === 0)('says so when its files belong to another', async () => {
    const dir = folder()
    await open(dir)
    chmodSync(join(dir, 'ca.key'), 0)
    expect((await open(dir)).problem).toMatch(/give them to the user/)
  })

  it('is the same authority again when only its certificate was lost', async () => {
    const dir = folder()
    const before = await open(dir)
    const old = issued(await before.issueAgent(await request(), AGENT, NOW))
    rmSync(join(dir, 'ca.pem'))
    const after = await open(dir, NOW + DAY)
    expect(after.pin).toBe(before.pin)
    expect(new NodeCertificate(old.certificate).checkIssued(new NodeCertificate(after.ca))).toBe(true)
  })

  it('signs nothing while the clock cannot be right', async () => {
    const dir = folder()
    const authority = await open(dir)
    const csr = await request()
    await expect(authority.issueAgent(csr, AGENT, NOW - 365 * DAY)).rejects.toThrow(/set the clock/)
    const late = issued(await authority.issueAgent(csr, AGENT, NOW + 3640 * DAY))
    expect(late.notAfter).toBe(new X509Certificate(authority.ca).notAfter.getTime())
  })

  it.skipIf(!HAS_OPENSSL)('makes what OpenSSL takes: chain, purpose, names, revocation list', async () => {
    const dir = folder()
    const authority = await open(dir, Date.now())
    const agent = issued(await authority.issueAgent(await request(), AGENT, Date.now()))
    const other = issued(await authority.issueAgent(await request(), 'hq-other1', Date.now()))
    const server = await authority.issueServer(['collector.example', '192.0.2.7', '::1'], Date.now())
    const client = await authority.issueClient('outrider-collector', Date.now())
    const files = { ca: authority.ca, agent: agent.certificate, other: other.certificate, server: server.certificate }
    for (const [name, text] of Object.entries({ ...files, client: client.certificate }))
      writeFileSync(join(dir, name), text)
    writeFileSync(join(dir, 'crl'), await authority.crl([{ serial: other.serial, at: Date.now() }], Date.now()))
    const openssl = (...args: string[]) => {
      const { status, stdout, stderr } = spawnSync('openssl', args, { cwd: dir, encoding: 'utf8' })
      return `${status} ${stdout}${stderr}`
    }
    const strict = ['verify', '-x509_strict', '-CAfile', 'ca']
    expect(openssl(...strict, '-purpose', 'sslclient', 'agent')).toMatch(/^0 agent: OK/)
    expect(openssl(...strict, '-purpose', 'sslclient', 'client')).toMatch(/^0 client: OK/)
    expect(openssl(...strict, '-purpose', 'sslserver', 'agent')).toMatch(/^2 .*purpose/s)
    const named = ['-purpose', 'sslserver', '-verify_hostname']
    expect(openssl(...strict, ...named, 'collector.example', 'server')).toMatch(/^0 server: OK/)
    expect(openssl(...strict, '-verify_ip', '192.0.2.7', 'server')).toMatch(/^0 server: OK/)
    expect(openssl(...strict, '-verify_ip', '::1', 'server')).toMatch(/^0 server: OK/)
    expect(openssl(...strict, ...named, 'other.example', 'server')).toMatch(/^2 .*ostname mismatch/s)
    const checked = [...strict, '-crl_check', '-CRLfile', 'crl']
    expect(openssl(...checked, 'agent')).toMatch(/^0 agent: OK/)
    expect(openssl(...checked, 'other')).toMatch(/^2 .*revoked/s)
    expect(openssl('crl', '-in', 'crl', '-noout', '-crlnumber')).toMatch(/^0 crlNumber=/i)
  })
})

describe('master key', () => {
  it('opens what it sealed, for the same purpose only, unaltered', () => {
    const key = masterKeyOf('k'.repeat(32))
    const sealed = key.seal('secret', 'a')
    expect(sealed).not.toContain('secret')
    expect(key.open(sealed, 'a')).toBe('secret')
    expect(() => key.open(sealed, 'b')).toThrow(SealProblem)
    expect(() => masterKeyOf('l'.repeat(32)).open(sealed, 'a')).toThrow(/another key/)
    expect(() => masterKeyOf('short')).toThrow(/openssl rand/)
    fc.assert(
      fc.property(fc.nat(sealed.length - 1), fc.constantFrom('A', 'b', '0', '.'), (at, letter) => {
        fc.pre(sealed[at] !== letter)
        const altered = sealed.slice(0, at) + letter + sealed.slice(at + 1)
        let opened: string | undefined
        try {
          opened = key.open(altered, 'a')
        } catch (error) {
          expect(error).toBeInstanceOf(SealProblem)
        }
        // base64 leaves bits over at its end; what they are makes no difference
        if (opened !== undefined) expect(opened).toBe('secret')
      }),
    )
  })
})
