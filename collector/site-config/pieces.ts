// A configuration as it goes over the wire: canonical text, compressed once, cut into pieces that each carry the signature.
import { hash } from 'node:crypto'
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { canonicalJson } from '#shared/wire/command.ts'
import { WIRE_VERSION } from '#shared/wire/limits.ts'
import { type ConfigPart, configStatement, MAX_CONFIG_BYTES, SiteConfig } from '#shared/wire/site-config.ts'

/** Compressed; a handful of pieces, so that a slow line is not held for long. */
export const MAX_PACKED_BYTES = 4 * 1024 * 1024
/** Of the compressed bytes; a third more as base64. */
const PIECE_BYTES = 192 * 1024

export interface PackedConfig {
  readonly sha256: string
  readonly packed: Uint8Array
}

/** The bytes of a configuration, or why it cannot be sent. */
export function packConfig(config: SiteConfig): PackedConfig | { readonly tooLarge: string } {
  const text = Buffer.from(canonicalJson(config))
  if (text.length > MAX_CONFIG_BYTES)
    return { tooLarge: `it is ${megabytes(text.length)}, at most ${megabytes(MAX_CONFIG_BYTES)} can be sent` }
  const packed = zstdCompressSync(text, { params: { [constants.ZSTD_c_compressionLevel]: 6 } })
  if (packed.length > MAX_PACKED_BYTES)
    return {
      tooLarge: `it is ${megabytes(packed.length)} compressed, at most ${megabytes(MAX_PACKED_BYTES)} can be sent`,
    }
  return { sha256: hash('sha256', text, 'hex'), packed }
}

/** What was packed; undefined for nothing, or what cannot be read. */
export function unpackConfig(packed: Uint8Array | undefined): SiteConfig | undefined {
  try {
    if (packed === undefined) return undefined
    const text = zstdDecompressSync(packed, { maxOutputLength: MAX_CONFIG_BYTES }).toString('utf8')
    return SiteConfig.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** The messages of one configuration. `sign` is the command key's, over a text, base64. */
export function piecesOf(
  config: { readonly agent: string; readonly version: number; readonly sha256: string },
  packed: Uint8Array,
  sign: (text: string) => string,
): ConfigPart[] {
  const { agent, version: configVersion, sha256 } = config
  const signature = sign(configStatement(agent, configVersion, sha256))
  const parts = Math.max(1, Math.ceil(packed.length / PIECE_BYTES))
  return Array.from({ length: parts }, (_, part) => {
    const data = Buffer.from(packed.subarray(part * PIECE_BYTES, (part + 1) * PIECE_BYTES)).toString('base64')
    return { version: WIRE_VERSION, configVersion, part, parts, sha256, signature, data }
  })
}

const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MB`
