import { z } from 'zod'
import type { DiagnosticAction } from './action.ts'

/** Ports worth asking of network equipment and servers; a fixed list, so that the action is no port scanner. */
export const TCP_PORTS = [
  21, 22, 23, 25, 53, 80, 110, 139, 143, 179, 389, 443, 445, 465, 515, 554, 587, 636, 830, 993, 995, 1433, 1521, 1883,
  2379, 3306, 3389, 5060, 5061, 5432, 5671, 5672, 5900, 5985, 5986, 6379, 8000, 8080, 8443, 8883, 9090, 9100, 9200,
  10050, 10051, 27017,
] as const
const PORTS: ReadonlySet<number> = new Set(TCP_PORTS)

export const TcpArguments = z.strictObject({
  port: z.int().refine((port) => PORTS.has(port), 'not one of the ports this action may try'),
  timeoutMs: z.int().min(100).max(10_000).default(3000),
})
export type TcpArguments = z.infer<typeof TcpArguments>

export const TcpResult = z.object({
  port: z.int(),
  /** refused: the device answers and nothing listens. */
  state: z.enum(['open', 'refused', 'timeout', 'unreachable']),
  /** Time until the answer (or until giving up), ms. */
  timeMs: z.number().nonnegative(),
  detail: z.string().max(256).optional(),
})
export type TcpResult = z.infer<typeof TcpResult>

/** Opens a TCP connection to one port of the device and closes it at once; nothing is sent. */
export const tcp: DiagnosticAction<TcpArguments, TcpResult> = {
  name: 'tcp',
  title: { 'zh-CN': 'TCP 端口检测', en: 'TCP port check' },
  risk: 'read-only',
  deadlineMs: 15_000,
  arguments: TcpArguments,
  result: TcpResult,
}
