import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LogEvent } from '#shared/domain/device-event.ts'
import type { ReceivedEvent } from '../ingest/evaluation.ts'
import { compileMatch, type Match } from './event-matching.ts'
import { createLogIndex } from './log-index.ts'
import { createWordFinder } from './word-finder.ts'

const line = (message: string, more: Partial<LogEvent> = {}): LogEvent => ({
  ...{ kind: 'log', at: 0, device: 'd', source: 's', transport: 'udp', format: 'raw', message },
  ...more,
})

describe('the word finder', () => {
  it('finds words inside words, at both ends, in any script', () => {
    const find = createWordFinder(['he', 'she', 'his', 'hers', '链路', 'ushers', 'ers'])
    expect([...find('ushers')].sort()).toEqual([0, 1, 3, 5, 6])
    expect([...find('x 链路中断 his')].sort()).toEqual([2, 4])
    expect(find('H E')).toEqual([])
  })

  it('finds what includes finds', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '链'), maxLength: 30 })
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '链'), minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(fc.uniqueArray(word, { maxLength: 12 }), text, (words, t) => {
        const expected = words.flatMap((w, i) => (t.includes(w) ? [i] : []))
        expect([...createWordFinder(words)(t)].sort((a, b) => a - b)).toEqual(expected)
      }),
    )
  })
})

describe('the index of log rules', () => {
  const one = <T>(...values: T[]) => fc.option(fc.constantFrom(...values), { nil: undefined })
  const match = fc
    .record({
      mnemonic: one('LINK-*-UPDOWN', 'LINK-3-UPDOWN', 'IFNET/*/LINK_STATE', '*'),
      app: one('sshd', 's*', '*'),
      contains: one<string | string[]>('down', ['up', 'lost'], 'logid='),
      fields: one<Record<string, string | string[]>>({ logid: '0100032002' }, { level: ['alert', 'al*'] }, { x: '*' }),
      without: one('not'),
      pattern: one('(?P<a>down|up)', '%{INT:n}'),
      atMostSeverity: one(2, 4),
    })
    .map((m) => Object.assign(JSON.parse(JSON.stringify(m)), { kind: 'log' }) as Match)
  const event = fc
    .record({
      message: fc
        .array(fc.constantFrom('down', 'up', 'lost', 'not', 'logid="0100032002"', 'level=alert', '7'), { maxLength: 4 })
        .map((w) => w.join(' ')),
      mnemonic: one('LINK-3-UPDOWN', 'IFNET/4/LINK_STATE', 'OTHER'),
      app: one('sshd', 'cron'),
      severity: one(1, 3, 6),
    })
    .map(({ message, ...more }) => line(message, JSON.parse(JSON.stringify(more))))

  it('names every rule that matches', () => {
    fc.assert(
      fc.property(fc.array(fc.array(match, { minLength: 1, maxLength: 2 }), { maxLength: 8 }), event, (rules, log) => {
        const received = { event: log } as ReceivedEvent
        const matching = rules.flatMap((m, i) => (compileMatch(m)(received) === undefined ? [] : [i]))
        const candidates = createLogIndex(rules)(log)
        expect(candidates).toEqual([...candidates].sort((a, b) => a - b))
        for (const i of matching) expect(candidates).toContain(i)
      }),
      { numRuns: 500 },
    )
  })

  it('asks few of many rules', () => {
    const rules: Match[][] = Array.from({ length: 300 }, (_, i) => [
      i % 3 === 0
        ? { kind: 'log', mnemonic: `MOD${i}-*-NAME` }
        : { kind: 'log', contains: `word ${i} `, pattern: '%{IP:ip}' },
    ])
    const index = createLogIndex(rules)
    expect(index(line('nothing of it', { mnemonic: 'MOD7-3-OTHER', app: 'x' }))).toEqual([])
    expect(index(line('has word 7 inside', { mnemonic: 'MOD9-3-NAME' }))).toEqual([7, 9])
  })
})
