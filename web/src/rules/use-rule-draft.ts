import { useMemo, useState } from 'react'
import type { RuleRow } from '#shared/http/rules.ts'
import type { Draft } from '../ui/draft.ts'
import { isSame } from '../ui/draft.ts'

export interface RuleEditing {
  /** The rule as it stands in the form. */
  readonly draft: Draft
  /** As it was when the writing began. */
  readonly base: Draft
  /** Version the writing began from; undefined: a new rule. */
  readonly version: string | undefined
  readonly isChanged: boolean
  change(draft: Draft): void
  /** Begins anew from what is kept; the form shows `draft`, or what is kept. */
  begin(row: RuleRow, draft?: Draft): void
  /** `sent` was kept as `row`; what was written meanwhile stays. */
  kept(row: RuleRow, sent: Draft): void
}

/** What is written stays here whatever is read again meanwhile: only begin() puts something else in its place. */
export function useRuleDraft(row: RuleRow | undefined, initial: Draft): RuleEditing {
  const [from, setFrom] = useState(() => ({ base: row ? ownOf(row) : initial, version: row?.version }))
  const [draft, setDraft] = useState<Draft>(from.base)
  const isChanged = useMemo(() => !isSame(draft, from.base), [draft, from.base])
  return {
    draft,
    ...from,
    isChanged,
    change: setDraft,
    begin(next, shown) {
      const base = ownOf(next)
      setFrom({ base, version: next.version })
      setDraft(shown ?? base)
    },
    kept(next, sent) {
      const base = ownOf(next)
      setFrom({ base, version: next.version })
      setDraft((now) => (now === sent ? base : now))
    },
  }
}

/** The rule with whether it is on: both are changed together. */
export function ownOf(row: RuleRow): Draft {
  return { ...row.rule, enabled: row.enabled }
}
