// Which devices a file says it is for.
import { regularExpression } from './interpret.ts'
import type { ProfileProblem, RegularExpression, Selector } from './profile.ts'
import type { SelectorSpec } from './schema.ts'

export function selectorOf(spec: SelectorSpec, pattern: (text: string) => RegularExpression | undefined): Selector {
  const patterns = (texts: readonly string[] | undefined) => (texts ?? []).flatMap((text) => pattern(text) ?? [])
  const oids = (texts: readonly string[] | undefined) => (texts ?? []).map((text) => text.trim().replace(/^\./, ''))
  return {
    include: oids(spec.sysobjectid?.include),
    exclude: oids(spec.sysobjectid?.exclude),
    descrInclude: patterns(spec.sysdescr?.include),
    descrExclude: patterns(spec.sysdescr?.exclude),
  }
}

/** undefined, and told, when RE2 cannot compile it. */
export function patternOf(
  source: string,
  file: string,
  line: number,
  tell: (problem: ProfileProblem) => void,
): RegularExpression | undefined {
  try {
    return regularExpression(source)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    tell({ severity: 'error', file, line, message: `cannot use pattern ${source}: ${reason}`.slice(0, 512) })
    return undefined
  }
}
