// Asks a device who it is, picks its profile and reads what the profile says about the device as a whole.

import { type RawValue, textFrom } from '#shared/profiles/interpret.ts'
import type { Profile, Reading } from '#shared/profiles/profile.ts'
import { matchProfile } from '#shared/profiles/profiles.ts'
import type { DeviceIdentity } from '../../devices/device-identity.ts'
import type { SnmpAnswer, SnmpClient, SnmpValue } from '../../protocols/snmp/snmp-client.ts'

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
  const match = named
    ? { profile: named, reason: 'named in the configuration' }
    : matchProfile(profiles, sysObjectId, sysDescr)
  if (match === undefined) return { outcome: 'no-such-object', detail: 'no profile fits and there is no generic one' }
  const { profile } = match
  const sources = [
    ...profile.fields.flatMap((field) => field.sources.map((source) => source.oid)),
    ...profile.tags.map((tag) => tag.oid),
  ]
  const facts = sources.length === 0 ? { outcome: 'ok' as const, value: [] } : await client.get(sources, signal)
  if (facts.outcome !== 'ok') return facts
  const fields = new Map<string, string>()
  for (const field of profile.fields) {
    const texts = field.sources.map((source) => textOf(facts.value, source.oid, source.reading))
    const value = field.value ?? texts.find((found) => found !== '')
    if (value !== undefined && value !== '') fields.set(field.field, value)
  }
  const tags: Record<string, string> = {}
  for (const tag of profile.tags) {
    const value = textOf(facts.value, tag.oid, tag.reading)
    if (value !== '') tags[tag.tag] = value
  }
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
        tags,
      },
    },
  }
}

function textOf(values: readonly SnmpValue[], oid: string, reading: Reading): string {
  const found = values.find((value) => value.oid === oid)
  return found === undefined || isMissing(found) ? '' : textFrom(reading, found.value as RawValue)
}

/** The answer says that there is no such thing. */
export function isMissing(value: SnmpValue): boolean {
  return value.type === 'noSuchObject' || value.type === 'noSuchInstance' || value.type === 'endOfMibView'
}
