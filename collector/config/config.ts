// collector.yaml: the one definition. Types, defaults, the example file and the JSON Schema all come from here.
import { z } from 'zod'
import { type ConfigResult, readConfig, type SecretSource } from '#shared/config/read-config.ts'
import { SecretValue } from '#shared/config/secret.ts'
import { AgentId, LocalId } from '#shared/domain/identity.ts'
import { BrokerConfig } from './broker-config.ts'
import { EnrolmentConfig, TlsConfig } from './enrolment-config.ts'
import { InfluxConfig } from './influx-config.ts'
import { NotifyConfig } from './notify-config.ts'

const Port = z.int().min(0).max(65_535)
const Host = z.string().min(1).max(255)

const Http = z.strictObject({
  host: Host.default('0.0.0.0').describe('Address the console and API listen on'),
  port: Port.default(8080),
  tls: TlsConfig,
  trustedProxies: z
    .array(z.string().min(1))
    .max(32)
    .default([])
    .describe('Addresses or networks whose X-Forwarded-* headers are believed'),
  publicUrl: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Address people use; links in messages start with it'),
})

const SiteConfig = z.strictObject({
  id: LocalId,
  customer: LocalId,
  name: z.string().min(1).max(128),
  timeZone: z.string().min(1).max(64).refine(isTimeZone, 'not an IANA time zone').default('Asia/Shanghai'),
})

const AgentConfig = z
  .strictObject({
    id: AgentId,
    site: LocalId,
    password: SecretValue.optional().describe('What the agent signs in to the embedded broker with'),
    passwordHash: z
      .string()
      .regex(/^\$argon2id\$/)
      .optional(),
  })
  .refine((a) => !(a.password && a.passwordHash), 'give password or passwordHash, not both')

const Retention = z.strictObject({
  rawDays: z.number().positive().max(3650).default(30).describe('Samples as measured'),
  fiveMinuteDays: z.number().positive().max(3650).default(180),
  hourDays: z.number().positive().max(7300).default(1095),
  eventDays: z
    .number()
    .positive()
    .max(3650)
    .default(180)
    .describe('Events, traces, history of alarms, sent messages. Incidents and the audit log stay'),
})

export const CollectorConfig = z
  .strictObject({
    dataDir: z.string().min(1).default('./data').describe('Database, keys and backups live here'),
    rulesDir: z.string().min(1).default('./rules.d').describe('Folder of rule files (*.yaml)'),
    holidaysDir: z
      .string()
      .min(1)
      .default('./holidays.d')
      .describe('Folder of holiday years (*.yaml) beside those that come with the program'),
    http: Http.prefault({}).describe('Console and API'),
    broker: BrokerConfig,
    enrolment: EnrolmentConfig,
    customers: z
      .array(z.strictObject({ id: LocalId, name: z.string().min(1).max(128) }))
      .max(10_000)
      .default([])
      .meta({ description: 'Who owns equipment', example: [{ id: 'acme', name: 'Acme Ltd' }] }),
    sites: z
      .array(SiteConfig)
      .max(20_000)
      .default([])
      .meta({
        description: 'Where it stands',
        example: [{ id: 'acme-hq', customer: 'acme', name: 'Head office', timeZone: 'Asia/Shanghai' }],
      }),
    agents: z
      .array(AgentConfig)
      .max(20_000)
      .default([])
      .meta({
        description: 'Our programs on site. Secrets are texts, {fromEnv: NAME} or {fromFile: PATH}',
        example: [{ id: 'acme-hq-agent', site: 'acme-hq', password: { fromFile: '/run/secrets/acme-hq-agent' } }],
      }),
    notify: NotifyConfig,
    alarms: z
      .strictObject({
        listCleared: z
          .union([z.literal('until-ack'), z.number().positive().max(525_600)])
          .default('until-ack')
          .describe('A cleared alarm stays listed until a person saw it, or for so many minutes'),
      })
      .prefault({}),
    incidents: z
      .strictObject({
        closeAfterDays: z
          .number()
          .positive()
          .max(3650)
          .default(14)
          .describe('A resolved incident is closed when nothing happened to it for so many days'),
      })
      .prefault({}),
    language: z.enum(['en', 'zh-CN']).default('en').describe('Language of alarm texts'),
    retention: Retention.prefault({}).describe('Days kept'),
    influx: InfluxConfig.optional().meta({
      description: 'A copy of all samples in InfluxDB or VictoriaMetrics; without it they are kept here only',
      example: {
        kind: 'influxdb',
        url: 'http://influxdb:8086',
        org: 'outrider',
        bucket: 'outrider',
        token: { fromFile: '/run/secrets/influx-token' },
        readFrom: 'influx',
      },
    }),
    log: z
      .strictObject({ level: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info') })
      .prefault({}),
  })
  .superRefine((config, ctx) => {
    unique(config.customers, 'customers', ctx)
    unique(config.sites, 'sites', ctx)
    unique(config.agents, 'agents', ctx)
    unique(config.notify.channels, 'notify.channels', ctx)
    unique(config.notify.routes, 'notify.routes', ctx)
    const customers = new Set(config.customers.map((c) => c.id))
    const sites = new Set(config.sites.map((s) => s.id))
    for (const [i, site] of config.sites.entries())
      if (!customers.has(site.customer))
        ctx.addIssue({ code: 'custom', path: ['sites', i, 'customer'], message: `no customer "${site.customer}"` })
    for (const [i, agent] of config.agents.entries())
      if (!sites.has(agent.site))
        ctx.addIssue({ code: 'custom', path: ['agents', i, 'site'], message: `no site "${agent.site}"` })
  })
export type CollectorConfig = z.output<typeof CollectorConfig>

/** Reads collector.yaml; an empty text is a collector with an empty inventory. Never throws. */
export function readCollectorConfig(text: string, file: string, secrets: SecretSource): ConfigResult<CollectorConfig> {
  return readConfig(text, CollectorConfig, { file, secrets })
}

function unique(items: readonly { readonly id: string }[], path: string, ctx: z.RefinementCtx): void {
  const seen = new Set<string>()
  for (const [i, item] of items.entries()) {
    if (seen.has(item.id))
      ctx.addIssue({ code: 'custom', path: [...path.split('.'), i, 'id'], message: `id "${item.id}" is used twice` })
    seen.add(item.id)
  }
}

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false
  }
}
