// What one agent should use, made from what is kept for its site. Pure: what cannot go into it is a problem, the rest goes.
import { hash } from 'node:crypto'
import type { ManagedDevice, ManagedSettings, SecretKey } from '#shared/devices/managed-device.ts'
import { SECRET_KEYS } from '#shared/devices/managed-device.ts'
import { canonicalJson } from '#shared/wire/command.ts'
import type { SiteConfig } from '#shared/wire/site-config.ts'
import type { ConfigProblem } from './config-store.ts'

/** A credential set as it is kept: its words, and its secrets in boxes of the vault. */
export interface KeptCredentials {
  readonly words: Readonly<Record<string, unknown>> & { readonly version: string }
  readonly secrets: { readonly [K in SecretKey]?: { readonly box: string; readonly at: number; readonly by: string } }
}

export interface SiteContent {
  readonly devices: readonly ManagedDevice[]
  readonly credentials: ReadonlyMap<string, KeptCredentials>
  readonly settings: ManagedSettings
  readonly profiles: readonly { readonly name: string; readonly text: string }[]
}

export interface AgentContent {
  readonly devices: readonly ManagedDevice[]
  /** Sets that its devices and trap users need. */
  readonly credentials: ReadonlyMap<string, KeptCredentials>
  readonly settings: ManagedSettings
  readonly profiles: SiteContent['profiles']
  readonly problems: readonly ConfigProblem[]
  /** Nothing is kept for it. */
  readonly isEmpty: boolean
  /** Changes when anything that goes into it does. */
  readonly basis: string
}

export const NO_SEALING_KEY = 'needs credentials, and this agent has no key to receive them: enrol the agent'

/**
 * Who watches a device: the agent it names when that is of this site, else the site's first, so that one more agent takes
 * nothing away from it. `agents`: oldest first.
 */
export function agentOfDevice(device: ManagedDevice, agents: readonly string[]): string | null {
  if (device.agent !== undefined) return agents.includes(device.agent) ? device.agent : null
  return agents[0] ?? null
}

/** Why nobody watches a device. */
export function unassignedReason(device: ManagedDevice, agents: readonly string[]): string {
  if (device.agent !== undefined && agents.length > 0) return `agent "${device.agent}" is not of this site`
  return 'the site has no agent yet'
}

/** The share of one agent. `sealingKey` undefined: it cannot receive secrets. */
export function contentFor(
  agent: string,
  site: SiteContent,
  agents: readonly string[],
  sealingKey: string | undefined,
): AgentContent {
  const problems: ConfigProblem[] = []
  const credentials = new Map<string, KeptCredentials>()
  const take = (name: string): string | undefined => {
    const set = site.credentials.get(name)
    if (!set) return `no credentials "${name}"`
    if (sealingKey === undefined && hasSecrets(set)) return NO_SEALING_KEY
    credentials.set(name, set)
    return undefined
  }
  const devices = site.devices.filter((device) => {
    if (agentOfDevice(device, agents) !== agent) return false
    const problem = device.snmp && take(device.snmp.credentials)
    if (problem !== undefined) problems.push({ device: device.id, path: 'snmp.credentials', message: problem })
    return problem === undefined
  })
  const traps = site.settings.inputs?.traps
  const senders = traps?.credentials?.filter((name, i) => {
    const problem = take(name)
    if (problem !== undefined)
      problems.push({ device: null, path: `settings.inputs.traps.credentials[${i}]`, message: problem })
    return problem === undefined
  })
  const settings: ManagedSettings =
    traps === undefined || senders === undefined
      ? site.settings
      : { ...site.settings, inputs: { ...site.settings.inputs, traps: { ...traps, credentials: senders } } }
  const { profiles } = site
  const kept = {
    devices,
    credentials: Object.fromEntries(credentials),
    settings,
    profiles,
    sealingKey: sealingKey ?? '',
  }
  const isEmpty = devices.length === 0 && profiles.length === 0 && Object.keys(settings).length === 0
  return {
    devices,
    credentials,
    settings,
    profiles,
    problems,
    isEmpty,
    basis: hash('sha256', canonicalJson(kept), 'hex'),
  }
}

/**
 * The configuration itself, each secret opened and sealed to the agent by `reseal`. A set that cannot be opened any more is
 * a problem; it goes as it stood in the one `before`, so that the agent does not lose what it has.
 */
export function sealedConfig(
  head: Pick<SiteConfig, 'agent' | 'configVersion' | 'madeAt'>,
  content: AgentContent,
  from: {
    readonly reseal: (box: string, credentials: string, key: SecretKey) => string
    readonly before: () => SiteConfig | undefined
  },
): { readonly config: SiteConfig; readonly problems: readonly ConfigProblem[] } {
  const problems: ConfigProblem[] = []
  const credentials: Record<string, Record<string, unknown>> = {}
  let before: SiteConfig['credentials'] | undefined
  for (const [name, set] of content.credentials)
    try {
      const boxes = SECRET_KEYS.flatMap((key) => {
        const secret = set.secrets[key]
        return secret === undefined ? [] : [[key, from.reseal(secret.box, name, key)] as const]
      })
      credentials[name] = { ...set.words, ...Object.fromEntries(boxes) }
    } catch {
      const message = `the secrets of "${name}" were kept under another key of the collector: set them again`
      problems.push({ device: null, path: `credentials.${name}`, message })
      before ??= from.before()?.credentials ?? {}
      const last = before[name]
      if (last !== undefined && Object.hasOwn(before, name)) credentials[name] = last
    }
  const isOpen = (name: string | undefined) => name === undefined || Object.hasOwn(credentials, name)
  const devices = content.devices
    .filter((device) => isOpen(device.snmp?.credentials))
    .map(({ agent: _, ...rest }) => rest)
  return {
    config: { ...head, credentials, devices, profiles: [...content.profiles], settings: content.settings },
    problems,
  }
}

function hasSecrets(set: KeptCredentials): boolean {
  return SECRET_KEYS.some((key) => set.secrets[key] !== undefined)
}
