// Names with `*`, as selectors use them.

/** True for a text that fits one of the patterns; `*` is any run of characters, everything else is itself. */
export function globTest(patterns: readonly string[], ignoreCase = false): (text: string) => boolean {
  if (patterns.includes('*')) return () => true
  const fold = (s: string) => (ignoreCase ? s.toLowerCase() : s)
  const exact = new Set(patterns.filter((p) => !p.includes('*')).map(fold))
  const starred = patterns.filter((p) => p.includes('*')).map((p) => fold(p).split('*'))
  return (text) => {
    const t = fold(text)
    return exact.has(t) || starred.some((parts) => fits(t, parts))
  }
}

/** Greedy left to right: linear in the text for each part, no backtracking. */
function fits(text: string, parts: readonly string[]): boolean {
  const first = parts[0] as string
  const last = parts[parts.length - 1] as string
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false
  let from = first.length
  const end = text.length - last.length
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, from)
    if (found < 0 || found + part.length > end) return false
    from = found + part.length
  }
  return true
}
