// An authority whose key the test holds: what the collector's own would sign, and everything it never would.
import '#shared/seal/reflect-metadata.ts'
import { createHash, X509Certificate as NodeCertificate, randomBytes, type webcrypto } from 'node:crypto'
import { isIP } from 'node:net'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  type GeneralNameType,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  PemConverter,
  Pkcs10CertificateRequest,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  type X509Certificate,
  X509CertificateGenerator,
  X509CrlGenerator,
} from '@peculiar/x509'
import type { Authority, HeldCertificate, IssuedCertificate } from '#collector/authority/authority.ts'

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const CLIENT = '1.3.6.1.5.5.7.3.2'
const SERVER = '1.3.6.1.5.5.7.3.1'
const DAY = 86_400_000

/** What a made-up certificate differs in; names go in as they are. */
export interface Oddity {
  /** Several make several CN attributes. */
  readonly commonName: string | readonly string[]
  readonly notBefore?: number
  readonly notAfter?: number
  readonly usage?: 'client' | 'server' | 'none'
  /** Signed by its own key. */
  readonly selfSigned?: boolean
  readonly isAuthority?: boolean
}

export interface TestAuthority extends Authority {
  /** A certificate the real authority would not make. */
  odd(oddity: Oddity): Promise<HeldCertificate & { readonly serial: string }>
}

/** Makes an authority with a fresh key, valid for ten years around now. */
export async function createTestAuthority(name = 'Outrider test authority'): Promise<TestAuthority> {
  const keys = await makeKeys()
  const ca = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(),
    name: [{ CN: [name] }],
    notBefore: new Date(Date.now() - DAY),
    notAfter: new Date(Date.now() + 3650 * DAY),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  const sign = async (
    of: { publicKey: CryptoKey; commonName: readonly string[]; names?: readonly string[] } & Omit<Oddity, 'commonName'>,
    signer?: webcrypto.CryptoKeyPair,
  ) =>
    X509CertificateGenerator.create({
      serialNumber: serial(),
      subject: nameOf(of.commonName),
      issuer: signer ? nameOf(of.commonName) : ca.subjectName,
      notBefore: new Date(of.notBefore ?? Date.now() - 60_000),
      notAfter: new Date(of.notAfter ?? Date.now() + 30 * DAY),
      signingAlgorithm: ALGORITHM,
      publicKey: of.publicKey,
      signingKey: (signer ?? keys).privateKey,
      extensions: [
        new BasicConstraintsExtension(of.isAuthority === true, undefined, true),
        ...(of.usage === 'none'
          ? []
          : [new ExtendedKeyUsageExtension([of.usage === 'server' ? SERVER : CLIENT], false)]),
        ...(of.names ? [new SubjectAlternativeNameExtension(of.names.map(altName), false)] : []),
        ...(signer ? [] : [await AuthorityKeyIdentifierExtension.create(ca)]),
      ],
    })
  const odd = async (oddity: Oddity, names?: readonly string[]) => {
    const own = await makeKeys()
    const { commonName, ...rest } = oddity
    const made = await sign(
      {
        ...rest,
        commonName: typeof commonName === 'string' ? [commonName] : commonName,
        publicKey: own.publicKey,
        ...(names ? { names } : {}),
      },
      oddity.selfSigned ? own : undefined,
    )
    return { ...(await held(made, own)), serial: made.serialNumber.toUpperCase() }
  }
  const spki = Buffer.from(ca.publicKey.rawData)
  return {
    ca: `${ca.toString('pem')}\n`,
    pin: createHash('sha256').update(spki).digest('base64url'),
    odd,
    async issueAgent(csr, agent): Promise<IssuedCertificate | { refused: string }> {
      const request = new Pkcs10CertificateRequest(csr)
      if (!(await request.verify())) return { refused: 'bad signature' }
      const made = await sign({ publicKey: await request.publicKey.export(), commonName: [agent] })
      const node = new NodeCertificate(made.toString('pem'))
      return {
        certificate: `${made.toString('pem')}\n`,
        serial: node.serialNumber,
        fingerprint: fingerprint(made),
        notBefore: made.notBefore.getTime(),
        notAfter: made.notAfter.getTime(),
      }
    },
    issueServer: (names) => odd({ commonName: names[0] ?? 'server', usage: 'server' }, names),
    issueClient: (commonName) => odd({ commonName }),
    async crl(revoked, now) {
      const made = await X509CrlGenerator.create({
        issuer: ca.subjectName,
        thisUpdate: new Date(now),
        nextUpdate: new Date(now + 30 * DAY),
        signingAlgorithm: ALGORITHM,
        signingKey: keys.privateKey,
        entries: revoked.map((one) => ({ serialNumber: one.serial, revocationDate: new Date(one.at) })),
      })
      // RFC 7468, section 6
      return `${PemConverter.encode(made.rawData, 'X509 CRL')}\n`
    },
  }
}

/** As a structure: in a text `#` and `+` would have a meaning (RFC 4514). */
const nameOf = (commonName: readonly string[]): Name =>
  new Name(commonName.map((utf8String) => ({ CN: [{ utf8String }] })))

const makeKeys = () => crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])

/** Positive, 16 bytes. */
const serial = (): string => `4${randomBytes(16).toString('hex').slice(1)}`

const altName = (name: string): { type: GeneralNameType; value: string } => ({
  type: isIP(name) ? 'ip' : 'dns',
  value: name,
})

async function held(made: X509Certificate, keys: webcrypto.CryptoKeyPair): Promise<HeldCertificate> {
  const key = await crypto.subtle.exportKey('pkcs8', keys.privateKey)
  return {
    certificate: `${made.toString('pem')}\n`,
    key: `${PemConverter.encode(key, 'PRIVATE KEY')}\n`,
    notAfter: made.notAfter.getTime(),
  }
}

const fingerprint = (made: X509Certificate): string =>
  (createHash('sha256').update(Buffer.from(made.publicKey.rawData)).digest('hex').match(/../g) ?? []).join(':')
