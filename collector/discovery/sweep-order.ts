// From what a person asks for to what an agent is ordered: ranges and credential sets checked, every problem with its place.
import type { SweepArguments } from '#shared/diagnostics/sweep.ts'
import { SWEEP_DEADLINE_MS } from '#shared/diagnostics/sweep.ts'
import { countOf, MAX_SWEEP_ADDRESSES, readRanges, without } from '#shared/domain/address-ranges.ts'
import type { CheckedSweepDraft } from '#shared/http/discovery.ts'

export interface OrderView {
  /** Names of the sets kept for the site. */
  readonly sets: readonly string[]
  /** The set with its secrets sealed to the agent; a text says why it cannot be sent. */
  readonly seal: (name: string) => Readonly<Record<string, unknown>> | string
}

export type OrderDetails = readonly { readonly path: string; readonly message: string }[]
export type Ordered =
  | { readonly ok: true; readonly arguments: SweepArguments; readonly addresses: number; readonly notes: string[] }
  | { readonly ok: false; readonly details: OrderDetails }

export function orderOf(sweep: string, draft: CheckedSweepDraft, view: OrderView): Ordered {
  const details: { path: string; message: string }[] = []
  const say = (path: string, message: string) => void details.push({ path, message })
  const asked = readRanges(draft.ranges)
  const excluded = readRanges(draft.exclude, 'exclude')
  for (const { index, message } of asked.problems) say(`ranges.${index}`, message)
  for (const { index, message } of excluded.problems) say(`exclude.${index}`, message)
  const addresses = details.length > 0 ? 0 : countOf(without(asked.ranges, excluded.ranges))
  const most = MAX_SWEEP_ADDRESSES.toLocaleString('en')
  if (details.length === 0 && addresses === 0) say('exclude', 'nothing is left of the ranges: leave less out')
  if (addresses > MAX_SWEEP_ADDRESSES)
    say('ranges', `${addresses.toLocaleString('en')} addresses together, a sweep asks ${most} at most: sweep in parts`)
  if ((addresses / draft.packetsPerSecond) * 1000 > SWEEP_DEADLINE_MS)
    say('packetsPerSecond', `${addresses} addresses take more than 6 hours at this pace: allow more, or sweep in parts`)

  const notes = [...asked.notes]
  const all = draft.credentials.length === 0
  const credentials: SweepArguments['credentials'] = []
  for (const [i, name] of (all ? view.sets : draft.credentials).entries()) {
    if (draft.credentials.indexOf(name) < i && !all) say(`credentials.${i}`, `"${name}" is named twice`)
    // what is not kept for the site may be in the agent's own file: only the agent knows
    else if (!view.sets.includes(name)) credentials.push({ name })
    else {
      const set = view.seal(name)
      if (typeof set !== 'string') credentials.push({ name, set: { ...set } })
      else if (all) notes.push(`credentials "${name}" are not tried: ${set}`)
      else say(`credentials.${i}`, `"${name}" ${set}`)
    }
  }
  if (credentials.length > MAX_SETS) {
    notes.push(`the first ${MAX_SETS} of ${credentials.length} credential sets are tried: name those that matter`)
    credentials.length = MAX_SETS
  }
  const { ranges, exclude, packetsPerSecond, timeoutMs, snmpPort, tcpPorts, ping } = draft
  const args: SweepArguments = {
    ...{ sweep, ranges, exclude, credentials, ownCredentials: all },
    ...{ packetsPerSecond, timeoutMs, snmpPort, tcpPorts, ping },
  }
  if (JSON.stringify(args).length > MAX_ORDER_BYTES)
    say('ranges', 'too much for one order: name fewer ranges or credential sets, and sweep in parts')
  return details.length > 0 ? { ok: false, details } : { ok: true, arguments: args, addresses, notes }
}

const MAX_SETS = 16
/** An order is at most 32 KB (shared/wire/command.ts), written as text inside text. */
const MAX_ORDER_BYTES = 24 * 1024
