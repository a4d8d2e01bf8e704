// What wallboards show of the made-up customer; `many` adds sites with devices up to that number.
import type { Boards } from '#collector/api/boards.ts'
import { SEVERITIES, severityRank } from '#shared/domain/severity.ts'
import type { AlarmRow } from '#shared/http/alarms.ts'
import type { DeviceRow, SiteRow } from '#shared/http/inventory.ts'
import { type KioskAlarm, type KioskDevice, MAX_BOARD_ALARMS } from '#shared/http/kiosk.ts'

export interface BoardSources {
  alarms(): Iterable<AlarmRow>
  devices(): readonly DeviceRow[]
  sites(): readonly SiteRow[]
  /** Devices on the map in all. */
  many(): number
}

export function playedBoards({ alarms, devices, sites, many }: BoardSources): Boards {
  const shown = () => [...alarms()].filter((a) => a.operatorState !== 'shelved' && a.suppression === null)
  const json = async (value: object) => JSON.stringify({ at: Date.now(), ...value })
  return {
    alarms: () => {
      const rows = shown().map(boardRow).sort(order)
      const counts = Object.fromEntries(
        SEVERITIES.map((severity) => {
          const open = rows.filter((row) => row.severity === severity && !row.cleared)
          return [severity, { open: open.length, fresh: open.filter((row) => !row.acknowledged).length }]
        }),
      )
      const held = [...alarms()].length - rows.length
      return json({ items: rows.slice(0, MAX_BOARD_ALARMS), total: rows.length, counts, held })
    },
    devices: () => {
      const real = sites().map(({ id, name, customerName }) => ({ id, name, customer: customerName }))
      const own = devices().map((device): KioskDevice => {
        const open = shown().filter((a) => a.device === device.id && !a.isCleared)
        const worst = open.map((a) => a.perceivedSeverity).sort((a, b) => severityRank(b) - severityRank(a))[0]
        const site = real.findIndex((one) => one.id === device.site)
        return [site, device.name, device.state, device.stateSince, worst ?? null]
      })
      const more = madeUp(many() - own.length, real.length)
      return json({
        sites: [...real, ...more.sites].map(({ name, customer }) => ({ name, customer })),
        devices: [...own, ...more.devices],
      })
    },
    counters: () => {
      const of = (state: string) => devices().filter((device) => device.state === state).length
      const states = { up: of('up'), down: of('down'), unknown: of('unknown') }
      return json({ openIncidents: 4, agents: { online: 2, unknown: 1, never: 0 }, devices: states })
    },
  }
}

const boardRow = (a: AlarmRow): KioskAlarm => ({
  ...{ id: a.id, severity: a.perceivedSeverity, cleared: a.isCleared, acknowledged: a.operatorState === 'ack' },
  ...{ ackBy: a.ackBy, customer: a.customerName, site: a.siteName, device: a.deviceName, resource: a.resource },
  ...{ alarmType: a.alarmType, text: a.text, raisedAt: a.raisedAt, count: a.count, incident: a.incidentNumber },
})

function order(a: KioskAlarm, b: KioskAlarm): number {
  const rank = (x: KioskAlarm) => (x.cleared ? 0 : x.acknowledged ? 1 : 2) * 10 + severityRank(x.severity)
  return rank(b) - rank(a) || b.raisedAt - a.raisedAt
}

/** The same each time: here a broken device, there a silent site. */
function madeUp(count: number, first: number) {
  const sites: { name: string; customer: string }[] = []
  const devices: KioskDevice[] = []
  for (let i = 0; devices.length < count; i++) {
    const size = 8 + ((i * 37) % 40)
    sites.push({
      name: `Branch ${String(i + 1).padStart(3, '0')}`,
      customer: i % 3 === 0 ? 'Acme Ltd' : 'Harbor Logistics',
    })
    for (let n = 0; n < size && devices.length < count; n++) {
      const dice = (i * 7919 + n * 104_729) % 997
      const state = i % 41 === 7 ? 'unknown' : dice < 7 ? 'down' : 'up'
      const severity =
        dice > 980 ? 'critical' : dice > 960 ? 'major' : dice > 925 ? 'minor' : dice > 900 ? 'warning' : null
      devices.push([first + i, `Device ${n + 1}`, state, Date.now() - dice * 60_000, severity])
    }
  }
  return { sites, devices }
}
