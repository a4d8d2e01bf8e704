// Why nothing is taken from an agent, as the collector says it.

export interface Refusal {
  /** `copy`: two use one data folder, or it is an older one. */
  readonly kind: 'revoked' | 'quarantined' | 'copy'
  readonly reason: string
}

/** Reads `revoked: stolen`, `quarantined: two programs ...`, or any other reason; null when it is taken. */
export function refusalOf(refused: string | null): Refusal | null {
  if (refused === null) return null
  for (const kind of ['revoked', 'quarantined'] as const)
    if (refused.startsWith(`${kind}:`)) return { kind, reason: refused.slice(kind.length + 1).trim() }
  return { kind: 'copy', reason: refused }
}
