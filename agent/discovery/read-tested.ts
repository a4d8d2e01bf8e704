// The second half of a test, once SNMP answers: one poll as it would be done every minute, nothing of it recorded.
import { pino } from 'pino'
import type { TestStep } from '#shared/domain/device-test.ts'
import type { SeriesDefinition } from '#shared/domain/sample.ts'
import type { Profile } from '#shared/profiles/profile.ts'
import { DEFAULT_PROFILE, otherFits } from '#shared/profiles/profiles.ts'
import type { Clock } from '#shared/time/clock.ts'
import type { SnmpCredentials } from '../devices/device.ts'
import type { DeviceIdentity } from '../devices/device-identity.ts'
import type { Recorder } from '../inputs/input.ts'
import { createSnmpPoller } from '../inputs/snmp-poll/snmp-poll.ts'
import { createSnmpClient } from '../protocols/snmp/snmp.ts'
import type { StepEnd, Steps } from './test-steps.ts'

export interface TestedTarget {
  readonly address: string
  readonly credentials: SnmpCredentials
  readonly port: number
  readonly timeoutMs: number
  readonly profile?: string
}

/** True when it gave values. */
export async function readTested(
  { credentials, profile, ...target }: TestedTarget,
  deps: { readonly profiles: () => ReadonlyMap<string, Profile>; readonly clock: Clock; readonly steps: Steps },
  signal: AbortSignal,
): Promise<boolean> {
  const { steps, clock } = deps
  const profiles = deps.profiles()
  const found = collecting()
  const client = createSnmpClient({ ...target, retries: 1, maxRepetitions: 20, credentials })
  const identified = Promise.withResolvers<DeviceIdentity>()
  const poller = createSnmpPoller({
    device: {
      ...{ id: 'tested', name: target.address, address: target.address, tags: {}, parents: [] },
      snmp: {
        ...{ ...credentials, ...target, retries: 1, maxRepetitions: 20, intervalMs: POLL_MS },
        ...(profile === undefined ? {} : { profile }),
      },
    },
    ...{ client, profiles: () => profiles, recorder: found.recorder, clock },
    log: pino({ enabled: false }),
    onIdentity: identified.resolve,
  })
  try {
    const polled = poller.poll(AbortSignal.any([signal, AbortSignal.timeout(POLL_MS)]))
    const first = await Promise.race([identified.promise, polled])
    if ('outcome' in first && first.outcome !== 'ok') {
      const { outcome: code, detail } = first
      await steps.run('identity', '', async () => ({ state: 'failed', code, detail }))
      return false
    }
    const identity = 'outcome' in first ? await identified.promise : first
    await steps.run('identity', '', async () => ({ state: 'ok', code: 'ok', facts: factsOf(identity) }))
    await steps.run('profile', '', async () => profileEnd(identity, profiles, profile))
    return await steps.run('values', '', async () => {
      const { outcome, detail } = await polled
      const facts = { count: String(found.size()), ...coverage(profiles.get(identity.profile), found.metrics()) }
      if (found.size() === 0) return { state: 'failed', code: outcome === 'ok' ? 'none' : outcome, detail, facts }
      return { state: outcome === 'ok' ? 'ok' : 'noted', code: outcome, detail, facts, values: found.first(SHOWN) }
    })
  } finally {
    client.close()
  }
}

function factsOf(identity: DeviceIdentity): Record<string, string> {
  const { sysName, sysDescr, sysObjectId, vendor = '', model = '', serial = '', version = '' } = identity
  return { sysObjectId, sysName, sysDescr, vendor, model, serial, version }
}

/** Which profile, why, and which others would fit less well. */
function profileEnd(
  { profile: name, profileReason: reason, sysObjectId, sysDescr }: DeviceIdentity,
  all: ReadonlyMap<string, Profile>,
  wanted: string | undefined,
): StepEnd {
  const others = otherFits(all, { sysObjectId, sysDescr, used: name }, 3)
  const facts = { profile: name, reason, others: others.map((one) => `${one.name} (${one.reason})`).join('; ') }
  if (name === DEFAULT_PROFILE && wanted !== DEFAULT_PROFILE) return { state: 'noted', code: 'generic', facts }
  return { state: 'ok', code: wanted === name ? 'named' : 'matched', facts }
}

/** What of its profile this device gives, and what not. */
function coverage(profile: Profile | undefined, given: ReadonlySet<string>): Record<string, string> {
  const metrics = [...(profile?.scalars ?? []), ...(profile?.tables ?? []).flatMap((table) => table.columns)]
  const names = [...new Set(metrics.map(({ metric }) => metric))]
  const missing = names.filter((metric) => !given.has(metric))
  return { metrics: String(names.length), leftOut: missing.slice(0, 16).join(', '), missing: String(missing.length) }
}

/** A recorder that keeps the last value of each series and shows different metrics before more of the same. */
function collecting() {
  const definitions: Omit<SeriesDefinition, 'n'>[] = []
  const values = new Map<number, number>()
  const recorder: Recorder = {
    series: (definition) => definitions.push(definition) - 1,
    sample: (n, _, value) => void (Number.isFinite(value) && values.set(n, value)),
    event: () => undefined,
    eventLine: () => undefined,
    eventDurable: async () => undefined,
    eventsDurable: async () => undefined,
    waitForRoom: () => undefined,
  }
  const all = () => [...values].map(([n, value]) => ({ value, ...(definitions[n] as Omit<SeriesDefinition, 'n'>) }))
  return {
    recorder,
    size: () => values.size,
    metrics: () => new Set(all().map(({ metric }) => metric)),
    first(most: number): TestStep['values'] {
      const turns = new Map<string, number>()
      const turnOf = (key: string) => turns.set(key, (turns.get(key) ?? -1) + 1).get(key) as number
      // First one metric of each family (if, cpu, ups), then a second; the parts of one metric come last.
      const placed = all().map((entry) => ({ entry, again: turnOf(entry.metric) }))
      const ranked = placed.map(({ entry, again }) => ({
        entry,
        turn: again > 0 ? 1_000 + again : turnOf(`family ${entry.metric.split('.')[0]}`),
      }))
      const chosen = ranked.sort((a, b) => a.turn - b.turn).slice(0, most)
      return chosen.map(({ entry: { metric, resource, value, unit, states } }) => ({
        ...{ metric: metric.slice(0, 128), resource: resource.slice(0, 256), value, unit: unit.slice(0, 32) },
        state: states?.[String(value)]?.slice(0, 64) ?? null,
      }))
    },
  }
}

const POLL_MS = 60_000
const SHOWN = 10
