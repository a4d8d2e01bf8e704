// One address: each credential set once, in order, until one opens it; then who it is; else which ports listen.
import type { Found } from '#shared/domain/discovery.ts'
import type { AgentDevice } from '../devices/device.ts'
import { createSnmpClient } from '../protocols/snmp/snmp.ts'
import { connectTcp } from '../protocols/tcp/tcp.ts'
import type { DiscoveryDeps, NamedSet, SweepPlan } from './discovery.ts'
import type { Pace } from './pace.ts'
import { readSystem, readWho, type System } from './read-device.ts'

export interface Visit extends Pick<DiscoveryDeps, 'profiles' | 'deviceAt' | 'clock'> {
  readonly address: string
  readonly plan: SweepPlan
  readonly pace: Pace
  /** Round-trip time in ms; undefined: no answer, or not asked. */
  readonly pinged: Promise<number | undefined>
  /** Of what it sends: whoever was begun first is ended first. */
  readonly rank: number
  /** Adds to the time it waited for its turns, ms. */
  readonly waited: (ms: number) => void
  /** Name of the set that worked here last. */
  readonly last: string | undefined
}

/** What was found, nothing answered included; undefined when the signal ended it. */
export async function visit(given: Omit<Visit, 'waited'>, signal: AbortSignal): Promise<Found | undefined> {
  let waitedMs = 0
  const waited = (ms: number) => {
    waitedMs += ms
  }
  const v: Visit = { ...given, waited }
  const startedAt = v.clock.mono()
  const device = v.deviceAt(v.address)
  const snmp = await trySets(v, setsFor(v, device), signal)
  const openPorts = snmp.opened ? [] : await tryPorts(v, signal)
  const rtt = await v.pinged
  if (signal.aborted) return undefined
  const answers: Found['answers'] = []
  if (rtt !== undefined) answers.push('ping')
  if (openPorts.some((p) => p.answered)) answers.push('tcp')
  if (snmp.spoke) answers.push('snmp')
  const { opened } = snmp
  const told = answers.length === 0 ? snmp.remark : (snmp.problem ?? snmp.remark)
  const problem = opened ? opened.problem : (told ?? (answers.length > 0 ? noSnmp(v) : null))
  return {
    ...NOTHING,
    ...{ address: v.address, answers, openPorts: openPorts.filter((p) => p.open).map((p) => p.port) },
    pingMs: rtt ?? null,
    credentials: opened?.set.name ?? null,
    credentialsFrom: opened?.set.from ?? null,
    snmpVersion: opened?.set.credentials.version ?? null,
    snmpPort: opened ? opened.port : null,
    problem: problem?.slice(0, 512) ?? null,
    ...opened?.who,
    device: device?.id ?? null,
    at: Math.round(v.clock.wall()),
    tookMs: Math.round(v.clock.mono() - startedAt),
    waitedMs: Math.round(waitedMs),
  }
}

type Who = Partial<Found>

interface Tried {
  readonly opened?: {
    readonly set: NamedSet
    readonly port: number
    readonly who: Who
    readonly problem: string | null
  }
  /** Something came from its SNMP port. */
  readonly spoke: boolean
  /** Why no set worked, where more is known than silence. */
  readonly problem?: string
  /** Somebody else answered. */
  readonly remark?: string
}

async function trySets(v: Visit, sets: readonly NamedSet[], signal: AbortSignal): Promise<Tried> {
  const problems: string[] = []
  let spoke = false
  for (const set of sets) {
    const tried = await trySet(v, set, signal)
    if (tried.outcome === 'ok') return { spoke: true, opened: { set, ...tried } }
    if (tried.outcome === 'cancelled') break
    // Who answers from elsewhere was opened, or not; more questions would tell no more.
    if (tried.outcome === 'wrong-source') {
      const detail = `the answer to "${set.name}" came from ${tried.detail}, not from this address`
      return { spoke, remark: detail, problem: detail }
    }
    if (tried.outcome === 'timeout' || tried.outcome === 'unreachable') continue
    spoke ||= tried.outcome !== 'refused'
    problems.push(`${set.name}: ${tried.detail}`)
  }
  const many = sets.length === 1 ? 'your set' : `your ${sets.length} sets`
  return { spoke, ...(spoke ? { problem: `speaks SNMP, not with ${many} (${problems.join('; ')})` } : {}) }
}

