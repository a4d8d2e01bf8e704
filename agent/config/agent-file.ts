// agent.yaml: the one definition. Types, defaults, the example file and the JSON Schema all come from here.
import { z } from 'zod'
import { cyclesOf } from '#shared/devices/cycles.ts'
import {
  Credentials,
  credentialsProblem,
  DeviceConfig,
  HttpDefaults,
  IcmpDefaults,
  SnmpDefaults,
  TcpDefaults,
} from '#shared/devices/device-config.ts'
import { ListenPort, SyslogInput, TrapInput } from '#shared/devices/listening-config.ts'
import { LocalId } from '#shared/domain/identity.ts'
import { signInKeys } from './sign-in.ts'

export const MAX_DEVICES = 5_000

const LogFile = z.strictObject({
  path: z.string().min(1).max(4096),
  device: LocalId.optional().describe('Device the lines belong to'),
  format: z.enum(['syslog', 'plain']).default('syslog'),
  from: z.enum(['end', 'start']).default('end').describe('Where to begin with a file seen for the first time'),
})

const Outbox = z.strictObject({
  resultMegabytes: z.number().min(1).max(100_000).default(128),
  eventMegabytes: z.number().min(1).max(100_000).default(896),
  telemetryMegabytes: z.number().min(1).max(100_000).default(1_024),
  retainHours: z
    .number()
    .min(0)
    .max(720)
    .default(24)
    .describe('Kept after delivery, for a collector restored from a backup'),
  memoryMegabytes: z.number().min(1).max(1_024).default(32).describe('Held in memory while the disk cannot be written'),
})

export const AgentFile = z
  .strictObject({
    ...signInKeys,
    policyFile: z.string().min(1).optional().describe('What may be run here remotely; the collector cannot widen it'),
    dataDir: z.string().min(1).default('./data').describe('The outbox lives here'),
    profilesDir: z.string().min(1).optional().describe('Device profiles beside those that come with the program'),
    timeZone: z
      .string()
      .max(64)
      .refine(isTimeZone, 'not an IANA time zone')
      .optional()
      .describe("Zone of the site, for device times without one, e.g. Asia/Shanghai; the machine's when absent"),
    log: z
      .strictObject({ level: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info') })
      .prefault({}),
    health: z
      .strictObject({ port: ListenPort.default(8089).describe('Loopback health page; 0 switches it off') })
      .prefault({}),
    defaults: z
      .strictObject({
        snmp: SnmpDefaults.prefault({}),
        icmp: IcmpDefaults.prefault({}),
        tcp: TcpDefaults.prefault({}),
        http: HttpDefaults.prefault({}),
      })
      .prefault({})
      .describe('For devices that do not say otherwise'),
    credentials: z
      .record(LocalId, Credentials)
      .default({})
      .meta({
        description: 'Named sets that devices refer to',
        example: {
          'core-v3': {
            version: 'v3',
            user: 'outrider',
            level: 'authPriv',
            authProtocol: 'sha256',
            authKey: { fromEnv: 'SNMP_AUTH_KEY' },
            privProtocol: 'aes',
            privKey: { fromEnv: 'SNMP_PRIV_KEY' },
          },
        },
      }),
    devices: z
      .array(DeviceConfig)
      .max(MAX_DEVICES)
      .default([])
      .meta({
        description: 'What is watched',
        example: [
          { id: 'core-1', name: 'Core switch', address: '192.0.2.1', snmp: { credentials: 'core-v3' }, icmp: {} },
          { id: 'web-1', name: 'Web server', address: '192.0.2.10', tcp: [{ port: 443 }], parents: ['core-1'] },
        ],
      }),
    inputs: z
      .strictObject({
        traps: TrapInput.optional(),
        syslog: SyslogInput.optional(),
        files: z.array(LogFile).max(256).default([]).describe('Log files followed over rotation'),
      })
      .prefault({})
      .meta({
        description: 'What devices send by themselves; nothing is listened to unless named',
        example: { traps: { port: 162 }, syslog: { udp: { port: 514 }, tcp: { port: 514 } } },
      }),
    outbox: Outbox.prefault({}).describe('Limits of what waits for the collector, on disk'),
  })
  .superRefine((file, ctx) => {
    const say = (path: (string | number)[], message: string) => ctx.addIssue({ code: 'custom', path, message })
    const ids = new Set<string>()
    for (const [name, set] of Object.entries(file.credentials)) {
      const problem = credentialsProblem(set)
      if (problem !== undefined) say(['credentials', name], problem)
    }
    const known = new Set(file.devices.map((device) => device.id))
    const unknownSet = (name: string | undefined) => name !== undefined && !Object.hasOwn(file.credentials, name)
    for (const [i, device] of file.devices.entries()) {
      if (ids.has(device.id)) say(['devices', i, 'id'], `"${device.id}" is used twice`)
      ids.add(device.id)
      if (unknownSet(device.snmp?.credentials))
        say(['devices', i, 'snmp', 'credentials'], `no credentials "${device.snmp?.credentials}"`)
      const problem = credentialsProblem(device.snmp ?? {})
      if (problem !== undefined) say(['devices', i, 'snmp'], problem)
      for (const [n, parent] of device.parents.entries())
        if (!known.has(parent) || parent === device.id) say(['devices', i, 'parents', n], `no other device "${parent}"`)
    }
    for (const key of ['parents', 'poweredBy'] as const) {
      const named = new Map(file.devices.map((device) => [device.id, device[key] ?? []]))
      for (const { from, path } of cyclesOf(named)) {
        const at = file.devices.findIndex(({ id }) => id === from)
        if (path.length > 2 || key === 'poweredBy') say(['devices', at, key], `a cycle: ${path.join(' > ')}`)
      }
    }
    for (const [n, name] of (file.inputs.traps?.credentials ?? []).entries())
      if (unknownSet(name)) say(['inputs', 'traps', 'credentials', n], `no credentials "${name}"`)
    for (const [n, log] of file.inputs.files.entries())
      if (log.device !== undefined && !known.has(log.device))
        say(['inputs', 'files', n, 'device'], `no device "${log.device}"`)
  })
export type AgentFile = z.output<typeof AgentFile>

export function isTimeZone(zone: string): boolean {
  try {
    // Not Intl, which loads some 8 MB of calendars. A whole time with a zone in it is no zone.
    const { timeZoneId } = Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone)
    return timeZoneId.toLowerCase() === zone.toLowerCase()
  } catch {
    return false
  }
}
