// The alarm list of the played console: the real board, jobs and saved views over alarms in memory; what people do to alarms.
import { createAlarmBoard } from '#collector/alarm-board/alarm-board.ts'
import { createBulkJobs } from '#collector/alarm-board/bulk-jobs.ts'
import { createSavedViews } from '#collector/alarm-board/saved-views.ts'
import { type AlarmAction, operatorStep } from '#collector/alarms/operator-state.ts'
import type { AlarmDesk } from '#collector/api/alarm-desk.ts'
import type { Actions } from '#collector/api/deps.ts'
import type { HistoryReads } from '#collector/api/reads.ts'
import type { Alarm } from '#shared/domain/alarm.ts'
import type { HistoryRow } from '#shared/http/alarm-history.ts'
import type { AlarmRow } from '#shared/http/alarms.ts'
import type { DeviceRow } from '#shared/http/inventory.ts'

export interface PlayedAlarms {
  readonly desk: AlarmDesk
  readonly history: HistoryReads['alarmHistory']
  readonly act: Actions['alarmAction']
  /** An alarm came, changed or left. */
  saw(alarm: AlarmRow): void
}

export function createPlayedAlarms(parts: {
  readonly alarms: ReadonlyMap<string, AlarmRow>
  readonly devices: readonly DeviceRow[]
  put(alarm: AlarmRow, inList: boolean, action: string, actor: string): void
}): PlayedAlarms {
  const { alarms, devices, put } = parts
  const byId =
    <T>(of: (row: AlarmRow) => T) =>
    (id: string, key: 'site' | 'customer') => {
      for (const row of alarms.values()) if (row[key] === id) return of(row)
      return undefined
    }
  const numbers = new Map<string, number>()
  const note = (row: AlarmRow) => {
    if (row.incident !== null && row.incidentNumber !== null) numbers.set(row.incident, row.incidentNumber)
  }
  for (const row of alarms.values()) note(row)
  const board = createAlarmBoard({
    names: {
      device: (id) => devices.find((device) => device.id === id),
      site: (id) => byId((row) => row.siteName)(id, 'site'),
      customer: (id) => byId((row) => row.customerName)(id, 'customer'),
      incidentNumber: (id) => numbers.get(id),
    },
    isListed: (alarm) => alarms.has(alarm.id),
    newToken: () => crypto.randomUUID(),
  })
  board.reset(alarms.values())

  const act: Actions['alarmAction'] = async (action, ids, { actor, note: words, until, owner, severity }) =>
    ids.map((id) => {
      const alarm = alarms.get(id)
      if (!alarm) return { id, ok: false, problem: 'no such alarm' }
      const at = Date.now()
      if (action === 'clear') {
        if (alarm.source === 'poll')
          return { id, ok: false, problem: 'its rule can tell when it is over; close it to be done with it' }
        put({ ...alarm, isCleared: true, clearedAt: at }, true, 'clear', actor)
        return { id, ok: true, problem: null }
      }
      const step: AlarmAction = {
        ...{ action, actor, at, note: words },
        ...(until === undefined ? {} : { until }),
        ...(owner == null ? {} : { owner }),
        ...(severity == null ? {} : { severity }),
      }
      const more = operatorStep(alarm, step)
      if (typeof more === 'string') return { id, ok: false, problem: more }
      const next = { ...alarm, ...more }
      put(next, action !== 'close' && !(next.isCleared && next.operatorState === 'ack'), action, actor)
      return { id, ok: true, problem: null }
    })

  const views = createSavedViews({
    store: { views: () => [], defaults: () => [] },
    commit: async () => undefined,
    newId: () => crypto.randomUUID(),
    now: Date.now,
  })
  const jobs = createBulkJobs({
    act: ({ user, wish: { action, ...more } }, ids) => act(action, ids, { ...more, actor: user, until: more.until }),
    textOf: (id) => alarms.get(id)?.text ?? id,
    newId: () => crypto.randomUUID(),
    onFailure: () => undefined,
  })
  return {
    desk: { board, jobs, views },
    act,
    history: async ({ q, severity, state, device, site }) => {
      const rows = [...alarms.values()].flatMap((alarm, i) => episodesOf(alarm, i))
      const items = rows
        .filter((row) => state === undefined || (row.clearedAt === null) === (state === 'standing'))
        .filter((row) => severity === undefined || severity.includes(row.severity))
        .filter((row) => (device ?? row.device) === row.device && (site ?? row.site) === row.site)
        .filter((row) =>
          `${row.text} ${row.deviceName} ${row.siteName}`.toLowerCase().includes((q ?? '').toLowerCase()),
        )
        .sort((a, b) => b.raisedAt - a.raisedAt)
      return { items, nextCursor: null }
    },
    saw(alarm) {
      note(alarm)
      board.take([alarm as Alarm])
    },
  }
}

/** As it stands, and once a day before. */
function episodesOf(alarm: AlarmRow, i: number): HistoryRow[] {
  const { id, text, customer, customerName, site, siteName, device, deviceName, resource, alarmType, source, rule } =
    alarm
  const base = { text, customer, customerName, site, siteName, device, deviceName, resource, alarmType, source, rule }
  const then = alarm.raisedAt - 86_400_000 + i * 431_000
  const { clearedAt, raisedAt, perceivedSeverity: severity, incident, incidentNumber, ackNote } = alarm
  return [
    {
      ...{ ...base, id: i * 2 + 2, alarm: id, raisedAt, clearedAt, severity, by: alarm.ackBy, note: ackNote },
      ...{ late: false, incident, incidentNumber },
    },
    {
      ...{ ...base, id: i * 2 + 1, alarm: id, raisedAt: then, clearedAt: then + 260_000 + i * 97_000, severity },
      ...{ by: i % 3 === 0 ? 'lena' : null, note: i % 3 === 0 ? 'Carrier works, ticket 4471' : '', late: i % 5 === 4 },
      ...{ incident: null, incidentNumber: null },
    },
  ]
}
