import { createSocket } from 'node:dgram'
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import type { Listener } from '#agent/inputs/input.ts'
import { createLogFileListener } from '#agent/inputs/log-file/log-file.ts'
import { createSnmpTrapListener } from '#agent/inputs/snmp-trap/snmp-trap.ts'
import { createSyslogListener } from '#agent/inputs/syslog/syslog.ts'
import { v2cTrap } from '#test/support/trap-bytes.ts'
import { describeListener } from './listener.contract.ts'

const log = pino({ level: 'silent' })
const sources = () => 'sw1'
const unlimited = { stormLimit: null } as const

function portOf(listener: Listener, fact: string): number {
  return Number(String(listener.counters().facts[fact]).split(':').at(-1))
}

function udpSender(port: () => number) {
  const socket = createSocket('udp4')
  return {
    send: (bytes: Uint8Array | string) =>
      new Promise<void>((resolve, reject) => {
        socket.send(bytes, port(), '127.0.0.1', (error) => (error ? reject(error) : resolve()))
      }),
    close: async () => void socket.close(),
  }
}

describeListener('snmp-trap', async (recorder) => {
  const build = (port: number) =>
    createSnmpTrapListener({ config: { host: '127.0.0.1', port, ...unlimited }, sources, recorder, log })
  const listener = build(0)
  const sender = udpSender(() => portOf(listener, 'address'))
  return {
    listener,
    send: () => sender.send(v2cTrap()),
    sendGarbage: () => sender.send('not SNMP'),
    async conflicting() {
      const port = portOf(listener, 'address')
      return { listener: build(port), names: new RegExp(`udp 127\\.0\\.0\\.1 port ${port}: .*in use`) }
    },
    cleanUp: sender.close,
  }
})

describeListener('syslog', async (recorder) => {
  const build = (tcpPort: number) => {
    const [udp, tcp] = [
      { host: '127.0.0.1', port: 0 },
      { host: '127.0.0.1', port: tcpPort },
    ]
    return createSyslogListener({ config: { udp, tcp, timeZone: 'UTC', ...unlimited }, sources, recorder, log })
  }
  const listener = build(0)
  const sender = udpSender(() => portOf(listener, 'udpAddress'))
  return {
    listener,
    send: () => sender.send('<13>Nov 22 03:00:00 sw1 app: x'),
    sendGarbage: () => sender.send(Buffer.from([0xff, 0xfe, 0x00])),
    async conflicting() {
      const port = portOf(listener, 'tcpAddress')
      return { listener: build(port), names: new RegExp(`tcp 127\\.0\\.0\\.1 port ${port}: .*in use`) }
    },
    cleanUp: sender.close,
  }
})

describeListener('log-file', async (recorder) => {
  const folder = await mkdtemp(join(tmpdir(), 'outrider-contract-'))
  const path = join(folder, 'messages')
  await writeFile(path, '')
  const places = {
    load: async () => undefined,
    save: async () => undefined,
    mark: (key: string) => ({ space: 'places', key, value: '' }),
  }
  const build = (of: string) =>
    createLogFileListener({ config: { path: of, timeZone: 'UTC', from: 'start' }, places, recorder, log, pollMs: 20 })
  return {
    listener: build(path),
    send: () => appendFile(path, 'Nov 22 03:00:00 web-1 app: x\n'),
    sendGarbage: () => appendFile(path, Buffer.from([0xff, 0xfe, 0x41, 0x0a])),
    conflicting: async () => ({ listener: build(folder), names: /outrider-contract-.*not a regular file/ }),
    cleanUp: () => rm(folder, { recursive: true }),
  }
})
