// The entries that fit, as a table for a spreadsheet.
import type { AuditRow } from '#shared/http/administration.ts'
import { type AuditFilter, readAudit } from './audit-queries.ts'

/** More than any spreadsheet shows well; who needs all of it narrows the time. */
export const MAX_EXPORTED = 100_000

export interface Exported {
  readonly rows: readonly (readonly string[])[]
  /** There are more than were read. */
  readonly isCut: boolean
}

/** Reads page by page; `progress` is told how many there are so far. Rejects when `signal` is aborted. */
export async function exportAudit(
  filter: AuditFilter,
  head: readonly string[],
  progress: (read: number) => void,
  signal: AbortSignal,
  read: typeof readAudit = readAudit,
): Promise<Exported> {
  const rows: (readonly string[])[] = [head]
  let cursor: string | null = null
  do {
    const page: Awaited<ReturnType<typeof readAudit>> = await read(filter, 1000, cursor, signal)
    rows.push(...page.items.map(cellsOf))
    cursor = page.nextCursor
    progress(rows.length - 1)
  } while (cursor !== null && rows.length <= MAX_EXPORTED)
  return { rows, isCut: cursor !== null }
}

const cellsOf = ({ id, at, actor, action, subject, detail, hash }: AuditRow) => [
  ...[String(id), new Date(at).toISOString(), actor, action, subject, JSON.stringify(detail), hash],
]
