// A second connection to the broker, for the doctor: signs in under a name of its own, subscribes to a topic no agent can
// have, and waits for its own message. The running collector is not disturbed.
import { connectAsync, type MqttClient } from 'mqtt'
import { ALL_UP, downTopic } from '#shared/wire/topics.ts'
import type { BrokerAddress } from './agent-link.ts'

export type TriedBroker =
  | { readonly ok: true; readonly ms: number }
  | {
      readonly ok: false
      readonly step: 'connect' | 'sign-in' | 'subscribe' | 'publish' | 'receive'
      readonly problem: string
    }

export interface TrialOptions {
  /** One that no agent has; the broker must not deliver its topics to anybody else. */
  readonly id: string
  readonly receiveMs: number
  /** Also subscribe to all agents, as the collector does, for a moment. */
  readonly hearsAgents: boolean
}

/** Never rejects for what the broker does. */
export async function tryBroker(
  broker: Extract<BrokerAddress, { kind: 'external' }>,
  options: TrialOptions,
  signal: AbortSignal,
): Promise<TriedBroker> {
  const { kind: _kind, url, certificate, ...rest } = broker
  const shown = certificate?.()
  const started = performance.now()
  let client: MqttClient
  try {
    client = await connectAsync(
      url,
      {
        ...rest,
        ...(shown ? { cert: shown.certificate, key: shown.key } : {}),
        protocolVersion: 4,
        clean: true,
        clientId: `outrider-doctor-${options.id}`,
        reconnectPeriod: 0,
        connectTimeout: 8_000,
      },
      false,
    )
  } catch (error) {
    const code = (error as { code?: unknown }).code
    // CONNACK return codes 1 to 5 (MQTT 3.1.1, 3.2.2.3)
    return { ok: false, step: typeof code === 'number' ? 'sign-in' : 'connect', problem: (error as Error).message }
  }
  client.on('error', () => undefined)
  const end = () => client.end(true)
  signal.addEventListener('abort', end)
  try {
    return await hearItself(client, options, started)
  } finally {
    signal.removeEventListener('abort', end)
    end()
  }
}

async function hearItself(
  client: MqttClient,
  { id, receiveMs, hearsAgents }: TrialOptions,
  started: number,
): Promise<TriedBroker> {
  const topic = downTopic(id, 'ack')
  if (hearsAgents) {
    const granted = await client.subscribeAsync(ALL_UP, { qos: 1 }).catch((error: Error) => error)
    if (granted instanceof Error) return { ok: false, step: 'subscribe', problem: granted.message }
    if (granted.some((g) => g.qos >= 128)) return { ok: false, step: 'subscribe', problem: 'not allowed' }
    await client.unsubscribeAsync(ALL_UP).catch(() => undefined)
  }
  const own = await client.subscribeAsync(topic, { qos: 1 }).catch((error: Error) => error)
  const mayRead = !(own instanceof Error) && own.every((g) => g.qos < 128)
  const heard = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => heard.resolve(false), receiveMs)
  client.on('message', (on) => on === topic && heard.resolve(true))
  client.once('close', () => heard.resolve(false))
  try {
    await client.publishAsync(topic, id, { qos: 1 })
  } catch (error) {
    return { ok: false, step: 'publish', problem: (error as Error).message }
  }
  if (!mayRead) return { ok: true, ms: performance.now() - started }
  const back = await heard.promise
  clearTimeout(timer)
  return back
    ? { ok: true, ms: performance.now() - started }
    : { ok: false, step: 'receive', problem: `nothing within ${receiveMs} ms` }
}
