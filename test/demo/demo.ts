// npm run demo: collector (embedded broker, SQLite), one agent and a simulated site, all on loopback, data in a temporary
// folder. The terminal tells what happens; `npm run demo:fault -- NAME` breaks things.
import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'
import { parseArgs } from 'node:util'
import { freePorts } from '../support/free-ports.ts'
import { startInstallation } from '../support/installation.ts'
import { createVirtualSite, SMALL_SITE } from '../support/virtual-site/virtual-site.ts'
import { type DemoFaults, serveFaults } from './control.ts'
import { followThisMachine } from './this-machine.ts'

const { values } = parseArgs({
  options: { port: { type: 'string', default: '8080' }, keep: { type: 'boolean', default: false } },
})

const password = process.env.OUTRIDER_ADMIN_PASSWORD ?? `demo-${randomBytes(4).toString('hex')}`
const say = (message: string) => console.log(`${new Date().toLocaleTimeString()}  ${message}`)
const ports = {
  http: await freeOr(Number(values.port), 'the console'),
  trapPort: await freeOr(1162, 'traps'),
  syslogPort: await freeOr(1514, 'syslog'),
}

await using stack = new AsyncDisposableStack()
const site = createVirtualSite({
  devices: [...SMALL_SITE, { id: 'this-machine', name: 'This machine', model: 'server' }],
  trapsTo: { host: '127.0.0.1', port: ports.trapPort },
  logsTo: { host: '127.0.0.1', port: ports.syslogPort },
})
say('Starting the simulated site ...')
await site.start()
stack.defer(() => site.stop())
stack.defer(followThisMachine(site.device('this-machine')))

say('Starting collector and agent ...')
const installation = await startInstallation({
  broker: 'embedded',
  keep: values.keep,
  password,
  ports: {
    http: ports.http,
    trapPort: ports.trapPort,
    syslogUdpPort: ports.syslogPort,
    syslogTcpPort: ports.syslogPort,
  },
  names: { customer: 'Acme Ltd', site: 'Head office' },
  devices: site
    .asAgentDevices({ intervalMs: 10_000, timeoutMs: 1000 })
    .map((device) => ({ ...device, icmp: { intervalMs: 10_000 } })),
  agentConfig: {
    inputs: {
      traps: { host: '127.0.0.1', port: ports.trapPort },
      syslog: {
        udp: { host: '127.0.0.1', port: ports.syslogPort },
        tcp: { host: '127.0.0.1', port: ports.syslogPort },
      },
    },
  },
  progress: (message) => say(`  ${message}`),
})
stack.defer(() => installation.stop())

const faults: DemoFaults = {
  ...site.faults,
  'site-cut': {
    title: { en: "The site's link to the collector is cut", 'zh-CN': '站点到汇聚服务的链路中断' },
    inject: async () => installation.link.cut(),
    undo: () => installation.link.restore(),
  },
}
const control = await serveFaults(faults, (name, undo) =>
  say(`${undo ? 'UNDO ' : 'FAULT'} ${name}: ${faults[name]?.title.en}`),
)
stack.defer(() => control.stop())

console.log(`
  Console   http://127.0.0.1:${ports.http}/      user admin, password ${password}
  API       http://127.0.0.1:${ports.http}/docs
  Break it  npm run demo:fault                   (in a second terminal; without a name it lists the faults)
  Stop      Ctrl-C${values.keep ? '' : ' (the data is removed)'}
`)

const ended = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.abort())
for (const program of [installation.collector, installation.agent])
  void program.whenGone().then(() => {
    if (ended.signal.aborted) return
    console.error(`A program ended by itself:\n${program.output().slice(-3000)}`)
    process.exitCode = 1
    ended.abort()
  })
await tellWhatHappens()
say('Stopping ...')

/** Follows the live stream, as the console does, until the demo is stopped. */
async function tellWhatHappens(): Promise<void> {
  const names = new Map<string, string>()
  while (!ended.signal.aborted) {
    await installation.api
      .live((name, data) => tell(name, data as Record<string, never>, names), ended.signal)
      .catch(() => undefined)
    if (!ended.signal.aborted) await new Promise((resolve) => setTimeout(resolve, 1000))
  }
}

interface LiveThings {
  readonly alarm?: {
    readonly perceivedSeverity: string
    readonly text: string
    readonly device: string | null
    readonly resource: string
  }
  readonly action?: string
  readonly incident?: {
    readonly id: string
    readonly number: number
    readonly title: string
    readonly state: string
    readonly priority: number
  }
  readonly agent?: { readonly id: string; readonly presence: string }
}

function tell(name: string, data: LiveThings, last: Map<string, string>): void {
  if (name === 'alarm' && data.alarm && (data.action === 'raise' || data.action === 'clear')) {
    const what = data.action === 'raise' ? `ALARM ${data.alarm.perceivedSeverity}` : 'CLEAR'
    say(`${what}: ${data.alarm.text}`)
  }
  if (name === 'incident' && data.incident && last.get(data.incident.id) !== data.incident.state) {
    last.set(data.incident.id, data.incident.state)
    say(
      `INCIDENT #${data.incident.number} ${data.incident.state}, priority ${data.incident.priority}: ${data.incident.title}`,
    )
  }
  if (name === 'agent' && data.agent && last.get(data.agent.id) !== data.agent.presence) {
    last.set(data.agent.id, data.agent.presence)
    say(`AGENT ${data.agent.id} ${data.agent.presence}`)
  }
}

/** The port when it is free for TCP and UDP, else a free one, saying so. */
async function freeOr(port: number, what: string): Promise<number> {
  if ((await isFreeTcp(port)) && (await isFreeUdp(port))) return port
  const [other] = (await freePorts(1)) as [number]
  say(`Port ${port} is taken; ${what} will be on ${other}.`)
  return other
}

function isFreeTcp(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

function isFreeUdp(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4')
    socket.once('error', () => resolve(false))
    socket.bind(port, '127.0.0.1', () => socket.close(() => resolve(true)))
  })
}
