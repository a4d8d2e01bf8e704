// Trying a device: before it is kept (POST /api/v1/sites/{id}/device-tests) or one that is watched already
// (POST /api/v1/devices/{id}/test); GET /api/v1/sites/{id}/device-tests/{test} while it runs. Nothing of it is stored.
import { z } from 'zod'
import { AddressText, ManagedCredentials } from '../devices/managed-device.ts'
import { TCP_PORTS } from '../diagnostics/tcp.ts'
import { TestStep, TestVerdict } from '../domain/device-test.ts'
import { AgentId, LocalId } from '../domain/identity.ts'
import { Id } from './paging.ts'

const PORTS: ReadonlySet<number> = new Set(TCP_PORTS)

export const DeviceTestDraft = z.strictObject({
  /** Agent of the site that tries it; its first when absent. */
  agent: AgentId.optional(),
  address: AddressText,
  snmp: z
    .strictObject({
      /** A set of the site, or of the agent's own file. */
      credentials: LocalId.optional(),
      /** Instead, or rather than what is kept in `credentials`: a secret that is left out is the kept one. Sent sealed, kept nowhere. */
      set: ManagedCredentials.optional(),
      port: z.int().min(1).max(65_535).default(161),
      timeoutMs: z.int().min(100).max(10_000).default(2_000),
      profile: z.string().min(1).max(128).optional(),
    })
    .optional(),
  tcpPorts: z
    .array(z.int().refine((port) => PORTS.has(port), 'not one of the ports that may be tried'))
    .max(8)
    .default([22, 23, 80, 443]),
  ping: z.boolean().default(true),
})
export type DeviceTestDraft = z.input<typeof DeviceTestDraft>
export type CheckedDeviceTestDraft = z.output<typeof DeviceTestDraft>

/** waiting: sent to the agent. failed: it came to no end, and `failure` says why. */
export const DEVICE_TEST_STATES = ['waiting', 'running', 'done', 'failed'] as const
/** no-answer: the agent did not begin in time. lost: it began and did not end. refused: the policy or the version of the agent. */
export const DEVICE_TEST_FAILURES = ['no-answer', 'lost', 'refused', 'failed'] as const

export const DeviceTestParams = z.object({ id: LocalId, test: Id })
export const DeviceTestRow = z.object({
  id: Id,
  site: LocalId,
  agent: AgentId,
  /** Collector-wide id of a device that is watched already. */
  device: z.string().nullable(),
  address: z.string(),
  state: z.enum(DEVICE_TEST_STATES),
  verdict: TestVerdict.nullable(),
  steps: z.array(TestStep),
  failure: z.object({ code: z.enum(DEVICE_TEST_FAILURES), detail: z.string() }).nullable(),
  requestedBy: z.string(),
  requestedAt: z.number(),
  endedAt: z.number().nullable(),
})
export type DeviceTestRow = z.infer<typeof DeviceTestRow>
