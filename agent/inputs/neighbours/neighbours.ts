// Reads who stands beside a device: LLDP, CDP, ARP and forwarding tables, rarely, and tells what changed. One table that is
// missing, too long or broken costs only itself.
import type { Logger } from 'pino'
import type { NeighbourTable } from '#shared/domain/neighbours.ts'
import type { AgentDevice } from '../../devices/device.ts'
import type { SnmpAnswer, SnmpClient } from '../../protocols/snmp/snmp-client.ts'
import type { Poller, PollResult, Recorder } from '../input.ts'
import {
  ARP_COLUMNS,
  arpRows,
  ENTITY_COLUMNS,
  FDB_COLUMNS,
  learnedRows,
  NEIGHBOUR_COLUMNS,
  serialsOf,
} from './addresses.ts'
import { CDP_COLUMNS, cdpRows, LLDP_COLUMNS, LLDP_LOCAL_COLUMNS, lldpRows } from './announced.ts'
import { type Columns, macOfCell, numberOf, textOf } from './cell-text.ts'
import { type OwnPorts, readOwnPorts } from './own-ports.ts'
import { selfFacts } from './self-facts.ts'
import type { SiteAddresses } from './site-addresses.ts'
import { createTeller, type Found } from './teller.ts'

export const NEIGHBOURS_INPUT = 'neighbours'

export interface NeighboursDeps {
  readonly device: AgentDevice & { readonly snmp: NonNullable<AgentDevice['snmp']> }
  readonly client: SnmpClient
  readonly recorder: Pick<Recorder, 'event'>
  readonly clock: { wall(): number; mono(): number }
  readonly log: Logger
  /** Addresses of the site's devices: those that are looked for in long tables. */
  readonly site: SiteAddresses
  /** Whether the collector reads such records; while it does not, nothing is asked. */
  readonly wanted: () => boolean
  readonly limits?: Partial<NeighbourLimits>
}

export interface NeighbourLimits {
  readonly intervalMs: number
  /** A forwarding table with more rows is left out, and told so. */
  readonly fdbRows: number
  readonly arpRows: number
  readonly announcedRows: number
}

const LIMITS: NeighbourLimits = { intervalMs: 1_800_000, fdbRows: 8_000, arpRows: 2_000, announcedRows: 2_000 }
const SYS_NAME = '1.3.6.1.2.1.1.5.0'
const CHASSIS_FORM = '1.0.8802.1.1.2.1.3.1.0'
const CHASSIS_ID = '1.0.8802.1.1.2.1.3.2.0'
/** LldpChassisIdSubtype of a MAC address. */
const MAC_FORM = 4
const BRIDGE_ADDRESS = '1.3.6.1.2.1.17.1.1.0'
const OWN_IP = '1.3.6.1.2.1.4.20.1.1'

