// May an authentic command run here and now? The first objection decides; its text reaches the operator.
import { type DiagnosticName, isDiagnosticName, parseArguments } from '#shared/diagnostics/registry.ts'
import { isSiteActionName, type SiteActionName } from '#shared/diagnostics/sweep.ts'
import type { Order } from '#shared/wire/command.ts'
import type { AgentDevice } from '../devices/device.ts'
import type { DiagnosticsPolicy } from './policy.ts'

export type Gate =
  | {
      readonly open: true
      readonly action: DiagnosticName | SiteActionName
      /** undefined: the whole site. */
      readonly device: AgentDevice | undefined
      readonly arguments: Readonly<Record<string, unknown>>
    }
  | { readonly open: false; readonly state: 'refused' | 'expired'; readonly error: string }

export interface GateView {
  /** Estimate of the collector's clock, wall ms, and how wrong it may be. */
  readonly now: number
  readonly doubtMs: number
  /** Highest seq taken before this command. */
  readonly highestSeq: number
  readonly policy: DiagnosticsPolicy
  readonly device: (id: string) => AgentDevice | undefined
  /** Takes one from this minute's allowance; false when it is used up. */
  readonly takeTurn: () => boolean
}

export function judge(order: Order, view: GateView): Gate {
  const { now, doubtMs, policy } = view
  if (!(doubtMs <= MAX_DOUBT_MS)) return refused('the agent does not know the time well enough to judge expiry')
  if (now + doubtMs >= order.expires) return { open: false, state: 'expired', error: 'expired before it could run' }
  if (now - doubtMs < order.notBefore) return refused('not valid yet')
  if (order.expires - order.notBefore > MAX_LIFE_MS) return refused('valid for longer than an hour')
  if (order.seq <= view.highestSeq) return refused('older than a command already taken')
  if (!policy.enabled) return refused('remote diagnosis is switched off at this site')
  const { action } = order
  const ofSite = isSiteActionName(action)
  if (!ofSite && !isDiagnosticName(action)) return refused('this agent does not know the action')
  if (!policy.allow.includes(action)) return refused("the site's policy does not allow this action")
  const device = ofSite ? undefined : view.device(order.target)
  if (ofSite && order.target !== '') return refused('an action of the site has no target')
  if (!ofSite && device === undefined) return refused('no such device in the inventory of this agent')
  if (device && policy.exceptDevices.includes(device.id)) return refused("the site's policy excepts this device")
  const args = parseArguments(action, order.arguments)
  if (!args.ok) return refused(args.reason)
  if (!view.takeTurn()) return refused('too many commands in this minute')
  return { open: true, action, device, arguments: args.value }
}

function refused(error: string): Gate {
  return { open: false, state: 'refused', error }
}

/** More than this and an expiry cannot be judged. */
const MAX_DOUBT_MS = 30_000
const MAX_LIFE_MS = 3_600_000
