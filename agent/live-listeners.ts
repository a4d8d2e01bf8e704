// The listeners of a running agent: each is replaced only when its own part of the configuration changed, and a change of
// the v3 users leaves the socket open. One of the collector's that cannot listen is a problem and is tried again.
import type { Logger } from 'pino'
import type { ConfigProblem } from './config/site-view.ts'
import type { Listener, ListenerCounters } from './inputs/input.ts'
import {
  createListeners,
  LISTENER_KINDS,
  type ListenerKind,
  type ListenerParts,
  setTrapUsers,
} from './inputs/registry.ts'

export type ListenerSettings = ListenerParts['config']

export interface LiveListeners {
  /** Rejects, naming the address, when a listener that `own` names cannot open its socket; others become problems. */
  start(): Promise<readonly ConfigProblem[]>
  /** Never rejects; what cannot listen now is a problem. */
  apply(settings: ListenerSettings): Promise<readonly ConfigProblem[]>
  /** Tries again what could not listen. */
  retry(): Promise<void>
  count(): number
  counters(): readonly ListenerCounters[]
  /** The same with what replaced listeners had counted: totals since the start. */
  totals(): readonly ListenerCounters[]
  stop(): Promise<void>
}

export function createLiveListeners(
  first: ListenerSettings,
  /** Kinds of the site's own file. */
  own: ReadonlySet<ListenerKind>,
  parts: Omit<ListenerParts, 'config'> & { readonly log: Logger },
): LiveListeners {
  const running = new Map<ListenerKind, { readonly section: string; readonly listeners: readonly Listener[] }>()
  const retired = new Map<string, ListenerCounters>()
  const failed = new Set<ListenerKind>()
  let settings = first
  let users = JSON.stringify(first.trapUsers)

  async function open(kind: ListenerKind): Promise<void> {
    const listeners = createListeners({ ...parts, config: settings }, [kind])
    running.set(kind, { section: sectionOf(kind, settings), listeners })
    failed.delete(kind)
    try {
      for (const listener of listeners) await listener.start()
    } catch (error) {
      await close(kind)
      failed.add(kind)
      throw error
    }
  }

  async function close(kind: ListenerKind): Promise<void> {
    const { listeners } = running.get(kind) ?? { listeners: [] }
    running.delete(kind)
    // At once: each may wait for a disk, and together they must not take more than the time there is to stop.
    await Promise.allSettled(listeners.map((listener) => listener.stop()))
    for (const listener of listeners) retire(listener.counters())
  }

  function retire(last: ListenerCounters): void {
    const before = retired.get(last.name)
    const dropped: Record<string, number> = { ...before?.dropped }
    for (const [reason, n] of Object.entries(last.dropped)) dropped[reason] = (dropped[reason] ?? 0) + n
    const received = (before?.received ?? 0) + last.received
    const recorded = (before?.recorded ?? 0) + last.recorded
    retired.set(last.name, { name: last.name, received, recorded, dropped, facts: {} })
  }

  /** Changes come one after another, whoever asks for them. */
  let turn: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work)
    turn = mine.catch(() => undefined)
    return mine
  }

  const openOrSay = async (kind: ListenerKind): Promise<ConfigProblem[]> => {
    const known = failed.has(kind)
    try {
      await open(kind)
      if (known) parts.log.info({ input: kind }, 'listening at last')
      return []
    } catch (error) {
      if (!known) parts.log.error({ err: error, input: kind }, 'cannot listen as the configuration says; tried again')
      return [{ device: null, path: `inputs.${kind}`, message: (error as Error).message.slice(0, 512) }]
    }
  }
  const all = (): Listener[] => [...running.values()].flatMap(({ listeners }) => listeners)

  return {
    start: () => inTurn(start),
    apply: (next) => inTurn(() => apply(next)),
    retry: () =>
      inTurn(async () => {
        for (const kind of [...failed]) await openOrSay(kind)
      }),
    count: () => all().length,
    counters: () => all().map((listener) => listener.counters()),
    totals: () => [...all().map((listener) => listener.counters()), ...retired.values()],
    stop: () =>
      inTurn(async () => {
        failed.clear()
        await Promise.all(LISTENER_KINDS.map(close))
      }),
  }

  async function start(): Promise<readonly ConfigProblem[]> {
    const problems: ConfigProblem[] = []
    for (const kind of LISTENER_KINDS)
      if (own.has(kind)) await open(kind)
      else problems.push(...(await openOrSay(kind)))
    return problems
  }

  async function apply(next: ListenerSettings): Promise<readonly ConfigProblem[]> {
    settings = next
    const problems: ConfigProblem[] = []
    const text = JSON.stringify(next.trapUsers)
    for (const kind of LISTENER_KINDS) {
      if (running.get(kind)?.section === sectionOf(kind, next)) continue
      await close(kind)
      problems.push(...(await openOrSay(kind)))
    }
    if (text !== users) await setTrapUsers(all(), next.trapUsers)
    users = text
    return problems
  }
}

/** What a listener of this kind is built from, but for the v3 users. */
function sectionOf(kind: ListenerKind, { inputs, timeZone }: ListenerSettings): string {
  if (kind !== 'traps') return JSON.stringify([inputs[kind] ?? null, timeZone])
  const { credentials: _, ...rest } = inputs.traps ?? {}
  return JSON.stringify(inputs.traps ? rest : null)
}
