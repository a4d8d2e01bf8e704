// Who answers: system group, matched profile with its facts, and what stays with the device wherever it answers.
import type { Found } from '#shared/domain/discovery.ts'
import type { Profile } from '#shared/profiles/profile.ts'
import { cleanText } from '../inputs/device-text.ts'
import { identify } from '../inputs/snmp-poll/identify.ts'
import type { SnmpAnswer, SnmpClient, SnmpValue } from '../protocols/snmp/snmp-client.ts'

export type System = Pick<Found, 'sysName' | 'sysDescr' | 'sysObjectId'>

/** Whether it answers at all, and what it calls itself: one packet. */
export async function readSystem(client: SnmpClient, signal: AbortSignal): Promise<SnmpAnswer<System>> {
  const answer = await client.get([SYS_DESCR, SYS_OBJECT_ID, SYS_NAME], signal)
  if (answer.outcome !== 'ok') return answer
  const text = (oid: string, max: number) =>
    textOf(
      answer.value.find((value) => value.oid === oid),
      max,
    )
  return {
    outcome: 'ok',
    value: {
      sysDescr: text(SYS_DESCR, 512),
      sysObjectId: text(SYS_OBJECT_ID, 256)?.replace(/^\./, '') ?? '',
      sysName: text(SYS_NAME, 256),
    },
  }
}

/** The rest. What a device does not give is left out; `problem` says what could not be read. */
export async function readWho(
  client: SnmpClient,
  profiles: ReadonlyMap<string, Profile>,
  signal: AbortSignal,
): Promise<{ readonly who: Partial<Found>; readonly problem: string | null }> {
  const marks = await readMarks(client, signal)
  const identified = await identify('swept', client, profiles, undefined, signal)
  if (identified.outcome !== 'ok')
    return { who: marks, problem: `could not be read further: ${identified.outcome}, ${identified.detail}` }
  const { profile, profileReason, vendor, model, serial, version } = identified.value.identity
  const clean = (text: string | undefined, max: number) => (text ? cleanText(text, max).trim() || null : null)
  return {
    who: {
      ...marks,
      ...{ profile: profile.slice(0, 128), profileReason: clean(profileReason, 256) },
      ...{ vendor: clean(vendor, 128), model: clean(model, 256) },
      ...{ serial: clean(serial, 128), version: clean(version, 256) },
    },
    problem: null,
  }
}

/** Engine id (RFC 3411), bridge address (RFC 4188), LLDP chassis where it is a MAC address (subtype 4). */
async function readMarks(client: SnmpClient, signal: AbortSignal): Promise<Pick<Found, 'engineId' | 'chassisMac'>> {
  const answer = await client.get([ENGINE_ID, BRIDGE, CHASSIS_KIND, CHASSIS], signal)
  if (answer.outcome !== 'ok') return { engineId: null, chassisMac: null }
  const [engine, bridge, kind, chassis] = answer.value.map(({ value }) => value)
  const engineId = engine instanceof Uint8Array && engine.length >= 5 && engine.length <= 32 ? hex(engine) : null
  const mac = isMac(bridge) ? bridge : kind === 4 && isMac(chassis) ? chassis : undefined
  return { engineId, chassisMac: mac ? (hex(mac).match(/../g) as string[]).join(':') : null }
}

function isMac(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array && value.length === 6 && value.some((byte) => byte !== 0 && byte !== 255)
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

function textOf(value: SnmpValue | undefined, max: number): string | null {
  if (value === undefined || value.value === null) return null
  const text = value.value instanceof Uint8Array ? Buffer.from(value.value).toString('utf8') : String(value.value)
  return cleanText(text, max).trim() || null
}

const SYS_DESCR = '1.3.6.1.2.1.1.1.0'
const SYS_OBJECT_ID = '1.3.6.1.2.1.1.2.0'
const SYS_NAME = '1.3.6.1.2.1.1.5.0'
const ENGINE_ID = '1.3.6.1.6.3.10.2.1.1.0'
const BRIDGE = '1.3.6.1.2.1.17.1.1.0'
const CHASSIS_KIND = '1.0.8802.1.1.2.1.3.1.0'
const CHASSIS = '1.0.8802.1.1.2.1.3.2.0'