type Opened =
  | { readonly outcome: 'ok'; readonly port: number; readonly who: Who; readonly problem: string | null }
  | {
      readonly outcome: 'cancelled' | 'wrong-source' | 'timeout' | 'unreachable' | 'refused' | 'other'
      readonly detail: string
    }

async function trySet(v: Visit, { credentials }: NamedSet, signal: AbortSignal): Promise<Opened> {
  const port = v.deviceAt(v.address)?.snmp?.port ?? v.plan.snmpPort
  let sends = 0
  const client = createSnmpClient(
    {
      ...{ address: v.address, port, timeoutMs: v.plan.timeoutMs, maxRepetitions: 20, credentials },
      // a wrong v3 key counts as an attack at some devices: it is sent once
      retries: credentials.version === 'v3' ? 0 : 1,
    },
    {
      pace: (until) => {
        sends++
        const asked = v.clock.mono()
        return v.pace.take(AbortSignal.any([until, signal]), v.rank).finally(() => v.waited(v.clock.mono() - asked))
      },
      limits: { maxValues: 5_000, maxBytes: 1024 * 1024 },
    },
  )
  try {
    let system = await readSystem(client, signal)
    // Only the handshake went out, which names nobody: it may have been lost.
    if (system.outcome === 'timeout' && credentials.version === 'v3' && sends === 1)
      system = await readSystem(client, signal)
    if (system.outcome === 'ok') return await readAll(v, client, system.value, port, signal)
    const { outcome, detail } = system
    if (outcome === 'cancelled' || outcome === 'timeout' || outcome === 'unreachable' || outcome === 'wrong-source')
      return { outcome, detail }
    return outcome === 'refused' ? { outcome, detail } : { outcome: 'other', detail: `${outcome}: ${detail}` }
  } finally {
    client.close()
  }
}

async function readAll(
  v: Visit,
  client: ReturnType<typeof createSnmpClient>,
  system: System,
  port: number,
  signal: AbortSignal,
): Promise<Opened> {
  // Its turns take longer where little may be sent.
  const deadline = AbortSignal.timeout(Math.ceil(READ_MS + READ_PACKETS * v.pace.gapMs))
  const read = await readWho(client, v.profiles(), AbortSignal.any([signal, deadline]))
  if (signal.aborted) return { outcome: 'cancelled', detail: '' }
  return { outcome: 'ok', port, who: { ...system, ...read.who }, problem: read.problem }
}

/** Its own set first where it is a device already, then the one that worked last, then as given. */
function setsFor({ plan, last }: Visit, device: AgentDevice | undefined): NamedSet[] {
  const own: NamedSet[] = device?.snmp
    ? [{ name: `device:${device.id}`, from: 'device', credentials: device.snmp }]
    : []
  const first = plan.sets.filter((set) => set.name === last)
  return [...own, ...first, ...plan.sets.filter((set) => set.name !== last)]
}

async function tryPorts({ address, plan, pace, rank }: Visit, signal: AbortSignal) {
  return await Promise.all(
    plan.tcpPorts.map(async (port) => {
      const none = { port, open: false, answered: false }
      if (!(await pace.take(signal, rank))) return none
      // shorter than the kernel's first repeat, so that nothing is sent that was not counted
      const { outcome } = await connectTcp(address, port, Math.min(plan.timeoutMs, MAX_CONNECT_MS), signal)
      // the end of the handshake and the farewell
      if (outcome === 'ok') pace.debit(2)
      return { port, open: outcome === 'ok', answered: outcome === 'ok' || outcome === 'refused' }
    }),
  )
}

function noSnmp({ plan }: Visit): string {
  if (plan.sets.length === 0) return 'no SNMP was tried: there are no credential sets'
  return `no SNMP with your ${plan.sets.length === 1 ? 'set' : `${plan.sets.length} sets`}`
}

const NOTHING = {
  ...{ sysName: null, sysDescr: null, sysObjectId: null, vendor: null, model: null, serial: null, version: null },
  ...{ profile: null, profileReason: null, engineId: null, chassisMac: null },
}
const READ_MS = 30_000
const READ_PACKETS = 100
const MAX_CONNECT_MS = 900
