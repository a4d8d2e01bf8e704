// Tests of devices, in memory only: a signed order to the agent, its steps as they come, forgotten after a while. What was
// typed for a test is sealed to the agent at once and kept nowhere.
import { randomBytes } from 'node:crypto'
import { type DeviceTestArguments, DeviceTestResult, deviceTest } from '#shared/diagnostics/device-test.ts'
import type { DeviceTestRow } from '#shared/http/device-test.ts'
import type { Order, SignedCommand } from '#shared/wire/command.ts'
import type { ResultRecord } from '#shared/wire/result.ts'
import type { CommandKey } from './command-key.ts'

export interface TestWish {
  readonly site: string
  readonly agent: string
  readonly device: string | null
  readonly address: string
  readonly arguments: Omit<DeviceTestArguments, 'test'>
  readonly actor: string
}

export interface DeviceTests {
  /** Why no test can be ordered of this agent now; undefined: it can. */
  refusal(agent: string): string | undefined
  /** Orders a test; the id by which it is asked for. */
  start(wish: TestWish): Promise<string>
  /** As far as it has come; undefined: unknown, or forgotten. */
  test(id: string): DeviceTestRow | undefined
  /** Takes what an agent told of tests. */
  heard(agent: string, record: ResultRecord): void
  /** True for a command of a test: nobody else waits for its result. */
  owns(command: string): boolean
  /** Each second: sends again what was not begun, ends what came to no end. */
  step(): void
}

const BEGIN_MS = 30_000
const END_MS = deviceTest.deadlineMs + 20_000
const RESEND_MS = 5_000
const KEPT_MS = 15 * 60_000
const MAX_TESTS = 200
const MAX_PER_AGENT = 4
/** Agents' clocks are not ours. */
const NOT_BEFORE_MS = 60_000

interface Running {
  row: DeviceTestRow
  readonly command: SignedCommand
  readonly commandId: string
  sentAt: number
}

export function createDeviceTests(deps: {
  /** The agent's next number; durable when resolved. */
  readonly number: (agent: string, at: number) => Promise<{ readonly seq: number }>
  readonly key: Pick<CommandKey, 'sign'>
  readonly send: (agent: string, command: SignedCommand) => boolean | Promise<boolean>
  readonly isOnline: (agent: string) => boolean
  readonly now: () => number
  readonly newId: () => string
}): DeviceTests {
  const { now } = deps
  const tests = new Map<string, Running>()
  const byCommand = new Map<string, string>()

  const forget = (id: string) => {
    const test = tests.get(id)
    if (test) byCommand.delete(test.commandId)
    tests.delete(id)
  }
  const change = (test: Running, row: Partial<DeviceTestRow>) => {
    test.row = { ...test.row, ...row }
  }
  const fail = (test: Running, code: NonNullable<DeviceTestRow['failure']>['code'], detail: string) =>
    change(test, { state: 'failed', failure: { code, detail }, endedAt: now() })
  const isOver = ({ row }: Running) => row.state === 'done' || row.state === 'failed'

  function sweep(): void {
    const at = now()
    for (const [id, test] of tests) {
      const { row } = test
      if (at - row.requestedAt > KEPT_MS) forget(id)
      else if (row.state === 'waiting' && at - row.requestedAt > BEGIN_MS)
        fail(test, 'no-answer', 'the agent did not begin in time')
      else if (row.state === 'running' && at - row.requestedAt > END_MS) fail(test, 'lost', 'no result came in time')
    }
    for (const id of [...tests.keys()].slice(0, Math.max(0, tests.size - MAX_TESTS))) forget(id)
  }

  return {
    refusal(agent) {
      sweep()
      if (!deps.isOnline(agent)) return `the agent ${agent} is not connected now: nothing can be tested at its site`
      const open = [...tests.values()].filter((test) => test.row.agent === agent && !isOver(test)).length
      return open < MAX_PER_AGENT ? undefined : `${open} tests run at this agent already: wait for their end`
    },
    async start({ site, agent, device, address, arguments: given, actor }) {
      const id = deps.newId()
      const commandId = deps.newId()
      const at = now()
      const { seq } = await deps.number(agent, at)
      const order: Order = {
        ...{ id: commandId, agent, seq, nonce: randomBytes(16).toString('hex'), action: deviceTest.name, target: '' },
        ...{ arguments: { ...given, test: id }, notBefore: at - NOT_BEFORE_MS, expires: at + BEGIN_MS },
        ...{ operator: actor, incident: null, approval: null },
      }
      const row: DeviceTestRow = {
        ...{ id, site, agent, device, address, state: 'waiting', verdict: null, steps: [], failure: null },
        ...{ requestedBy: actor, requestedAt: at, endedAt: null },
      }
      const test: Running = { row, command: deps.key.sign(order), commandId, sentAt: at }
      tests.set(id, test)
      byCommand.set(commandId, id)
      sweep()
      await deps.send(agent, test.command)
      return id
    },
    test(id) {
      sweep()
      return tests.get(id)?.row
    },
    heard(agent, record) {
      if (record.kind === 'device-test-step') {
        const test = tests.get(record.test)
        if (test === undefined || test.row.agent !== agent || isOver(test)) return
        const steps = test.row.steps.filter((step) => step.n !== record.step.n)
        change(test, { state: 'running', steps: [...steps, record.step].sort((a, b) => a.n - b.n) })
      } else if (record.kind === 'command-result') {
        const test = tests.get(byCommand.get(record.command) ?? '')
        if (test === undefined || test.row.agent !== agent || isOver(test)) return
        const result = DeviceTestResult.safeParse(record.result)
        if (record.state !== 'done' || !result.success)
          return fail(test, record.state === 'refused' ? 'refused' : 'failed', record.error ?? 'no usable result')
        change(test, { ...result.data, state: 'done', endedAt: now() })
      }
    },
    owns: (command) => byCommand.has(command),
    step() {
      sweep()
      for (const test of tests.values()) {
        if (test.row.state !== 'waiting' || now() - test.sentAt < RESEND_MS) continue
        test.sentAt = now()
        if (deps.isOnline(test.row.agent)) void deps.send(test.row.agent, test.command)
      }
    },
  }
}
