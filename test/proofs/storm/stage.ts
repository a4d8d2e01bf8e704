// The stage: collector with its own broker and agent as processes, simulated switches and a UPS that answer polls, and a
// receiver of messages.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { freePorts } from '../../support/free-ports.ts'
import { type Installation, startInstallation } from '../../support/installation.ts'
import { until } from '../../support/until.ts'
import { createVirtualSite, type VirtualSite } from '../../support/virtual-site/virtual-site.ts'

export interface Stage {
  readonly site: VirtualSite
  readonly installation: Installation
  readonly intervalMs: number
  /** Devices that have nothing to say until a probe asks them to. */
  readonly quiet: readonly string[]
  /** When (performance.now) an incident of a device could be read from the API. */
  readonly incidents: ReadonlyMap<string, number>
  /** When the first message about a device came. */
  readonly messages: ReadonlyMap<string, number>
  stop(): Promise<void>
}

interface StageOptions {
  readonly quiet: number
  readonly intervalMs: number
  progress(message: string): void
}

export async function startStage({ quiet: count, intervalMs, progress }: StageOptions): Promise<Stage> {
  const quiet = Array.from({ length: count }, (_, i) => `quiet-${i + 1}`)
  const site = createVirtualSite({
    devices: [
      { id: 'flooding', model: 'access-switch' },
      { id: 'chatting', model: 'access-switch', logStyle: 'cisco' },
      { id: 'ups', model: 'ups' },
      ...quiet.map((id) => ({ id, model: 'access-switch' as const })),
    ],
    network: '127.0.31',
  })
  await site.start()
  const messages = new Map<string, number>()
  const sink = createServer((request, response) => {
    let text = ''
    request.on('data', (part) => {
      text += part
    })
    request.on('end', () => {
      const device = String((JSON.parse(text) as { deviceName?: string }).deviceName)
      if (!messages.has(device)) messages.set(device, performance.now())
      response.end()
    })
  })
  await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(sink.address() as AddressInfo).port}/`
  const channel = { kind: 'webhook', id: 'sink', url, secret: 'a-shared-secret', allowPrivate: true }
  const watching = new AbortController()
  let installation: Installation | undefined
  const stop = async () => {
    watching.abort()
    await installation?.stop()
    await site.stop()
    await new Promise((resolve) => sink.close(resolve))
  }
  try {
    const [trapPort, syslogUdpPort] = (await freePorts(2)) as [number, number]
    const host = '127.0.0.1'
    // as it comes: the limits of the fault proofs, which must find every message, are off
    const inputs = { traps: { host, port: trapPort }, syslog: { udp: { host, port: syslogUdpPort } } }
    installation = await startInstallation({
      broker: 'embedded',
      ports: { trapPort, syslogUdpPort },
      devices: site.asAgentDevices({ intervalMs, timeoutMs: 500 }) as never,
      agentConfig: { inputs },
      collectorConfig: { notify: { channels: [channel] } },
      progress,
    })
    const incidents = watchIncidents(installation, watching.signal)
    await allPolled(installation, site.devices.length)
    return { site, installation, intervalMs, quiet, incidents, messages, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** A link of which no poll knows that it was ever up is no fault: begin when all have been seen. */
async function allPolled({ api }: Installation, devices: number): Promise<void> {
  await until(
    async () => {
      const { items } = await api.get<{ items: { state?: string; id: string }[] }>('/api/v1/devices?limit=500')
      return (
        items.length >= devices &&
        (await polledOnce(
          api,
          items.map((d) => d.id),
        ))
      )
    },
    { timeoutMs: 60_000, everyMs: 200, what: 'all devices to be polled' },
  )
}

async function polledOnce(api: Installation['api'], devices: readonly string[]): Promise<boolean> {
  for (const id of devices.filter((one) => !one.endsWith('.ups'))) {
    const path = `/api/v1/samples?device=${id}&metric=if.oper-status`
    const { series } = await api.get<{ series: { points: unknown[] }[] }>(path)
    if (series.length < 8 || series.some((s) => s.points.length === 0)) return false
  }
  return true
}

/** Learns of incidents by the live stream and then reads each one, as the console does. */
function watchIncidents({ api }: Installation, signal: AbortSignal): Map<string, number> {
  const seen = new Map<string, number>()
  const asked = new Set<string>()
  const listen = api.live((name, data) => {
    if (name !== 'incident') return
    const { id, device } = (data as { incident: { id: string; device: string | null } }).incident
    if (device === null || seen.has(device) || asked.has(id)) return
    asked.add(id)
    api.get(`/api/v1/incidents/${id}`).then(
      () => seen.set(device, seen.get(device) ?? performance.now()),
      () => asked.delete(id),
    )
  }, signal)
  listen.catch(() => undefined)
  return seen
}
