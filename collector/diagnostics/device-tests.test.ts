import { describe, expect, it } from 'vitest'
import type { TestStep } from '#shared/domain/device-test.ts'
import { type Order, Order as OrderSchema, type SignedCommand } from '#shared/wire/command.ts'
import { createDeviceTests } from './device-tests.ts'

const step = (n: number, change: Partial<TestStep> = {}): TestStep => ({
  ...{ n, step: 'ping', about: '', state: 'ok', code: 'ok', detail: '', tookMs: 1, facts: {}, values: [] },
  ...change,
})

function setUp() {
  let at = 1_800_000_000_000
  let online = true
  let ids = 0
  const sent: Order[] = []
  const tests = createDeviceTests({
    number: async () => ({ seq: ++ids }),
    key: { sign: (order) => ({ version: 1, order: JSON.stringify(order), signature: '' }) as SignedCommand },
    send: (_agent, command) => sent.push(OrderSchema.parse(JSON.parse(command.order))) > 0,
    isOnline: () => online,
    now: () => at,
    newId: () => `id-${String(++ids).padStart(8, '0')}`,
  })
  const start = () =>
    tests.start({
      ...{ site: 'hq', agent: 'agent-hq-1', device: null, address: '10.0.0.1', actor: 'anna' },
      arguments: { address: '10.0.0.1', tcpPorts: [], ping: true },
    })
  return { tests, sent, start, pass: (ms: number) => (at += ms), offline: () => (online = false), at: () => at }
}

describe('tests of devices', () => {
  it('shows steps as they come, in their order, and the end', async () => {
    const t = setUp()
    const id = await t.start()
    expect(t.sent).toMatchObject([{ action: 'device-test', target: '', operator: 'anna', arguments: { test: id } }])
    expect(t.tests.test(id)).toMatchObject({ state: 'waiting', steps: [] })
    const tell = (one: TestStep, agent = 'agent-hq-1') =>
      t.tests.heard(agent, { kind: 'device-test-step', test: id, at: t.at(), step: one })
    tell(step(1, { state: 'running' }))
    tell(step(0))
    tell(step(1))
    tell(step(2), 'agent-of-others')
    expect(t.tests.test(id)).toMatchObject({ state: 'running', steps: [{ n: 0 }, { n: 1, state: 'ok' }] })
    const command = (t.sent[0] as Order).id
    expect(t.tests.owns(command)).toBe(true)
    const end = { kind: 'command-result', command, action: 'device-test', target: '', at: t.at() } as const
    t.tests.heard('agent-hq-1', {
      ...{ ...end, state: 'done', durationMs: 5, error: null },
      result: { verdict: 'read', steps: [step(0), step(1), step(2)] },
    })
    expect(t.tests.test(id)).toMatchObject({ state: 'done', verdict: 'read', steps: [{ n: 0 }, { n: 1 }, { n: 2 }] })
    tell(step(0, { state: 'failed' }))
    expect(t.tests.test(id)?.steps[0]?.state).toBe('ok')
  })

  it('sends again what was not begun, and says when nobody begins or ends', async () => {
    const t = setUp()
    const id = await t.start()
    t.pass(6_000)
    t.tests.step()
    expect(t.sent.map((order) => order.nonce)).toEqual([t.sent[0]?.nonce, t.sent[0]?.nonce])
    t.pass(26_000)
    t.tests.step()
    expect(t.tests.test(id)).toMatchObject({ state: 'failed', failure: { code: 'no-answer' } })
    const second = await t.start()
    t.tests.heard('agent-hq-1', { kind: 'device-test-step', test: second, at: t.at(), step: step(0) })
    t.pass(150_000)
    expect(t.tests.test(second)).toMatchObject({ state: 'failed', failure: { code: 'lost' } })
    t.pass(900_000)
    expect(t.tests.test(second)).toBeUndefined()
  })

  it('says what the agent refused, takes no more than a few, and none while the agent is away', async () => {
    const t = setUp()
    for (let i = 0; i < 4; i++) await t.start()
    expect(t.tests.refusal('agent-hq-1')).toMatch(/4 tests run/)
    for (const { id: command } of t.sent)
      t.tests.heard('agent-hq-1', {
        ...{ kind: 'command-result', command, action: 'device-test', target: '', at: t.at(), durationMs: 0 },
        ...{ state: 'refused', result: null, error: 'this agent does not know the action' },
      })
    expect(t.tests.refusal('agent-hq-1')).toBeUndefined()
    const { test } = (t.sent[0] as Order).arguments as { test: string }
    expect(t.tests.test(test)?.failure).toEqual({ code: 'refused', detail: 'this agent does not know the action' })
    t.offline()
    expect(t.tests.refusal('agent-hq-1')).toMatch(/not connected/)
  })
})
