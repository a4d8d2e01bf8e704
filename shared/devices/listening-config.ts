// Traps and syslog as they stand in agent.yaml.
import { z } from 'zod'
import { SecretValue } from '../config/secret.ts'
import { LocalId } from '../domain/identity.ts'

export const ListenPort = z.int().min(0).max(65_535)
const Host = z.string().min(1).max(255)

const StormLimit = z
  .strictObject({
    perSourcePerSecond: z.number().positive().max(1_000_000),
    burst: z.number().positive().max(10_000_000),
  })
  .nullable()
  .describe('Messages of one source beyond this are folded into counted records; null folds nothing')

export const TrapInput = z.strictObject({
  host: Host.default('0.0.0.0'),
  port: ListenPort.default(162),
  receiveBufferBytes: z.int().min(65_536).max(268_435_456).default(8_388_608),
  communities: z.array(SecretValue).max(64).optional().describe('v1 and v2c communities accepted; any when absent'),
  credentials: z
    .array(LocalId)
    .max(64)
    .optional()
    .describe("Sets whose v3 users may send; those of the devices' own credentials when absent"),
  stormLimit: StormLimit.optional(),
  strangersPerSecond: z.number().min(0).max(100_000).default(50).describe('Recorded from all unknown sources together'),
})

export const SyslogInput = z.strictObject({
  udp: z.strictObject({ host: Host.default('0.0.0.0'), port: ListenPort.default(514) }).optional(),
  tcp: z.strictObject({ host: Host.default('0.0.0.0'), port: ListenPort.default(514) }).optional(),
  stormLimit: StormLimit.optional(),
  strangersPerSecond: z.number().min(0).max(100_000).default(50),
})
