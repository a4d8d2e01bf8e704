// Names on the alarm list when people rename places: the change is committed before anybody knows the places by it.
import { pino } from 'pino'
import { expect, it } from 'vitest'
import type { Alarm } from '#shared/domain/alarm.ts'
import { BoardQuery } from '#shared/http/alarm-board.ts'
import { createAlarmDesk } from './alarm-desk.ts'
import { type ChangeSet, emptyChangeSet } from './storage/change-set.ts'

const alarm = {
  ...{ id: 'a', customer: 'acme', site: 'hq', device: null, agent: null, resource: '', alarmType: 'link.down' },
  ...{ qualifier: '', perceivedSeverity: 'major', isCleared: false, operatorState: 'none', episode: 1, count: 1 },
  ...{ raisedAt: 1, lastAt: 1, text: 'a', source: 'poll', rule: 'r', ackBy: null, ackNote: '', suppression: null },
  incident: null,
} as unknown as Alarm

it('shows customers and sites as they are called now', () => {
  let customers = [{ id: 'acme', name: 'Acme' }]
  let sites = [{ id: 'hq', name: 'Head office' }]
  let commit: (changes: ChangeSet) => void = () => undefined
  const { desk } = createAlarmDesk({
    judgement: {
      alarms: { generation: () => 1, current: () => [alarm], get: () => alarm },
      inventory: {
        ...{ customers: () => customers, sites: () => sites, device: () => undefined },
        site: (id: string) => sites.find((site) => site.id === id),
      },
      incidents: { get: () => undefined },
    } as never,
    ingest: { turns: {} as never, onCommitted: (listener) => (commit = listener) },
    actions: { alarmAction: async () => [] },
    alarmViews: { views: () => [], defaults: () => [] },
    now: () => 1,
    log: pino({ level: 'silent' }),
  })
  const who = { user: 'ann', customers: null, outside: false }
  const named = () => {
    const [row] = desk.board.make(BoardQuery.parse({}), who, 1).items
    return [row?.customerName, row?.siteName]
  }
  expect(named()).toEqual(['Acme', 'Head office'])
  const change = { kind: 'customer', site: '', id: 'acme', doc: {} } as never
  commit({ ...emptyChangeSet(), siteConfig: [change] })
  customers = [{ id: 'acme', name: 'Acme Ltd' }]
  expect(named()).toEqual(['Acme Ltd', 'Head office'])
  commit({ ...emptyChangeSet(), siteConfig: [change] })
  sites = [{ id: 'hq', name: 'Harbour' }]
  expect(named()).toEqual(['Acme Ltd', 'Harbour'])
})
