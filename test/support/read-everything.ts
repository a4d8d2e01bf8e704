// All that a collector reads of its database, through its stores: plain data to compare.
import { pino } from 'pino'
import { openCollectorStores } from '#collector/stores.ts'
import { AuditListQuery } from '#shared/http/administration.ts'
import { AlarmListQuery } from '#shared/http/alarms.ts'
import { IncidentListQuery } from '#shared/http/incidents.ts'
import { DeviceListQuery } from '#shared/http/inventory.ts'
import { NotificationListQuery } from '#shared/http/notifications.ts'
import { EventListQuery, GapListQuery, QuarantineListQuery, SampleQuery } from '#shared/http/records.ts'

const RETENTION = { rawDays: 36_500, fiveMinuteDays: 36_500, hourDays: 36_500, eventDays: 36_500 }

/** Opens the data folder (and so upgrades it), reads, and closes. */
export async function readEverything(dir: string): Promise<Record<string, unknown>> {
  const stores = await openCollectorStores(dir, { retention: RETENTION }, pino({ level: 'silent' }))
  const { records, reads, rules, alarms, incidents, inventory, access, audit, samples } = stores
  try {
    const committed = await records.load()
    const all = { limit: 200 }
    const alarmPage = await reads.alarms(AlarmListQuery.parse({ ...all, all: 'true' }))
    const incidentPage = await reads.incidents(IncidentListQuery.parse(all))
    const alarmIds = alarmPage.items.map((a) => a.id)
    const incidentIds = incidentPage.items.map((i) => i.id)
    const at = committed.streams.reduce((max, s) => Math.max(max, s.watermark), 0)
    const devices = inventory.devices()
    return JSON.parse(
      JSON.stringify({
        streams: committed.streams,
        boots: committed.boots,
        series: committed.series,
        rules: { all: rules.rules(), states: [...rules.states()] },
        alarms: { all: alarms.all(), page: alarmPage, each: await Promise.all(alarmIds.map((id) => reads.alarm(id))) },
        incidents: {
          ...{ notClosed: incidents.notClosed(), lastNumber: incidents.lastNumber(), page: incidentPage },
          each: await Promise.all(incidentIds.map((id) => reads.incident(id))),
          evidence: await Promise.all(incidentIds.map((incident) => reads.evidence({ incident }))),
        },
        inventory: { agents: inventory.agents(), devices },
        lists: {
          customers: await reads.customers(all),
          sites: await reads.sites(all),
          agents: await reads.agents(all),
          devices: await reads.devices(DeviceListQuery.parse(all)),
          events: await reads.events(EventListQuery.parse(all)),
          gaps: await reads.gaps(GapListQuery.parse(all)),
          quarantine: await reads.quarantine(QuarantineListQuery.parse(all)),
          audit: await reads.audit(AuditListQuery.parse(all)),
          notifications: await reads.notifications(NotificationListQuery.parse(all)),
        },
        accounts: await access.accounts(),
        audit: await audit.verify(),
        samples: await samples.query(
          SampleQuery.parse({ device: devices[0]?.id, from: at - 3_600_000, to: at + 60_000 }),
          at,
        ),
      }),
    ) as Record<string, unknown>
  } finally {
    await records.stop()
  }
}
