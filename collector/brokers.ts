// The broker of an installation: the one in this process, or another by its address.
import { hash, timingSafeEqual } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Logger } from 'pino'
import type { Passwords } from './access/passwords.ts'
import { type Broker, createBroker } from './broker/broker.ts'
import type { CollectorConfig } from './config/config.ts'

/** Builds the embedded broker: agents sign in with the password of their settings, or against its hash. */
export function createEmbeddedBroker(config: CollectorConfig, passwords: Passwords, log: Logger): Promise<Broker> {
  const agents = new Map(config.agents.map((a) => [a.id, a]))
  const digest = (value: string | Buffer) => hash('sha256', value, 'buffer')
  return createBroker({
    ...config.broker.embedded,
    log,
    authenticate(id, given) {
      const agent = agents.get(id)
      if (agent?.passwordHash) return passwords.verify(given.toString('utf8'), agent.passwordHash)
      if (!agent?.password) return false
      return timingSafeEqual(digest(agent.password.reveal()), digest(given))
    },
  })
}

/** How to reach the broker that the settings name. */
export function externalBroker({ broker }: CollectorConfig) {
  return {
    kind: 'external' as const,
    url: broker.url as string,
    ...(broker.username === undefined ? {} : { username: broker.username }),
    ...(broker.password === undefined ? {} : { password: broker.password.reveal() }),
    ...(broker.caFile === undefined ? {} : { ca: readFileSync(broker.caFile, 'utf8') }),
  }
}
