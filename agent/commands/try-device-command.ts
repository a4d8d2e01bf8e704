// From the options of `try-device` and, when given, the configuration file to what is tried.
import { z } from 'zod'
import type { AgentDevice, SnmpCredentials } from '../devices/device.ts'
import { readConfigFile } from './read-file.ts'
import { type TryDeviceOptions, tryDevice } from './try-device.ts'

const Options = z.object({
  community: z.array(z.string()).optional(),
  user: z.string().min(1).optional(),
  authProtocol: z.enum(['md5', 'sha', 'sha224', 'sha256', 'sha384', 'sha512']).default('sha256'),
  authKey: z.string().optional(),
  privProtocol: z.enum(['des', 'aes', 'aes256b', 'aes256r']).default('aes'),
  privKey: z.string().optional(),
  config: z.string().optional(),
  credentials: z.string().optional(),
  profile: z.string().optional(),
  profiles: z.string().optional(),
  port: z.coerce.number().int().min(1).max(65_535).optional(),
  timeout: z.coerce.number().int().min(50).max(60_000).default(2000),
})
type Options = z.infer<typeof Options>

/** The exit code: 0 when the device gave samples, 1 when it did not, 2 for options that cannot be used. */
export async function tryDeviceCommand(address: string, given: unknown): Promise<number> {
  const parsed = Options.safeParse(given)
  if (!parsed.success) return refuse(parsed.error.issues.map((i) => `--${i.path.join('.')}: ${i.message}`).join('\n'))
  const options = parsed.data
  const config = options.config === undefined ? undefined : readConfigFile({ config: options.config }, ANY_IDENTITY)
  if (options.config !== undefined && config === undefined) return 2
  const device = config?.devices.find((d) => d.id === address || d.address === address)
  const named = options.credentials === undefined ? undefined : config?.credentials[options.credentials]
  if (options.credentials !== undefined && named === undefined)
    return refuse(`There are no credentials ${options.credentials}${config ? '' : ': give --config FILE'}.`)
  const dirs = [options.profiles, config?.profilesDir].filter((dir) => dir !== undefined)
  const profile = options.profile ?? device?.snmp?.profile
  const settings: TryDeviceOptions = {
    credentials: credentialsOf(options, named, device),
    port: options.port ?? device?.snmp?.port ?? 161,
    timeoutMs: options.timeout,
    profileDirs: dirs,
    ...(profile === undefined ? {} : { profile }),
  }
  return (await tryDevice(device?.address ?? address, settings, (line) => console.log(line))) ? 0 : 1
}

/** How the agent signs in does not matter here. */
const ANY_IDENTITY = () => ({ kind: 'enrolling' }) as const

/** What is named counts alone; else the device's own of the file; else communities, `public` when nothing is said. */
function credentialsOf(options: Options, named: SnmpCredentials | undefined, device: AgentDevice | undefined) {
  const sets: SnmpCredentials[] = named ? [named] : []
  for (const community of options.community ?? []) sets.push(...bothOf(community))
  if (options.user !== undefined) sets.push(userOf(options, options.user))
  if (sets.length > 0) return sets
  return device?.snmp ? [device.snmp] : bothOf('public')
}

function bothOf(community: string): SnmpCredentials[] {
  return [
    { version: 'v1', community },
    { version: 'v2c', community },
  ]
}

function userOf({ authProtocol, privProtocol, ...keys }: Options, user: string): SnmpCredentials {
  const authKey = keys.authKey ?? process.env.OUTRIDER_AUTH_KEY
  const privKey = keys.privKey ?? process.env.OUTRIDER_PRIV_KEY
  if (authKey === undefined) return { version: 'v3', user, level: 'noAuthNoPriv' }
  if (privKey === undefined) return { version: 'v3', user, level: 'authNoPriv', authProtocol, authKey }
  return { version: 'v3', user, level: 'authPriv', authProtocol, authKey, privProtocol, privKey }
}

function refuse(message: string): number {
  console.error(message)
  return 2
}
