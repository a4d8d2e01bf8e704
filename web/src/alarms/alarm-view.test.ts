import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { columnsFor } from './alarm-columns.tsx'
import { readAlarmSearch, selectAlarms, statusOf } from './alarm-view.ts'
import { alarm } from './sample-alarm.test-data.ts'

const ids = (rows: readonly { id: string }[]) => rows.map((row) => row.id).join('')

describe('the alarm list', () => {
  it('puts the worst first, cleared ones last, newest first among equals', () => {
    const rows = [
      alarm('a', { perceivedSeverity: 'minor', raisedAt: 9 }),
      alarm('b', { perceivedSeverity: 'critical', isCleared: true }),
      alarm('c', { perceivedSeverity: 'critical', raisedAt: 1 }),
      alarm('d', { perceivedSeverity: 'critical', raisedAt: 2 }),
    ]
    expect(ids(selectAlarms(rows, {}).rows)).toBe('dcab')
    expect(ids(selectAlarms(rows, { sort: 'raised', dir: 'asc' }).rows)).toBe('bcda')
  })

  it('sets shelved and suppressed ones aside but counts them', () => {
    const rows = [
      alarm('a'),
      alarm('b', { operatorState: 'shelved' }),
      alarm('c', { suppression: { by: 'cause', holds: 'incident', ref: null, why: '', since: 0, until: null } }),
      alarm('d', { operatorState: 'ack' }),
    ]
    const all = selectAlarms(rows, {})
    expect(ids(all.rows)).toBe('ad')
    expect(all.views).toMatchObject({ active: 2, shelved: 1, suppressed: 1, ack: 1, new: 1, all: 4 })
    expect(ids(selectAlarms(rows, { view: 'shelved' }).rows)).toBe('b')
  })

  it('counts severities as if no severity were chosen', () => {
    const rows = [alarm('a', { perceivedSeverity: 'critical' }), alarm('b')]
    const chosen = selectAlarms(rows, { severity: ['critical'] })
    expect(ids(chosen.rows)).toBe('a')
    expect(chosen.counts).toMatchObject({ critical: 1, major: 1 })
  })

  it('finds every word somewhere: device, text, note, incident number', () => {
    const rows = [
      alarm('a', { deviceName: 'Core 1', text: 'fan failed', ackNote: 'spare ordered', incidentNumber: 12 }),
      alarm('b', { deviceName: 'Core 1' }),
    ]
    for (const q of ['core FAN', 'spare', '#12 core']) expect(ids(selectAlarms(rows, { q }).rows)).toBe('a')
  })

  it('calls an acknowledged cleared alarm cleared and a shelved one shelved whatever else it is', () => {
    expect(statusOf(alarm('a', { isCleared: true, operatorState: 'ack' }))).toBe('cleared')
    expect(statusOf(alarm('a', { isCleared: true, operatorState: 'shelved' }))).toBe('shelved')
  })

  it('orders 50,000 alarms', () => {
    const rows = Array.from({ length: 50_000 }, (_, i) =>
      alarm(`a${i}`, { perceivedSeverity: i % 3 ? 'minor' : 'critical', raisedAt: (i * 7919) % 50_000 }),
    )
    const ordered = selectAlarms(rows, { q: 'text' }).rows
    expect(ordered).toHaveLength(50_000)
    expect(ordered.slice(0, 16_667).every((row) => row.perceivedSeverity === 'critical')).toBe(true)
  })

  it('reads any address without failing and keeps only what it understands', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('severity', 'view', 'q', 'sort', 'dir', 'site', 'x'), fc.anything()),
        (raw) => {
          let search: ReturnType<typeof readAlarmSearch>
          try {
            search = readAlarmSearch(raw)
          } catch (error) {
            // values an address cannot carry (objects without a text form) are not its business
            return error instanceof TypeError
          }
          return !('x' in search) && readAlarmSearch({ ...search }).sort === search.sort
        },
      ),
    )
    expect(readAlarmSearch({ severity: 'critical,nonsense', view: 'new', dir: 'up' })).toEqual({
      severity: ['critical'],
      view: 'new',
    })
  })
})

describe('columns', () => {
  it('give way in their order and never lose severity, state, device and text', () => {
    const at = (width: number) => columnsFor(width, null).map((column) => column.id)
    expect(at(2000)).toContain('source')
    expect(at(1364)).not.toContain('source')
    expect(at(300)).toEqual(['severity', 'state', 'raised', 'device', 'text', 'incident'])
    expect(columnsFor(300, ['severity', 'type']).map((c) => c.id)).toEqual(['severity', 'type'])
  })
})
