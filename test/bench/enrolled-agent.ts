// The real agent as a process of its own, enrolled at a collector in this process and connected to it over TLS.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { startEnrolledSite } from '../support/enrolled-site.ts'
import { freePorts } from '../support/free-ports.ts'
import { until } from '../support/until.ts'
import { residentMb, startPinned } from './machine.ts'

export interface EnrolledAgent {
  residentMb(): number
  stop(): Promise<void>
}

/** Resolves when the agent is connected; it is pinned to core 0. */
export async function enrolledAgent(): Promise<EnrolledAgent> {
  const site = await startEnrolledSite()
  await site.stopAgent()
  const [health] = (await freePorts(1)) as [number]
  const dataDir = join(site.dir, 'agent')
  const broker = { url: `mqtts://127.0.0.1:${site.link.port}` }
  const file = join(dataDir, 'agent.yaml')
  writeFileSync(file, stringify({ dataDir, broker, health: { port: health } }))
  const child = startPinned(['node', 'agent/main.ts', 'run', '--config', file], 0)
  const connected = async () => {
    const end = child.exited()
    if (end) throw new Error(`agent ended: ${JSON.stringify(end)}\n${child.output()}`)
    try {
      const answer = await fetch(`http://127.0.0.1:${health}/`)
      return ((await answer.json()) as { uplink: { connected: boolean } }).uplink.connected
    } catch {
      return false
    }
  }
  const stop = async () => {
    await child.stop()
    await site[Symbol.asyncDispose]()
  }
  try {
    await until(connected, { timeoutMs: 60_000, what: 'the enrolled agent to be connected' })
  } catch (error) {
    await stop()
    throw error
  }
  return { residentMb: () => residentMb(child.pid), stop }
}
