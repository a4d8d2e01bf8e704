// The broker of the settings: found, trusted, lets the collector in, lets it hear agents.
import { join } from 'node:path'
import type { CollectorCheck } from '../doctor.ts'
import { expiryFinding } from './tls-answer.ts'

export const brokerCheck: CollectorCheck = {
  name: 'broker',
  deadlineMs: 15_000,
  async run({ config, machine, tryBroker }, signal) {
    const { url, caFile, certificate } = config.broker
    if (url === undefined) return [{ id: 'broker-embedded' }]
    const { hostname, port, protocol } = new URL(url)
    const secure = protocol === 'mqtts:' || protocol === 'wss:'
    const host = hostname.replace(/^\[|\]$/g, '')
    const at = Number(port) || { 'mqtt:': 1883, 'mqtts:': 8883, 'ws:': 80, 'wss:': 443 }[protocol] || 1883
    const found = []
    if (secure) {
      const file = caFile ?? (certificate === 'own' ? join(config.dataDir, 'keys', 'ca.pem') : undefined)
      const ca = file === undefined ? {} : { ca: machine.read(file) }
      const answer = await machine.handshake({ host, port: at, ...ca }, signal)
      if (!answer.ok) return [{ id: 'broker-unreachable', params: { url, problem: answer.code } }]
      if (answer.distrust !== null) return [{ id: 'broker-not-trusted', params: { url, problem: answer.distrust } }]
      found.push(...expiryFinding(answer.certificate, url, machine.now()))
    } else {
      const answer = await machine.reach(host, at, signal)
      if (!answer.ok) return [{ id: 'broker-unreachable', params: { url, problem: answer.code } }]
      found.push({ id: 'broker-plain', params: { url } } as const)
    }
    const trial = await tryBroker(signal)
    if (trial.ok) return [...found, { id: 'broker-good', params: { url, ms: Math.round(trial.ms) } }]
    const ids = {
      connect: 'broker-unreachable',
      'sign-in': 'broker-refuses',
      subscribe: 'broker-no-subscription',
      publish: 'broker-no-publish',
      receive: 'broker-no-receive',
    } as const
    return [...found, { id: ids[trial.step], params: { url, problem: trial.problem } }]
  },
}
