// What selectors of rules and windows are to somebody who may see some customers only: whether they reach what is theirs,
// whether they reach nothing else, and how they are shown without names of others. Pure.
export interface Selecting {
  readonly customers?: readonly string[] | undefined
  readonly sites?: readonly string[] | undefined
  readonly devices?: readonly string[] | undefined
}

/** What somebody may see. */
export interface Theirs {
  readonly customers: readonly string[]
  /** Sites of these customers. */
  readonly sites: readonly string[]
}

/** Patterns that reach what is theirs. `*` and `?` as in the selectors themselves. */
export function narrowed<S extends Selecting>(selector: S, theirs: Theirs): S {
  const { customers, sites, devices } = selector
  return {
    ...selector,
    ...(customers && { customers: customers.filter((p) => theirs.customers.some((id) => fits(p, id))) }),
    ...(sites && { sites: sites.filter((p) => theirs.sites.some((id) => fits(p, id))) }),
    ...(devices && { devices: devices.filter((p) => theirs.sites.some((id) => fits(siteOf(p), id))) }),
  }
}

/** Everything that is given must fit: one list without anything of theirs, and nothing of theirs is selected. */
export function reaches(selector: Selecting, theirs: Theirs): boolean {
  const { customers, sites, devices } = narrowed(selector, theirs)
  return [customers, sites, devices].every((list) => list === undefined || list.length > 0)
}

/** True when it reaches nothing of anybody else, now or later: one list names only what is theirs, without patterns. */
export function isWholly(selector: Selecting, theirs: Theirs): boolean {
  const named = (list: readonly string[] | undefined, known: readonly string[]) =>
    list !== undefined && list.length > 0 && list.every((one) => known.includes(one))
  return (
    named(selector.customers, theirs.customers) ||
    named(selector.sites, theirs.sites) ||
    named(selector.devices?.map(siteOf), theirs.sites)
  )
}

/** Whether `<site>` or `<site>.<device>`, with more after a blank, is of their sites. */
export const isOfSites = (subject: string, theirs: Theirs): boolean =>
  theirs.sites.includes(siteOf(subject.split(' ', 1)[0] ?? ''))

/** Of `<site>.<device>`. A pattern without a dot may be of any site. */
function siteOf(device: string): string {
  const at = device.indexOf('.')
  return at < 0 ? (/[*?]/.test(device) ? '*' : device) : device.slice(0, at)
}

/** At most the product of both lengths, whatever the pattern. */
export function fits(pattern: string, text: string): boolean {
  let [p, t, star, mark] = [0, 0, -1, 0]
  while (t < text.length) {
    if (pattern[p] === '*') {
      star = p++
      mark = t
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
      p++
      t++
    } else if (star >= 0) {
      p = star + 1
      t = ++mark
    } else return false
  }
  while (pattern[p] === '*') p++
  return p === pattern.length
}
