// Our agent as a receiver: the real program with its outbox on disk. `committed` counts what is in the outbox (no broker
// to be reached), `acknowledged` what the collector has committed.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { freePorts } from '../support/free-ports.ts'
import { until } from '../support/until.ts'
import type { Intake } from './intake.ts'
import { cpuSecondsOf, residentMb, startPinned } from './machine.ts'

interface Health {
  readonly lanes: Record<string, { newest: number; waiting: number }>
}

export interface OurIntake extends Intake {
  readonly syslogPort: number
  residentMb(): number
}

/** The agent alone, pinned to core 0 with all its threads; storms are not folded, everything is committed. */
export async function agentOutbox(inputs: Readonly<Record<string, unknown>> = {}): Promise<OurIntake> {
  const dir = mkdtempSync(join(tmpdir(), 'outrider-bench-agent-'))
  const [trap, syslog, health, nobody] = (await freePorts(4)) as [number, number, number, number]
  const config = {
    agent: { id: 'agent-bench-01' },
    broker: { url: `mqtt://127.0.0.1:${nobody}`, password: 'nobody-listens-here' },
    dataDir: dir,
    health: { port: health },
    // The generator's sources are 127.0.1.1 to 127.0.1.8: known devices, as at a real site.
    devices: Array.from({ length: 8 }, (_, i) => ({
      id: `source-${i + 1}`,
      name: `Source ${i + 1}`,
      address: `127.0.1.${i + 1}`,
    })),
    inputs: {
      traps: { host: '127.0.0.1', port: trap, stormLimit: null },
      syslog: { udp: { host: '127.0.0.1', port: syslog }, tcp: { host: '127.0.0.1', port: syslog }, stormLimit: null },
      ...inputs,
    },
  }
  const file = join(dir, 'agent.yaml')
  writeFileSync(file, stringify(config))
  const child = startPinned(['node', 'agent/main.ts', 'run', '--config', file], 0)
  const ask = () => fetch(`http://127.0.0.1:${health}/`).then((r) => r.json() as Promise<Health>)
  await until(
    async () => {
      const end = child.exited()
      if (end) throw new Error(`agent ended: ${JSON.stringify(end)}\n${child.output()}`)
      return ask().then(
        () => true,
        () => false,
      )
    },
    { timeoutMs: 30_000, what: 'the agent to be up' },
  )
  return {
    name: 'outrider-agent',
    port: trap,
    syslogPort: syslog,
    count: async () => (await ask()).lanes.event?.newest ?? 0,
    cpuSeconds: () => cpuSecondsOf(child.pid),
    residentMb: () => residentMb(child.pid),
    async stop() {
      await child.stop()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
