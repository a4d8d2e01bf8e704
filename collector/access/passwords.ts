// argon2id (RFC 9106) in PHC string form, with a bounded number of computations at once: they are the dearest thing an
// unauthenticated stranger can ask for.
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'

export interface Passwords {
  /** PHC string `$argon2id$v=19$m=..,t=..,p=..$salt$hash`. */
  hash(password: string): Promise<string>
  /** Same work whether or not there is a hash to compare with. Rejects with Busy when too many wait. */
  verify(password: string, phc: string | undefined): Promise<boolean>
}

export class Busy extends Error {}

const MAX_RUNNING = 2
const MAX_WAITING = 64

/** `memory` in KiB; the defaults are OWASP's second choice for argon2id (19 MiB, 2 passes). */
export function createPasswords(cost = { memory: 19_456, passes: 2 }, derive: Derive = argon2id): Passwords {
  const limited = limiter()
  const decoy = phcOf(cost, randomBytes(16), randomBytes(32))
  return {
    async hash(password) {
      const salt = randomBytes(16)
      return phcOf(cost, salt, await limited(() => derive(password, salt, { ...cost, parallelism: 1 }, 32)))
    },
    async verify(password, phc) {
      const parsed = parse(phc ?? decoy) ?? parse(decoy)
      if (!parsed) return false
      const { salt, tag, ...itsCost } = parsed
      const got = await limited(() => derive(password, salt, itsCost, tag.length))
      return timingSafeEqual(got, tag) && phc !== undefined
    },
  }
}

interface Cost {
  readonly memory: number
  readonly passes: number
  readonly parallelism: number
}

/** One computation: the whole of the work there is. */
export type Derive = (password: string, nonce: Uint8Array, cost: Cost, tagLength: number) => Promise<Buffer>

const argon2id: Derive = (password, nonce, cost, tagLength) =>
  new Promise((resolve, reject) =>
    argon2('argon2id', { message: Buffer.from(password.normalize('NFKC')), nonce, tagLength, ...cost }, (error, tag) =>
      error ? reject(error) : resolve(tag),
    ),
  )

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64').replace(/=+$/, '')

const phcOf = (cost: { memory: number; passes: number }, salt: Uint8Array, tag: Uint8Array) =>
  `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=1$${base64(salt)}$${base64(tag)}`

function parse(phc: string): (Cost & { salt: Buffer; tag: Buffer }) | undefined {
  const match =
    /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,88})\$([A-Za-z0-9+/]{22,88})$/.exec(phc)
  if (!match) return undefined
  const [, memory, passes, parallelism, salt, tag] = match as unknown as [
    string,
    string,
    string,
    string,
    string,
    string,
  ]
  return {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    salt: Buffer.from(salt, 'base64'),
    tag: Buffer.from(tag, 'base64'),
  }
}

function limiter(): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0
  const waiting: (() => void)[] = []
  return async (work) => {
    if (running >= MAX_RUNNING) {
      if (waiting.length >= MAX_WAITING) throw new Busy('too many sign-ins at once')
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else running++
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
}
