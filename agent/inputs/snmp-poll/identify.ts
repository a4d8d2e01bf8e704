// Asks a device who it is, picks its profile and reads what the profile says about the device as a whole.

import { type RawValue, textFrom } from '#shared/profiles/interpret.ts'
import { probesAfter, refinedBy } from '#shared/profiles/probe.ts'
import type { FieldSource, Profile, Reading } from '#shared/profiles/profile.ts'
import { matchProfile } from '#shared/profiles/profiles.ts'
import type { DeviceIdentity } from '../../devices/device-identity.ts'
import type { SnmpAnswer, SnmpClient, SnmpColumn, SnmpValue } from '../../protocols/snmp/snmp-client.ts'
import { deviceTags, isWanted } from './table-rows.ts'
import { clientFor } from './without-bulk.ts'

export interface Identified {
  readonly identity: DeviceIdentity
  readonly profile: Profile
}

const SYS_DESCR = '1.3.6.1.2.1.1.1.0'
const SYS_OBJECT_ID = '1.3.6.1.2.1.1.2.0'
const SYS_NAME = '1.3.6.1.2.1.1.5.0'
const PLAIN: Reading = { scale: 1, constantOne: false }
/** Field names other programs use for the same fact. */
const SERIAL_FIELDS = ['serial_number', 'serial']
/** Physical entities looked at for the device's own serial and model: the chassis comes first. */
const FACT_ROWS = 200
const VERSION_FIELDS = ['version', 'os_version', 'firmware_version']

/** `wanted` names a profile instead of matching; unknown names fall back to matching and say so. */
export async function identify(
  device: string,
  client: SnmpClient,
  profiles: ReadonlyMap<string, Profile>,
  wanted: string | undefined,
  signal: AbortSignal,
): Promise<SnmpAnswer<Identified>> {
  const system = await client.get([SYS_DESCR, SYS_OBJECT_ID, SYS_NAME], signal)
  if (system.outcome !== 'ok') return system
  const text = (oid: string) => textOf(system.value, oid, PLAIN)
  const sysObjectId = text(SYS_OBJECT_ID).replace(/^\./, '')
  const sysDescr = text(SYS_DESCR)
  const named = wanted === undefined ? undefined : profiles.get(wanted)
  const matched = named
    ? { profile: named, reason: 'named in the configuration' }
    : matchProfile(profiles, sysObjectId, sysDescr)
  const probes = named || !matched ? new Map<string, Profile>() : probesAfter(profiles, matched)
  const probed =
    probes.size === 0 ? { outcome: 'ok' as const, value: [] } : await client.get([...probes.keys()], signal)
  if (probed.outcome !== 'ok') return probed
  const match = matched && refinedBy(matched, probes, (oid) => textOf(probed.value, oid, PLAIN) !== '')
  if (match === undefined) return { outcome: 'no-such-object', detail: 'no profile fits and there is no generic one' }
  const { profile } = match
  const facts = await readFacts(profile, clientFor(profile, client), signal)
  if (facts.outcome !== 'ok') return facts
  const fields = new Map<string, string>()
  for (const field of profile.fields) {
    const value = field.value ?? firstText(field.sources, facts.value)
    if (value !== undefined && value !== '') fields.set(field.field, value)
  }
  const read = deviceTags(profile.tags, (oid) => facts.value.scalars.find((value) => value.oid === oid))
  const tags: Record<string, string> = { ...profile.staticTags, ...read }
  const location = fields.get('location')
  if (location !== undefined) tags.location = location
  const fact = (name: string, of: readonly string[], max: number) => {
    const value = of.map((field) => fields.get(field)).find((found) => found !== undefined)
    return value === undefined ? {} : { [name]: value.slice(0, max) }
  }
  const missing = wanted !== undefined && named === undefined ? `there is no profile ${wanted}; ` : ''
  const vendor = fields.get('vendor') ?? profile.vendor
  return {
    outcome: 'ok',
    value: {
      profile,
      identity: {
        device,
        sysObjectId,
        sysDescr,
        sysName: text(SYS_NAME),
        profile: profile.name,
        profileReason: `${missing}${match.reason}`.slice(0, 256),
        ...(vendor === undefined ? {} : { vendor: vendor.slice(0, 128) }),
        ...fact('model', ['model', 'product_name'], 256),
        ...fact('serial', SERIAL_FIELDS, 128),
        ...fact('version', VERSION_FIELDS, 256),
        ...(profile.playbook === undefined ? {} : { playbook: profile.playbook }),
        tags,
      },
    },
  }
}

interface Facts {
  readonly scalars: readonly SnmpValue[]
  readonly columns: ReadonlyMap<string, SnmpColumn>
}

async function readFacts(profile: Profile, client: SnmpClient, signal: AbortSignal): Promise<SnmpAnswer<Facts>> {
  const sources = profile.fields.flatMap((field) => field.sources)
  const scalars = sources.filter((source) => source.column === undefined).flatMap(({ oid }) => instancesOf(oid))
  const oids = [...new Set([...scalars, ...profile.tags.map((tag) => tag.oid)])]
  const got = oids.length === 0 ? { outcome: 'ok' as const, value: [] } : await client.get(oids, signal)
  if (got.outcome !== 'ok') return got
  const columnOids = sources.flatMap(({ oid, column }) => (column ? [oid, ...column.where.map((w) => w.oid)] : []))
  const columns: Facts['columns'] = new Map()
  if (columnOids.length === 0) return { outcome: 'ok', value: { scalars: got.value, columns } }
  const read = await client.columns([...new Set(columnOids)], signal, { firstRows: FACT_ROWS })
  // A table that is too large or broken leaves facts out; who the device is must not depend on it.
  if (read.outcome !== 'ok' && read.outcome !== 'limit' && read.outcome !== 'parse') return read
  return { outcome: 'ok', value: { scalars: got.value, columns: read.outcome === 'ok' ? read.value : columns } }
}

function firstText(sources: readonly FieldSource[], facts: Facts): string | undefined {
  for (const { oid, reading, column } of sources) {
    if (column === undefined) {
      const text = instancesOf(oid).map((instance) => textOf(facts.scalars, instance, reading))
      const found = text.find((one) => one !== '')
      if (found !== undefined) return found
    } else
      for (const [index, cell] of facts.columns.get(oid) ?? []) {
        const text = isMissing(cell) ? '' : textFrom(reading, cell.value as RawValue)
        if (text !== '' && isWanted(column.where, index, facts.columns)) return text
      }
  }
  return undefined
}

/** A file may name one cell of a table or a scalar without its .0 (RFC 2578 7.1). */
function instancesOf(oid: string): string[] {
  return oid.endsWith('.0') ? [oid] : [oid, `${oid}.0`]
}

function textOf(values: readonly SnmpValue[], oid: string, reading: Reading): string {
  const found = values.find((value) => value.oid === oid)
  return found === undefined || isMissing(found) ? '' : textFrom(reading, found.value as RawValue)
}

/** The answer says that there is no such thing. */
export function isMissing(value: SnmpValue): boolean {
  return value.type === 'noSuchObject' || value.type === 'noSuchInstance' || value.type === 'endOfMibView'
}
