// A device between its stored form and what a person fills in. Keys the form does not show are kept as they are.
import { addressProblem } from '#shared/domain/device-address.ts'
import type { ConfigDeviceDraft } from '#shared/http/site-config.ts'

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** What the form shows: texts as typed, lists one per comma or line. */
export interface DeviceForm {
  readonly name: string
  readonly address: string
  readonly agent: string
  readonly ping: boolean
  /** Name of the credential set; empty: no SNMP. */
  readonly credentials: string
  readonly profile: string
  readonly port: string
  readonly interval: string
  readonly tcp: string
  readonly http: string
  readonly tags: string
  readonly parents: string
}

export const EMPTY_DEVICE: DeviceForm = {
  ...{ name: '', address: '', agent: '', ping: true, credentials: '', profile: '', port: '', interval: '' },
  ...{ tcp: '', http: '', tags: '', parents: '' },
}

export function formOf(device: ConfigDeviceDraft): DeviceForm {
  const { snmp } = device
  return {
    name: device.name ?? '',
    address: device.address,
    agent: device.agent ?? '',
    ping: device.icmp !== undefined,
    credentials: snmp?.credentials ?? '',
    profile: snmp?.profile ?? '',
    port: snmp?.port === undefined ? '' : String(snmp.port),
    interval: snmp?.intervalMs === undefined ? '' : String(snmp.intervalMs / 1000),
    tcp: (device.tcp ?? []).map((check) => check.port).join(', '),
    http: (device.http ?? []).map((check) => check.url).join('\n'),
    tags: Object.entries(device.tags ?? {})
      .map(([name, value]) => `${name}=${value}`)
      .join('\n'),
    parents: (device.parents ?? []).join(', '),
  }
}

/** The draft to send; `old` is the device as it was, whose other keys stay. */
export function draftOf(form: DeviceForm, old?: ConfigDeviceDraft): ConfigDeviceDraft {
  const { snmp, icmp, tcp, http, name: _name, agent: _agent, ...rest } = old ?? { address: '' }
  const draft: Mutable<ConfigDeviceDraft> = {
    ...rest,
    address: form.address.trim(),
    tags: Object.fromEntries(linesOf(form.tags).map(pairOf)),
    parents: listOf(form.parents),
  }
  if (form.name.trim() !== '') draft.name = form.name.trim()
  if (form.agent !== '') draft.agent = form.agent
  if (form.ping) draft.icmp = icmp ?? {}
  if (form.credentials !== '') {
    const { profile: _p, port: _port, intervalMs: _i, ...kept } = snmp ?? {}
    draft.snmp = {
      ...kept,
      credentials: form.credentials,
      ...(form.profile.trim() === '' ? {} : { profile: form.profile.trim() }),
      ...(form.port.trim() === '' ? {} : { port: Number(form.port) }),
      ...(form.interval.trim() === '' ? {} : { intervalMs: Math.round(Number(form.interval) * 1000) }),
    }
  }
  const ports = listOf(form.tcp).map(Number)
  if (ports.length > 0) draft.tcp = ports.map((port) => tcp?.find((check) => check.port === port) ?? { port })
  const urls = linesOf(form.http)
  if (urls.length > 0) draft.http = urls.map((url) => http?.find((check) => check.url === url) ?? { url })
  return draft
}

/** Fields whose text cannot be meant, before anything is sent. */
export function wrongFields(form: DeviceForm): ReadonlySet<'address' | 'tcp' | 'http' | 'tags' | 'port' | 'interval'> {
  const wrong = new Set<'address' | 'tcp' | 'http' | 'tags' | 'port' | 'interval'>()
  const port = (text: string) => /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535
  if (addressProblem(form.address.trim()) !== undefined) wrong.add('address')
  if (!listOf(form.tcp).every(port)) wrong.add('tcp')
  if (!linesOf(form.http).every((url) => /^https?:\/\/[^\s/]/i.test(url) && URL.canParse(url))) wrong.add('http')
  if (!linesOf(form.tags).every((line) => /^[^=]+=/.test(line))) wrong.add('tags')
  if (form.port.trim() !== '' && !port(form.port.trim())) wrong.add('port')
  const seconds = Number(form.interval)
  if (form.interval.trim() !== '' && !(seconds >= 1 && seconds <= 86_400)) wrong.add('interval')
  return wrong
}

/** Words apart by commas (also wide ones), semicolons or white space. */
export function listOf(text: string): string[] {
  return text.split(/[\s,;，；、]+/).filter((part) => part !== '')
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

function pairOf(line: string): [string, string] {
  const at = line.indexOf('=')
  return [line.slice(0, at).trim(), line.slice(at + 1).trim()]
}
