// What profiles want asked when an alarm opens an incident, as their agents tell it with the inventory: one playbook for
// each agent and profile, so that a profile that changes changes all its devices there.
import { isDiagnosticName, parseArguments } from '#shared/diagnostics/registry.ts'
import {
  ANY_ALARM,
  MAX_PLAYBOOK_CHARS,
  MAX_PLAYBOOK_STEPS,
  MAX_PLAYBOOK_TYPES,
  type Playbook,
} from '#shared/domain/playbook.ts'
import { AlarmType } from '#shared/domain/series-meaning.ts'

/** `playbook` null: the profile says nothing any more. */
export interface PlaybookOfProfile {
  readonly agent: string
  readonly profile: string
  readonly playbook: Playbook | null
}

export interface Playbooks {
  /** What an agent tells of one profile; answers what is to be written, undefined when it is known already. */
  learn(agent: string, profile: string, told: Playbook | undefined): PlaybookOfProfile | undefined
  of(agent: string, profile: string): Playbook | undefined
  restore(stored: readonly PlaybookOfProfile[]): void
  /** Actions that were left out because nobody here knows them or their arguments, and playbooks without room. */
  counters(): Readonly<Record<string, number>>
}

const MAX_PLAYBOOKS = 10_000

export function createPlaybooks(): Playbooks {
  const kept = new Map<string, { readonly playbook: Playbook; readonly text: string }>()
  const dropped: Record<string, number> = {}
  const drop = (reason: string) => {
    dropped[reason] = (dropped[reason] ?? 0) + 1
  }
  return {
    learn(agent, profile, told) {
      const key = keyOf(agent, profile)
      const before = kept.get(key)
      const playbook = told === undefined ? {} : usable(told, () => drop('playbook-step'))
      const text = JSON.stringify(playbook)
      const none = text === '{}' || text.length > 2 * MAX_PLAYBOOK_CHARS
      if (none ? before === undefined : before?.text === text) return undefined
      if (none) kept.delete(key)
      else if (before === undefined && kept.size >= MAX_PLAYBOOKS) {
        drop('playbooks-full')
        return undefined
      } else kept.set(key, { playbook, text })
      return { agent, profile, playbook: none ? null : playbook }
    },
    of: (agent, profile) => kept.get(keyOf(agent, profile))?.playbook,
    restore(stored) {
      kept.clear()
      for (const { agent, profile, playbook } of stored)
        if (playbook !== null) kept.set(keyOf(agent, profile), { playbook, text: JSON.stringify(playbook) })
    },
    counters: () => dropped,
  }
}

/** What of it can be asked: actions we know, with arguments that they take. */
function usable(told: Playbook, onDropped: () => void): Playbook {
  const entries = Object.entries(told).filter(([type]) => type === ANY_ALARM || AlarmType.safeParse(type).success)
  return Object.fromEntries(
    entries.slice(0, MAX_PLAYBOOK_TYPES).flatMap(([type, steps]) => {
      const good = steps.slice(0, MAX_PLAYBOOK_STEPS).flatMap(({ action, arguments: given, title }) => {
        const checked = isDiagnosticName(action) ? parseArguments(action, given) : undefined
        if (checked?.ok) return [{ action, arguments: checked.value, ...(title === undefined ? {} : { title }) }]
        onDropped()
        return []
      })
      return good.length === 0 ? [] : [[type, good] as const]
    }),
  )
}

const keyOf = (agent: string, profile: string) => `${agent}\u001f${profile}`
