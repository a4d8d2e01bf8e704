// Device knowledge as data: loads profile texts and says which one fits a device. No I/O; the caller reads the files.
import { compileProfile } from './compile.ts'
import { type PartBuilder, partsOf } from './parts.ts'
import type { Profile, ProfileProblem, Selector } from './profile.ts'
import { profileNameOf, type RawProfile, readProfile } from './read-profile.ts'
import type { SymbolSpec } from './schema.ts'

export interface ProfileText {
  /** As shown in problems; its last part without extension is the profile's name. */
  readonly file: string
  readonly text: string
}

export interface LoadedProfiles {
  readonly profiles: ReadonlyMap<string, Profile>
  readonly problems: readonly ProfileProblem[]
  readonly files: readonly LoadedFile[]
}

export interface LoadedFile {
  readonly file: string
  readonly name: string
  readonly origin: Profile['origin']
  /** traps: holds definitions of traps only. replaced: another file of this name is used. */
  readonly became: 'profile' | 'traps' | 'replaced' | 'refused'
  /** A profile that comes with the program had this name. */
  readonly replacesStock: boolean
}

export interface ProfileTexts {
  readonly stock: readonly ProfileText[]
  readonly user: readonly ProfileText[]
}

/** Names under which files written for other programs refer to basics we ship. */
const BASICS: Readonly<Record<string, string>> = {
  _base: 'generic-device',
  'system-mib': 'generic-device',
  '_generic-if': 'generic-if',
  'if-mib': 'generic-if',
  '_generic-host-resources': 'host-resources',
  'host-resources-mib': 'host-resources',
  '_generic-ups': 'ups',
  'ups-mib': 'ups',
}

/** The profile for devices no selector fits. */
export const DEFAULT_PROFILE = 'generic'

