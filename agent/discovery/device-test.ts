// What a device lets us do, step by step: its name resolves, it answers a ping, ports are open, SNMP versions with the given
// credentials, who it is, which profile fits and why, ten values. Each step is told when it begins and when it ends.
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { DeviceTestResult } from '#shared/diagnostics/device-test.ts'
import type { TestStep } from '#shared/domain/device-test.ts'
import type { Profile } from '#shared/profiles/profile.ts'
import type { Clock } from '#shared/time/clock.ts'
import type { SnmpCredentials } from '../devices/device.ts'
import type { Pinger } from '../protocols/icmp/icmp.ts'
import { createSnmpClient } from '../protocols/snmp/snmp.ts'
import { connectTcp } from '../protocols/tcp/tcp.ts'
import { readTested } from './read-tested.ts'
import { createSteps, type StepEnd, type Steps } from './test-steps.ts'

export interface DeviceTestPlan {
  readonly address: string
  readonly ping: boolean
  readonly tcpPorts: readonly number[]
  /** undefined: no SNMP. A text: why the credentials cannot be used. */
  readonly snmp?:
    | string
    | {
        readonly credentials: SnmpCredentials
        readonly port: number
        readonly timeoutMs: number
        readonly profile?: string
      }
}

export interface DeviceTestDeps {
  readonly pinger: Pinger
  readonly profiles: () => ReadonlyMap<string, Profile>
  /** Why an address may not be asked; undefined: it may. */
  readonly refusal: (address: string) => string | undefined
  readonly clock: Clock
  readonly tell: (step: TestStep) => void
}

/** Never rejects for what the device does; ends early when the signal does. */
export async function testDevice(
  plan: DeviceTestPlan,
  deps: DeviceTestDeps,
  signal: AbortSignal,
): Promise<DeviceTestResult> {
  const steps = createSteps(deps.tell)
  const address = await resolveAddress(plan.address, steps, deps, signal)
  if (address === undefined) return { verdict: 'silent', steps: steps.all() }
  const pinged = plan.ping ? pingStep(address, steps, deps, signal) : Promise.resolve(false)
  const ports = plan.tcpPorts.map((port) => tcpStep(address, port, steps, signal))
  const working = await snmpSteps(address, plan, steps, signal)
  const reached = (await Promise.all([pinged, ...ports])).includes(true)
  if (working === undefined || typeof plan.snmp !== 'object')
    return { verdict: reached ? 'answers' : 'silent', steps: steps.all() }
  const target = { ...plan.snmp, credentials: working, address }
  const read = await readTested(target, { ...deps, steps }, signal)
  return { verdict: read ? 'read' : 'answers', steps: steps.all() }
}

async function resolveAddress(
  name: string,
  steps: Steps,
  { refusal }: DeviceTestDeps,
  signal: AbortSignal,
): Promise<string | undefined> {
  let address: string | undefined
  await steps.run('address', '', async () => {
    const literal = isIP(name.split('%')[0] ?? '') !== 0
    const found = literal ? [name] : await resolved(name, signal)
    if (typeof found === 'string') return { state: 'failed', code: 'unknown-name', detail: found }
    const first = found[0] as string
    const no = refusal(first)
    const facts = { addresses: found.slice(0, 8).join(', ') }
    if (no !== undefined) return { state: 'failed', code: 'not-allowed', detail: no, facts }
    address = first
    return { state: 'ok', code: literal ? 'literal' : 'ok', facts }
  })
  return address
}

/** The addresses of a name, or why there are none. */
async function resolved(name: string, signal: AbortSignal): Promise<readonly string[] | string> {
  const late = new Promise<string>((resolve) => {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(RESOLVE_MS)])
    limit.addEventListener('abort', () => resolve('no answer of the name service in time'), { once: true })
  })
  const found = lookup(name, { all: true }).then(
    (entries) => entries.map((entry) => entry.address),
    (error: NodeJS.ErrnoException) => error.code ?? 'failed',
  )
  const answer = await Promise.race([found, late])
  return answer.length === 0 ? 'no address' : answer
}

