// The door of the agent's doctor: what is looked at. A new check is a file in checks/ and a line here.
import type { Check } from '#shared/doctor/doctor.ts'
import type { Machine } from '#shared/doctor/machine.ts'
import type { AgentConfig } from '../config/config.ts'
import type { OutboxFacts } from '../outbox/inspect.ts'
import type { SignInTrial } from '../uplink/try-sign-in.ts'
import type { BrokerConnection } from '../uplink/uplink.ts'
import { brokerCheck } from './checks/broker.ts'
import { clockCheck } from './checks/clock.ts'
import { deviceCheck } from './checks/devices.ts'
import { diskCheck } from './checks/disk.ts'
import { identityCheck } from './checks/identity.ts'
import { logFileCheck } from './checks/log-files.ts'
import { outboxCheck } from './checks/outbox.ts'
import { pingCheck } from './checks/ping.ts'
import { portCheck } from './checks/ports.ts'
import type { RunningAgent } from './running-agent.ts'
import type { MessageId } from './words.ts'

export interface AgentDoctorContext {
  readonly config: AgentConfig
  readonly machine: Machine
  /** What the running agent says of itself; `silent`: one runs on this data folder and has no page that answers. */
  readonly running: RunningAgent | 'silent' | undefined
  /** How it would sign in now; an Error for an identity that cannot be used. */
  readonly connection: BrokerConnection | Error
  /** API of the collector, where the agent was enrolled; undefined when it is not known. */
  readonly collectorUrl: string | undefined
  /** Resolve the address of every device. */
  readonly devices: boolean
  /** null: there is no outbox yet. */
  inspectOutbox(): OutboxFacts | null
  /** Signs in as this agent. Only when no agent runs: the broker would cut it off. */
  trySignIn(signal: AbortSignal): Promise<SignInTrial>
  /** One ping to loopback: by which means, and why not by a better one. */
  ping(signal: AbortSignal): Promise<{ readonly by: string; readonly problem?: string }>
}

export type AgentCheck = Check<AgentDoctorContext, MessageId>

/** All run at once. */
export const AGENT_CHECKS: readonly AgentCheck[] = [
  identityCheck,
  brokerCheck,
  clockCheck,
  diskCheck,
  outboxCheck,
  portCheck,
  logFileCheck,
  pingCheck,
  deviceCheck,
]
