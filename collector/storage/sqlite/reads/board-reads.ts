// What wallboards show: the head of the alarm list with its counts, every watched device with its worst alarm.
import type { Alarm } from '#shared/domain/alarm.ts'
import { SEVERITIES, type Severity, severityRank } from '#shared/domain/severity.ts'
import { type KioskAlarm, type KioskDevice, MAX_BOARD_ALARMS } from '#shared/http/kiosk.ts'
import type { BoardReads } from '../../../api/boards.ts'
import type { Database } from '../database.ts'
import { createFilter } from './filter.ts'

type Row = Record<string, string | number | null>

const HELD = "(m.operator_state = 'shelved' or json_extract(m.doc, '$.suppression') is not null)"
/** Devices are grouped as what stands is read: by the index of devices every alarm there ever was would be looked up. */
const FRESH = "(m.is_cleared = 0 and m.operator_state = 'none')"

export function createBoardReads(db: Database): BoardReads {
  return {
    async alarms(only) {
      const f = () =>
        createFilter()
          .always('m.in_list = 1')
          .oneOf('m.customer', only ?? undefined)
      const groups = f()
      const counts = db
        .prepare(
          `select m.severity, m.is_cleared as cleared, ${FRESH} as fresh, ${HELD} as held, count(*) as n
             from alarm m ${groups.sql()} group by 1, 2, 3, 4`,
        )
        .all(...groups.values()) as Record<'severity' | 'cleared' | 'fresh' | 'held' | 'n', number>[]
      const shown = f().always(`not ${HELD}`)
      // names of a few rows only, after the order is known
      const rows = db
        .prepare(
          `select m.doc, json_extract(s.doc, '$.name') as site, json_extract(c.doc, '$.name') as customer,
             json_extract(d.doc, '$.name') as device, i.number as incident
           from (select m.id from alarm m ${shown.sql()}
             order by ${FRESH} desc, m.is_cleared, m.severity desc, m.raised_at desc, m.id limit ?) top
           join alarm m on m.id = top.id left join site s on s.id = m.site left join customer c on c.id = m.customer
             left join device d on d.id = m.device left join incident i on i.id = m.incident`,
        )
        .all(...shown.values(), MAX_BOARD_ALARMS) as Row[]
      return { items: rows.map(alarmOf).sort(inOrder), ...summed(counts) }
    },
    async devices(only) {
      const scope = () => createFilter().oneOf('customer', only ?? undefined)
      const s = scope()
      const sites = db
        .prepare(
          `select s.id, json_extract(s.doc, '$.name') as name, json_extract(c.doc, '$.name') as customer
             from (select * from site ${s.sql()}) s left join customer c on c.id = s.customer
             order by customer, name, s.id`,
        )
        .all(...s.values()) as Row[]
      const place = new Map(sites.map((row, i) => [row.id, i]))
      const d = scope().always("json_extract(doc, '$.active') is not 0")
      const rows = db
        .prepare(
          `select d.site, d.state, json_extract(d.doc, '$.name') as name, json_extract(d.doc, '$.stateSince') as since,
             w.severity from (select * from device ${d.sql()}) d
           left join (select m.device, max(m.severity) as severity from alarm m
             where m.in_list = 1 and m.is_cleared = 0 and not ${HELD} group by +m.device) w on w.device = d.id
           order by name, d.id`,
        )
        .all(...d.values()) as Row[]
      return {
        sites: sites.map(({ id, name, customer }) => ({ name: String(name ?? id), customer: String(customer ?? '') })),
        devices: rows.flatMap((row) => {
          const site = place.get(row.site as string)
          return site === undefined ? [] : [deviceOf(row, site)]
        }),
      }
    },
  }
}

function alarmOf(r: Row): KioskAlarm {
  const alarm = JSON.parse(r.doc as string) as Alarm
  return {
    ...{ id: alarm.id, severity: alarm.perceivedSeverity, cleared: alarm.isCleared },
    ...{ acknowledged: alarm.operatorState === 'ack', ackBy: alarm.ackBy },
    ...{ customer: String(r.customer ?? alarm.customer), site: String(r.site ?? alarm.site) },
    device: alarm.device === null ? null : String(r.device ?? alarm.device),
    ...{ resource: alarm.resource, alarmType: alarm.alarmType, text: alarm.text },
    ...{ raisedAt: alarm.raisedAt, count: alarm.count, incident: r.incident as number | null },
  }
}

/** As in the statement above: a join keeps no order. */
function inOrder(a: KioskAlarm, b: KioskAlarm): number {
  const fresh = (x: KioskAlarm) => Number(!x.cleared && !x.acknowledged)
  return (
    fresh(b) - fresh(a) ||
    Number(a.cleared) - Number(b.cleared) ||
    severityRank(b.severity) - severityRank(a.severity) ||
    b.raisedAt - a.raisedAt ||
    (a.id < b.id ? -1 : 1)
  )
}

const deviceOf = (r: Row, site: number): KioskDevice => [
  site,
  String(r.name),
  r.state as KioskDevice[2],
  r.since as number | null,
  r.severity === null ? null : (SEVERITIES[r.severity as number] ?? 'indeterminate'),
]

function summed(rows: readonly Record<'severity' | 'cleared' | 'fresh' | 'held' | 'n', number>[]) {
  const counts = Object.fromEntries(SEVERITIES.map((s) => [s, { open: 0, fresh: 0 }])) as Record<
    Severity,
    { open: number; fresh: number }
  >
  let total = 0
  let held = 0
  for (const { severity, cleared, fresh, held: isHeld, n } of rows) {
    if (isHeld) held += cleared ? 0 : n
    else {
      total += n
      const of = counts[SEVERITIES[severity] ?? 'indeterminate']
      of.open += cleared ? 0 : n
      of.fresh += fresh ? n : 0
    }
  }
  return { counts, total, held }
}
