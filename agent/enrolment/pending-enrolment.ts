// What a request for enrolment leaves on disk until it is decided: the keys and how to pick up the answer. Not the token.
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { makeSealingKey } from '#shared/seal/seal.ts'
import { makeKeyRequest } from '../identity/csr.ts'
import { replaceFile } from '../identity/identity-files.ts'

const Pending = z.object({
  version: z.literal(1),
  url: z.string(),
  /** The part of the token that is no secret. */
  tokenId: z.string(),
  pin: z.string(),
  /** PKCS#8, PEM. */
  key: z.string(),
  sealing: z.object({ publicKey: z.string(), privatePem: z.string() }),
  waiting: z.object({ id: z.string().regex(/^[\w-]{1,64}$/), pickup: z.string(), retrySeconds: z.number() }).nullable(),
})
export type Pending = z.infer<typeof Pending>

export interface PendingFile {
  /** undefined when there is none, or none that can be used. */
  read(): Pending | undefined
  /** Throws what the file system says. */
  write(pending: Pending): void
  remove(): void
}

const NAME = 'enrolling.json'
/** So much is held on disk until the identity is written, bytes. */
const RESERVE = 65_536

/** In a data folder. Beside it a reserve of disk is kept, given back by `remove`. */
export function pendingFile(dataDir: string): PendingFile {
  return {
    read() {
      try {
        return Pending.safeParse(JSON.parse(readFileSync(join(dataDir, NAME), 'utf8'))).data
      } catch {
        return undefined
      }
    },
    write(pending) {
      replaceFile(dataDir, 'enrolling.reserve', 'reserve '.repeat(RESERVE / 8))
      replaceFile(dataDir, NAME, `${JSON.stringify(pending)}\n`)
    },
    remove() {
      rmSync(join(dataDir, NAME), { force: true })
      freeReserve(dataDir)
    },
  }
}

/** Room for the identity, on a disk that has filled up since. */
export function freeReserve(dataDir: string): void {
  rmSync(join(dataDir, 'enrolling.reserve'), { force: true })
}

/** New keys for a new request. */
export function beginPending(of: { readonly url: string; readonly tokenId: string; readonly pin: string }): Pending {
  return { version: 1, ...of, key: makeKeyRequest('new').key, sealing: makeSealingKey(), waiting: null }
}
