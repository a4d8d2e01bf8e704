// Door of the reads: everything the API shows, from the one database.
import type { Reads } from '../../../api/reads.ts'
import type { Database } from '../database.ts'
import { createAlarmHourReads } from './alarm-hour-reads.ts'
import { createAlarmReads } from './alarm-reads.ts'
import { createHistoryReads } from './history-reads.ts'
import { createIncidentReads } from './incident-reads.ts'
import { createInventoryReads } from './inventory-reads.ts'
import { createPeopleReads } from './people-reads.ts'
import { createRecordReads } from './record-reads.ts'
import { createScopeReads } from './scope-reads.ts'
import { createSuppressedReads } from './suppressed-reads.ts'
import { createTraceReads } from './trace-reads.ts'

export function createReads(db: Database): Reads {
  const alarms = createAlarmReads(db)
  const incidents = createIncidentReads(db, alarms)
  const records = {
    ...createScopeReads(db),
    ...createAlarmHourReads(db),
    ...createHistoryReads(db),
    ...createRecordReads(db),
    ...createPeopleReads(db),
    ...createTraceReads(db),
    ...createSuppressedReads(db),
  }
  return { ...createInventoryReads(db), ...alarms, ...incidents, ...records }
}
