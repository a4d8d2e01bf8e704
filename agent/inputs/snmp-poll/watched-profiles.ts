// The profiles of the program, of the collector and of the user's folder as they are now: read again when a file changes. A
// file that went bad keeps its last good version, with its problems said; profiles whose texts are the same stay the same
// objects, so that only devices of others begin anew.
import type { Profile, ProfileProblem } from '#shared/profiles/profile.ts'
import { type LoadedFile, loadProfilesGently, type ProfileText } from '#shared/profiles/profiles.ts'
import { readProfile } from '#shared/profiles/read-profile.ts'
import { fileMarks, readText, stockTexts } from './profile-files.ts'

export interface WatchedProfiles {
  /** Another map than before when any profile is another. */
  current(): ReadonlyMap<string, Profile>
  /** Of what holds, and of newer versions that do not. */
  problems(): readonly ProfileProblem[]
  files(): readonly LoadedFile[]
  /** Files whose newer version does not hold. */
  kept(): readonly string[]
  /** Texts of the collector from now on. Resolves when they hold; one change after another. */
  take(texts: readonly ProfileText[]): Promise<ProfileChange>
  /**
   * Looks at the folder. A change is taken when the next look finds the same, so that a file is never read while it is
   * written; undefined while there is none.
   */
  look(): Promise<ProfileChange | undefined>
}

/** By name, and files by path. */
export interface ProfileChange {
  readonly added: readonly string[]
  readonly changed: readonly string[]
  readonly removed: readonly string[]
  /** Files that could not be read now; `kept` where the version before still holds. */
  readonly refused: readonly { readonly file: string; readonly kept: boolean; readonly problem: ProfileProblem }[]
}

interface Known {
  /** Changes whenever the file does; of texts the text itself. */
  readonly mark: string
  readonly text: ProfileText | undefined
  /** Problems of a version that does not hold. */
  readonly refused: readonly ProfileProblem[]
}

/** `dir` is searched with its subfolders; one that is not there holds none. Call `take` once before anything else. */
export function watchProfiles(
  dir: string | undefined,
  stockOf: (problems: ProfileProblem[]) => readonly ProfileText[] = stockTexts,
): WatchedProfiles {
  let ofCollector = new Map<string, Known>()
  let ofFolder = new Map<string, Known>()
  let folderProblems: readonly ProfileProblem[] = []
  let profiles: ReadonlyMap<string, Profile> = new Map()
  let problems: readonly ProfileProblem[] = []
  let files: readonly LoadedFile[] = []
  let kept: readonly string[] = []
  /** Marks of the last look, while a change waits for the next. */
  let waiting: string | undefined
  let turn: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work)
    turn = mine.catch(() => undefined)
    return mine
  }

  return {
    current: () => profiles,
    problems: () => problems,
    files: () => files,
    kept: () => kept,
    take: (texts) =>
      inTurn(async () => {
        const before = [...ofCollector.values(), ...ofFolder.values()]
        ofCollector = nextOf(ofCollector, new Map(texts.map((text) => [text.file, text.text])), (file) => ({
          text: texts.find((one) => one.file === file),
          problem: undefined,
        }))
        const found = marks()
        waiting = undefined
        ofFolder = nextOf(ofFolder, found, readText)
        return await load(before)
      }),
    look: () =>
      inTurn(async () => {
        const found = marks()
        if (sameMarks(found, ofFolder)) {
          waiting = undefined
          return undefined
        }
        const seen = JSON.stringify([...found])
        if (waiting !== seen) {
          waiting = seen
          return undefined
        }
        waiting = undefined
        const before = [...ofCollector.values(), ...ofFolder.values()]
        ofFolder = nextOf(ofFolder, found, readText)
        return await load(before)
      }),
  }

  function marks(): ReadonlyMap<string, string> {
    if (dir === undefined) return new Map()
    const found: ProfileProblem[] = []
    const all = fileMarks(dir, found)
    folderProblems = found
    return all
  }

  async function load(before: readonly Known[]): Promise<ProfileChange> {
    const all = [...ofCollector.values(), ...ofFolder.values()]
    const broken: ProfileProblem[] = []
    const stock = stockOf(broken)
    const loaded = await loadProfilesGently({ stock, user: all.flatMap(({ text }) => text ?? []) })
    files = loaded.files
    kept = all.flatMap(({ text, refused }) => (text && refused.length > 0 ? text.file : []))
    problems = [...broken, ...folderProblems, ...all.flatMap(({ refused }) => refused), ...loaded.problems]
    const old = profiles
    const next = new Map([...loaded.profiles].map(([name, profile]) => [name, sameOr(old.get(name), profile)]))
    const names = [...next.keys()].sort()
    const added = names.filter((name) => !old.has(name))
    const changed = names.filter((name) => old.has(name) && old.get(name) !== next.get(name))
    const removed = [...old.keys()].filter((name) => !next.has(name)).sort()
    if (added.length + changed.length + removed.length > 0) profiles = next
    const known = new Set(before)
    const refused = all.flatMap((one) => {
      const [problem] = one.refused
      if (problem === undefined || known.has(one)) return []
      return [{ file: problem.file, kept: one.text !== undefined, problem }]
    })
    return { added, changed, removed, refused }
  }
}

/** What is known after a look: unchanged files as they were, new versions where they can be read. */
function nextOf(
  before: ReadonlyMap<string, Known>,
  marks: ReadonlyMap<string, string>,
  read: (file: string) => { readonly text: ProfileText | undefined; readonly problem: ProfileProblem | undefined },
): Map<string, Known> {
  const next = new Map<string, Known>()
  for (const [file, mark] of marks) {
    const known = before.get(file)
    if (known?.mark === mark) {
      next.set(file, known)
      continue
    }
    const { text, problem } = read(file)
    const found = text && readProfile(file, text.text)
    const good = found?.profile !== undefined
    const errors = problem ? [problem] : (found?.problems ?? []).filter(({ severity }) => severity === 'error')
    next.set(file, good ? { mark, text, refused: [] } : { mark, text: known?.text, refused: errors.slice(0, 20) })
  }
  return next
}

function sameMarks(marks: ReadonlyMap<string, string>, known: ReadonlyMap<string, Known>): boolean {
  if (marks.size !== known.size) return false
  for (const [file, mark] of marks) if (known.get(file)?.mark !== mark) return false
  return true
}

function sameOr(old: Profile | undefined, next: Profile): Profile {
  return old?.fingerprint === next.fingerprint ? old : next
}
