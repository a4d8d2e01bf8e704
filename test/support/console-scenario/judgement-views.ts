// What the played judgement works out of what it is asked: a preview, what is held back, symptoms of a cause.
import type { AlarmRow } from '#shared/http/alarms.ts'
import type { RulePreview } from '#shared/http/rules.ts'
import type { SuppressedPage, SuppressedRow } from '#shared/http/suppression.ts'

const GATES = ['history', 'shadow', 'shelved', 'maintenance', 'probation', 'cause', 'inhibited'] as const

/** By the sites it names: `nowhere` selects nothing, none selects everything. */
export function previewOf(rule: Readonly<Record<string, unknown>>, now: number): RulePreview {
  const { selector = {}, condition } = rule as {
    selector?: { sites?: string[] }
    condition: { type: string; above?: number }
  }
  const isEvents = condition.type.startsWith('event')
  const isNothing = selector.sites?.includes('nowhere') === true
  const isAll = Object.values(selector).every((value) => value === undefined)
  const devices = isNothing ? 0 : isAll ? 8 : 4
  const above = condition.above ?? 90
  const values = isNothing || isEvents ? [] : [97, 91, 64, 41, 12]
  const problems =
    condition.above !== undefined && condition.above > 1000
      ? [{ path: 'condition.above', message: 'a percentage is at most 100' }]
      : []
  return {
    ...{
      problems,
      about: isEvents ? 'events' : 'samples',
      devices,
      resources: devices * 3,
      series: isEvents ? 0 : devices * 3,
    },
    ...{ of: { devices: 8, series: 96 }, selectsNothing: isNothing, selectsEverything: isAll, notes: [] },
    answers: {
      met: values.filter((one) => one > above).length,
      notMet: values.filter((one) => one <= above).length,
      ...{ between: 0, unknown: isNothing ? 0 : 1 },
    },
    items: values.map((value, i) => ({
      ...{
        site: 'hq',
        device: 'hq.file-srv',
        name: 'File server',
        resource: `storage:/srv${i}`,
        metric: 'storage.used',
      },
      ...{ unit: '%', at: now - 30_000, value, label: null, answer: value > above ? 'met' : 'not-met', why: '' },
      ...{ severity: value > above ? 'minor' : null, text: value > above ? `File server: /srv${i} ${value} %` : '' },
      override: i === 1 ? 0 : null,
    })),
    notLookedAt: isNothing ? 0 : 7,
  }
}

export function suppressedOf(alarms: readonly AlarmRow[], query: URLSearchParams, now: number): SuppressedPage {
  const held = alarms.flatMap((row): SuppressedRow[] => {
    if (row.operatorState === 'shelved')
      return [
        {
          ...{ ...row, refName: null },
          suppression: {
            ...{ by: 'shelved', holds: 'people', ref: null, why: 'shelved by lena', since: row.raisedAt + 60_000 },
            until: row.shelvedUntil,
          },
        },
      ]
    if (row.suppression !== null) return [{ ...row, suppression: row.suppression, refName: null }]
    if (row.id !== 'a-05') return []
    const suppression = {
      ...{ by: 'maintenance' as const, holds: 'people' as const, ref: 'w-1', why: 'window "Core switch firmware"' },
      ...{ since: now - 2_400_000, until: now + 4_800_000 },
    }
    return [{ ...row, suppression, refName: 'Core switch firmware' }]
  })
  const q = (query.get('q') ?? '').toLowerCase()
  const found = held.filter((row) => `${row.text} ${row.deviceName}`.toLowerCase().includes(q))
  const counts = Object.fromEntries(
    GATES.map((gate) => [gate, found.filter((row) => row.suppression.by === gate).length]),
  ) as SuppressedPage['counts']
  const by = query.getAll('by')
  const items = found.filter((row) => by.length === 0 || by.includes(row.suppression.by))
  return { items, counts, liveId: 1, nextCursor: null }
}

/** What stands behind the switch that is down. */
export function symptomsOf(cause: AlarmRow): AlarmRow[] {
  return ['PLC 71', 'PLC 72', 'Camera line 7', 'Printer line 7'].map((name, i) => ({
    ...cause,
    ...{ id: `s-${i + 1}`, device: `plant-2.behind-${i}`, deviceName: name, perceivedSeverity: 'major', count: 1 },
    ...{ text: `${name} does not answer`, isCleared: i === 3, clearedAt: i === 3 ? cause.raisedAt + 90_000 : null },
    suppression:
      i === 3
        ? null
        : {
            ...{ by: i === 2 ? 'probation' : 'cause', holds: 'incident', ref: cause.id, why: 'behind Line 7 switch' },
            ...{ since: cause.raisedAt, until: null },
          },
  }))
}
