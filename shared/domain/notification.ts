// What people are told, on which way, and why not.
import { z } from 'zod'

/**
 * What a message says. `opened`, `reopened`, `resolved`: of an incident; `joined`: another alarm is in it; `worse`: an alarm
 * in it got a higher severity; `cleared`: one of its alarms is over and others are not; `reminder`: still not acknowledged;
 * `summary`: what was held back in a storm, or waited while the channel was down.
 */
export const TRANSITIONS = [
  'opened',
  'joined',
  'worse',
  'reopened',
  'cleared',
  'resolved',
  'reminder',
  'summary',
  'note',
  'test',
] as const
export const Transition = z.enum(TRANSITIONS)
export type Transition = z.infer<typeof Transition>

/** Those a channel or route may carry or leave out. */
export const CARRIED = ['opened', 'joined', 'worse', 'reopened', 'cleared', 'resolved', 'reminder', 'summary'] as const
/** What is carried unless it is said otherwise: the end of one alarm is told with the end of its incident. */
export const CARRIED_BY_DEFAULT = CARRIED.filter((t) => t !== 'cleared')
export const Carried = z.enum(CARRIED)
export type Carried = z.infer<typeof Carried>

export const NOTIFICATION_STATES = ['queued', 'sent', 'failed', 'suppressed'] as const
export const NotificationState = z.enum(NOTIFICATION_STATES)
export type NotificationState = z.infer<typeof NotificationState>

/**
 * Where one recipient stands with one episode of an alarm. `waiting` becomes one of the others, which stay: `told`: a message
 * with it went to the channel's queue (its delivery is in the log); `suppressed`: no message, see `reason`.
 */
export const TOLD_STATES = ['waiting', 'told', 'suppressed'] as const
export const ToldState = z.enum(TOLD_STATES)
export type ToldState = z.infer<typeof ToldState>

/**
 * Why. `group`: collected with others; `hours`: outside the hours of the route; `gate`: the alarm is held back, `why` says by
 * what; `storm`: over the recipient's limit, counted in a summary; `over-first`: it was over before anybody was told;
 * `no-route`: no route leads there; `not-carried`: the route or channel does not carry such news; `channel-off`: the channel is
 * switched off or gone; `message`: told.
 */
export const TOLD_REASONS = [
  'message',
  'group',
  'hours',
  'gate',
  'storm',
  'over-first',
  'no-route',
  'not-carried',
  'channel-off',
] as const
export const ToldReason = z.enum(TOLD_REASONS)
export type ToldReason = z.infer<typeof ToldReason>
