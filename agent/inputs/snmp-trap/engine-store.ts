// Our own SNMP engine over restarts: its id stays, its boots grow by one each start (RFC 3414 2.2).
import type { Logger } from 'pino'
import type { UsmUser } from '../../protocols/snmp/usm.ts'
import { createV3Receiver, type EngineState, newEngineId, type V3Receiver } from '../../protocols/snmp/v3-receiver.ts'
import type { Clock } from '../source-lookup.ts'

/** Where the state of the v3 receiver is kept; implemented by whoever owns the disk. */
export interface EngineStore {
  /** undefined when nothing was saved yet. */
  load(): Promise<EngineState | undefined>
  save(state: EngineState): Promise<void>
}

export interface OpenEngine {
  readonly receiver: V3Receiver
  /** Never rejects: a failed save is logged, traps go on. */
  save(): Promise<void>
}

/** Loads the state, counts this start and builds the receiver. A store that fails costs replay protection, not traps. */
export async function openEngine(
  users: readonly UsmUser[],
  store: EngineStore | undefined,
  log: Logger,
  clock: Clock,
): Promise<OpenEngine> {
  const before = await attempt(() => store?.load(), 'cannot read the SNMP engine state')
  const boots = before ? Math.min(before.boots + 1, 0x7ffffffe) : 1
  const state: EngineState = { engineId: before?.engineId ?? newEngineId(), boots, senders: before?.senders ?? [] }
  await attempt(() => store?.save(state), 'cannot save the SNMP engine state')
  const receiver = createV3Receiver(users, state, clock.mono())
  return { receiver, save: () => attempt(() => store?.save(receiver.state()), 'cannot save the SNMP engine state') }

  async function attempt<T>(action: () => Promise<T> | undefined, message: string): Promise<T | undefined> {
    try {
      return await action()
    } catch (error) {
      log.error({ err: error }, message)
      return undefined
    }
  }
}
