// Pieces of a configuration put together. A piece costs memory only when its signature is the collector's: whoever else can
// publish to this agent can make it throw pieces away, never fill it. Pure but for what it holds.
import { hash } from 'node:crypto'
import { zstdDecompressSync } from 'node:zlib'
import {
  ConfigPart,
  configStatement,
  MAX_CONFIG_BYTES,
  MAX_CONFIG_PARTS,
  SiteConfig,
} from '#shared/wire/site-config.ts'

/** Compressed bytes of one configuration. */
export const MAX_PACKED_BYTES = 8 * 1024 * 1024
/** Versions that may be on the way at the same time. */
const SETS = 2

export type Piece =
  /** More are needed. */
  | { readonly kind: 'taken' }
  | { readonly kind: 'dropped'; readonly reason: PieceDrop }
  | { readonly kind: 'whole'; readonly config: SiteConfig; readonly stored: StoredText }
  /** Signed and yet not usable: to be reported. */
  | { readonly kind: 'unusable'; readonly configVersion: number; readonly reason: string }

export type PieceDrop = 'unreadable' | 'forged' | 'old' | 'inconsistent' | 'too-large' | 'altered'

/** A configuration as it is kept: enough to prove it again. */
export interface StoredText {
  readonly configVersion: number
  readonly sha256: string
  readonly signature: string
  /** Canonical JSON. */
  readonly text: string
}

export interface PieceCollector {
  /** `above`: versions up to this one are not wanted. */
  take(payload: Uint8Array, above: number): Piece
  /** Compressed bytes held. */
  held(): number
}

interface Set {
  readonly head: Omit<ConfigPart, 'part' | 'data'>
  readonly pieces: (Buffer | undefined)[]
  bytes: number
}

export function createPieceCollector(options: {
  readonly agentId: string
  readonly verify: (text: string, signature: string) => boolean
}): PieceCollector {
  const sets: Set[] = []

  function setOf({ part: _p, data: _d, ...head }: ConfigPart): Set | PieceDrop {
    const known = sets.find((s) => sameHead(s.head, head))
    if (known) return known
    const { configVersion, sha256, signature } = head
    if (!options.verify(configStatement(options.agentId, configVersion, sha256), signature)) return 'forged'
    const made: Set = { head, pieces: new Array(head.parts).fill(undefined), bytes: 0 }
    sets.push(made)
    // the oldest version gives way; the same version cut otherwise counts as newer
    sets.sort((a, b) => b.head.configVersion - a.head.configVersion)
    const dropped = sets.splice(SETS)
    return dropped.includes(made) ? 'old' : made
  }

  function put(set: Set, part: number, data: Buffer): boolean {
    const before = set.pieces[part]
    if (set.bytes - (before?.length ?? 0) + data.length > MAX_PACKED_BYTES) return false
    set.bytes += data.length - (before?.length ?? 0)
    set.pieces[part] = data
    return true
  }

  const forget = (set: Set): void => void sets.splice(sets.indexOf(set), 1)

  return {
    take(payload, above) {
      const part = readPart(payload)
      if (part === undefined) return { kind: 'dropped', reason: 'unreadable' }
      if (part.configVersion <= above) return { kind: 'dropped', reason: 'old' }
      if (part.part >= part.parts) return { kind: 'dropped', reason: 'inconsistent' }
      const set = setOf(part)
      if (typeof set === 'string') return { kind: 'dropped', reason: set }
      if (!put(set, part.part, Buffer.from(part.data, 'base64'))) {
        forget(set)
        return { kind: 'dropped', reason: 'too-large' }
      }
      if (set.pieces.some((piece) => piece === undefined)) return { kind: 'taken' }
      forget(set)
      const result = wholeOf(set, options.agentId)
      // what is older is not needed any more
      if (result.kind === 'whole')
        for (const other of [...sets]) if (other.head.configVersion <= result.stored.configVersion) forget(other)
      return result
    },
    held: () => sets.reduce((sum, set) => sum + set.bytes, 0),
  }
}

/** The configuration in a kept text, or why it is none of this agent's. */
export function readStored(
  stored: StoredText,
  agentId: string,
  verify: (text: string, signature: string) => boolean,
): SiteConfig | string {
  const { configVersion, sha256, signature, text } = stored
  if (hash('sha256', text, 'hex') !== sha256) return 'it is not whole'
  if (!verify(configStatement(agentId, configVersion, sha256), signature))
    return 'its signature is not that of the collector'
  return readConfig(text, agentId, configVersion)
}

function wholeOf(set: Set, agentId: string): Piece {
  const { configVersion, sha256, signature } = set.head
  let text: Buffer
  try {
    text = zstdDecompressSync(Buffer.concat(set.pieces as Buffer[]), { maxOutputLength: MAX_CONFIG_BYTES })
  } catch {
    return { kind: 'dropped', reason: 'altered' }
  }
  if (hash('sha256', text, 'hex') !== sha256) return { kind: 'dropped', reason: 'altered' }
  const config = readConfig(text.toString('utf8'), agentId, configVersion)
  if (typeof config === 'string') return { kind: 'unusable', configVersion, reason: config }
  return { kind: 'whole', config, stored: { configVersion, sha256, signature, text: text.toString('utf8') } }
}

function readConfig(text: string, agentId: string, configVersion: number): SiteConfig | string {
  let raw: unknown
  try {
    raw = JSON.parse(text)
  } catch {
    return 'it is not JSON'
  }
  const parsed = SiteConfig.safeParse(raw)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    return `${issue?.path.join('.')}: ${issue?.message}`.slice(0, 512)
  }
  if (parsed.data.agent !== agentId) return `it is for ${parsed.data.agent}`
  if (parsed.data.configVersion !== configVersion) return `it says version ${parsed.data.configVersion} inside`
  return parsed.data
}

function readPart(payload: Uint8Array): ConfigPart | undefined {
  try {
    const parsed = ConfigPart.safeParse(JSON.parse(Buffer.from(payload).toString('utf8')))
    return parsed.success && parsed.data.parts <= MAX_CONFIG_PARTS ? parsed.data : undefined
  } catch {
    return undefined
  }
}

function sameHead(a: Set['head'], b: Set['head']): boolean {
  return (
    a.configVersion === b.configVersion && a.sha256 === b.sha256 && a.signature === b.signature && a.parts === b.parts
  )
}
