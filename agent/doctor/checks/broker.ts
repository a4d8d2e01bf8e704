// The way to the collector: name, connection, certificate of the broker, sign-in. A running agent is asked, not cut off.
import { isIP } from 'node:net'
import { addressOf } from '#shared/doctor/address.ts'
import type { Finding } from '#shared/doctor/doctor.ts'
import type { AgentCheck, AgentDoctorContext } from '../doctor.ts'
import type { MessageId } from '../words.ts'

export const brokerCheck: AgentCheck = {
  name: 'broker',
  deadlineMs: 20_000,
  async run(context, signal) {
    const { connection } = context
    if (connection instanceof Error) return []
    const { url } = connection
    const { host, port, secure } = addressOf(url)
    const found: Finding<MessageId>[] = []
    if (!isIP(host)) {
      const name = await resolveName(context, host)
      found.push(name)
      if (name.id === 'name-unknown') return found
    }
    const way = await reachIt(context, { url, host, port, secure }, signal)
    found.push(...way.found)
    return way.open ? [...found, await signIn(context, url, signal)] : found
  },
}

async function resolveName({ machine }: AgentDoctorContext, name: string): Promise<Finding<MessageId>> {
  try {
    return { id: 'name-good', params: { name, addresses: (await machine.resolve(name)).join(', ') } }
  } catch (error) {
    return { id: 'name-unknown', params: { name, problem: (error as NodeJS.ErrnoException).code ?? String(error) } }
  }
}

async function reachIt(
  { machine, connection }: AgentDoctorContext,
  { url, host, port, secure }: { url: string; host: string; port: number; secure: boolean },
  signal: AbortSignal,
): Promise<{ open: boolean; found: Finding<MessageId>[] }> {
  if (!secure) {
    const answer = await machine.reach(host, port, signal)
    if (!answer.ok) return { open: false, found: [{ id: 'broker-unreachable', params: { url, problem: answer.code } }] }
    const local = host === 'localhost' || host === '::1' || host.startsWith('127.')
    return { open: true, found: local ? [] : [{ id: 'broker-plain', params: { url } }] }
  }
  const { ca, cert, key } = connection as Exclude<typeof connection, Error>
  const answer = await machine.handshake(
    { host, port, ...(ca ? { ca } : {}), ...(cert && key ? { cert, key } : {}) },
    signal,
  )
  if (!answer.ok) return { open: false, found: [{ id: 'broker-unreachable', params: { url, problem: answer.code } }] }
  if (answer.distrust === null) return { open: true, found: [] }
  const id = /EXPIRED|NOT_YET/.test(answer.distrust) ? 'broker-certificate-time' : 'broker-not-trusted'
  return { open: false, found: [{ id, params: { url, problem: answer.distrust } }] }
}

async function signIn(context: AgentDoctorContext, url: string, signal: AbortSignal): Promise<Finding<MessageId>> {
  const { running, config, trySignIn } = context
  const params = { url, agent: config.agent.id }
  if (running === 'silent') return { id: 'sign-in-not-tried', params }
  if (running !== undefined) {
    const { uplink } = running
    if (uplink.refused !== null) return { id: 'collector-refuses', params: { ...params, problem: uplink.refused } }
    if (!uplink.connected)
      return { id: 'agent-not-connected', params: { ...params, problem: uplink.lastProblem ?? 'connecting' } }
    return { id: uplink.streaming ? 'agent-connected' : 'collector-silent', params }
  }
  const trial = await trySignIn(signal)
  if (trial.ok) return { id: 'sign-in-good', params: { ...params, ms: Math.round(trial.ms) } }
  const ids = {
    connect: 'broker-unreachable',
    'sign-in': 'sign-in-refused',
    subscribe: 'broker-no-subscription',
  } as const
  return { id: ids[trial.step], params: { ...params, problem: trial.problem } }
}
