// Puts many mutants into one text, each behind a switch: `__m(7) ? mutated : original`. One start of the tests then tries
// them all, one after the other, and the switches tell which test comes by which mutant.
import type { Mutant } from './mutants.ts'

/** The text with all mutants in it; `__m(id)` answers whether that one is on, `__l()` is called at each turn of a loop. */
export function instrument(source: string, mutants: readonly Mutant[]): string {
  const roots = nest(mutants)
  return guardLoops(render(0, source.length, roots))

  function render(from: number, to: number, places: readonly Place[]): string {
    let text = ''
    let at = from
    for (const place of places) {
      text += source.slice(at, place.start) + renderPlace(place)
      at = place.end
    }
    return text + source.slice(at, to)
  }

  function renderPlace({ start, end, mutants: here, inside }: Place): string {
    const own = render(start, end, inside)
    const removed = here.filter((m) => m.to === undefined)
    if (removed.length > 0) return `{ if (!(${removed.map((m) => `__m(${m.id})`).join(' | ')})) { ${own} } }`
    const variants = here.map((m) => `__m(${m.id}) ? (${m.to}) : `).join('')
    return `(${variants}(${own}))`
  }
}

interface Place {
  readonly start: number
  readonly end: number
  readonly mutants: Mutant[]
  readonly inside: Place[]
}

/** Places of mutants, each with those inside it. */
function nest(mutants: readonly Mutant[]): Place[] {
  const sorted = [...mutants].sort((a, b) => a.start - b.start || b.end - a.end)
  const roots: Place[] = []
  const path: Place[] = []
  for (const mutant of sorted) {
    while (path.length > 0 && (path.at(-1) as Place).end <= mutant.start) path.pop()
    const around = path.at(-1)
    // of the same place, a statement is never an expression: `to` undefined is outermost by the sort of the finder
    if (around?.start === mutant.start && around.end === mutant.end && sameKind(around, mutant)) {
      around.mutants.push(mutant)
      continue
    }
    const place = { start: mutant.start, end: mutant.end, mutants: [mutant], inside: [] }
    ;(around?.inside ?? roots).push(place)
    path.push(place)
  }
  return roots
}

const sameKind = (place: Place, mutant: Mutant): boolean =>
  (place.mutants[0]?.to === undefined) === (mutant.to === undefined)

/** Only loops with a block: `for (...) {`, `while (...) {`. */
function guardLoops(text: string): string {
  return text.replace(/^(\s*(?:\} )?(?:for|while) .*\{)$/gm, '$1 __l();')
}
