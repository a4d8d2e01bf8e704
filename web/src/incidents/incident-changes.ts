// What people change of an incident. Each says what it was seen to be, so that two people do not undo each other unknowingly.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { INCIDENT_STATES, type IncidentState } from '#shared/domain/incident.ts'
import type { IncidentRow } from '#shared/http/incidents.ts'
import { ApiFailure, send } from '../api/client.ts'
import { useSay } from '../ui/say.ts'
import { incidentPath } from './incident-queries.ts'

export type IncidentWish =
  | { readonly what: 'assign'; readonly assignee: string | null }
  | {
      readonly what: 'state'
      readonly state: IncidentState
      readonly note?: string
      readonly waitingFor?: string | undefined
      readonly resolution?: string | undefined
    }
  | { readonly what: 'tier'; readonly tier: number; readonly note?: string }
  | { readonly what: 'priority'; readonly impact: string; readonly urgency: string; readonly note?: string }
  | { readonly what: 'links'; readonly to: string; readonly kind: 'related' | 'duplicate' }
  | { readonly what: 'merge'; readonly into: string; readonly note?: string }

type Seen = Pick<IncidentRow, 'id' | 'assignee' | 'state' | 'tier' | 'impact' | 'urgency'>

/** Sends one change; rejects with the ApiFailure. */
export function sendWish(incident: Seen, { what, ...body }: IncidentWish): Promise<unknown> {
  const { assignee, state, tier, impact, urgency } = incident
  const from = { assign: assignee, state, tier, priority: { impact, urgency } }[what as 'assign']
  return send('POST', `${incidentPath(incident.id)}/${what}`, { ...body, ...(from === undefined ? {} : { from }) })
}

export interface IncidentChange {
  readonly incident: Seen
  readonly wish: IncidentWish
}

/** `quiet`: who asks says what went wrong. */
export function useIncidentChange(options: { quiet?: boolean; onDone?: () => void } = {}) {
  const queries = useQueryClient()
  const say = useSay()
  const refused = useRefusal()
  return useMutation({
    mutationFn: ({ incident, wish }: IncidentChange) => sendWish(incident, wish),
    onSuccess: () => options.onDone?.(),
    onError: (failure) => {
      if (options.quiet) return
      const words = refused(failure)
      if (words === undefined) say.failure(failure)
      else say.done(words)
    },
    // also after a conflict: what the other did is shown
    onSettled: () => queries.invalidateQueries({ queryKey: ['incidents'] }),
  })
}

/** What the collector says when it refuses, in the reader's language; undefined: something else went wrong. */
export function useRefusal(): (failure: unknown) => string | undefined {
  const { t } = useTranslation()
  return useMemo(
    () => (failure) => {
      if (!(failure instanceof ApiFailure) || failure.code !== 'conflict') return undefined
      const [key, names] = refusalOf(failure.message)
      const state = names.state === undefined ? {} : { state: t(`incidentState.${names.state}`) }
      return t(`incidentRefused.${key}`, { ...names, ...state })
    },
    [t],
  )
}

const REFUSALS = {
  nobody: /assigned to nobody now$/,
  assigned: /assigned to (?<name>\S+) now$/,
  tier: /in tier (?<tier>\d) now$/,
  priority: /priority is (?<priority>\d) now$/,
  state: new RegExp(`: it is (?<state>${INCIDENT_STATES.join('|')}) now$`),
  sameCause: /^incident (?<number>\d+) is open for the same cause$/,
  notOpen: /^incident (?<number>\d+) is (?<state>[\w-]+); open it again first$/,
  customers: /of different customers$/,
  itself: /itself$/,
} as const

/** By its words, which are all that comes. */
export function refusalOf(message: string): readonly [string, Readonly<Record<string, string>>] {
  for (const [key, pattern] of Object.entries(REFUSALS)) {
    const found = pattern.exec(message)
    if (found) return [key, { ...found.groups }]
  }
  return ['other', { message }]
}
