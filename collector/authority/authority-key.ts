// The authority's key on disk: `ca.pem` (certificate) and `ca.key` (PKCS#8, sealed with the master key).
import '#shared/seal/reflect-metadata.ts'
import { hash, type webcrypto } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PemConverter, X509Certificate } from '@peculiar/x509'
import { ALGORITHM, keyPem, makeKeys, selfSign } from './issue.ts'
import { writeWhole } from './key-files.ts'
import { type MasterKey, SealProblem } from './master-key.ts'

export interface AuthorityKey {
  readonly certificate: X509Certificate | undefined
  readonly key: CryptoKey | undefined
  readonly problem: string | undefined
}

const PURPOSE = 'outrider authority key'
const GOES_ON = 'What is enrolled goes on; nothing new can be signed until then.'

/** Reads both files, or makes them when there is neither. Never throws. */
export async function openAuthorityKey(
  dir: string,
  master: (mayMake: boolean) => MasterKey,
  now: number,
): Promise<AuthorityKey> {
  const files = { certificate: join(dir, 'ca.pem'), key: join(dir, 'ca.key') }
  let certificate: X509Certificate | undefined
  const failed = (why: string): AuthorityKey => ({ certificate, key: undefined, problem: `${why}. ${GOES_ON}` })
  try {
    const hasCertificate = existsSync(files.certificate)
    if (hasCertificate) certificate = new X509Certificate(readFileSync(files.certificate, 'utf8'))
    if (!existsSync(files.key)) {
      if (hasCertificate)
        return failed(
          `the authority's key ${files.key} is missing; put it back from your backup. Without one: remove ${files.certificate} too, and every agent enrols again`,
        )
      return await makeAuthority(files, master(true), now)
    }
    const pem = master(false).open(readFileSync(files.key, 'utf8'), PURPOSE)
    const keys = await importKeys(pem)
    if (certificate && !(await isKeyOf(keys, certificate)))
      return failed(`${files.key} is not the key of ${files.certificate}; put the pair back from one backup`)
    // lost, or a first start that was cut off: the same name on the same key is the same authority
    if (!certificate) certificate = await certify(files.certificate, keys, now)
    return { certificate, key: keys.privateKey, problem: undefined }
  } catch (error) {
    const { message, code } = error as { message: string; code?: string }
    if (error instanceof SealProblem && !message.includes(' is missing'))
      return failed(
        `the authority's key ${files.key} cannot be opened: ${message}. Give the sealing key it was sealed with (OUTRIDER_SEAL_KEY, or keys/seal.key)`,
      )
    if (code === 'EACCES' || code === 'EPERM')
      return failed(`the authority's files in ${dir} cannot be used (${message}); give them to the user that runs this`)
    return failed(`the authority in ${dir} cannot be opened: ${message}`)
  }
}

async function makeAuthority(
  files: { readonly certificate: string; readonly key: string },
  master: MasterKey,
  now: number,
): Promise<AuthorityKey> {
  const keys = await makeKeys()
  writeWhole(files.key, `${master.seal(await keyPem(keys.privateKey), PURPOSE)}\n`)
  const certificate = await certify(files.certificate, keys, now)
  return { certificate, key: (await importKeys(await keyPem(keys.privateKey))).privateKey, problem: undefined }
}

async function certify(file: string, keys: webcrypto.CryptoKeyPair, now: number): Promise<X509Certificate> {
  const certificate = await selfSign(keys, `Outrider authority ${(await spkiHash(keys.publicKey)).slice(0, 12)}`, now)
  writeWhole(file, `${certificate.toString('pem')}\n`)
  return certificate
}

/** From PKCS#8 PEM; the private key cannot leave the process. */
async function importKeys(pem: string): Promise<webcrypto.CryptoKeyPair> {
  const { subtle } = crypto
  const pkcs8 = PemConverter.decodeFirst(pem)
  const open = await subtle.importKey('pkcs8', pkcs8, ALGORITHM, true, ['sign'])
  const { crv, kty, x, y } = await subtle.exportKey('jwk', open)
  const publicKey = await subtle.importKey('jwk', { crv, kty, x, y } as webcrypto.JsonWebKey, ALGORITHM, true, [
    'verify',
  ])
  return { publicKey, privateKey: await subtle.importKey('pkcs8', pkcs8, ALGORITHM, false, ['sign']) }
}

async function isKeyOf(keys: webcrypto.CryptoKeyPair, certificate: X509Certificate): Promise<boolean> {
  const own = Buffer.from(certificate.publicKey.rawData)
  return own.equals(Buffer.from(await crypto.subtle.exportKey('spki', keys.publicKey)))
}

async function spkiHash(key: CryptoKey): Promise<string> {
  return hash('sha256', Buffer.from(await crypto.subtle.exportKey('spki', key)), 'hex')
}
