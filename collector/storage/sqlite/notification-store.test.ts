// The policy's decisions through a real database: what it remembers comes back, and one row says where a recipient stands.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { tell } from '#test/support/judgement-story.ts'
import { type Database, openDatabase } from './database.ts'
import { createNotificationStore } from './notification-store.ts'
import { createPeopleReads } from './reads/people-reads.ts'

let dir: string
let db: Database
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'outrider-notification-store-'))
  db = await openDatabase(join(dir, 'collector.db'))
})
afterEach(() => {
  db.close()
  rmSync(dir, { recursive: true, force: true })
})

const down = (kind: 'raise' | 'clear', at: number) => ({
  ...{ rule: 'channel-down', agent: null, customer: '', site: '', device: null, resource: '', qualifier: 'x' },
  ...{ text: 'x is down', source: 'liveness' as const, late: false, kind, at, severity: 'major' as const },
  ...{ alarmType: 'notification.channel-down', inputs: {} },
})

describe('the notification store', () => {
  it('gives back what the policy remembers, and says where each recipient stands and how far its messages got', async () => {
    const store = createNotificationStore(db)
    const story = await tell({ rules: [], channels: ['mail', 'chat'] })
    const turn = (kind: 'raise' | 'clear') => {
      const { changes } = story.judgement.own([down(kind, story.wall())], story.wall())
      store.write(story.commit(changes), story.wall())
    }
    story.at(10)
    turn('raise')
    const key = (n: { kind: string; key: string }) => `${n.kind} ${n.key}`
    const byKey = <T extends { kind: string; key: string }>(all: readonly T[]) =>
      [...all].sort((a, b) => (key(a) < key(b) ? -1 : 1))
    expect(byKey(store.memory())).toEqual(byKey(story.store.read().notifyState))
    const alarm = story.alarm('notification.channel-down')?.id ?? ''
    const first = await store.due('mail', story.wall())
    await store.mark(first?.key ?? '', { state: 'sent', attempts: 1, nextAt: 0, answer: 'ok', fault: 'template: x' })
    story.at(20)
    turn('clear')
    expect(await store.toldOf(alarm)).toMatchObject([
      { recipient: 'chat', state: 'told', reason: 'message', delivery: 'queued', recoveryDelivery: 'queued' },
      {
        recipient: 'mail',
        state: 'told',
        reason: 'message',
        delivery: 'sent',
        answer: 'ok',
        recoveryDelivery: 'queued',
      },
    ])
    expect(await store.toldOf(alarm, 7)).toEqual([])
    const end = await store.due('mail', story.wall())
    expect([end?.transition, end && (await store.problemsOf(end))]).toEqual(['resolved', ['sent']])
    const log = await createPeopleReads(db).notifications({ alarm, recipient: 'mail', limit: 10 })
    expect(log.items.map((n) => [n.transition, n.state, n.fault, n.alarms])).toEqual([
      ['resolved', 'queued', null, [alarm]],
      ['opened', 'sent', 'template: x', [alarm]],
    ])
    expect((await createPeopleReads(db).notifications({ transition: ['resolved'], limit: 10 })).items).toHaveLength(2)
  })
})
