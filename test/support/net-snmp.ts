// Debian's own SNMP programs as the other side: snmpd to be polled, snmptrap and snmpinform to be heard.
import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Child, startChild } from './child.ts'
import type { Target } from './virtual-site/virtual-device.ts'

const run = promisify(execFile)

export const V3_USER = {
  user: 'watcher',
  level: 'authPriv',
  authProtocol: 'sha256',
  authKey: 'a-key-for-authentication',
  privProtocol: 'aes',
  privKey: 'a-key-for-privacy',
} as const
const { user, authKey, privKey } = V3_USER

/**
 * Starts snmpd on a loopback address with a configuration and persistent files of its own below `dir`: community
 * `public` for v1 and v2c, V3_USER for v3. Nothing of the machine's own snmpd is read or touched.
 */
export async function startSnmpd(program: string, dir: string, at: Target): Promise<Child> {
  const persistent = join(dir, 'persistent')
  mkdirSync(persistent, { recursive: true })
  const known = `createUser ${user} SHA-256 "${authKey}" AES "${privKey}"`
  const config = ['rocommunity public', known, `rouser ${user} authPriv`, 'sysName real-host']
  writeFileSync(join(dir, 'snmpd.conf'), `${config.join('\n')}\n`)
  const place = `udp:${at.host}:${at.port}`
  const child = startChild([program, '-f', '-Lo', '-I', '-smux', place], {
    // the search path is this folder alone
    env: { SNMP_PERSISTENT_DIR: persistent, SNMPCONFPATH: dir, MIBS: '' },
  })
  await child.says(/NET-SNMP version/, 10_000)
  return child
}

export interface Notification {
  /** Full path of snmptrap or snmpinform. */
  readonly program: string
  readonly version: 'v1' | 'v2c' | 'v3'
  readonly oid: string
  /** As the programs take them: OID, type letter, value. */
  readonly varbinds?: readonly string[]
}

/** Sends one notification; rejects when the program does, for an inform also when nobody acknowledges it. */
export async function notify(dir: string, to: Target, what: Notification): Promise<void> {
  const place = `udp:${to.host}:${to.port}`
  const v3 = ['-u', user, '-l', 'authPriv', '-a', 'SHA-256', '-A', authKey, '-x', 'AES', '-X', privKey]
  const inform = what.program.endsWith('inform')
  const login = {
    v1: ['-v1', '-cpublic'],
    v2c: ['-v2c', '-cpublic'],
    v3: ['-v3', ...v3, ...(inform ? [] : ['-e', '0x80001f8804746573742d73656e646572'])],
  }[what.version]
  const waiting = inform ? ['-t', '5', '-r', '1'] : []
  // v1: enterprise, agent address, generic 6, specific number, uptime
  const enterprise = what.oid.split('.').slice(0, -2).join('.')
  const head = what.version === 'v1' ? [enterprise, '', '6', what.oid.split('.').at(-1) as string, ''] : ['', what.oid]
  const args = [...login, ...waiting, place, ...head, ...(what.varbinds ?? [])]
  const env = { ...process.env, SNMP_PERSISTENT_DIR: join(dir, 'sender'), SNMPCONFPATH: dir, MIBS: '' }
  await run(what.program, args, { env, timeout: 30_000 })
}
