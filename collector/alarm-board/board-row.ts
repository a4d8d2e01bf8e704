// One row of the board: what is shown, what is searched, what it is filtered by. Made when an alarm changes, never changed.
import type { Alarm } from '#shared/domain/alarm.ts'
import type { Device } from '#shared/domain/inventory.ts'
import type { AlarmViewName } from '#shared/http/alarm-board.ts'
import type { AlarmRow } from '#shared/http/alarms.ts'

export type AlarmStatus = 'new' | 'ack' | 'cleared' | 'shelved' | 'suppressed' | 'closed'

export interface Entry {
  readonly row: AlarmRow & Pick<Device, 'vendor' | 'model'> & { readonly address: string | null }
  readonly status: AlarmStatus
  /** Whom people see as owner; '' is nobody. */
  readonly owner: string
  /** Id of the alarm it is a symptom of. */
  readonly causedBy: string | null
  /** What is searched: there from the start, since the first search would stop everything while it makes 50,000. */
  readonly text: string
  /** The same without remarks, put together when first looked for. */
  outsideText: string | undefined
}

/** Names by id, as the inventory has them now. */
export interface BoardNames {
  device(id: string): Pick<Device, 'name' | 'vendor' | 'model' | 'address'> | undefined
  site(id: string): string | undefined
  customer(id: string): string | undefined
  incidentNumber(id: string): number | undefined
}

export function entryOf(alarm: Alarm, names: BoardNames): Entry {
  const device = alarm.device === null ? undefined : names.device(alarm.device)
  const row = {
    ...alarm,
    deviceName: alarm.device === null ? null : (device?.name ?? alarm.device),
    siteName: names.site(alarm.site) ?? alarm.site,
    customerName: names.customer(alarm.customer) ?? alarm.customer,
    incidentNumber: alarm.incident === null ? null : (names.incidentNumber(alarm.incident) ?? null),
    vendor: device?.vendor ?? null,
    model: device?.model ?? null,
    address: device?.address ?? null,
  }
  const status = statusOf(alarm)
  const { suppression } = alarm
  const isSymptom = status === 'suppressed' && suppression !== null && HELD_BY_ALARM.has(suppression.by)
  const owner = ownerOf(alarm)
  const text = textOf(row, owner, false)
  return { row, status, owner, causedBy: isSymptom ? suppression.ref : null, text, outsideText: undefined }
}

/** What a person may do with it right now: the state column. */
export function statusOf(alarm: Pick<Alarm, 'operatorState' | 'isCleared' | 'suppression'>): AlarmStatus {
  if (alarm.operatorState === 'shelved') return 'shelved'
  if (alarm.operatorState === 'closed') return 'closed'
  if (alarm.isCleared) return 'cleared'
  if (alarm.suppression !== null) return 'suppressed'
  return alarm.operatorState === 'ack' ? 'ack' : 'new'
}

export function isInView(status: AlarmStatus, view: AlarmViewName): boolean {
  if (view === 'all') return true
  return view === 'active' ? status === 'new' || status === 'ack' || status === 'cleared' : status === view
}

/** Who answers for it: whom it was given to, else who acknowledged it. */
const ownerOf = ({ owner, ackBy, operatorState }: Alarm): string =>
  owner ?? (operatorState === 'ack' ? ackBy : null) ?? ''

const HELD_BY_ALARM: ReadonlySet<string> = new Set(['cause', 'inhibited', 'probation'])

/** Everything a row shows, in lower case. `outside`: without remarks. */
export function searchTextOf(entry: Entry, outside: boolean): string {
  if (!outside) return entry.text
  entry.outsideText ??= textOf(entry.row, entry.owner, true)
  return entry.outsideText
}

function textOf(row: Entry['row'], owner: string, outside: boolean): string {
  const number = row.incidentNumber === null ? '' : `#${row.incidentNumber}`
  const parts = [row.text, row.deviceName, row.siteName, row.customerName, row.resource, row.alarmType, row.device]
  const facts = [row.site, row.customer, row.qualifier, row.rule, row.vendor, row.model, row.address, number]
  return [...parts, ...facts, owner, ...(outside ? [] : [row.ackNote, row.ackBy])].join('\n').toLowerCase()
}
