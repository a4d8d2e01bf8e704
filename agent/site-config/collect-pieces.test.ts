import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { commandKeyOf } from '#collector/diagnostics/command-key.ts'
import { MAX_PACKED_BYTES as MOST_SENT, packConfig, piecesOf } from '#collector/site-config/pieces.ts'
import type { ConfigPart, SiteConfig } from '#shared/wire/site-config.ts'
import { createPieceCollector, MAX_PACKED_BYTES, type Piece, readStored } from './collect-pieces.ts'
import { verifierOf } from './verify-config.ts'

const AGENT = 'agent-hq-0001'
const key = commandKeyOf(generateKeyPairSync('ed25519').privateKey)
const stranger = commandKeyOf(generateKeyPairSync('ed25519').privateKey)
const verify = verifierOf(key.publicKey) as (text: string, signature: string) => boolean
const collector = () => createPieceCollector({ agentId: AGENT, verify })
const bytes = (part: unknown) => Buffer.from(JSON.stringify(part))

/** A text that does not become smaller, so that there are several pieces. */
const noise = (length: number, seed: number) => {
  let state = seed * 2654435761 + 1
  let text = ''
  while (text.length < length) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    text += state.toString(36)
  }
  return text.slice(0, length)
}

function made(configVersion: number, size = 0, other: Partial<SiteConfig> = {}, sign = key.signText) {
  const config: SiteConfig = {
    ...{
      agent: AGENT,
      configVersion,
      madeAt: configVersion,
      credentials: {},
      devices: [{ id: `device-${configVersion}` }],
    },
    profiles: Array.from({ length: Math.ceil(size / 500_000) }, (_, i) => ({
      ...{ name: `p${i}.yaml`, text: noise(Math.min(500_000, size), configVersion * 100 + i) },
    })),
    settings: {},
    ...other,
  }
  const packed = packConfig(config)
  if ('tooLarge' in packed) throw new Error(packed.tooLarge)
  return {
    config,
    parts: piecesOf({ agent: AGENT, version: configVersion, sha256: packed.sha256 }, packed.packed, sign),
  }
}

const big = [1, 2, 3].map((version) => made(version, 1_000_000))

describe('pieces of a configuration', () => {
  it('come together in any order, doubled, and mixed with those of other versions', () => {
    const all = big.flatMap(({ parts }) => parts)
    expect(big.every(({ parts }) => parts.length > 2)).toBe(true)
    fc.assert(
      fc.property(fc.shuffledSubarray([...all, ...all, ...all], { minLength: all.length }), (order) => {
        const c = collector()
        let inUse = 0
        const sent = new Map<number, Set<number>>()
        for (const part of order) {
          const piece = c.take(bytes(part), inUse)
          const seen = sent.get(part.configVersion) ?? new Set()
          sent.set(part.configVersion, seen.add(part.part))
          if (piece.kind === 'whole') {
            expect(piece.config).toEqual(big[piece.config.configVersion - 1]?.config)
            expect(piece.config.configVersion).toBeGreaterThan(inUse)
            inUse = piece.config.configVersion
          }
          expect(c.held()).toBeLessThanOrEqual(2 * MAX_PACKED_BYTES)
        }
        // the newest is never pushed out by older ones
        if (sent.get(3)?.size === big[2]?.parts.length) expect(inUse).toBe(3)
      }),
      { numRuns: 60 },
    )
  })

  it('cost nothing when they are not signed by the collector, for this agent, as this version', () => {
    const { parts } = made(5, 600_000)
    const other = made(5, 600_000, {}, stranger.signText)
    const forged = [
      ...other.parts,
      ...parts.map((part) => ({ ...part, configVersion: 6 })),
      ...parts.map((part) => ({ ...part, sha256: 'a'.repeat(64) })),
      ...parts.map((part) => ({ ...part, signature: '' })),
      ...parts.map((part) => ({ ...part, signature: 'not base64 !' })),
    ]
    const c = collector()
    for (const part of forged) expect(c.take(bytes(part), 0)).toEqual({ kind: 'dropped', reason: 'forged' })
    expect(c.held()).toBe(0)
    const elsewhere = createPieceCollector({ agentId: 'agent-hq-0002', verify })
    expect(elsewhere.take(bytes(parts[0]), 0)).toEqual({ kind: 'dropped', reason: 'forged' })
  })

  it('that were altered on the way are thrown away, and whole ones do after that', () => {
    const { parts, config } = made(7, 600_000)
    const c = collector()
    const bad = { ...(parts[1] as ConfigPart), data: Buffer.from('something else').toString('base64') }
    const results = [parts[0], bad, ...parts.slice(2)].map((part) => c.take(bytes(part), 0))
    expect(results.at(-1)).toEqual({ kind: 'dropped', reason: 'altered' })
    expect(c.held()).toBe(0)
    const again = parts.map((part) => c.take(bytes(part), 0))
    expect(again.at(-1)).toMatchObject({ kind: 'whole', config })
  })

  it('have a limit, whatever a signed head promises', () => {
    const { parts } = made(8, 600_000)
    const c = collector()
    const head = { ...(parts[0] as ConfigPart), parts: 64 }
    const full = 'A'.repeat(280 * 1024)
    const reasons = Array.from({ length: 64 }, (_, part) => c.take(bytes({ ...head, part, data: full }), 0))
    expect(reasons).toContainEqual({ kind: 'dropped', reason: 'too-large' })
    expect(c.held()).toBeLessThanOrEqual(MAX_PACKED_BYTES)
    expect(MOST_SENT).toBeLessThanOrEqual(MAX_PACKED_BYTES)
    expect(c.take(bytes({ ...head, part: 64, parts: 64 }), 0)).toEqual({ kind: 'dropped', reason: 'inconsistent' })
  })

  it('that are signed and yet not usable say why', () => {
    const unusable = (other: Partial<SiteConfig>) => {
      const c = collector()
      return made(9, 0, other)
        .parts.map((part) => c.take(bytes(part), 0))
        .at(-1)
    }
    expect(unusable({ agent: 'agent-hq-0002' })).toMatchObject({ kind: 'unusable', reason: 'it is for agent-hq-0002' })
    expect(unusable({ configVersion: 10 })).toMatchObject({ kind: 'unusable', configVersion: 9 })
    expect(unusable({ profiles: [{ name: '../x.yaml', text: '' }] })).toMatchObject({ kind: 'unusable' })
  })

  it('never throw for hostile bytes', () => {
    const { parts } = made(11, 0)
    const c = collector()
    const check = (payload: Uint8Array): Piece => c.take(payload, 0)
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (payload) => void check(payload)))
    fc.assert(fc.property(fc.json(), (text) => void check(Buffer.from(text))))
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(parts[0] as object)), fc.jsonValue(), (name, value) => {
        expect(check(bytes({ ...parts[0], [name]: value })).kind).not.toBe('unusable')
      }),
    )
  })

  it('prove themselves again when they are read from disk', () => {
    const c = collector()
    const piece = made(12)
      .parts.map((part) => c.take(bytes(part), 0))
      .at(-1)
    if (piece?.kind !== 'whole') throw new Error('not whole')
    const { stored } = piece
    expect(readStored(stored, AGENT, verify)).toEqual(piece.config)
    for (const bad of [
      { ...stored, text: stored.text.replace('device-12', 'device-13') },
      { ...stored, configVersion: 13 },
      { ...stored, signature: stranger.signText('x') },
    ])
      expect(readStored(bad, AGENT, verify)).toBeTypeOf('string')
    expect(readStored(stored, 'agent-hq-0002', verify)).toBeTypeOf('string')
  })
})
