// Settings of the copy of all samples in InfluxDB or VictoriaMetrics.
import { z } from 'zod'
import { SecretValue } from '#shared/config/secret.ts'

const Seconds = z.number().min(0).max(3600)

export const InfluxConfig = z
  .strictObject({
    kind: z
      .enum(['influxdb', 'victoriametrics'])
      .default('influxdb')
      .describe('influxdb (1.8, 2.x, 3) or victoriametrics; they differ in how charts are read'),
    url: z.url({ protocol: /^https?$/ }).describe('Address of the server, e.g. http://influxdb:8086'),
    org: z.string().max(128).default('').describe('Organisation (InfluxDB 2.x)'),
    bucket: z.string().min(1).max(128).default('outrider').describe('Bucket, or database of InfluxDB 1.8 and 3'),
    token: SecretValue.optional().describe('Token that may read and write the bucket'),
    username: z.string().min(1).max(128).optional().describe('User of InfluxDB 1.8, instead of a token'),
    password: SecretValue.optional(),
    caFile: z.string().min(1).optional().describe("Authority of the server's certificate (PEM)"),
    readFrom: z
      .enum(['embedded', 'influx'])
      .default('embedded')
      .describe('Where charts are read; `influx` goes back to the embedded samples while it does not answer'),
    history: z.boolean().default(true).describe('Also send the samples that are stored already when this is first set'),
    holdDays: z
      .number()
      .min(0)
      .max(3650)
      .default(0)
      .describe(
        'Samples that wait for InfluxDB are kept so many days beyond retention.rawDays; then they are counted as expired',
      ),
    batch: z
      .strictObject({
        points: z.int().min(1).max(50_000).default(5000),
        bytes: z.int().min(4096).max(20_000_000).default(1_000_000).describe('Before compression'),
      })
      .prefault({})
      .describe('Most that one write carries'),
    timeoutMs: z.int().min(100).max(300_000).default(10_000).describe('For an answer to a write or a read, ms'),
    settleSeconds: Seconds.optional().describe(
      'How long the server may take after its answer until samples survive its crash. Default: 0 for influxdb, 60 for victoriametrics',
    ),
  })
  .refine((c) => !(c.token && c.username), 'give token or username, not both')
  .refine((c) => (c.username === undefined) === (c.password === undefined), 'username and password go together')
export type InfluxConfig = z.output<typeof InfluxConfig>
