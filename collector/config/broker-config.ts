// Section `broker` of collector.yaml: the broker inside this process, or another by its address.
import { z } from 'zod'
import { SecretValue } from '#shared/config/secret.ts'

const Port = z.int().min(0).max(65_535)
const Host = z.string().min(1).max(255)
const File = z.string().min(1).max(4096)

/** Listens for agents with a certificate: always, never, or (`auto`) from the first enrolment on. */
const SecureListener = z
  .strictObject({
    enabled: z
      .union([z.boolean(), z.literal('auto')])
      .default('auto')
      .describe('auto: once a token was made or an agent has enrolled'),
    host: Host.default('0.0.0.0'),
    port: Port.default(8883),
  })
  .prefault({})
  .describe('TLS for enrolled agents: each shows its own certificate')

export const BrokerConfig = z
  .strictObject({
    embedded: z
      .strictObject({ host: Host.default('127.0.0.1'), port: Port.default(1883), tls: SecureListener })
      .prefault({})
      .describe('The broker inside this process; not started when `url` is set'),
    url: z
      .url({ protocol: /^(mqtts?|wss?)$/ })
      .optional()
      .describe('An MQTT broker to use instead, e.g. mqtts://broker.example:8883'),
    username: z.string().min(1).max(128).optional(),
    password: SecretValue.optional(),
    caFile: File.optional().describe(
      "Authority of the broker's certificate (PEM). Default with a certificate `own`: the own authority",
    ),
    certificate: z
      .union([z.literal('own'), z.strictObject({ certFile: File, keyFile: File })])
      .optional()
      .describe(
        'How the collector shows who it is: {certFile, keyFile}, or `own`: outrider.collector by the own authority',
      ),
    crlFile: File.optional().describe(
      'Revocation list the broker reads; kept up to date here. `broker-config mosquitto` says where',
    ),
    reloadPidFile: File.optional().describe(
      'File with the process id of Mosquitto: it gets SIGHUP when the list has changed. Not needed where the system watches the file',
    ),
  })
  .superRefine((broker, ctx) => {
    if (broker.url !== undefined) return
    for (const key of ['username', 'password', 'caFile', 'certificate', 'crlFile', 'reloadPidFile'] as const)
      if (broker[key] !== undefined)
        ctx.addIssue({ code: 'custom', path: [key], message: 'is for another broker: it needs `url`' })
  })
  .prefault({})
  .describe('The way to the agents')
export type BrokerConfig = z.output<typeof BrokerConfig>
