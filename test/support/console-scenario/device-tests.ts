// Tests of devices, played: steps come one by one. The community "wrong" and the address 10.9.9.9 are refused by silence.
import type { DeviceTestBook } from '#collector/api/device-test-book.ts'
import type { TestStep } from '#shared/domain/device-test.ts'
import type { DeviceTestRow } from '#shared/http/device-test.ts'

/** ms between two steps. */
const PACE_MS = 150

export function createPlayedTests(agentsOf: (site: string) => readonly string[]): DeviceTestBook {
  const tests = new Map<string, { readonly row: DeviceTestRow; readonly steps: readonly TestStep[] }>()
  const begin = (row: Pick<DeviceTestRow, 'site' | 'agent' | 'device' | 'address'>, actor: string, bad: boolean) => {
    const id = `t-${tests.size + 1}`
    const made: DeviceTestRow = {
      ...{ id, ...row, state: 'waiting', verdict: null, steps: [], failure: null },
      ...{ requestedBy: actor, requestedAt: Date.now(), endedAt: null },
    }
    tests.set(id, { row: made, steps: bad ? silentSteps(row.address) : goodSteps(row.address) })
    return { ok: true as const, test: made }
  }
  return {
    async start(site, draft, actor) {
      const agent = draft.agent ?? agentsOf(site)[0]
      if (agent === undefined) return { ok: false, code: 'conflict', message: 'the site has no agent' }
      const bad = draft.snmp?.set?.community === 'wrong' || draft.address === '10.9.9.9'
      return begin({ site, agent, device: null, address: draft.address }, actor, bad)
    },
    startFor: async ({ id, site, agent, address }, actor) =>
      begin({ site, agent, device: id, address }, actor, address === '10.9.9.9'),
    test(site, id) {
      const test = tests.get(id)
      if (test === undefined || test.row.site !== site) return undefined
      const { row, steps } = test
      const come = Math.floor((Date.now() - row.requestedAt) / PACE_MS)
      if (come > steps.length) {
        const read = steps.at(-1)?.step === 'values'
        return { ...row, state: 'done', verdict: read ? 'read' : 'answers', steps: [...steps], endedAt: Date.now() }
      }
      const running = steps.slice(come, come + 1).map((step): TestStep => ({ ...step, state: 'running' }))
      return { ...row, state: come === 0 ? 'waiting' : 'running', steps: [...steps.slice(0, come), ...running] }
    },
  }
}

const step = (n: number, of: Pick<TestStep, 'step' | 'state' | 'code'> & Partial<TestStep>): TestStep => ({
  ...{ n, about: '', detail: '', tookMs: 1, facts: {}, values: [] },
  ...of,
})

function reach(address: string): TestStep[] {
  return [
    step(0, { step: 'address', state: 'ok', code: 'literal', facts: { addresses: address } }),
    step(1, {
      ...{ step: 'ping', state: 'ok', code: 'ok', tookMs: 412 },
      facts: { by: 'fping', sent: '3', received: '3', bestMs: '1.84' },
    }),
    step(2, { step: 'tcp', about: '22', state: 'ok', code: 'ok', tookMs: 3 }),
    step(3, { step: 'tcp', about: '443', state: 'noted', code: 'refused', detail: 'ECONNREFUSED', tookMs: 2 }),
  ]
}

function goodSteps(address: string): TestStep[] {
  const value = (metric: string, resource: string, number: number, unit: string, state: string | null = null) => ({
    ...{ metric, resource, value: number, unit, state },
  })
  return [
    ...reach(address),
    step(4, { step: 'snmp', about: 'v2c', state: 'ok', code: 'ok', tookMs: 14, facts: { uptime: '8294400' } }),
    step(5, {
      step: 'snmp',
      about: 'v1',
      state: 'noted',
      code: 'timeout',
      tookMs: 4004,
      detail: 'no answer in 4004 ms',
    }),
    step(6, {
      ...{ step: 'identity', state: 'ok', code: 'ok', tookMs: 31 },
      facts: {
        ...{ sysObjectId: '1.3.6.1.4.1.2011.2.23.95', sysName: 'ACC-SW-4F', vendor: 'Huawei', model: 'S5735-L24T4X' },
        ...{
          serial: '2102351VGE0000001234',
          version: 'V200R021C00',
          sysDescr: 'S5735-L24T4X Huawei Versatile Routing',
        },
      },
    }),
    step(7, {
      ...{ step: 'profile', state: 'ok', code: 'matched', tookMs: 1 },
      facts: {
        ...{ profile: 'huawei', reason: 'sysObjectID 1.3.6.1.4.1.2011.2.23.95 fits 1.3.6.1.4.1.2011.2.23.*' },
        others: 'huawei-any (sysObjectID 1.3.6.1.4.1.2011.2.23.95 fits 1.3.6.1.4.1.2011.*)',
      },
    }),
    step(8, {
      ...{ step: 'values', state: 'ok', code: 'ok', tookMs: 268 },
      facts: { count: '214', metrics: '31', missing: '2', leftOut: 'env.fan, env.power' },
      values: [
        value('cpu.load', '', 11, '%'),
        value('memory.used', '', 42, '%'),
        value('env.temperature', 'sensor:Mainboard', 38, 'Cel'),
        value('if.oper-status', 'if:GigabitEthernet0/0/1', 1, '', 'up'),
        value('if.in.octets', 'if:GigabitEthernet0/0/1', 1_830_220_114, 'By'),
        value('if.out.octets', 'if:GigabitEthernet0/0/1', 640_120_990, 'By'),
        value('if.in.errors', 'if:GigabitEthernet0/0/1', 0, ''),
        value('if.speed', 'if:GigabitEthernet0/0/1', 1_000_000_000, 'bit/s'),
        value('sys.uptime', '', 8_294_400, 's'),
        value('if.admin-status', 'if:GigabitEthernet0/0/1', 1, '', 'up'),
      ],
    }),
  ]
}

function silentSteps(address: string): TestStep[] {
  const silent = { code: 'timeout', tookMs: 4006, detail: 'no answer in 4006 ms' } as const
  return [
    ...reach(address),
    step(4, { step: 'snmp', about: 'v2c', state: 'failed', ...silent }),
    step(5, { step: 'snmp', about: 'v1', state: 'noted', ...silent }),
  ]
}
