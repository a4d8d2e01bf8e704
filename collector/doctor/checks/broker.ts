// The broker of the settings: found, trusted, lets the collector in, lets it hear agents.
import { join } from 'node:path'
import { addressOf } from '#shared/doctor/address.ts'
import type { CollectorCheck } from '../doctor.ts'
import { expiryFinding } from './tls-answer.ts'

export const brokerCheck: CollectorCheck = {
  name: 'broker',
  deadlineMs: 15_000,
  async run({ config, machine, tryBroker }, signal) {
    const { url, caFile, certificate } = config.broker
    if (url === undefined) return [{ id: 'broker-embedded' }]
    const { host, port, secure } = addressOf(url)
    const found = []
    if (secure) {
      const file = caFile ?? (certificate === 'own' ? join(config.dataDir, 'keys', 'ca.pem') : undefined)
      const ca = file === undefined ? {} : { ca: machine.read(file) }
      const answer = await machine.handshake({ host, port, ...ca }, signal)
      if (!answer.ok) return [{ id: 'broker-unreachable', params: { url, problem: answer.code } }]
      if (answer.distrust !== null) return [{ id: 'broker-not-trusted', params: { url, problem: answer.distrust } }]
      found.push(...expiryFinding(answer.certificate, url, machine.now()))
    } else {
      const answer = await machine.reach(host, port, signal)
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
