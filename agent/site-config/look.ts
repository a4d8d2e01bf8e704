// A look at the kept configuration from outside, beside a running agent: nothing is mended, nothing counted.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { SiteConfig } from '#shared/wire/site-config.ts'
import { readStored } from './collect-pieces.ts'

const Stored = z.object({ configVersion: z.int(), sha256: z.string(), signature: z.string(), text: z.string() })

/** The one in use; undefined when there is none, or none that is the collector's. Never throws. */
export function lookAtConfig(
  dir: string,
  agentId: string,
  verify: ((text: string, signature: string) => boolean) | undefined,
): SiteConfig | undefined {
  if (verify === undefined) return undefined
  try {
    const stored = Stored.parse(JSON.parse(readFileSync(join(dir, 'current.json'), 'utf8')))
    const config = readStored(stored, agentId, verify)
    return typeof config === 'string' ? undefined : config
  } catch {
    return undefined
  }
}
