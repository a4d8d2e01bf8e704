// Is this command from our collector, for this agent, unaltered? Pure: bytes in, order or reason out.
import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import { canonicalJson, Order, SignedCommand } from '#shared/wire/command.ts'
import { WIRE_VERSION } from '#shared/wire/limits.ts'

/** Why something that claims to be a command is not one. Nobody is answered: the sender is not known. */
export type Forgery =
  | 'too-large'
  | 'not-json'
  | 'schema'
  | 'version'
  | 'no-key'
  | 'signature'
  | 'not-canonical'
  | 'wrong-agent'

export type Verified = { readonly ok: true; readonly order: Order } | { readonly ok: false; readonly reason: Forgery }

/** The public key commands are signed with, base64 SPKI of an Ed25519 key. Throws for anything else but ''. */
export function readCommandKey(base64: string): KeyObject | null {
  if (base64 === '') return null
  const key = createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'spki' })
  if (key.asymmetricKeyType !== 'ed25519') throw new TypeError('the command key is not an Ed25519 public key')
  return key
}

/** The signature is checked over the exact text before that text is read. */
export function verifyCommand(payload: Uint8Array, key: KeyObject | null, agentId: string): Verified {
  if (payload.length > MAX_COMMAND_BYTES) return refused('too-large')
  if (key === null) return refused('no-key')
  const outer = json(Buffer.from(payload).toString('utf8'))
  if (outer === undefined) return refused('not-json')
  const signed = SignedCommand.safeParse(outer)
  if (!signed.success) return refused('schema')
  if (signed.data.version !== WIRE_VERSION) return refused('version')
  const signature = Buffer.from(signed.data.signature, 'base64')
  // One signature, one spelling: base64 decoders ignore what they do not know.
  if (signature.length !== 64 || signature.toString('base64') !== signed.data.signature) return refused('signature')
  if (!verify(null, Buffer.from(signed.data.order, 'utf8'), key, signature)) return refused('signature')
  const inner = json(signed.data.order)
  if (inner === undefined) return refused('not-json')
  if (canonicalJson(inner) !== signed.data.order) return refused('not-canonical')
  const order = Order.safeParse(inner)
  if (!order.success) return refused('schema')
  if (order.data.agent !== agentId) return refused('wrong-agent')
  return { ok: true, order: order.data }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function refused(reason: Forgery): Verified {
  return { ok: false, reason }
}

const MAX_COMMAND_BYTES = 64 * 1024