/** `poll` answers how far it came; what was read before a failure is told. Its outcome says nothing about the device's health. */
export function createNeighboursPoller(deps: NeighboursDeps): Poller {
  const { device, client, clock, log, site } = deps
  const limits = { ...LIMITS, ...deps.limits }
  const teller = createTeller(deps.recorder, device.id, clock)
  type Step = {
    readonly table: NeighbourTable
    readonly read: (ports: OwnPorts, signal: AbortSignal) => Promise<SnmpAnswer<Found>>
  }
  const steps: readonly Step[] = [
    { table: 'self', read: readSelf },
    { table: 'lldp', read: readLldp },
    { table: 'cdp', read: readCdp },
    { table: 'arp', read: readArp },
    { table: 'fdb', read: readFdb },
  ]
  /** After one that ran out of time the next round begins with it. */
  let first = 0

  return {
    input: NEIGHBOURS_INPUT,
    device: device.id,
    intervalMs: limits.intervalMs,
    deadlineMs: Math.min(60_000, Math.max(10_000, device.snmp.intervalMs / 2)),
    unrecorded: true,
    async poll(signal): Promise<PollResult> {
      if (!deps.wanted()) return { outcome: 'ok', detail: 'the collector does not read neighbours' }
      const ports = await readOwnPorts(client, signal)
      if (ports.outcome !== 'ok') return ports
      for (let i = 0; i < steps.length; i++) {
        const at = (first + i) % steps.length
        const { table, read } = steps[at] as Step
        const answer = await read(ports.value, signal)
        if (answer.outcome === 'ok') teller.tell(table, answer.value)
        else if (answer.outcome === 'limit' || answer.outcome === 'parse' || answer.outcome === 'no-such-object') {
          log.debug({ device: device.id, table, detail: answer.detail }, 'neighbour table left out')
          teller.tell(table, { note: answer.detail })
        } else {
          first = at
          return answer
        }
      }
      first = 0
      return { outcome: 'ok' }
    },
  }

  async function readSelf(ports: OwnPorts, signal: AbortSignal): Promise<SnmpAnswer<Found>> {
    const scalars = await client.get([SYS_NAME, CHASSIS_FORM, CHASSIS_ID, BRIDGE_ADDRESS], signal)
    if (scalars.outcome !== 'ok') return scalars
    const cells = await client.columns([OWN_IP, ...ENTITY_COLUMNS], signal, { firstRows: 1_000 })
    if (cells.outcome !== 'ok') return cells
    const cell = (oid: string) => scalars.value.find((value) => value.oid === oid)
    const mac = numberOf(cell(CHASSIS_FORM)) === MAC_FORM ? macOfCell(cell(CHASSIS_ID)) : undefined
    const chassis = mac ?? textOf(cell(CHASSIS_ID), 255)
    const self = selfFacts({
      ...{ name: textOf(cell(SYS_NAME), 255), chassis, serials: serialsOf(cells.value) },
      macs: [macOfCell(cell(BRIDGE_ADDRESS)), mac, ...ports.macs],
      addresses: [...(cells.value.get(OWN_IP)?.keys() ?? [])],
    })
    for (const mac of self.macs) site.learn(mac)
    return { outcome: 'ok', value: { self } }
  }

  async function readLldp(ports: OwnPorts, signal: AbortSignal): Promise<SnmpAnswer<Found>> {
    const cells = await client.columns(LLDP_COLUMNS, signal, { firstRows: limits.announcedRows })
    if (cells.outcome !== 'ok') return cells
    const some = [...cells.value.values()].some((column) => column.size > 0)
    const local = some ? await client.columns(LLDP_LOCAL_COLUMNS, signal, { firstRows: 4_096 }) : cells
    if (local.outcome !== 'ok') return local
    return { outcome: 'ok', value: { announced: lldpRows(cells.value, local.value, ports) } }
  }

  async function readCdp(ports: OwnPorts, signal: AbortSignal): Promise<SnmpAnswer<Found>> {
    const cells = await client.columns(CDP_COLUMNS, signal, { firstRows: limits.announcedRows })
    return cells.outcome === 'ok' ? { outcome: 'ok', value: { announced: cdpRows(cells.value, ports) } } : cells
  }

  /** The newer table first; the other only where that is not there. */
  async function readArp(ports: OwnPorts, signal: AbortSignal): Promise<SnmpAnswer<Found>> {
    const most = { firstRows: 2 * limits.arpRows }
    let cells = await client.columns(NEIGHBOUR_COLUMNS, signal, most)
    if (cells.outcome === 'ok' && !isFilled(cells.value)) cells = await client.columns(ARP_COLUMNS, signal, most)
    if (cells.outcome !== 'ok') return cells
    const arp = arpRows(cells.value, ports, site.isAddress, limits.arpRows)
    for (const { ip, mac } of arp) if (site.isAddress(ip)) site.learn(mac)
    const rows = Math.max(...[...cells.value.values()].map((column) => column.size))
    return {
      outcome: 'ok',
      value: { arp, ...(rows > limits.arpRows ? { note: `more than ${limits.arpRows} rows` } : {}) },
    }
  }

  async function readFdb(ports: OwnPorts, signal: AbortSignal): Promise<SnmpAnswer<Found>> {
    const cells = await client.columns(FDB_COLUMNS, signal, { firstRows: limits.fdbRows })
    if (cells.outcome !== 'ok') return cells
    if ([...cells.value.values()].some((column) => column.size >= limits.fdbRows))
      return { outcome: 'limit', detail: `more than ${limits.fdbRows} rows` }
    return { outcome: 'ok', value: { learned: learnedRows(cells.value, ports, site.isMac) } }
  }
}

const isFilled = (cells: Columns): boolean => [...cells.values()].some((column) => column.size > 0)
