// One walk served over UDP by a simulated device and polled twice by the real poller: what came of it, and what it cost.
import { pino } from 'pino'
import type { DeviceIdentity } from '#agent/devices/device-identity.ts'
import type { PollResult } from '#agent/inputs/input.ts'
import { createSnmpPoller } from '#agent/inputs/snmp-poll/snmp-poll.ts'
import { createSnmpClient } from '#agent/protocols/snmp/snmp.ts'
import type { Profile } from '#shared/profiles/profile.ts'
import { createMemoryRecorder, type MemoryRecorder } from '../../support/memory-recorder.ts'
import type { OidTable } from '../../support/virtual-site/oid-table.ts'
import { type Behaviour, createVirtualDevice } from '../../support/virtual-site/virtual-device.ts'

export interface PolledWalk {
  readonly outcomes: readonly PollResult['outcome'][]
  readonly detail: string
  readonly identity: DeviceIdentity | undefined
  readonly recorder: MemoryRecorder
  /** What threw where nothing may throw. */
  readonly crash: string | undefined
  /** Of the first poll, which learns the device, and of the next. */
  readonly ms: readonly number[]
  /** Objects the device was asked for, GETBULK rows each for itself. */
  readonly asked: readonly number[]
  readonly leftOut: Readonly<Record<string, number>>
}

export interface Serving {
  readonly table: OidTable
  readonly profiles: ReadonlyMap<string, Profile>
  readonly address: string
  readonly behaviour?: Behaviour
  /** True for a datagram that gets lost. */
  readonly lost?: () => boolean
  readonly polls?: number
  readonly timeoutMs?: number
  readonly deadlineMs?: number
}

/** Never rejects for what device or poller did. */
export async function pollWalk(serving: Serving): Promise<PolledWalk> {
  let asked = 0
  const { table, address, lost, timeoutMs = 3000, deadlineMs = 60_000 } = serving
  const counting: OidTable = {
    size: table.size,
    get: (oid) => {
      asked++
      return table.get(oid)
    },
    next: (oid) => {
      asked++
      return table.next(oid)
    },
  }
  const device = createVirtualDevice({ id: 'walk', model: 'server', table: counting, ...(lost ? { lost } : {}) })
  await device.start({ address, port: 0, tcpPort: 0 })
  if (serving.behaviour) device.setBehaviour(serving.behaviour)
  const target = device.asAgentDevice({ intervalMs: 60_000, timeoutMs })
  const snmp = target.snmp as NonNullable<typeof target.snmp>
  const client = createSnmpClient({
    address: target.address,
    port: snmp.port,
    timeoutMs,
    retries: 2,
    maxRepetitions: snmp.maxRepetitions,
    credentials: snmp,
  })
  const recorder = createMemoryRecorder()
  const leftOut: Record<string, number> = {}
  let identity: DeviceIdentity | undefined
  const poller = createSnmpPoller({
    device: { ...target, snmp },
    client,
    profiles: () => serving.profiles,
    recorder,
    log: pino({ enabled: false }),
    clock: { wall: Date.now, mono: () => performance.now() },
    onIdentity: (next) => {
      identity = next
    },
    dropped: (reason, count) => {
      leftOut[reason] = (leftOut[reason] ?? 0) + count
    },
  })
  const outcomes: PollResult['outcome'][] = []
  const ms: number[] = []
  const objects: number[] = []
  let detail = ''
  let crash: string | undefined
  try {
    for (let poll = 0; poll < (serving.polls ?? 2); poll++) {
      const before = asked
      const started = performance.now()
      const result = await poller.poll(AbortSignal.timeout(deadlineMs))
      ms.push(Math.round(performance.now() - started))
      objects.push(asked - before)
      outcomes.push(result.outcome)
      if (result.outcome !== 'ok') detail = result.detail ?? ''
    }
  } catch (error) {
    crash = error instanceof Error ? (error.stack ?? error.message) : String(error)
  } finally {
    client.close()
    await device.stop()
  }
  return { outcomes, detail, identity, recorder, crash, ms, asked: objects, leftOut }
}
