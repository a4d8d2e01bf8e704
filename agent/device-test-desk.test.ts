import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DeviceTestArguments, DeviceTestResult } from '#shared/diagnostics/device-test.ts'
import type { TestStep } from '#shared/domain/device-test.ts'
import { systemClock } from '#shared/time/clock.ts'
import { ResultRecord } from '#shared/wire/result.ts'
import { createVirtualSite, SMALL_SITE } from '#test/support/virtual-site/virtual-site.ts'
import { createDeviceTestDesk, type DeviceTestDeskDeps } from './device-test-desk.ts'
import { DiagnosticsPolicy } from './diagnostics/policy.ts'
import { readProfiles } from './inputs/snmp-poll/profile-files.ts'

const site = createVirtualSite({ devices: SMALL_SITE })
const { profiles } = await readProfiles()
const NEVER = new AbortController().signal
beforeAll(() => site.start())
afterAll(() => site.stop())

function desk(more: Partial<DeviceTestDeskDeps> = {}) {
  const records: ResultRecord[] = []
  const devices = site.asAgentDevices({ timeoutMs: 300 })
  const { 'device-test': run } = createDeviceTestDesk({
    ...{ policy: DiagnosticsPolicy.parse({}), credentials: { office: { version: 'v2c', community: 'public' } } },
    open: (box) => box.replace('x1.box of ', ''),
    ...{ device: (id) => devices.find((one) => one.id === id), devices: () => devices, profiles: () => profiles },
    pinger: { ping: async () => ({ by: 'ping', sent: 3, rttsMs: [2, 1, 3] }) },
    emit: async (record) => void records.push(ResultRecord.parse(record)),
    ...{ clock: systemClock(), log: pino({ level: 'silent' }) },
    ...more,
  })
  const test = async (args: object) =>
    DeviceTestResult.parse(await run(DeviceTestArguments.parse({ test: 't1', ...args }), NEVER))
  return { test, records }
}
const of = (steps: readonly TestStep[], step: TestStep['step'], about?: string) =>
  steps.find((one) => one.step === step && (about === undefined || one.about === about))

describe('the device-test desk', () => {
  it('tells each step when it begins and when it ends, and reads what the profile says', async () => {
    const device = site.device('core-1')
    const { test, records } = desk()
    const snmp = { set: { version: 'v2c', community: 'x1.box of public' }, port: device.port, timeoutMs: 300 }
    const { verdict, steps } = await test({ address: device.address, snmp, tcpPorts: [22], ping: true })
    expect(verdict).toBe('read')
    expect(of(steps, 'address')).toMatchObject({ state: 'ok', code: 'literal' })
    expect(of(steps, 'ping')).toMatchObject({ state: 'ok', facts: { received: '3', bestMs: '1.00' } })
    expect(of(steps, 'snmp', 'v2c')).toMatchObject({ state: 'ok' })
    expect(of(steps, 'identity')?.facts.sysObjectId).toMatch(/^1\.3\.6\.1\.4\.1\./)
    expect(of(steps, 'profile')?.facts.reason).toMatch(/^sysObjectID .* fits /)
    expect(of(steps, 'values')?.values).toHaveLength(10)
    expect(of(steps, 'values')?.facts.missing).toMatch(/^\d+$/)
    const told = records.flatMap((record) => (record.kind === 'device-test-step' ? [record.step] : []))
    for (const step of steps) {
      const about = told.filter((one) => one.n === step.n)
      expect(about.map((one) => one.state)).toEqual(['running', step.state])
      expect(step.tookMs).toBeGreaterThanOrEqual(0)
    }
    expect(JSON.stringify(records)).not.toContain('public')
  })

  it('says which version answers where the given one does not, and what a wrong key is', async () => {
    const server = site.device('server-1')
    const { test } = desk()
    const given = server.asAgentDevice().snmp
    const v3 = {
      ...{ version: 'v3', user: given?.user, level: given?.level, authProtocol: given?.authProtocol },
      ...{ privProtocol: given?.privProtocol, privKey: `x1.box of ${given?.privKey}` },
    }
    const at = { address: server.address, tcpPorts: [] }
    const port = { port: server.port, timeoutMs: 300 }
    const wrong = await test({ ...at, snmp: { ...port, set: { ...v3, authKey: 'x1.box of not the key at all' } } })
    expect(wrong.verdict).toBe('answers')
    expect(of(wrong.steps, 'snmp')).toMatchObject({ state: 'failed', code: 'auth' })
    const right = await test({ ...at, snmp: { ...port, set: { ...v3, authKey: `x1.box of ${given?.authKey}` } } })
    expect(right.verdict).toBe('read')
    expect(of(right.steps, 'snmp')?.about).toContain(`v3 ${given?.user}`)
    const community = await test({ ...at, snmp: { ...port, set: { version: 'v2c', community: 'x1.box of nobody' } } })
    expect(of(community.steps, 'snmp', 'v2c')).toMatchObject({ state: 'failed', code: 'timeout' })
    expect(of(community.steps, 'snmp', 'v1')).toMatchObject({ state: 'noted', code: 'timeout' })
  })

  it("uses a device's own address and credentials, and a set of the agent's own file", async () => {
    const { test } = desk()
    expect((await test({ device: 'ups-1', tcpPorts: [] })).verdict).toBe('read')
    const device = site.device('access-1')
    const snmp = { name: 'office', port: device.port, timeoutMs: 300 }
    expect((await test({ address: device.address, snmp, tcpPorts: [] })).verdict).toBe('read')
    const unknown = await test({ address: device.address, snmp: { ...snmp, name: 'constructor' }, tcpPorts: [] })
    expect(of(unknown.steps, 'snmp')).toMatchObject({ state: 'failed', code: 'unusable' })
    const open = { ...snmp, set: { version: 'v2c', community: 'not sealed' } }
    const unsealed = await test({ address: device.address, snmp: open, tcpPorts: [] })
    expect(of(unsealed.steps, 'snmp')?.detail).toMatch(/not sealed to this agent/)
  })

  it('goes nowhere the policy does not let it', async () => {
    const policy = DiagnosticsPolicy.parse({ exceptDevices: ['core-1'], discovery: { ranges: ['10.1.0.0/16'] } })
    const { test } = desk({ policy })
    expect(of((await test({ address: '192.0.2.9' })).steps, 'address')).toMatchObject({ code: 'not-allowed' })
    const { address } = site.device('core-1')
    expect((await test({ address })).steps).toMatchObject([{ state: 'failed', code: 'not-allowed' }])
    await expect(test({ device: 'core-1' })).rejects.toThrow(/excepts/)
    await expect(test({ device: 'nobody' })).rejects.toThrow(/no such device/)
    await expect(test({})).rejects.toThrow(/neither/)
  })

  it('says that a name is unknown, and that nothing answers', async () => {
    const { test } = desk({ pinger: { ping: async () => ({ by: 'ping', sent: 3, rttsMs: [] }) } })
    expect((await test({ address: 'no-such-name.invalid' })).steps).toMatchObject([{ code: 'unknown-name' }])
    const device = site.device('access-2')
    device.setBehaviour('silent')
    const snmp = { set: { version: 'v1', community: 'x1.box of public' }, port: device.port, timeoutMs: 100 }
    const { verdict, steps } = await test({ address: device.address, snmp, tcpPorts: [] })
    expect(verdict).toBe('silent')
    expect(of(steps, 'ping')).toMatchObject({ state: 'failed', code: 'no-answer' })
    expect(of(steps, 'identity')).toBeUndefined()
  })
})
