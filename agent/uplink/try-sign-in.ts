// One sign-in for the doctor, as the agent would do it, and off again. The broker cuts off whoever has the same name: only
// for an agent that does not run.
import { connectAsync, type MqttClient } from 'mqtt'
import { allDown } from '#shared/wire/topics.ts'
import { type BrokerConnection, clientOptions } from './broker-connection.ts'

export type SignInTrial =
  | { readonly ok: true; readonly ms: number }
  | { readonly ok: false; readonly step: 'connect' | 'sign-in' | 'subscribe'; readonly problem: string }

export async function trySignIn(
  connection: BrokerConnection,
  agentId: string,
  signal: AbortSignal,
): Promise<SignInTrial> {
  const started = performance.now()
  let client: MqttClient
  try {
    client = await connectAsync(connection.url, clientOptions(connection, agentId, 30), false)
  } catch (error) {
    // CONNACK return codes 1 to 5 (MQTT 3.1.1, 3.2.2.3) are numbers; codes of sockets and TLS are texts
    const { code, message } = error as { code?: unknown; message: string }
    return { ok: false, step: typeof code === 'number' ? 'sign-in' : 'connect', problem: message }
  }
  client.on('error', () => undefined)
  const end = () => client.end(true)
  signal.addEventListener('abort', end)
  try {
    const granted = await client.subscribeAsync(allDown(agentId), { qos: 1 })
    if (granted.some((grant) => grant.qos >= 128)) return { ok: false, step: 'subscribe', problem: 'not allowed' }
    return { ok: true, ms: performance.now() - started }
  } catch (error) {
    return { ok: false, step: 'subscribe', problem: (error as Error).message }
  } finally {
    signal.removeEventListener('abort', end)
    end()
  }
}
