// Tags that a file gives by themselves.

/** `name:value` texts; a later one of a name wins, one without a colon is a tag of value "true". */
export function tagPairs(pairs: readonly string[]): Record<string, string> {
  const tags: Record<string, string> = Object.create(null)
  for (const pair of pairs) {
    const colon = pair.indexOf(':')
    const name = (colon < 0 ? pair : pair.slice(0, colon)).trim().slice(0, 64)
    if (name !== '')
      tags[name] =
        colon < 0
          ? 'true'
          : pair
              .slice(colon + 1)
              .trim()
              .slice(0, 256)
  }
  return tags
}
