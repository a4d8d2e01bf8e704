// Windows and rules as somebody with limits sees them: those that reach what is theirs; what also reaches others is shown without
// names of those, and is not theirs to change.
import type { WindowRow } from '#shared/http/maintenance.ts'
import type { RuleRow } from '#shared/http/rules.ts'
import type { Principal } from '../access/access.ts'
import { isWholly, narrowed, reaches, type Selecting, type Theirs } from './narrowing.ts'
import { Problem } from './problems.ts'
import type { Reads } from './reads.ts'

/** Null: everything. */
export async function theirsOf({ customers }: Principal, reads: Pick<Reads, 'sites'>): Promise<Theirs | null> {
  if (customers === null) return null
  const sites: string[] = []
  let cursor: string | undefined
  do {
    const page = await reads.sites({ limit: 1000, ...(cursor ? { cursor } : {}) }, customers)
    sites.push(...page.items.map((site) => site.id))
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return { customers, sites }
}

/** `held`: alarms of theirs that it holds now. Undefined: there is no such window for them. */
export function windowFor(row: WindowRow, theirs: Theirs | null, held: number): WindowRow | undefined {
  if (theirs === null) return row
  if (!reaches(row.selector, theirs)) return undefined
  if (isWholly(row.selector, theirs)) return { ...row, selector: shown(row.selector, theirs) }
  const nobody = { note: '', owner: '', createdBy: '', updatedBy: '' }
  return { ...row, ...nobody, title: '–', held, selector: shown(row.selector, theirs) }
}

/** Throws unless all that `selector` reaches is theirs: 404 for what is kept, 403 for what is to be. */
export function keepToOwn(selector: Selecting, theirs: Theirs | null, kind: 'kept' | 'wanted'): void {
  if (theirs === null || isWholly(selector, theirs)) return
  if (kind === 'kept') throw new Problem('not-found', 'there is no such window')
  throw new Problem('forbidden', 'a window of yours names customers, sites or devices of yours', {
    action: 'name them without patterns',
  })
}

/** Undefined: it never judges anything of theirs. */
export function ruleFor(row: RuleRow, theirs: Theirs | null): RuleRow | undefined {
  if (theirs === null) return row
  const rule = withoutOthers(row.rule, theirs)
  if (rule === undefined) return undefined
  const own = Array.isArray(rule.overrides)
    ? { overrides: rule.overrides.flatMap((one: Record<string, unknown>) => withoutOthers(one, theirs) ?? []) }
    : {}
  const overrides = row.overrides.flatMap((one) => {
    const override = withoutOthers(one.override, theirs)
    return override ? [{ ...one, override }] : []
  })
  // how many parts cannot be computed is counted over all customers
  return { ...row, rule: { ...rule, ...own }, overrides, failing: 0 }
}

/** Of `{selector, ...}`, as rules and overrides are written. */
function withoutOthers(written: Record<string, unknown>, theirs: Theirs): Record<string, unknown> | undefined {
  const { selector } = written as { selector?: Selecting }
  if (selector === undefined) return written
  return reaches(selector, theirs) ? { ...written, selector: shown(selector, theirs) } : undefined
}

const shown = <S extends Selecting>(selector: S, theirs: Theirs): S => narrowed(selector, theirs)
