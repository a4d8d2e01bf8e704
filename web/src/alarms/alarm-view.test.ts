import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { columnsFor } from './alarm-columns.tsx'
import { belongs, boardParams, type Dictionary, isFiltered, readAlarmSearch, statusOf } from './alarm-view.ts'
import { alarm } from './sample-alarm.test-data.ts'

const WORDS: Dictionary = [
  ['type', 'link.down', '链路中断'],
  ['type', 'power.lost', '断电'],
  ['severity', 'major', '主要'],
]

describe('what is asked of the collector', () => {
  it('is the address, with what its words may mean', () => {
    const search = readAlarmSearch({
      severity: 'critical,major',
      site: ['hq', 'port'],
      q: '主要 链路',
      saved: 'v1',
      alarm: 'a',
    })
    expect(search).toMatchObject({ severity: ['critical', 'major'], site: 'hq,port' })
    expect(boardParams(search, WORDS)).toEqual({
      ...{ severity: 'critical,major', site: 'hq,port', q: '主要 链路' },
      means: ['0~severity~major', '1~type~link.down'],
    })
  })

  it('never fails on an address', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.anything()), (raw) => {
        const search = readAlarmSearch(raw)
        expect(readAlarmSearch({ ...search })).toEqual(search)
      }),
    )
  })

  it('is narrowed by anything but order and place', () => {
    expect(isFiltered({ sort: 'raised', dir: 'asc', alarm: 'a', saved: 'v', view: 'active' })).toBe(false)
    for (const search of [{ view: 'ack' as const }, { q: 'x' }, { owner: '-' }, { ackedOver: 4 }])
      expect(isFiltered(search)).toBe(true)
  })
})

describe('whether a new alarm belongs in the list', () => {
  const now = 10 * 3_600_000
  it.each([
    [{}, {}, true],
    [{ operatorState: 'shelved' }, {}, false],
    [{ operatorState: 'shelved' }, { view: 'shelved' }, true],
    [{}, { severity: ['critical'] }, false],
    [{}, { site: 'other,s' }, true],
    [{}, { site: 'other' }, false],
    [{}, { owner: '-' }, true],
    [{ owner: 'bob' }, { owner: '-' }, false],
    [{ owner: 'bob' }, { owner: 'bob' }, true],
    [{ text: 'fan failed', incidentNumber: 12 }, { q: 'FAN #12' }, true],
    [{ text: 'fan failed' }, { q: 'fan stopped' }, false],
    [{}, { q: '链路 主要' }, true],
    [{}, { q: '断电' }, false],
    [{ operatorState: 'ack', ackAt: now - 5 * 3_600_000 }, { ackedOver: 4, view: 'ack' }, true],
    [{ operatorState: 'ack', ackAt: now - 3 * 3_600_000 }, { ackedOver: 4, view: 'ack' }, false],
  ] as const)('%o in %o: %s', (more, search, expected) => {
    expect(belongs(alarm('a', more as never), search as never, WORDS, now)).toBe(expected)
  })

  it('calls an acknowledged cleared alarm cleared and a shelved one shelved whatever else it is', () => {
    expect(statusOf(alarm('a', { isCleared: true, operatorState: 'ack' }))).toBe('cleared')
    expect(statusOf(alarm('a', { isCleared: true, operatorState: 'shelved' }))).toBe('shelved')
  })
})

describe('columns', () => {
  it('give way to what matters more, and are all there where a person says so', () => {
    const shown = (width: number) => columnsFor(width, null).map((column) => column.id)
    expect(shown(2400)).toContain('source')
    expect(shown(2400)).not.toContain('vendor')
    expect(shown(1000)).not.toContain('source')
    for (const id of ['severity', 'state', 'raised', 'device', 'text', 'incident']) expect(shown(600)).toContain(id)
    expect(columnsFor(300, ['vendor', 'text']).map((column) => column.id)).toEqual(['text', 'vendor'])
  })
})
