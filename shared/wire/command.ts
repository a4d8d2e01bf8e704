// down/command: a signed order to run one compiled-in read-only action. What is signed is the exact text in `order`.
import { z } from 'zod'
import { AgentId } from '../domain/identity.ts'

export const Order = z.object({
  /** Command id; its result carries it. At most one execution per id, ever. */
  id: z.string().min(8).max(64),
  agent: AgentId,
  /** Rises by at least one with every command to this agent. */
  seq: z.int().positive(),
  nonce: z.string().length(32),
  action: z.string().max(64),
  /** Device in the agent's inventory; actions never take free addresses. */
  target: z.string().max(63),
  arguments: z.record(z.string(), z.unknown()),
  notBefore: z.number(),
  expires: z.number(),
  operator: z.string().max(128),
  incident: z.string().max(64).nullable(),
  approval: z.string().max(64).nullable(),
})
export type Order = z.infer<typeof Order>

export const SignedCommand = z.object({
  version: z.int(),
  /** Canonical JSON of an Order (keys sorted, no spaces), exactly as signed. */
  order: z.string().max(32 * 1024),
  /** Base64 Ed25519 signature of the UTF-8 bytes of `order`. */
  signature: z.string().max(128),
})
export type SignedCommand = z.infer<typeof SignedCommand>

/** JSON with sorted keys and no spaces: one value, one text. */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map((v) => canonicalJson(v ?? null)).join(',')}]`
  const entries = Object.entries(value).filter(([, v]) => v !== undefined)
  entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  return `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${canonicalJson(v)}`).join(',')}}`
}
