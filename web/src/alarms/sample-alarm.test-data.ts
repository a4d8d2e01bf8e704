// An alarm for unit tests; only what matters to a test is given.
import type { AlarmRow } from '#shared/http/alarms.ts'

export function alarm(id: string, more: Partial<AlarmRow> = {}): AlarmRow {
  return {
    ...{
      id,
      customer: 'c',
      customerName: 'Customer',
      site: 's',
      siteName: 'Site',
      device: 's.d',
      deviceName: 'Device',
    },
    ...{ agent: null, resource: '', alarmType: 'link.down', qualifier: '', perceivedSeverity: 'major' },
    ...{ isCleared: false, operatorState: 'none', episode: 1, count: 1, firstAt: 0, raisedAt: 0, lastAt: 0 },
    ...{
      clearedAt: null,
      text: 'text',
      source: 'poll',
      rule: 'r',
      ackBy: null,
      ackAt: null,
      ackNote: '',
      ackUntil: null,
    },
    ...{ shelvedUntil: null, flapping: false, suppression: null, unknownSince: null },
    ...{ incident: null, incidentNumber: null },
    ...more,
  }
}
