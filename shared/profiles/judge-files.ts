// What became of each file: loaded, partly, refused, with why.
import type { Profile, ProfileProblem } from './profile.ts'
import type { LoadedFile, LoadedProfiles } from './profiles.ts'

export interface JudgedFile {
  readonly file: string
  /** partly: something of it could not be used. refused: nothing can. */
  readonly state: 'loaded' | 'partly' | 'refused'
  readonly became: LoadedFile['became']
  readonly replacesStock: boolean
  /** With what it extends. */
  readonly metrics: number
  /** Patterns by which devices are recognised. */
  readonly selectors: number
  readonly problems: readonly ProfileProblem[]
}

/** Every file that is not stock, in the order of their names. */
export function judgeFiles({ profiles, problems, files }: LoadedProfiles): JudgedFile[] {
  const byFile = Map.groupBy(problems, ({ file }) => file)
  const stock = new Set(files.flatMap(({ file, origin }) => (origin === 'stock' ? file : [])))
  const known = new Set(files.map(({ file }) => file))
  const own = files.filter(({ origin }) => origin === 'user')
  const unread = [...byFile.keys()].filter((file) => !known.has(file) && !stock.has(file))
  const judged = own.map((file) => judge(file, profiles.get(file.name), byFile.get(file.file) ?? []))
  const lost = unread.map((file) => judge(neverRead(file), undefined, byFile.get(file) ?? []))
  return [...judged, ...lost].sort((a, b) => (a.file < b.file ? -1 : 1))
}

function judge(one: LoadedFile, profile: Profile | undefined, said: readonly ProfileProblem[]): JudgedFile {
  const { file, became, replacesStock } = one
  const used = became === 'profile' && profile !== undefined
  const metrics = used ? profile.scalars.length + profile.tables.reduce((sum, t) => sum + t.columns.length, 0) : 0
  const selectors = used ? profile.selectors.reduce((sum, s) => sum + s.include.length + s.descrInclude.length, 0) : 0
  const empty = used && metrics + selectors + profile.fields.length + profile.tags.length === 0
  const nothing = { severity: 'error' as const, file, line: 1, message: 'holds nothing for the poller' }
  const problems = empty ? [...said, nothing] : said
  const refused = empty || became === 'refused'
  const state = refused ? 'refused' : problems.some(({ severity }) => severity === 'error') ? 'partly' : 'loaded'
  return { file, state, became, replacesStock, metrics, selectors, problems }
}

const neverRead = (file: string): LoadedFile => ({
  ...{ file, name: '', origin: 'user', became: 'refused', replacesStock: false },
})
