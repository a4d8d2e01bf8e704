// The device-test desk: devices tried by order of the collector, within what the site's policy allows; steps go out in the
// result lane while a test runs.
import type { Logger } from 'pino'
import type { DeviceTestArguments } from '#shared/diagnostics/device-test.ts'
import { canonicalAddress, holds, readRanges } from '#shared/domain/address-ranges.ts'
import type { TestStep } from '#shared/domain/device-test.ts'
import type { Profile } from '#shared/profiles/profile.ts'
import type { Clock } from '#shared/time/clock.ts'
import type { ResultRecord } from '#shared/wire/result.ts'
import { credentialsFrom } from './config/site-view.ts'
import type { AgentDevice, SnmpCredentials } from './devices/device.ts'
import type { DiagnosticsPolicy } from './diagnostics/policy.ts'
import { ActionFailed, type SiteRunners } from './diagnostics/runner.ts'
import { type DeviceTestPlan, testDevice } from './discovery/device-test.ts'
import type { Pinger } from './protocols/icmp/icmp.ts'

export interface DeviceTestDeskDeps {
  readonly policy: DiagnosticsPolicy
  /** The sets of the agent's own file. */
  readonly credentials: Readonly<Record<string, SnmpCredentials>>
  /** Opens what was sealed to this agent; throws when it cannot. */
  readonly open: (box: string) => string
  readonly device: (id: string) => AgentDevice | undefined
  readonly devices: () => readonly AgentDevice[]
  readonly profiles: () => ReadonlyMap<string, Profile>
  readonly pinger: Pinger
  readonly emit: (record: ResultRecord) => Promise<void>
  readonly clock: Clock
  readonly log: Logger
}

/** Tests at one time; each may take a minute. */
const MAX_RUNNING = 4

export function createDeviceTestDesk(deps: DeviceTestDeskDeps): Pick<SiteRunners, 'device-test'> {
  const { emit, clock, log } = deps
  let running = 0
  return {
    async 'device-test'(args, signal) {
      const device = args.device === undefined ? undefined : deps.device(args.device)
      if (args.device !== undefined && device === undefined)
        throw new ActionFailed('no such device in the inventory of this agent')
      const address = args.address ?? device?.address
      if (address === undefined) throw new ActionFailed('neither an address nor a device to test')
      if (device && deps.policy.exceptDevices.includes(device.id))
        throw new ActionFailed("the site's policy excepts this device")
      if (running >= MAX_RUNNING) throw new ActionFailed(`${MAX_RUNNING} tests run at this agent: wait for their end`)
      running++
      const sent = new Set<Promise<void>>()
      const tell = (step: TestStep) => {
        const record = { kind: 'device-test-step', test: args.test, at: Math.round(clock.wall()), step } as const
        // The result has all steps: one that cannot be told early is not lost.
        const work: Promise<void> = emit(record)
          .catch((error: unknown) => log.warn({ err: error }, 'step of a test not told'))
          .finally(() => void sent.delete(work))
        sent.add(work)
      }
      try {
        const { tcpPorts, ping } = args
        const snmp = snmpOf(args, device, deps)
        const plan: DeviceTestPlan = { address, tcpPorts, ping, ...(snmp === undefined ? {} : { snmp }) }
        const { profiles, pinger } = deps
        const known = args.address === undefined
        const refusal = (found: string) => (known ? undefined : outOfBounds(found, deps))
        return await testDevice(plan, { profiles, pinger, clock, tell, refusal }, signal)
      } finally {
        running--
        await Promise.all(sent)
      }
    },
  }
}

/** What is given rather than the device's own; a text says why it cannot be used. */
function snmpOf(
  { snmp }: DeviceTestArguments,
  device: AgentDevice | undefined,
  deps: DeviceTestDeskDeps,
): DeviceTestPlan['snmp'] {
  if (snmp === undefined) {
    if (device?.snmp === undefined) return undefined
    const { port, timeoutMs, profile, ...credentials } = device.snmp
    return { credentials, port, timeoutMs, ...(profile === undefined ? {} : { profile }) }
  }
  const { port, timeoutMs, profile, name = '', set } = snmp
  const own = Object.hasOwn(deps.credentials, name) ? deps.credentials[name] : undefined
  const credentials = set === undefined ? own : credentialsFrom(set, deps.open)
  if (typeof credentials === 'string') return credentials
  if (credentials === undefined) return `there are no credentials "${name}" in the file of the agent`
  return { credentials, port, timeoutMs, ...(profile === undefined ? {} : { profile }) }
}

/** Where the policy says where sweeps may go, a test of a new address goes nowhere else. */
function outOfBounds(found: string, { policy, devices }: DeviceTestDeskDeps): string | undefined {
  const address = canonicalAddress(found) ?? found
  const excepted = devices().find(
    (device) => policy.exceptDevices.includes(device.id) && canonicalAddress(device.address) === address,
  )
  if (excepted) return "the site's policy excepts the device at this address"
  if (policy.discovery.ranges === undefined) return undefined
  const isDevice = devices().some((device) => canonicalAddress(device.address) === address)
  if (isDevice || holds(readRanges(policy.discovery.ranges, 'exclude').ranges, address)) return undefined
  return 'the address lies outside of discovery.ranges in the policy file of the agent'
}
