// The same words as in agent.yaml, kept by the collector. Devices name credential sets, so that secrets stand in one place.
import { z } from 'zod'
import { addressProblem } from '../domain/device-address.ts'
import { AgentId, LocalId } from '../domain/identity.ts'
import {
  credentialShape,
  DeviceConfig,
  HttpConfigShape,
  IcmpConfig,
  SnmpConfigShape,
  TcpTiming,
} from './device-config.ts'
import { SyslogInput, TrapInput } from './listening-config.ts'

const { community: _c, authKey: _a, privKey: _p, ...publicShape } = credentialShape
const { profile: _profile, ...snmpTiming } = SnmpConfigShape
export const SECRET_KEYS = ['community', 'authKey', 'privKey'] as const
export type SecretKey = (typeof SECRET_KEYS)[number]

/** One IP address or host name. Whether the name is known, only the site can tell. */
export const AddressText = z
  .string()
  .trim()
  .min(1)
  .max(254)
  .superRefine((text, context) => {
    const message = addressProblem(text)
    if (message !== undefined) context.addIssue({ code: 'custom', message })
  })

/** A device of a site. What is kept already is read as it is; what is written anew has an AddressText. */
export const ManagedDevice = DeviceConfig.omit({ snmp: true }).extend({
  agent: AgentId.optional().describe(
    "The agent that watches it, when the site has several; the site's first when absent",
  ),
  snmp: z.strictObject({ ...SnmpConfigShape, credentials: LocalId }).optional(),
})
export type ManagedDevice = z.output<typeof ManagedDevice>

const SecretText = z.string().min(1).max(1024)
/** A credential set as it is written; secrets are plain here and nowhere else. null takes a secret away. */
export const ManagedCredentials = z.strictObject({
  ...publicShape,
  community: SecretText.nullable().optional(),
  authKey: SecretText.nullable().optional(),
  privKey: SecretText.nullable().optional(),
})
export type ManagedCredentials = z.output<typeof ManagedCredentials>

/** What may come from the collector beside devices. Log files may not: which files of the site are read is the site's to say. */
export const ManagedSettings = z.strictObject({
  defaults: z
    .strictObject({
      snmp: z.strictObject(snmpTiming).optional(),
      icmp: IcmpConfig.optional(),
      tcp: TcpTiming.optional(),
      http: z.strictObject(HttpConfigShape).optional(),
    })
    .optional()
    .describe('For devices of the collector that do not say otherwise'),
  inputs: z
    .strictObject({ traps: TrapInput.omit({ communities: true }).optional(), syslog: SyslogInput.optional() })
    .optional(),
  timeZone: z.string().min(1).max(64).optional(),
})
export type ManagedSettings = z.output<typeof ManagedSettings>