/** A user's file replaces the stock one of the same name; all others add. Never throws. */
export function loadProfiles(texts: ProfileTexts): LoadedProfiles {
  const steps = loading(texts)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/** The same file by file, so that a running program goes on meanwhile; `onFile` is told how many have been read. */
export async function loadProfilesGently(
  texts: ProfileTexts,
  onFile?: (read: number, all: number) => void,
): Promise<LoadedProfiles> {
  const steps = loading(texts)
  const all = texts.stock.length + texts.user.length
  for (let read = 1; ; read++) {
    const step = steps.next()
    if (step.done) return step.value
    if (read <= all) onFile?.(read, all)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

function* loading(texts: ProfileTexts): Generator<void, LoadedProfiles> {
  const problems: ProfileProblem[] = []
  const files = new Map<string, LoadedFile>()
  const raws = new Map<string, { raw: RawProfile; origin: Profile['origin'] }>()
  const known = new Map<string, SymbolSpec>()
  const stockNames = new Set(texts.stock.map(({ file }) => profileNameOf(file)))
  for (const [origin, list] of [['stock', texts.stock] as const, ['user', texts.user] as const])
    for (const { file, text } of list) {
      const { profile: raw, problems: found } = readProfile(file, text)
      problems.push(...found)
      const became = raw === undefined ? 'refused' : raw.onlyTraps ? 'traps' : 'profile'
      const name = profileNameOf(file)
      const replacesStock = origin === 'user' && became === 'profile' && stockNames.has(name)
      files.set(file, { file, name, origin, became, replacesStock })
      if (raw !== undefined && became === 'profile') {
        const twin = raws.get(name)
        if (twin) files.set(twin.raw.file, { ...(files.get(twin.raw.file) as LoadedFile), became: 'replaced' })
        if (twin?.origin === 'user')
          problems.push({ severity: 'warning', file, line: 1, message: `replaces ${twin.raw.file} of the same name` })
        // At its place among the user's files: between equals the order of files decides.
        raws.delete(name)
        raws.set(name, { raw, origin })
        if (origin === 'stock') learn(known, raw)
      }
      yield
    }
  const find = (name: string): RawProfile | undefined => (raws.get(name) ?? raws.get(BASICS[name] ?? ''))?.raw
  const profiles = new Map<string, Profile>()
  const seen = new Set<string>()
  const tell = (problem: ProfileProblem) => {
    const key = `${problem.file}:${problem.line}:${problem.message}`
    if (!seen.has(key)) problems.push(problem)
    seen.add(key)
  }
  const builders = new Map<RawProfile, PartBuilder>()
  const build = (part: RawProfile) => {
    const builder = builders.get(part) ?? partsOf(part, { known: (oid) => known.get(oid), tell })
    builders.set(part, builder)
    return builder
  }
  for (const [name, { raw, origin }] of raws) {
    profiles.set(name, compileProfile(raw, { find, origin, tell, build }))
    yield
  }
  tellClaims(
    [...raws.values()].flatMap(({ raw, origin }) => (origin === 'user' ? raw : [])),
    tell,
  )
  return { profiles, problems, files: [...files.values()] }
}

/** Two files for one sysObjectID: the first is used, and the other says so. */
function tellClaims(raws: readonly RawProfile[], tell: (problem: ProfileProblem) => void): void {
  const claims = new Map<string, RawProfile>()
  for (const raw of raws) {
    const shared = new Map<RawProfile, string[]>()
    for (const { sysobjectid, sysdescr } of raw.selectors)
      for (const written of sysdescr === undefined ? (sysobjectid?.include ?? []) : []) {
        const pattern = written.trim().replace(/^\./, '')
        const first = claims.get(pattern) ?? raw
        claims.set(pattern, first)
        if (first !== raw) shared.set(first, [...(shared.get(first) ?? []), pattern])
      }
    for (const [first, [pattern, ...more]] of shared)
      tell({
        ...{ severity: 'note', file: raw.file, line: raw.lines.selectors },
        message: `sysObjectID ${pattern}${more.length > 0 ? ` and ${more.length} more` : ''}: ${first.name} has it too and is used, being first`,
      })
  }
}

export interface ProfileMatch {
  readonly profile: Profile
  /** For people: what in the device fitted what in the profile. */
  readonly reason: string
}

/**
 * The longest matching sysObjectID pattern wins, an exact one before a wildcard, a user's file before a stock one; then
 * the profile's own `matches` on sysDescr. Falls back to the generic profile; undefined only when that is missing.
 */
export function matchProfile(
  profiles: ReadonlyMap<string, Profile>,
  sysObjectId: string,
  sysDescr: string,
): ProfileMatch | undefined {
  let best: { profile: Profile; reason: string; rank: number } | undefined
  for (const profile of profiles.values())
    for (const selector of profile.selectors) {
      const fit = fitOf(selector, sysObjectId, sysDescr)
      if (fit === undefined) continue
      const rank = fit.rank + (profile.origin === 'user' ? 0.1 : 0)
      if (best === undefined || rank > best.rank) best = { profile, reason: fit.reason, rank }
    }
  if (best === undefined) {
    const profile = profiles.get(DEFAULT_PROFILE)
    return profile && { profile, reason: `no profile for sysObjectID ${sysObjectId || '(none)'}` }
  }
  const description = sysDescr.toLowerCase()
  for (const { pattern, profile: name } of best.profile.matches) {
    const other = profiles.get(name)
    if (other && pattern.test(description))
      return { profile: other, reason: `${best.reason}, then sysDescr ~ ${pattern.source} in ${best.profile.name}` }
  }
  return best
}

/** Profiles with a selector that fits too, the best first, without the one that is used; at most `most`. */
export function otherFits(
  profiles: ReadonlyMap<string, Profile>,
  { sysObjectId, sysDescr, used }: { readonly sysObjectId: string; readonly sysDescr: string; readonly used: string },
  most: number,
): { readonly name: string; readonly reason: string }[] {
  const fits = [...profiles.values()].flatMap((profile) => {
    if (profile.name === used) return []
    const all = profile.selectors.flatMap((selector) => fitOf(selector, sysObjectId, sysDescr) ?? [])
    const best = all.sort((a, b) => b.rank - a.rank)[0]
    return best ? [{ name: profile.name, ...best }] : []
  })
  const ranked = fits.sort((a, b) => b.rank - a.rank).slice(0, most)
  return ranked.map(({ name, reason }) => ({ name, reason }))
}

function fitOf(selector: Selector, oid: string, descr: string): { rank: number; reason: string } | undefined {
  if (selector.exclude.some((pattern) => rankOf(pattern, oid) > 0)) return undefined
  if (selector.descrExclude.some((pattern) => pattern.test(descr))) return undefined
  const described = selector.descrInclude.find((pattern) => pattern.test(descr))
  if (selector.descrInclude.length > 0 && described === undefined) return undefined
  const descrReason = described ? ` and sysDescr ~ ${described.source}` : ''
  if (selector.include.length === 0) return described && { rank: 1, reason: `sysDescr ~ ${described.source}` }
  let best: { rank: number; reason: string } | undefined
  for (const pattern of selector.include) {
    const rank = rankOf(pattern, oid)
    if (rank > (best?.rank ?? 0)) best = { rank, reason: `sysObjectID ${oid} fits ${pattern}${descrReason}` }
  }
  return best && { ...best, rank: best.rank + (described ? 0.5 : 0) }
}

/** Twice the arcs that match, plus one for an exact pattern; 0 = no match. */
function rankOf(pattern: string, oid: string): number {
  if (!pattern.endsWith('*')) return pattern === oid ? oid.split('.').length * 2 + 1 : 0
  const stem = pattern.replace(/\.?\*$/, '')
  if (oid !== stem && !oid.startsWith(`${stem}.`)) return 0
  return stem.split('.').length * 2
}

/** Plain symbols only: what is computed from several columns or belongs to chosen rows means nothing elsewhere. */
function learn(known: Map<string, SymbolSpec>, raw: RawProfile): void {
  for (const entry of raw.metrics)
    for (const symbol of [...(entry.symbol ? [entry.symbol] : []), ...(entry.symbols ?? [])]) {
      const own = symbol['x-outrider']
      if (
        !symbol.OID ||
        !own ||
        own.percentOf ||
        own.times ||
        own.plus ||
        own.inverse ||
        own.where ||
        symbol.scale_factor
      )
        continue
      known.set(symbol.OID, symbol)
      if (own.fallback && !known.has(own.fallback)) known.set(own.fallback, symbol)
    }
}
