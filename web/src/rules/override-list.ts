// The overrides of a rule are saved as a whole. Which of them is changed is known by what it was, not by its place:
// somebody else may have removed one above it while the dialog was open.

/** Where `was` stands in `own`; at the end when it is new, or not there any more. */
export function placeOf<T>(own: readonly T[], was: T | undefined): number {
  const at = was === undefined ? -1 : own.findIndex((one) => JSON.stringify(one) === JSON.stringify(was))
  return at < 0 ? own.length : at
}

export function withOverride<T>(own: readonly T[], was: T | undefined, next: T): readonly T[] {
  const at = placeOf(own, was)
  return [...own.slice(0, at), next, ...own.slice(at + 1)]
}
