// What may be run here: the site's own file, which the collector cannot widen.
import { z } from 'zod'
import { type ConfigResult, readConfig } from '#shared/config/read-config.ts'
import { DIAGNOSTIC_NAMES } from '#shared/diagnostics/registry.ts'
import { SITE_ACTION_NAMES } from '#shared/diagnostics/sweep.ts'
import { SweepPolicy } from './sweep-policy.ts'

const NAMES = [...DIAGNOSTIC_NAMES, ...SITE_ACTION_NAMES] as const

export const DiagnosticsPolicy = z.strictObject({
  /** The off switch: false refuses every command. */
  enabled: z.boolean().default(true),
  /** Actions that may run; read-only ones all by default. */
  allow: z.array(z.enum(NAMES)).default([...NAMES]),
  /** Commands taken per minute; more are refused. */
  perMinute: z.int().min(1).max(600).default(60),
  /** Devices (names in the agent's file) that are never diagnosed remotely. */
  exceptDevices: z.array(z.string().max(63)).max(5000).default([]),
  /** Where and how fast address ranges may be swept. */
  discovery: SweepPolicy.prefault({}),
})
export type DiagnosticsPolicy = z.infer<typeof DiagnosticsPolicy>

/**
 * Reads the text of a policy file; `file` is only for messages. The devices it excepts must be among `devices`: a name
 * that is misspelt would protect nothing. Not checked where `devices` is undefined.
 */
export function readPolicy(
  text: string,
  options: { readonly file: string; readonly devices: readonly { readonly id: string }[] | undefined },
): ConfigResult<DiagnosticsPolicy> {
  const known = options.devices && new Set(options.devices.map(({ id }) => id))
  const schema = DiagnosticsPolicy.superRefine((policy, ctx) => {
    for (const [i, name] of policy.exceptDevices.entries())
      if (known && !known.has(name))
        ctx.addIssue({ code: 'custom', path: ['exceptDevices', i], message: `no device "${name}"` })
  })
  return readConfig(text, schema, { file: options.file, secrets: NO_SECRETS })
}

/** Devices that the policy excepts and that are not there: misspelt, or to come. */
export function unknownExceptions(
  policy: DiagnosticsPolicy,
  devices: readonly { readonly id: string }[],
): readonly string[] {
  const known = new Set(devices.map(({ id }) => id))
  return policy.exceptDevices.filter((name) => !known.has(name))
}

const NO_SECRETS = {
  env: () => undefined,
  file: () => {
    throw new Error('a policy has no secrets')
  },
}
