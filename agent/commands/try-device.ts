// outrider-agent try-device: what a device lets us do, step by step with times, before it goes into the configuration.
import { pino } from 'pino'
import type { SeriesDefinition } from '#shared/domain/sample.ts'
import type { SnmpCredentials } from '../devices/device.ts'
import type { DeviceIdentity } from '../devices/device-identity.ts'
import type { Recorder } from '../inputs/input.ts'
import { readProfiles } from '../inputs/snmp-poll/profile-files.ts'
import { createSnmpPoller } from '../inputs/snmp-poll/snmp-poll.ts'
import { createPinger } from '../protocols/icmp/icmp.ts'
import { createSnmpClient } from '../protocols/snmp/snmp.ts'
import { connectTcp } from '../protocols/tcp/tcp.ts'

export interface TryDeviceOptions {
  /** Tried in this order; the device is read with the last kind that answers (v3 rather than v2c rather than v1). */
  readonly credentials: readonly SnmpCredentials[]
  readonly port: number
  /** For each single answer. */
  readonly timeoutMs: number
  readonly tcpPorts?: readonly number[]
  readonly profileDirs?: readonly string[]
  /** Profile by name instead of matching. */
  readonly profile?: string
}

const TCP_PORTS = [22, 23, 80, 443]
const METRICS_SHOWN = 10
const POLL_MS = 60_000
const SYS_UPTIME = '1.3.6.1.2.1.1.3.0'
const PREFERENCE = ['v1', 'v2c', 'v3']

/** Prints one line per step. True when the device answered SNMP and gave samples. Secrets are never printed. */
export async function tryDevice(
  address: string,
  options: TryDeviceOptions,
  out: (line: string) => void,
): Promise<boolean> {
  const step = async (name: string, work: () => Promise<readonly [ok: boolean, detail: string]>) => {
    const began = performance.now()
    const [ok, detail] = await work()
    // A closed port is a fact, not a failure.
    const mark = ok ? 'ok  ' : name.startsWith('tcp') ? '-   ' : 'FAIL'
    out(`${mark} ${name.padEnd(26)} ${(performance.now() - began).toFixed(0).padStart(6)} ms  ${detail}`)
    return ok
  }

  await step('ping', async () => {
    const { rttsMs, sent, by, problem } = await createPinger().ping(
      address,
      { count: 2, timeoutMs: options.timeoutMs },
      AbortSignal.timeout(POLL_MS),
    )
    const best = rttsMs.length > 0 ? `, best ${Math.min(...rttsMs).toFixed(2)} ms` : ''
    return [rttsMs.length > 0, `${rttsMs.length} of ${sent} answers (${by})${best}${problem ? `: ${problem}` : ''}`]
  })
  for (const port of options.tcpPorts ?? TCP_PORTS)
    await step(`tcp ${port}`, async () => {
      const answer = await connectTcp(address, port, options.timeoutMs, AbortSignal.timeout(POLL_MS))
      return [answer.outcome === 'ok', answer.outcome === 'ok' ? 'open' : `${answer.outcome} ${answer.detail ?? ''}`]
    })

  const working: SnmpCredentials[] = []
  for (const credentials of options.credentials) {
    const client = createSnmpClient({ ...targetOf(address, options), credentials })
    const answers = await step(`snmp ${titleOf(credentials)}`, async () => {
      const answer = await client.get([SYS_UPTIME], AbortSignal.timeout(POLL_MS))
      if (answer.outcome !== 'ok') return [false, `${answer.outcome}: ${answer.detail}`]
      return [true, `up for ${daysOf(Number(answer.value[0]?.value ?? Number.NaN))}`]
    })
    client.close()
    if (answers) working.push(credentials)
  }
  const best = working.sort((a, b) => PREFERENCE.indexOf(b.version) - PREFERENCE.indexOf(a.version))[0]
  if (best === undefined) {
    out('No SNMP version answered: check the address, port, access list, community or user of the device.')
    return false
  }
  return await readDevice(address, options, best, step, out)
}

