import { z } from 'zod'
import type { DiagnosticAction } from './action.ts'

export const PingArguments = z.strictObject({
  count: z.int().min(1).max(20).default(4),
  /** Longest wait for one answer, ms. */
  timeoutMs: z.int().min(100).max(5000).default(1000),
})
export type PingArguments = z.infer<typeof PingArguments>

export const PingResult = z.object({
  sent: z.int().nonnegative(),
  received: z.int().nonnegative(),
  lossPercent: z.number().min(0).max(100),
  /** Round-trip times in ms; null when nothing came back. */
  rttMs: z.object({ min: z.number(), avg: z.number(), max: z.number() }).nullable(),
  /** What measured: ICMP by a program, or the time of a TCP handshake where ICMP is not possible. */
  by: z.enum(['fping', 'ping', 'tcp']),
})
export type PingResult = z.infer<typeof PingResult>

/** ICMP echo to the device. Nothing received is a result, not a failure. */
export const ping: DiagnosticAction<PingArguments, PingResult> = {
  name: 'ping',
  title: { 'zh-CN': 'Ping 检测', en: 'Ping' },
  risk: 'read-only',
  deadlineMs: 120_000,
  arguments: PingArguments,
  result: PingResult,
}
