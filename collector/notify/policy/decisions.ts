// What the policy has decided in this turn: messages, where recipients stand, lines of trace.
import type { Alarm } from '#shared/domain/alarm.ts'
import type { Incident } from '#shared/domain/incident.ts'
import type { ToldReason, ToldState } from '#shared/domain/notification.ts'
import type { ChangeSet, TraceLine } from '../../storage/change-set.ts'
import type { NotificationIntent, ToldChange, Transition } from '../intent.ts'
import { groupKey, type Member, type Share } from './share.ts'

export interface Decisions {
  /** A message of a share; answers its key. `suppressed`: why it is not sent, for the log. */
  message(m: {
    readonly share: Share
    readonly transition: Transition
    readonly alarms: readonly string[]
    readonly data: Readonly<Record<string, unknown>>
    readonly suppressed?: string
    readonly now: number
  }): string
  intent(intent: NotificationIntent): void
  /** The end of what was told; `key` undefined: it is not told. */
  ended(share: ToldBy, member: Member, key: string | undefined, now: number): void
  told(share: ToldBy, about: About, how: How, now: number): void
  trace(line: {
    readonly decision: TraceLine['decision']
    readonly why: string
    readonly incident: Incident | undefined
    readonly alarm: Alarm | undefined
    readonly at: number
    readonly inputs?: Readonly<Record<string, unknown>>
  }): void
  /** Puts all into the change set; answers whether there was anything. */
  flush(changes: Pick<ChangeSet, 'notifications' | 'told' | 'trace'>): void
}

type About = { readonly alarm: string; readonly episode: number }
type ToldBy = Pick<Share, 'recipient' | 'channel' | 'route' | 'incident'>

export interface How {
  readonly state: ToldState
  readonly reason: ToldReason
  readonly why: string
  readonly until?: number | null
  readonly message?: string
  readonly recovery?: string
  /** When it was decided, if earlier. */
  readonly at?: number
}

export function createDecisions(): Decisions {
  const notifications: NotificationIntent[] = []
  const told = new Map<string, ToldChange>()
  const trace: TraceLine[] = []

  function tell({ recipient, channel, route, incident }: ToldBy, about: About, how: How, now: number): void {
    const { alarm, episode } = about
    const { state, reason, why, until = null, message = null, recovery = null, at = now } = how
    told.set(`${alarm} ${episode} ${recipient}`, {
      ...{ alarm, episode, recipient, channel, incident, route, state, reason, why, at, until, message, recovery },
    })
  }

  return {
    message({ share, transition, alarms, data, suppressed, now }) {
      const { incident, recipient, channel, route, address } = share
      const place = `${incident}/${String(++share.seq).padStart(6, '0')}`
      const key = `${place}/${transition}/${recipient}`
      notifications.push({
        ...{ key, channel, recipient, thread: groupKey(share), incident, route, alarms, transition, at: now },
        ...(suppressed === undefined ? {} : { suppressed }),
        data: address === null ? data : { ...data, address },
      })
      return key
    },
    intent: (intent) => void notifications.push(intent),
    told: tell,
    ended(share, { alarm, episode, earlier = [], at, message }, key, now) {
      const how: How = { state: 'told', reason: 'message', why: 'told', at, message }
      for (const one of [...earlier, episode])
        tell(share, { alarm, episode: one }, key === undefined ? how : { ...how, recovery: key }, now)
    },
    trace({ decision, why, incident, alarm, at, inputs = {} }) {
      trace.push({
        ...{ at, alarm: alarm?.id ?? incident?.causeAlarm ?? null, incident: incident?.id ?? null },
        ...{ rule: alarm?.rule ?? incident?.rule ?? '', decision, why, inputs },
      })
    },
    flush(changes) {
      changes.notifications.push(...notifications)
      changes.told.push(...told.values())
      changes.trace.push(...trace)
      notifications.length = 0
      trace.length = 0
      told.clear()
    },
  }
}
