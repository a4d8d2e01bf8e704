// What a sweep finds at an address, and how it goes on: words of agent, collector and console.
import { z } from 'zod'
import { LocalId } from './identity.ts'

export const ANSWERS = ['ping', 'tcp', 'snmp'] as const

/** One address that answered. Device text is hostile, as always. */
export const Found = z.object({
  address: z.string().max(64),
  /** What it answers to. */
  answers: z.array(z.enum(ANSWERS)).max(3),
  /** Of the ports that were tried. */
  openPorts: z.array(z.int().min(1).max(65_535)).max(16),
  pingMs: z.number().nonnegative().nullable(),
  /** Name of the credential set that worked, never what is in it; `device:<id>`: the own of a device the agent has. */
  credentials: z.string().max(80).nullable(),
  /** Where that set is kept: with the site in the collector, or in the agent's own file. */
  credentialsFrom: z.enum(['collector', 'file', 'device']).nullable(),
  snmpVersion: z.enum(['v1', 'v2c', 'v3']).nullable(),
  snmpPort: z.int().min(1).max(65_535).nullable(),
  /** Why it was not read, or not wholly: "no SNMP with your 3 sets", "another address answered: 10.0.0.9". */
  problem: z.string().max(512).nullable(),
  sysName: z.string().max(256).nullable(),
  sysDescr: z.string().max(512).nullable(),
  sysObjectId: z.string().max(256).nullable(),
  vendor: z.string().max(128).nullable(),
  model: z.string().max(256).nullable(),
  serial: z.string().max(128).nullable(),
  version: z.string().max(256).nullable(),
  profile: z.string().max(128).nullable(),
  /** Why this profile. */
  profileReason: z.string().max(256).nullable(),
  /** snmpEngineID, hex. */
  engineId: z.string().max(80).nullable(),
  /** Bridge or LLDP chassis address, `aa:bb:cc:dd:ee:ff`. */
  chassisMac: z.string().max(32).nullable(),
  /** Device of the agent that has this address. */
  device: LocalId.nullable(),
  /** Wall ms. */
  at: z.number(),
  /** From the first packet to the last, ms. */
  tookMs: z.number().nonnegative(),
  /** Of that, waiting for its turns at the pace of the sweep, ms. */
  waitedMs: z.number().nonnegative().optional(),
})
export type Found = z.infer<typeof Found>

export const SweepProgress = z.object({
  /** Addresses in all; begun, and done with. */
  addresses: z.int().nonnegative(),
  asked: z.int().nonnegative(),
  done: z.int().nonnegative(),
  /** Addresses that gave any answer, and those read over SNMP. */
  answered: z.int().nonnegative(),
  found: z.int().nonnegative(),
  packets: z.int().nonnegative(),
  /** Until the end at the pace so far, ms; null: not known yet. */
  etaMs: z.number().nonnegative().nullable(),
})
export type SweepProgress = z.infer<typeof SweepProgress>

/** Serial numbers that many devices have, or that say nothing. */
const NO_SERIAL =
  /^(0+|f+|x+|n\/?a|none|null|unknown|not ?(specified|available|applicable)|default ?string|to be filled.*|system serial number|(0?1234567890?)|empty|serial.*)$/i

type Told = Pick<Found, 'serial' | 'vendor' | 'sysName' | 'sysObjectId' | 'engineId' | 'chassisMac'>

/** What makes it the same device wherever it answers; none: only its address is known. */
export function identityKeys(found: Told): string[] {
  const { vendor, sysName, sysObjectId, engineId, chassisMac } = found
  const serial = found.serial?.trim() ?? ''
  const name = sysName?.trim().toLowerCase() ?? ''
  return [
    ...(serial.length > 2 && !NO_SERIAL.test(serial) ? [`serial:${(vendor ?? '').toLowerCase()}:${serial}`] : []),
    // a cloned device has the engine id, and sometimes the addresses, of the one it was copied from
    ...(chassisMac && name ? [`mac:${chassisMac}:${name}`] : []),
    ...(engineId && name ? [`engine:${engineId}:${name}:${sysObjectId ?? ''}`] : []),
  ]
}
