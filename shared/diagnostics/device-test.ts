// Trying a device before, or after, it is kept: the agent of the site asks it with the given credentials and tells each step
// while it runs (shared/wire/result.ts). Credentials come sealed to the agent and are kept nowhere.
import { z } from 'zod'
import { TestStep, TestVerdict } from '../domain/device-test.ts'
import { LocalId } from '../domain/identity.ts'
import type { DiagnosticAction } from './action.ts'
import { TCP_PORTS } from './tcp.ts'

const PORTS: ReadonlySet<number> = new Set(TCP_PORTS)

export const DeviceTestArguments = z.strictObject({
  /** Id by which steps name it. */
  test: z.string().min(1).max(64),
  /** A device the agent has: its own address and credentials, where nothing else is given. */
  device: LocalId.optional(),
  address: z.string().min(1).max(255).optional(),
  snmp: z
    .strictObject({
      /** In the words of agent.yaml, secrets sealed to the agent (shared/seal); absent: `name` in the agent's own file. */
      set: z.record(z.string(), z.unknown()).optional(),
      name: LocalId.optional(),
      port: z.int().min(1).max(65_535).default(161),
      timeoutMs: z.int().min(100).max(10_000).default(2_000),
      profile: z.string().max(128).optional(),
    })
    .optional(),
  /** SNMP without credentials of its own is not asked. */
  tcpPorts: z
    .array(z.int().refine((port) => PORTS.has(port), 'not one of the ports that may be tried'))
    .max(8)
    .default([]),
  ping: z.boolean().default(true),
})
export type DeviceTestArguments = z.infer<typeof DeviceTestArguments>

export const DeviceTestResult = z.object({ verdict: TestVerdict, steps: z.array(TestStep).max(64) })
export type DeviceTestResult = z.infer<typeof DeviceTestResult>

export const deviceTest: DiagnosticAction<DeviceTestArguments, DeviceTestResult> = {
  name: 'device-test',
  title: { 'zh-CN': '设备测试', en: 'Test a device' },
  risk: 'read-only',
  deadlineMs: 120_000,
  arguments: DeviceTestArguments as unknown as z.ZodType<DeviceTestArguments>,
  result: DeviceTestResult,
}
