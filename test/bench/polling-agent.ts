// The real agent polling simulated switches, each in its own address: for the poll and the sizes bench.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { freePorts } from '../support/free-ports.ts'
import { until } from '../support/until.ts'
import { startPinned } from './machine.ts'

export interface Site {
  readonly devices: number
  readonly ports: number
  readonly intervalMs: number
  /** Every n-th device never answers; 0: all do. */
  readonly silentEvery: number
}

export interface PollHealth {
  readonly lanes: Record<string, { readonly newest: number }>
  readonly polls: { readonly ok: number; readonly failed: number; readonly skipped: number; readonly lagMs: number }
}

export interface PollingAgent {
  readonly dir: string
  readonly pid: number
  health(): Promise<PollHealth>
  /** Ends the agent, keeps its folder. */
  halt(): Promise<void>
  stop(): Promise<void>
}

/** Address of the n-th simulated device. */
export const deviceAddress = (n: number): string => `127.0.${1 + Math.floor(n / 250)}.${1 + (n % 250)}`

/** Starts devices (core 1) and agent (core 0), no broker: everything stays in the outbox. */
export async function pollingAgent(simulator: string, site: Site): Promise<PollingAgent> {
  const [port, health, nobody] = (await freePorts(3)) as [number, number, number]
  const simulated = startPinned([simulator, String(port), String(site.ports), String(site.silentEvery)], 1)
  await simulated.says(/ready/)
  const dir = mkdtempSync(join(tmpdir(), 'outrider-bench-poll-'))
  const { intervalMs } = site
  const config = {
    agent: { id: 'agent-bench-01' },
    broker: { url: `mqtt://127.0.0.1:${nobody}`, password: 'nobody-listens-here' },
    dataDir: dir,
    health: { port: health },
    devices: Array.from({ length: site.devices }, (_, i) => ({
      id: `switch-${i}`,
      name: `Switch ${i}`,
      address: deviceAddress(i),
      snmp: { version: 'v2c', community: 'public', port, intervalMs, timeoutMs: 3000, retries: 1 },
    })),
  }
  const file = join(dir, 'agent.yaml')
  writeFileSync(file, stringify(config))
  const agent = startPinned(['node', 'agent/main.ts', 'run', '--config', file], 0)
  const ask = () => fetch(`http://127.0.0.1:${health}/`).then((r) => r.json() as Promise<PollHealth>)
  const stop = async () => {
    await agent.stop()
    await simulated.stop()
    rmSync(dir, { recursive: true, force: true })
  }
  try {
    await until(
      () => {
        const end = agent.exited()
        if (end) throw new Error(`agent ended: ${JSON.stringify(end)}\n${agent.output().slice(-4000)}`)
        return ask().then(
          () => true,
          () => false,
        )
      },
      { timeoutMs: 60_000, what: 'the agent to be up' },
    )
  } catch (error) {
    await stop()
    throw error
  }
  return { dir, pid: agent.pid, health: ask, halt: () => agent.stop(), stop }
}
