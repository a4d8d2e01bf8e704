// The container of the profile `demo`: a simulated site and the agent that watches it, as one process each.
//   demo-site.js                 run
//   demo-site.js NAME [--undo]   inject a fault into the running one; `list` names them
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { askDemo, serveFaults } from '../../test/demo/control.ts'
import { createVirtualSite, SMALL_SITE } from '../../test/support/virtual-site/virtual-site.ts'
import { places } from './places.ts'
import { DEMO_AGENT } from './prepare.ts'

const [name] = process.argv.slice(2)
if (name === undefined) await run()
else console.log(JSON.stringify(await askDemo(name === 'list' ? '' : name, process.argv.includes('--undo')), null, 2))

async function run(): Promise<void> {
  const { additions, data, temporary } = places(process.env)
  const ports = { traps: Number(process.env.OUTRIDER_TRAPS ?? 1162), logs: Number(process.env.OUTRIDER_LOGS ?? 1514) }
  const site = createVirtualSite({
    devices: SMALL_SITE,
    trapsTo: { host: '127.0.0.1', port: ports.traps },
    logsTo: { host: '127.0.0.1', port: ports.logs },
  })
  await site.start()
  const settings = {
    agent: { id: DEMO_AGENT },
    broker: {
      url: process.env.OUTRIDER_BROKER ?? 'mqtt://collector:1883',
      password: { fromFile: join(additions, 'demo-password') },
    },
    health: { port: Number(process.env.OUTRIDER_HEALTH ?? 8089) },
    devices: site.asAgentDevices({ intervalMs: 10_000, timeoutMs: 1000 }),
    inputs: {
      traps: { host: '127.0.0.1', port: ports.traps },
      syslog: { udp: { host: '127.0.0.1', port: ports.logs } },
    },
  }
  const file = join(temporary, 'agent.yaml')
  writeFileSync(file, stringify(settings), { mode: 0o600 })
  const faults = await serveFaults(site.faults, (fault, undo) => console.log(`${undo ? 'UNDO' : 'FAULT'} ${fault}`))
  const program = process.env.OUTRIDER_AGENT ?? 'outrider-agent'
  const agent = spawn(program, ['run', '--config', file, '--data', data], { stdio: 'inherit' })
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => agent.kill(signal))
  const code = await new Promise<number>((resolve, reject) => {
    agent.on('error', reject)
    agent.on('exit', (exit) => resolve(exit ?? 0))
  })
  faults.stop()
  await site.stop()
  process.exit(code)
}
