// Where recipients stand with an alarm, and how far the messages about it got.
import type { ToldRow } from '#shared/http/notifications.ts'
import type { Database } from './database.ts'

export interface ToldReads {
  /**
   * One row per recipient and episode, newest episode first; of `episode` only when given. Recipient `*` speaks for everybody who
   * has no row of their own: no route leads to them. No row at all: the alarm never came to the notification policy, its
   * suppression or its rule's incident policy is why.
   */
  toldOf(alarm: string, episode?: number): Promise<ToldRow[]>
}

export function createToldReads(db: Database): ToldReads {
  const rows = db.prepare(
    `select t.*, m.state as delivery, m.answer as answer, r.state as recovery_delivery from told t
       left join notification m on m.key = t.message left join notification r on r.key = t.recovery
     where t.alarm = ? and (? is null or t.episode = ?) order by t.episode desc, t.recipient limit 1000`,
  )
  return {
    toldOf: async (alarm, episode) =>
      rows.all(alarm, episode ?? null, episode ?? null).map((r) => ({
        alarm: r.alarm as string,
        episode: r.episode as number,
        recipient: r.recipient as string,
        channel: r.channel as string,
        incident: r.incident as string | null,
        route: r.route as string | null,
        state: r.state as ToldRow['state'],
        reason: r.reason as ToldRow['reason'],
        why: r.why as string,
        at: r.at as number,
        until: r.state === 'waiting' ? (r.until as number | null) : null,
        message: r.message as string | null,
        delivery: r.delivery as ToldRow['delivery'],
        answer: r.answer as string | null,
        recovery: r.recovery as string | null,
        recoveryDelivery: r.recovery_delivery as ToldRow['recoveryDelivery'],
      })),
  }
}
