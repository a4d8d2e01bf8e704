// Net-SNMP's own senders against our receiver: every authentication and privacy protocol, traps and informs.
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { UsmUser } from '#agent/protocols/snmp/usm.ts'
import type { EngineState } from '#agent/protocols/snmp/v3-receiver.ts'
import type { TrapEvent } from '#shared/domain/device-event.ts'
import { createMemoryRecorder } from '#test/support/memory-recorder.ts'
import { programOrSkip } from '#test/support/programs.ts'
import { until } from '#test/support/until.ts'
import { createSnmpTrapListener } from './snmp-trap.ts'

const run = promisify(execFile)
const AUTH = {
  md5: 'MD5',
  sha: 'SHA',
  sha224: 'SHA-224',
  sha256: 'SHA-256',
  sha384: 'SHA-384',
  sha512: 'SHA-512',
} as const
const PRIV = { des: 'DES', aes: 'AES', aes256b: 'AES-256', aes256r: 'AES-256-C' } as const
type Auth = keyof typeof AUTH
type Priv = keyof typeof PRIV

const users: UsmUser[] = [{ name: 'plain', level: 'noAuthNoPriv' }]
for (const authProtocol of Object.keys(AUTH) as Auth[]) {
  const base = { authProtocol, authKey: 'auth-password' }
  users.push({ name: authProtocol, level: 'authNoPriv', ...base })
  for (const privProtocol of Object.keys(PRIV) as Priv[])
    users.push({
      name: `${authProtocol}-${privProtocol}`,
      level: 'authPriv',
      ...base,
      privProtocol,
      privKey: 'priv-password',
    })
}

const recorder = createMemoryRecorder()
let saved: EngineState | undefined
const engines = {
  load: async () => saved,
  save: async (state: EngineState) => {
    saved = structuredClone(state)
  },
}
const listener = createSnmpTrapListener({
  config: { host: '127.0.0.1', port: 0, receiveBufferBytes: 65536, users },
  sources: () => 'ups1',
  recorder,
  log: pino({ level: 'silent' }),
  engines,
})
let target = ''
let folder = ''

beforeAll(async () => {
  await listener.start()
  target = String(listener.counters().facts.address)
  folder = await mkdtemp(join(tmpdir(), 'outrider-v3-'))
})
afterAll(async () => {
  await listener.stop()
  await rm(folder, { recursive: true })
})

function argumentsOf(user: UsmUser): string[] {
  const auth = user.authProtocol ? ['-a', AUTH[user.authProtocol], '-A', user.authKey as string] : []
  const priv = user.privProtocol ? ['-x', PRIV[user.privProtocol], '-X', user.privKey as string] : []
  return ['-v', '3', '-u', user.name, '-l', user.level, ...auth, ...priv]
}

async function send(program: string, user: UsmUser, ...more: string[]): Promise<TrapEvent> {
  const before = recorder.events.length
  const trap = ['', '1.3.6.1.6.3.1.1.5.4', '1.3.6.1.2.1.2.2.1.1.9', 'i', '9', '1.3.6.1.4.1.9.1', 's', 'x'.repeat(37)]
  // Own persistent folder: the machine's SNMP state is none of our business.
  const env = { ...process.env, SNMP_PERSISTENT_DIR: folder, SNMPCONFPATH: folder }
  await run(program, [...argumentsOf(user), '-t', '5', '-r', '1', ...more, target, ...trap], { env })
  await until(() => recorder.events.length > before, { what: `a trap of ${user.name}` })
  return recorder.events[before] as TrapEvent
}

describe('v3 traps and informs of Net-SNMP', () => {
  for (const user of users) {
    it(`takes a trap of ${user.name}`, async (context) => {
      const trap = await send(programOrSkip(context, 'snmptrap'), user)
      expect(trap).toMatchObject({ kind: 'trap', version: 'v3', user: user.name, confirmed: false, device: 'ups1' })
      expect(trap.trapOid).toBe('1.3.6.1.6.3.1.1.5.4')
      expect(trap.varbinds[1]?.value).toBe('x'.repeat(37))
    })
    it(`takes and acknowledges an inform of ${user.name}`, async (context) => {
      // snmpinform fails when it is not acknowledged.
      const inform = await send(programOrSkip(context, 'snmpinform'), user)
      expect(inform).toMatchObject({ version: 'v3', user: user.name, confirmed: true })
    })
  }
})