async function readDevice(
  address: string,
  options: TryDeviceOptions,
  credentials: SnmpCredentials,
  step: (name: string, work: () => Promise<readonly [boolean, string]>) => Promise<boolean>,
  out: (line: string) => void,
): Promise<boolean> {
  const found = collecting()
  let identity: DeviceIdentity | undefined
  const { profiles, problems } = await readProfiles(options.profileDirs)
  for (const { severity, file, line, message } of problems)
    if (severity !== 'note') out(`     profile ${severity}: ${file}:${line} ${message}`)
  const target = targetOf(address, options)
  const client = createSnmpClient({ ...target, credentials })
  const profile = options.profile === undefined ? {} : { profile: options.profile }
  const poller = createSnmpPoller({
    device: {
      ...{ id: 'tried', name: address, address, tags: {}, parents: [] },
      snmp: { ...credentials, ...target, ...profile, intervalMs: POLL_MS },
    },
    client,
    profiles: () => profiles,
    recorder: found.recorder,
    log: pino({ enabled: false }),
    clock: { wall: () => Date.now(), mono: () => performance.now() },
    onIdentity: (learned) => {
      identity = learned
    },
  })
  const ok = await step(`poll (${titleOf(credentials)})`, async () => {
    const result = await poller.poll(AbortSignal.timeout(POLL_MS))
    const detail = result.outcome === 'ok' ? '' : `${result.outcome}: ${result.detail ?? ''}; `
    return [result.outcome === 'ok', `${detail}${found.values.size} samples`]
  })
  client.close()
  if (identity !== undefined) {
    const { sysName, sysDescr, sysObjectId, vendor, model, serial, version } = identity
    const facts = { sysName, sysDescr, sysObjectID: sysObjectId, vendor, model, serial, version }
    for (const [name, value] of Object.entries(facts)) if (value) out(`     ${name.padEnd(12)} ${value}`)
    out(`     profile      ${identity.profile}: ${identity.profileReason}`)
  }
  for (const line of found.sampleLines(METRICS_SHOWN)) out(`     ${line}`)
  return ok && found.values.size > 0
}

/** A recorder that keeps the last value of each series and shows different metrics before more of the same. */
function collecting() {
  const definitions: Omit<SeriesDefinition, 'n'>[] = []
  const values = new Map<number, number>()
  const recorder: Recorder = {
    series: (definition) => definitions.push(definition) - 1,
    sample: (n, _, value) => void values.set(n, value),
    event: () => undefined,
    eventLine: () => undefined,
    eventDurable: async () => undefined,
    eventsDurable: async () => undefined,
    waitForRoom: () => undefined,
  }
  return {
    recorder,
    values,
    sampleLines(most: number): string[] {
      const all = [...values].map(([n, value]) => ({ value, ...(definitions[n] as Omit<SeriesDefinition, 'n'>) }))
      const turns = new Map<string, number>()
      const turnOf = (key: string) => turns.set(key, (turns.get(key) ?? -1) + 1).get(key) as number
      // First one metric of each family (if, cpu, ups), then a second; the parts of one metric come last.
      const placed = all.map((entry) => ({ entry, again: turnOf(entry.metric), family: entry.metric.split('.')[0] }))
      const ranked = placed.map((p) => ({ ...p, turn: p.again > 0 ? 1000 + p.again : turnOf(`family ${p.family}`) }))
      const shownFirst = ranked.sort((a, b) => a.turn - b.turn).map(({ entry }) => entry)
      return shownFirst.slice(0, most).map(({ metric, resource, value, unit, kind, states }) => {
        const label = states?.[String(value)]
        const shown = label ? `${label} (${value})` : `${Number(value.toFixed(3))}${unit ? ` ${unit}` : ''}`
        return `${metric.padEnd(22)} ${resource.padEnd(28)} ${shown}${kind.startsWith('counter') ? ' counted' : ''}`
      })
    },
  }
}

function targetOf(address: string, { port, timeoutMs }: TryDeviceOptions) {
  return { address, port, timeoutMs, retries: 1, maxRepetitions: 20 }
}

function titleOf({ version, user, level, authProtocol, privProtocol }: SnmpCredentials): string {
  if (version !== 'v3') return version
  return ['v3', user, level === 'noAuthNoPriv' ? '' : authProtocol, level === 'authPriv' ? privProtocol : '']
    .filter(Boolean)
    .join(' ')
}

function daysOf(ticks: number): string {
  if (!Number.isFinite(ticks)) return 'an unknown time'
  const minutes = Math.floor(ticks / 6000)
  return `${Math.floor(minutes / 1440)} d ${Math.floor((minutes % 1440) / 60)} h ${minutes % 60} min`
}
