// The key and request that a certificate was asked for: on disk before the question, so that an answer finds its key after
// a restart too.
import type { KeyRequest } from './csr.ts'
import type { IdentityFiles } from './identity-files.ts'

/** undefined when there is none, or none that can be read. Never throws. */
export function readPending(files: IdentityFiles): KeyRequest | undefined {
  try {
    const [, key, csr] = PENDING.exec(files.readIfThere('pending.pem') ?? '') ?? []
    return key === undefined || csr === undefined ? undefined : { key, csr }
  } catch {
    return undefined
  }
}

/** Throws what the file system says. */
export function writePending(files: IdentityFiles, { key, csr }: KeyRequest): void {
  files.write('pending.pem', `${key}${csr}`)
}

const PENDING =
  /^(-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----\n)(-----BEGIN CERTIFICATE REQUEST-----[^-]+-----END CERTIFICATE REQUEST-----\s*)$/
