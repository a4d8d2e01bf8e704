// Opens the stores of a data folder; all that writes its share of a change set is registered, in order.
import type { Logger } from 'pino'
import { isListed } from './alarms/alarms.ts'
import type { CollectorConfig } from './config/config.ts'
import { MAX_SWEEPS } from './discovery/discovery-store.ts'
import type { StoredJudgement } from './evaluation.ts'
import { createAccessStore } from './storage/sqlite/access-store.ts'
import { createAlarmStore } from './storage/sqlite/alarm-store.ts'
import { createAttachmentStore } from './storage/sqlite/attachment-store.ts'
import { createAuditStore } from './storage/sqlite/audit-store.ts'
import { createBackTestStore } from './storage/sqlite/back-test-store.ts'
import { createCauseStore } from './storage/sqlite/cause-store.ts'
import { createDiscoveryStore } from './storage/sqlite/discovery-store.ts'
import { createEnrolmentStore } from './storage/sqlite/enrolment-store.ts'
import { createEvidenceStore } from './storage/sqlite/evidence-store.ts'
import { createIncidentStore } from './storage/sqlite/incident-store.ts'
import { createInventoryStore } from './storage/sqlite/inventory-store.ts'
import { createKioskStore } from './storage/sqlite/kiosk-store.ts'
import { createNotificationStore } from './storage/sqlite/notification-store.ts'
import { createNotifyBookStore } from './storage/sqlite/notify-book-store.ts'
import { createReads } from './storage/sqlite/reads/reads.ts'
import { createSampleReads } from './storage/sqlite/reads/sample-reads.ts'
import { createRuleStore } from './storage/sqlite/rule-state-store.ts'
import { createSiteConfigStore } from './storage/sqlite/site-config-store.ts'
import { createSuppressionStore } from './storage/sqlite/suppression-store.ts'
import { createTopologyStore } from './storage/sqlite/topology-store.ts'
import { createTrapStore } from './storage/sqlite/trap-store.ts'
import { createViewStore } from './storage/sqlite/view-store.ts'
import { openStores } from './storage/storage.ts'
import type { StoredGates } from './written-gates.ts'

export type CollectorStores = Awaited<ReturnType<typeof openCollectorStores>>

/** Throws DatabaseError when the database cannot be used. Stop `records` last. */
export async function openCollectorStores(dir: string, config: Pick<CollectorConfig, 'retention'>, log: Logger) {
  const { rawDays: raw, fiveMinuteDays: fiveMinutes, hourDays: hour, eventDays: events } = config.retention
  const records = await openStores({ dir, log, retention: { raw, fiveMinutes, hour, events } })
  const db = records.database
  const writers = {
    inventory: createInventoryStore(db),
    alarms: createAlarmStore(db, isListed),
    incidents: createIncidentStore(db),
    attachments: createAttachmentStore(db),
    rules: createRuleStore(db),
    evidence: createEvidenceStore(db),
    notifications: createNotificationStore(db),
    notifyBook: createNotifyBookStore(db),
    access: createAccessStore(db),
    enrolment: createEnrolmentStore(db),
    siteConfig: createSiteConfigStore(db),
    discovery: createDiscoveryStore(db, MAX_SWEEPS),
    topology: createTopologyStore(db),
    causes: createCauseStore(db),
    suppression: createSuppressionStore(db),
    alarmViews: createViewStore(db),
    kiosks: createKioskStore(db),
    audit: createAuditStore(db),
  }
  for (const writer of Object.values(writers)) records.addWriter(writer)
  return {
    records,
    ...writers,
    traps: createTrapStore(db),
    backTests: createBackTestStore(db, Date.now),
    reads: createReads(db),
    samples: createSampleReads(records.samples),
  }
}

/** What was judged until the last commit, but for the rules and the gates, which their own books read. */
export function storedJudgement({
  records,
  ...stores
}: CollectorStores): Omit<StoredJudgement, 'rules' | keyof StoredGates> {
  return {
    states: stores.rules.states(),
    series: stores.rules.series(),
    eventsFrom: stores.rules.eventsFrom,
    ...{ lastSample: records.lastSample, past: records.samples.read },
    agents: stores.inventory.agents(),
    devices: stores.inventory.devices(),
    playbooks: stores.inventory.playbooks(),
    alarms: stores.alarms.all(),
    incidents: stores.incidents.notClosed(),
    lastNumber: stores.incidents.lastNumber(),
    pending: stores.incidents.pending(),
    activity: stores.incidents.activity(),
    notifyState: stores.notifications.memory(),
  }
}
