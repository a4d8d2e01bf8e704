// What the address of the screen says: whose tokens are shown.

export interface TokensSearch {
  readonly q?: string | undefined
  /** Of one user; for administrators. */
  readonly user?: string | undefined
  /** Everybody's; for administrators. */
  readonly all?: true | undefined
}

export function readTokensSearch(raw: Record<string, unknown>): TokensSearch {
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value.slice(0, 200) : undefined)
  return { q: text(raw.q), user: text(raw.user), all: raw.all === true ? true : undefined }
}
