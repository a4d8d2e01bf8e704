// A small site that is not there: devices that answer real SNMP over UDP, send traps and logs, and break on request.
import type { AgentDevice } from '../../../agent/devices/device.ts'
import { createFaults, type Fault } from './faults.ts'
import { createVirtualDevice, type Target, type VirtualDevice, type VirtualDeviceSpec } from './virtual-device.ts'

export interface VirtualSiteOptions {
  readonly devices: readonly VirtualDeviceSpec[]
  /** UDP and TCP port of every device; 0 (default) gives each free ones. */
  readonly port?: number
  /** First three octets of the devices' loopback addresses; the devices are .1, .2, ... Default 127.0.10. */
  readonly network?: string
  readonly trapsTo?: Target
  readonly logsTo?: Target
  readonly now?: () => number
  readonly drainSeconds?: number
  readonly stormTraps?: number
}

export interface VirtualSite {
  readonly devices: readonly VirtualDevice[]
  /** By name: `link-down`, `power-loss`, `device-hang`, `device-garbage`, `storm`, `cpu-high`, `disk-full` ... */
  readonly faults: Readonly<Record<string, Fault>>
  device(id: string): VirtualDevice
  /** Throws with the list of names when there is no such fault. */
  fault(name: string): Promise<void>
  clear(name: string): Promise<void>
  asAgentDevices(overrides?: { readonly intervalMs?: number; readonly timeoutMs?: number }): AgentDevice[]
  start(): Promise<void>
  stop(): Promise<void>
}

/** The devices of the demo: a core, two access switches, a UPS and a server. */
export const SMALL_SITE: readonly VirtualDeviceSpec[] = [
  { id: 'core-1', model: 'core-switch', logStyle: 'huawei' },
  { id: 'access-1', model: 'access-switch', logStyle: 'cisco' },
  { id: 'access-2', model: 'access-switch', logStyle: 'cisco' },
  { id: 'ups-1', model: 'ups' },
  {
    id: 'server-1',
    model: 'server',
    polledWith: 'v3',
    users: [
      {
        user: 'outrider',
        level: 'authPriv',
        authProtocol: 'sha256',
        authKey: 'simulated-auth-key',
        privProtocol: 'aes',
        privKey: 'simulated-priv-key',
      },
    ],
  },
]

/** Builds the site; `start()` opens its sockets, each device on its own loopback address where the system allows that. */
export function createVirtualSite(options: VirtualSiteOptions): VirtualSite {
  const now = options.now ?? Date.now
  const devices = options.devices.map((spec) => createVirtualDevice(spec, now))
  const faults = createFaults({
    devices,
    trapsTo: options.trapsTo,
    logsTo: options.logsTo,
    now,
    drainSeconds: options.drainSeconds ?? 120,
    stormTraps: options.stormTraps ?? 10_000,
  })
  const faultNamed = (name: string): Fault => {
    const fault = faults[name]
    if (fault === undefined) throw new Error(`no fault ${name}; there are ${Object.keys(faults).join(', ')}`)
    return fault
  }
  return {
    devices,
    faults,
    device(id) {
      const found = devices.find((device) => device.id === id)
      if (found === undefined) throw new Error(`no device ${id}; there are ${devices.map((d) => d.id).join(', ')}`)
      return found
    },
    fault: async (name) => faultNamed(name).inject(),
    clear: async (name) => faultNamed(name).undo(),
    asAgentDevices: (overrides) => devices.map((device) => device.asAgentDevice(overrides)),
    async start() {
      const port = options.port ?? 0
      for (const [n, device] of devices.entries()) {
        try {
          await device.start({ address: `${options.network ?? '127.0.10'}.${n + 1}`, port, tcpPort: port })
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'EADDRNOTAVAIL') throw error
          await device.stop()
          const own = port === 0 ? 0 : port + n
          await device.start({ address: '127.0.0.1', port: own, tcpPort: own })
        }
      }
    },
    async stop() {
      for (const device of devices) await device.stop()
    },
  }
}
