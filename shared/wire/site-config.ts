// down/config and up/config: what the collector wants an agent to watch, and what became of it.
import { z } from 'zod'
import { AgentId, LocalId } from '../domain/identity.ts'

/** Pieces of one configuration; each fits into a message. */
export const MAX_CONFIG_PARTS = 64
/** Largest configuration before compression, bytes. */
export const MAX_CONFIG_BYTES = 16 * 1024 * 1024

/**
 * One piece. Pieces of one version may come in any order and more than once. The signature (Ed25519, the command key) is
 * over the UTF-8 text of `configStatement`, so that every piece stands for the whole.
 */
export const ConfigPart = z.object({
  version: z.int(),
  /** Rises with every change; an agent never goes back to a lower one by itself. */
  configVersion: z.int().positive(),
  part: z.int().nonnegative(),
  parts: z.int().positive().max(MAX_CONFIG_PARTS),
  /** SHA-256 of the canonical JSON of the SiteConfig, hex. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  signature: z.string().max(128),
  /** Base64 piece of the zstd-compressed canonical JSON. */
  data: z.string().max(280 * 1024),
})
export type ConfigPart = z.infer<typeof ConfigPart>

/** What is signed. */
export function configStatement(agent: string, configVersion: number, sha256: string): string {
  return `outrider site configuration\n${agent}\n${configVersion}\n${sha256}`
}

/**
 * What the pieces hold. Devices and credentials have the shapes of agent.yaml (agent/config), secrets sealed to the agent
 * (shared/seal); each device is judged alone, so that one bad device costs only itself.
 */
export const SiteConfig = z.object({
  agent: AgentId,
  configVersion: z.int().positive(),
  madeAt: z.number(),
  /** Name -> credential set as in agent.yaml, each secret text a sealed box. */
  credentials: z.record(LocalId, z.record(z.string(), z.unknown())),
  devices: z.array(z.record(z.string(), z.unknown())).max(5_000),
  /** Device profiles beside the stock ones: file name and YAML text. */
  profiles: z
    .array(z.object({ name: z.string().regex(/^[a-z0-9_.-]{1,80}\.ya?ml$/), text: z.string().max(512 * 1024) }))
    .max(500),
  /** Parts of agent.yaml that may come from the collector: defaults, inputs, timeZone. Absent: the site's own hold. */
  settings: z.record(z.string(), z.unknown()),
})
export type SiteConfig = z.infer<typeof SiteConfig>

/** up/config: sent after each attempt and with the first connection of a run. */
export const ConfigReport = z.object({
  version: z.int(),
  agent: AgentId,
  configVersion: z.int().nonnegative(),
  /** partly: the rest applies. rolled-back: the agent could not speak with it. refused: nothing was tried. */
  state: z.enum(['applied', 'partly', 'rolled-back', 'refused']),
  problems: z
    .array(z.object({ device: z.string().max(63).nullable(), path: z.string().max(256), message: z.string().max(512) }))
    .max(200),
  /** Problems beyond those listed. */
  more: z.int().nonnegative(),
  at: z.number(),
})
export type ConfigReport = z.infer<typeof ConfigReport>