async function pingStep(address: string, steps: Steps, { pinger }: DeviceTestDeps, signal: AbortSignal) {
  return await steps.run('ping', '', async () => {
    const options = { count: PINGS, timeoutMs: PING_MS }
    const { rttsMs, sent, by, problem } = await pinger.ping(address, options, signal)
    const facts: Record<string, string> = { by, sent: String(sent), received: String(rttsMs.length) }
    if (rttsMs.length > 0) facts.bestMs = Math.min(...rttsMs).toFixed(2)
    const detail = problem ?? ''
    if (sent === 0) return { state: 'noted', code: 'cannot-ping', detail, facts }
    return rttsMs.length > 0
      ? { state: 'ok', code: 'ok', detail, facts }
      : { state: 'failed', code: 'no-answer', detail, facts }
  })
}

async function tcpStep(address: string, port: number, steps: Steps, signal: AbortSignal) {
  let answered = false
  await steps.run('tcp', String(port), async (): Promise<StepEnd> => {
    const { outcome, detail = '' } = await connectTcp(address, port, TCP_MS, signal)
    answered = outcome === 'ok' || outcome === 'refused'
    return outcome === 'ok' ? { state: 'ok', code: 'ok' } : { state: 'noted', code: outcome, detail }
  })
  return answered
}

/** The credentials that work, the given version rather than another of the same community. */
async function snmpSteps(address: string, { snmp }: DeviceTestPlan, steps: Steps, signal: AbortSignal) {
  if (snmp === undefined) return undefined
  if (typeof snmp === 'string') {
    await steps.run('snmp', '', async () => ({ state: 'failed', code: 'unusable', detail: snmp }))
    return undefined
  }
  const working: SnmpCredentials[] = []
  // at once: who waits for a device that does not answer waits for one of them only
  const tried = versionsOf(snmp.credentials).map((credentials) =>
    steps.run('snmp', titleOf(credentials), async (): Promise<StepEnd> => {
      const end = await askUptime({ ...snmp, address, credentials }, signal)
      if (end.state === 'ok') working.push(credentials)
      // Only the version that is to be kept can fail; the other one is tried for advice.
      const asked = credentials.version === snmp.credentials.version
      return end.state === 'failed' && !asked ? { ...end, state: 'noted' } : end
    }),
  )
  await Promise.all(tried)
  return working.find(({ version }) => version === snmp.credentials.version) ?? working[0]
}

type Target = Pick<SnmpCredentials, never> & {
  readonly address: string
  readonly port: number
  readonly timeoutMs: number
  readonly credentials: SnmpCredentials
}

async function askUptime({ address, port, timeoutMs, credentials }: Target, signal: AbortSignal): Promise<StepEnd> {
  // A wrong v3 key counts as an attack at some devices: it is sent once.
  const retries = credentials.version === 'v3' ? 0 : 1
  const client = createSnmpClient({ address, port, timeoutMs, retries, maxRepetitions: 20, credentials })
  try {
    const answer = await client.get([SYS_UPTIME], signal)
    if (answer.outcome !== 'ok') return { state: 'failed', code: answer.outcome, detail: answer.detail }
    const ticks = Number(answer.value[0]?.value ?? Number.NaN)
    return { state: 'ok', code: 'ok', facts: Number.isFinite(ticks) ? { uptime: String(Math.floor(ticks / 100)) } : {} }
  } finally {
    client.close()
  }
}

/** A community is tried with both versions that have one: which one a device speaks is often not known. */
function versionsOf(set: SnmpCredentials): SnmpCredentials[] {
  if (set.version === 'v3') return [set]
  return [set, { ...set, version: set.version === 'v1' ? 'v2c' : 'v1' }]
}

function titleOf({ version, user, level, authProtocol, privProtocol }: SnmpCredentials): string {
  if (version !== 'v3') return version
  const keys = [level === 'noAuthNoPriv' ? '' : authProtocol, level === 'authPriv' ? privProtocol : '']
  return ['v3', user, ...keys].filter(Boolean).join(' ').slice(0, 64)
}

const SYS_UPTIME = '1.3.6.1.2.1.1.3.0'
const RESOLVE_MS = 5_000
const PINGS = 3
const PING_MS = 1_000
const TCP_MS = 2_000
