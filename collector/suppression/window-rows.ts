// Maintenance windows as people see them: running, planned or over, the next five, and what one would hold before it is saved.
import type { Alarm } from '#shared/domain/alarm.ts'
import type { Device } from '#shared/domain/inventory.ts'
import type { WindowBody, WindowListQuery, WindowPreview, WindowRow, WindowSelector } from '#shared/http/maintenance.ts'
import { matchAlarms } from './alarm-matcher.ts'
import type { MaintenanceWindow } from './maintenance-gate.ts'
import { type WindowTimes, windowTimes } from './window-times.ts'

export interface Equipment {
  device(id: string): Device | undefined
  devices(): Iterable<Device>
  customerOf(site: string): string
}

/** Occurrences shown. */
const SHOWN = 5
const EXAMPLES = 10

/** `times` undefined: it is switched off. `held`: alarms that it holds now. */
export function windowRow(
  window: MaintenanceWindow,
  times: WindowTimes | undefined,
  held: number,
  now: number,
): WindowRow {
  const { adjusted: _, ...shown } = window
  const read = times ?? windowTimes(window, window.adjusted)
  const known = 'problem' in read ? undefined : read
  const active = window.enabled ? (known?.activeAt(now) ?? null) : null
  const next = known?.next(now, SHOWN) ?? []
  const state = !window.enabled ? 'disabled' : active ? 'active' : next.length > 0 ? 'planned' : 'over'
  return { ...shown, state, active, next, held }
}

/** What a window would do; not for one with a problem. */
export function previewOf(
  body: WindowBody,
  times: WindowTimes,
  alarms: Iterable<Alarm>,
  equipment: Equipment,
  now: number,
): WindowPreview {
  const fits = matchAlarms(body.selector, equipment)
  const { fitting, all } = devicesOf(body.selector, equipment)
  const next = times.next(now, SHOWN)
  const active = times.activeAt(now) ?? null
  let held = 0
  for (const alarm of alarms) if (!alarm.isCleared && fits(alarm)) held++
  const isAll = fitting.length === all && body.selector.resources === undefined
  const warnings: string[] = []
  const [first, second] = next
  if (first && second && second.start < first.end) warnings.push('occurrences overlap: between them it never ends')
  if (next.length === 0 && active === null) warnings.push('it is over')
  if (active) warnings.push('it begins at once')
  return {
    ...{ next, active, devices: fitting.length, examples: fitting.slice(0, EXAMPLES), alarms: held, warnings },
    selects: isAll ? 'everything' : fitting.length === 0 ? 'nothing' : 'some',
  }
}

/** Whether a window concerns all that is asked for. */
export function concerns(
  { selector }: MaintenanceWindow,
  { customer, site, device }: Pick<WindowListQuery, 'customer' | 'site' | 'device'>,
  equipment: Equipment,
): boolean {
  if (customer === undefined && site === undefined && device === undefined) return true
  const fits = placeTest(selector, equipment)
  for (const one of equipment.devices()) {
    if (!one.active || (device !== undefined && one.id !== device)) continue
    if ((site !== undefined && one.site !== site) || (customer !== undefined && one.customer !== customer)) continue
    if (fits(one)) return true
  }
  return false
}

function devicesOf(selector: WindowSelector, equipment: Equipment): { fitting: string[]; all: number } {
  const fits = placeTest(selector, equipment)
  const fitting: string[] = []
  let all = 0
  for (const device of equipment.devices()) {
    if (!device.active) continue
    all++
    if (fits(device)) fitting.push(device.id)
  }
  return { fitting: fitting.sort(), all }
}

/** Whether a window is about a device, or about some of its resources. */
function placeTest(selector: WindowSelector, equipment: Equipment): (device: Device) => boolean {
  const { resources: _, ...place } = selector
  const fits = matchAlarms(place, equipment)
  return ({ id, site, customer }) =>
    fits({ device: id, site, customer: customer || equipment.customerOf(site) } as Alarm)
}
