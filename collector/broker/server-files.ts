// The certificate of a Mosquitto whose folder we wrote: renewed where it lies, long before it ends.
import { X509Certificate } from 'node:crypto'
import { chmodSync, chownSync, existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Authority } from '../authority/authority.ts'

export const SERVER_FILES = { certificate: 'server.pem', key: 'server.key' } as const
const RENEW_BEFORE_MS = 30 * 86_400_000

/** True when the certificate of the folder was made anew; false when there is none of ours, or it is good. Throws. */
export async function renewServerFiles(
  dir: string,
  authority: Pick<Authority, 'ca' | 'issueServer'>,
  now: number,
): Promise<boolean> {
  const paths = { certificate: join(dir, SERVER_FILES.certificate), key: join(dir, SERVER_FILES.key) }
  if (!existsSync(paths.certificate) || !existsSync(paths.key)) return false
  const present = new X509Certificate(readFileSync(paths.certificate, 'utf8'))
  if (!present.verify(new X509Certificate(authority.ca).publicKey)) return false
  if (Date.parse(present.validTo) - now > RENEW_BEFORE_MS) return false
  const made = await authority.issueServer(namesOf(present), now)
  // first the key: a reload between the two is refused by Mosquitto, which then keeps what it has
  for (const [path, text] of [
    [paths.key, made.key],
    [paths.certificate, made.certificate],
  ] as const)
    replace(path, text)
  return true
}

/** Same owner and rights as before: the broker runs as another user. */
function replace(path: string, text: string): void {
  const { mode, uid, gid } = statSync(path)
  const fresh = `${path}.new`
  writeFileSync(fresh, text, { mode: 0o600 })
  const made = statSync(fresh)
  if (made.uid !== uid || made.gid !== gid) chownSync(fresh, uid, gid)
  chmodSync(fresh, mode & 0o777)
  renameSync(fresh, path)
}

/** DNS names and addresses a certificate is for. */
function namesOf(certificate: X509Certificate): string[] {
  return (certificate.subjectAltName ?? '')
    .split(', ')
    .map((entry) => entry.replace(/^(DNS|IP Address):/, ''))
    .filter((name) => name !== '')
}
