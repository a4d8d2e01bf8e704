// Door of the device words: one device as it stands in agent.yaml and in the collector. Credentials may be named once and
// referred to.
import { z } from 'zod'
import { SecretValue } from '../config/secret.ts'
import { LocalId } from '../domain/identity.ts'

const Port = z.int().min(1).max(65_535)
const Interval = z.int().min(1_000).max(86_400_000)
const Timeout = z.int().min(50).max(120_000)

export const credentialShape = {
  version: z.enum(['v1', 'v2c', 'v3']),
  community: SecretValue.optional().describe('v1 and v2c'),
  user: z.string().min(1).max(32).optional().describe('v3'),
  level: z.enum(['noAuthNoPriv', 'authNoPriv', 'authPriv']).optional(),
  authProtocol: z.enum(['md5', 'sha', 'sha224', 'sha256', 'sha384', 'sha512']).optional(),
  authKey: SecretValue.optional(),
  privProtocol: z.enum(['des', 'aes', 'aes256b', 'aes256r']).optional(),
  privKey: SecretValue.optional(),
  context: z.string().max(64).optional(),
}

export const Credentials = z.strictObject(credentialShape)
export type Credentials = z.output<typeof Credentials>
type Loose = { readonly [K in keyof Credentials]?: Credentials[K] | undefined }

const MaxRepetitions = z.int().min(1).max(100)
const Retries = z.int().min(0).max(5)
const PingCount = z.int().min(1).max(20)
const Statuses = z.array(z.int().min(100).max(599)).max(20)

export const SnmpDefaults = z.strictObject({
  port: Port.default(161),
  timeoutMs: Timeout.default(3_000),
  retries: Retries.default(1),
  intervalMs: Interval.default(60_000),
  maxRepetitions: MaxRepetitions.default(25).describe('Rows asked at once; lowered by itself for devices that choke'),
})
export const IcmpDefaults = z.strictObject({
  intervalMs: Interval.default(30_000),
  count: PingCount.default(3).describe('Pings per check'),
  timeoutMs: Timeout.default(1_000),
})
export const TcpDefaults = z.strictObject({ intervalMs: Interval.default(60_000), timeoutMs: Timeout.default(5_000) })
export const HttpDefaults = z.strictObject({
  intervalMs: Interval.default(60_000),
  timeoutMs: Timeout.default(10_000),
  expectStatus: Statuses.default([]).describe('Any below 400 when empty'),
  verifyTls: z.boolean().default(true),
})

/** What a device may say otherwise: no defaults here, they would win over those of the file. */
const timing = { intervalMs: Interval.optional(), timeoutMs: Timeout.optional() }

/** How a device is asked over SNMP, without what opens it. */
export const SnmpConfigShape = {
  ...timing,
  port: Port.optional(),
  retries: Retries.optional(),
  maxRepetitions: MaxRepetitions.optional(),
  profile: z.string().min(1).max(128).optional().describe('Profile by name; otherwise matched by sysObjectID'),
}
export const IcmpConfig = z.strictObject({ ...timing, count: PingCount.optional() })
export const TcpTiming = z.strictObject(timing)
export const HttpConfigShape = { ...timing, expectStatus: Statuses.optional(), verifyTls: z.boolean().optional() }

const SnmpConfig = z
  .strictObject({
    credentials: LocalId.optional().describe('Name of a set under `credentials`; or give the keys of one here'),
    ...Credentials.partial().shape,
    ...SnmpConfigShape,
  })
  .refine((snmp) => (snmp.credentials === undefined) !== (snmp.version === undefined), {
    error: 'give either `credentials` (a name) or `version` with its keys',
  })

/** IP address or host name; nothing a URL or a program's option could be made of. */
const Address = z.string().regex(/^[a-zA-Z0-9_:][a-zA-Z0-9_.:%-]{0,253}$/, 'an IP address or a host name')

export const DeviceConfig = z.strictObject({
  id: LocalId,
  name: z.string().min(1).max(128).optional().describe('What people call it; the id when absent'),
  address: Address,
  snmp: SnmpConfig.optional(),
  icmp: IcmpConfig.optional(),
  tcp: z
    .array(z.strictObject({ port: Port, ...timing }))
    .max(16)
    .optional(),
  http: z
    .array(
      z.strictObject({
        url: z
          .url({ protocol: /^https?$/ })
          .max(2048)
          .refine((url) => !/^https?:\/\/[^/?#]*@/i.test(url), 'user and password in a URL are not supported'),
        ...HttpConfigShape,
      }),
    )
    .max(16)
    .optional(),
  tags: z.record(z.string().min(1).max(64), z.string().max(256)).default({}),
  parents: z.array(LocalId).max(16).default([]).describe('Devices this one is reached through'),
  poweredBy: z
    .array(LocalId)
    .max(8)
    .optional()
    .describe('What feeds it, each alone enough: UPS or PDU that is a device, or the name of one that is not watched'),
  via: z
    .array(LocalId)
    .max(8)
    .optional()
    .describe("What is on the way to it and not watched, each alone enough: a carrier's line, an unmanaged switch"),
  nearAgent: z.boolean().optional().describe('The agent is connected to this device'),
})
export type DeviceConfig = z.output<typeof DeviceConfig>

/** What is wrong with a set of credentials, or undefined. */
export function credentialsProblem(c: Loose): string | undefined {
  if (c.version === undefined) return undefined
  if (c.version !== 'v3') return c.community === undefined ? `${c.version} needs \`community\`` : undefined
  if (c.user === undefined) return 'v3 needs `user`'
  const level = levelOf(c)
  if (level !== 'noAuthNoPriv' && c.authKey === undefined) return `${level} needs \`authKey\``
  if (level === 'authPriv' && c.privKey === undefined) return 'authPriv needs `privKey`'
  for (const key of ['authKey', 'privKey'] as const)
    if (c[key] !== undefined && c[key].reveal().length < 8)
      return `\`${key}\` must have at least 8 characters (RFC 3414 11.2)`
  return undefined
}

/** The level of v3 credentials: as given, or what the keys allow. */
export function levelOf(c: Loose): NonNullable<Credentials['level']> {
  if (c.level !== undefined) return c.level
  if (c.privKey !== undefined) return 'authPriv'
  return c.authKey === undefined ? 'noAuthNoPriv' : 'authNoPriv'
}
