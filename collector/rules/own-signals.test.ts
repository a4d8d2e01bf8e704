import { describe, expect, it } from 'vitest'
import { cloneSignals, lossSignals, ownPolicy, presenceSignals } from './own-signals.ts'

const places = { device: () => undefined, customerOf: (site: string) => (site === 'hq' ? 'acme' : '') }
const NOW = 1_000_000

describe('alarms about our own reach', () => {
  it('a site is missed and heard again; who took an identity away is not told so', () => {
    const turn = (presence: 'unknown' | 'online', because: string | null = null) =>
      ({ agent: 'a1', site: 'hq', presence, at: 5, because }) as never
    const turns = [turn('unknown'), turn('online'), turn('unknown', 'revoked')]
    const [missed, heard, ...more] = presenceSignals(turns, NOW, places, 'en')
    expect(more).toEqual([])
    expect(missed).toEqual({
      ...{ kind: 'raise', rule: 'site-unreachable', at: NOW, agent: 'a1', customer: 'acme', site: 'hq', device: null },
      ...{ resource: '', alarmType: 'site.unreachable', qualifier: 'a1', severity: 'major', source: 'liveness' },
      ...{ late: false, inputs: { lastHeard: 5 } },
      text: 'Site unreachable: agent a1 is not heard; its devices are unknown',
    })
    expect(heard?.kind).toBe('clear')
    expect(presenceSignals([turn('unknown')], NOW, places, 'zh-CN')[0]?.text).toContain('站点失联')
  })

  it('a cloned agent is told with its reason, when its site is known', () => {
    const forks = [
      { agent: 'a1', reason: 'two hashes', batch: true },
      { agent: 'lost', reason: 'x', batch: false },
    ]
    const siteOf = (agent: string) => (agent === 'a1' ? 'hq' : undefined)
    const told = cloneSignals({ forks, now: NOW }, siteOf, places, 'en')
    expect(told).toHaveLength(1)
    expect(told[0]).toMatchObject({
      ...{ kind: 'raise', rule: 'agent-cloned', severity: 'critical', alarmType: 'agent.cloned', at: NOW },
      ...{ inputs: { reason: 'two hashes' }, qualifier: 'a1', site: 'hq', customer: 'acme' },
    })
    expect(told[0]?.text).toContain('another speaks with its identity')
    expect(cloneSignals({ forks, now: NOW }, siteOf, places, 'zh-CN')[0]?.text).toContain('被拒绝')
  })

  it('lost records are one alarm per lane and reason, with all that was ever lost', () => {
    const loss = (lane: string, total: number) => ({ agent: 'a1', site: 'hq', lane, reason: 'quota', total }) as never
    const texts = (language: 'en' | 'zh-CN') =>
      lossSignals([loss('event', 1), loss('telemetry', 7), loss('all', 3), loss('all', 0)], NOW, places, language).map(
        (s) => s.text,
      )
    expect(texts('en')).toEqual([
      'Agent a1 lost 1 event record in all (quota)',
      'Agent a1 lost 7 telemetry records in all (quota)',
      'Agent a1 began a new outbox; 3 records that it had not sent are lost',
      'Agent a1 began a new outbox; what it had not sent may be lost',
    ])
    expect(texts('zh-CN')).toEqual([
      '代理 a1 累计丢失 1 条事件记录（quota）',
      '代理 a1 累计丢失 7 条测量记录（quota）',
      '代理 a1 的发件箱重新开始，未发送的 3 条记录已丢失',
      '代理 a1 的发件箱重新开始，未发送的记录可能已丢失',
    ])
    expect(lossSignals([loss('event', 1)], NOW, places, 'en')[0]).toMatchObject({
      ...{ kind: 'raise', at: NOW, severity: 'minor', alarmType: 'agent.records-lost', qualifier: 'a1 event quota' },
      ...{ rule: 'agent-records-lost', inputs: { lane: 'event', reason: 'quota', total: 1 } },
    })
  })

  it('open incidents, but for lost records', () => {
    const opens = ['site-unreachable', 'agent-cloned', 'agent-records-lost', 'link-down'].map((r) => ownPolicy(r)?.open)
    expect(opens).toEqual([true, true, false, undefined])
    expect(ownPolicy('site-unreachable')?.reopenWithin).toBe(300_000)
  })
})
