import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { Worker } from 'node:worker_threads'
import { pino } from 'pino'
import type { AgentDevice } from '#agent/devices/device.ts'
import { createHttpPollers } from '#agent/inputs/http/http.ts'
import { createIcmpPollers } from '#agent/inputs/icmp/icmp.ts'
import type { Poller } from '#agent/inputs/input.ts'
import { readProfiles } from '#agent/inputs/snmp-poll/profile-files.ts'
import { createSnmpPoller } from '#agent/inputs/snmp-poll/snmp-poll.ts'
import { createTcpPollers } from '#agent/inputs/tcp/tcp.ts'
import { createPinger, type Pinger } from '#agent/protocols/icmp/icmp.ts'
import { createSnmpClient } from '#agent/protocols/snmp/snmp.ts'
import type { Behaviour } from '#test/support/virtual-site/virtual-device.ts'
import { createVirtualSite } from '#test/support/virtual-site/virtual-site.ts'
import { describePoller } from './poller.contract.ts'

const TIMEOUT_MS = 250
const every = { intervalMs: 60_000, timeoutMs: TIMEOUT_MS }
const base = { id: 'subject', name: 'Subject', address: '127.0.0.1', tags: {}, parents: [] }
const one = (pollers: readonly Poller[]): Poller => pollers[0] as Poller

const BROKEN = ['garbage', 'truncated', 'repeat', 'wrong-source', 'v3-answer'] as const

for (const [model, broken] of [
  ['access-switch', BROKEN],
  ['ups', ['garbage']],
  ['server', ['truncated']],
] as const)
  describePoller(`snmp-poll of a ${model}`, async ({ recorder, wall }) => {
    const { profiles } = await readProfiles()
    const behaviours: readonly Behaviour[] = ['normal', 'silent', ...broken]
    const site = createVirtualSite({ devices: behaviours.map((id) => ({ id, model })), network: '127.0.77' })
    await site.start()
    const closing: (() => void)[] = []
    const pollerOf = (behaviour: Behaviour): Poller => {
      const virtual = site.device(behaviour)
      virtual.setBehaviour(behaviour)
      const device = { ...virtual.asAgentDevice({ intervalMs: 1000, timeoutMs: TIMEOUT_MS }) }
      const snmp = device.snmp as NonNullable<AgentDevice['snmp']>
      const client = createSnmpClient({ address: device.address, ...snmp, credentials: snmp })
      closing.push(() => client.close())
      return createSnmpPoller({
        device: { ...device, snmp },
        client,
        profiles: () => profiles,
        recorder,
        log: pino({ enabled: false }),
        clock: { wall, mono: () => performance.now() },
      })
    }
    return {
      good: pollerOf('normal'),
      silent: pollerOf('silent'),
      bad: Object.fromEntries(broken.map((behaviour) => [behaviour, pollerOf(behaviour)])),
      async cleanUp() {
        for (const close of closing) close()
        await site.stop()
      },
    }
  })

describePoller('icmp', async ({ recorder, wall }) => {
  const pollerOf = (pinger: Pinger) =>
    one(createIcmpPollers({ device: { ...base, icmp: { ...every, count: 2 } }, recorder, pinger, wall }))
  const silent: Pinger = {
    ping: (_, { count, timeoutMs }, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) resolve({ by: 'ping', sent: 0, rttsMs: [], problem: 'cancelled' })
        const timer = setTimeout(() => resolve({ by: 'ping', sent: count, rttsMs: [] }), timeoutMs)
        signal.addEventListener('abort', () => {
          clearTimeout(timer)
          resolve({ by: 'ping', sent: 0, rttsMs: [], problem: 'cancelled' })
        })
      }),
  }
  const nameless = { ...base, address: '-not-an-address', icmp: { ...every, count: 2 } }
  const pinger = createPinger({ only: 'tcp' })
  return {
    good: pollerOf(pinger),
    silent: pollerOf(silent),
    bad: { nameless: one(createIcmpPollers({ device: nameless, recorder, pinger, wall })) },
    cleanUp: async () => undefined,
  }
})

describePoller('tcp', async ({ recorder, wall }) => {
  const server = createServer((socket) => socket.destroy())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const full = await fullPort()
  const pollerOf = (port: number, address = base.address) =>
    one(createTcpPollers({ device: { ...base, address, tcp: [{ port, ...every }] }, recorder, wall }))
  return {
    good: pollerOf((server.address() as AddressInfo).port),
    silent: pollerOf(full.port),
    bad: { closed: pollerOf(1), nameless: pollerOf(1, '-not-an-address') },
    async cleanUp() {
      server.close()
      await full.close()
    },
  }
})

describePoller('http', async ({ recorder, wall }) => {
  const sockets = new Set<Socket>()
  const server = createHttpServer((request, response) => {
    if (request.url === '/good') response.end('well')
    else if (request.url === '/missing') response.writeHead(404).end()
    else if (request.url === '/cut') response.writeHead(200, { 'content-length': 1000 }).write('half')
    if (request.url === '/cut') setTimeout(() => response.destroy(), 20)
  })
  const garbage = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.end('not HTTP at all\r\n\r\n')
  })
  const ports = await Promise.all(
    [server, garbage].map(async (s) => {
      s.listen(0, '127.0.0.1')
      await once(s, 'listening')
      return (s.address() as AddressInfo).port
    }),
  )
  const pollerOf = (url: string) =>
    one(
      createHttpPollers({
        device: { ...base, http: [{ url, ...every, expectStatus: [], verifyTls: true }] },
        recorder,
        wall,
      }),
    )
  const at = (path: string, port = ports[0]) => pollerOf(`http://127.0.0.1:${port}${path}`)
  return {
    good: at('/good'),
    silent: at('/silent'),
    bad: {
      missing: at('/missing'),
      cut: at('/cut'),
      garbage: at('/', ports[1]),
      noTls: pollerOf(`https://127.0.0.1:${ports[0]}/good`),
      noUrl: pollerOf('not a URL'),
      closed: at('/', 1),
    },
    async cleanUp() {
      for (const socket of sockets) socket.destroy()
      server.closeAllConnections()
      server.close()
      garbage.close()
    },
  }
})

/** A port whose queue is full: its owner accepts nobody, so that a new connection is neither opened nor refused. */
async function fullPort() {
  const worker = new Worker(
    `const { createServer } = require('node:net'); const { parentPort, workerData } = require('node:worker_threads')
     const server = createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
       parentPort.postMessage(server.address().port)
       Atomics.wait(new Int32Array(workerData), 0, 0)
       process.exit()
     })`,
    { eval: true, workerData: new SharedArrayBuffer(4) },
  )
  const [port] = (await once(worker, 'message')) as [number]
  const waiting: Socket[] = []
  for (let open = true; open; ) {
    const socket = connect({ port, host: '127.0.0.1' }).on('error', () => undefined)
    waiting.push(socket)
    open = await Promise.race([
      once(socket, 'connect').then(() => true),
      new Promise<boolean>((done) => setTimeout(done, 150, false)),
    ])
    if (waiting.length > 50) throw new Error('the queue of a port has no end here')
  }
  return {
    port,
    async close() {
      for (const socket of waiting) socket.destroy()
      await worker.terminate()
    },
  }
}
