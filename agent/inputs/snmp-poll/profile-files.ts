// Reads the profiles that come with the program and those in the user's folders.
import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { getAsset, getAssetKeys, isSea } from 'node:sea'
import { fileURLToPath } from 'node:url'
import type { ProfileProblem } from '#shared/profiles/profile.ts'
import { type LoadedProfiles, loadProfilesGently, type ProfileText } from '#shared/profiles/profiles.ts'

const STOCK = 'shared/profiles/stock/'
const MAX_FILES = 5000
const MAX_BYTES = 1_000_000

/**
 * All profiles of the program, those in `texts` and those of `dirs` (searched with their subfolders for .yaml and .yml);
 * later ones replace earlier ones of the same name. What cannot be read or understood is in `problems`, with file and
 * line; it never rejects because of a user's file.
 */
export async function readProfiles(
  dirs: readonly string[] = [],
  texts: readonly ProfileText[] = [],
  onFile?: (read: number, all: number) => void,
): Promise<LoadedProfiles> {
  const problems: ProfileProblem[] = []
  const stock = stockTexts(problems)
  const user = dirs.flatMap((dir) => textsIn(dir, problems))
  const loaded = await loadProfilesGently({ stock, user: [...texts, ...user] }, onFile)
  return { ...loaded, problems: [...problems, ...loaded.problems] }
}

/** Those that come with the program. */
export function stockTexts(problems: ProfileProblem[]): ProfileText[] {
  return isSea() ? stockInside() : textsIn(stockFolder(), problems)
}

/** The packaged executable carries the folder (packaging/executable.ts). */
function stockInside(): ProfileText[] {
  const names = getAssetKeys().filter((name) => name.startsWith(STOCK))
  return names.sort().map((file) => ({ file, text: getAsset(file, 'utf8') }))
}

const stockFolder = () => fileURLToPath(new URL(`../../../${STOCK}`, import.meta.url))

/** What a folder holds, told why where a file cannot be read. */
export function textsIn(dir: string, problems: ProfileProblem[]): ProfileText[] {
  return [...fileMarks(dir, problems).keys()].flatMap((file) => {
    const { text, problem } = readText(file)
    if (problem) problems.push(problem)
    return text ?? []
  })
}

/** Profile files of a folder and its subfolders in the order of their paths, each with what changes when the file does. */
export function fileMarks(dir: string, problems: ProfileProblem[]): Map<string, string> {
  const tell = (message: string) => problems.push({ severity: 'error', file: dir, line: 1, message })
  const files = entriesIn(dir, tell)
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
  if (files.length > MAX_FILES) tell(`holds more than ${MAX_FILES} profiles; the rest is left out`)
  return new Map(files.slice(0, MAX_FILES).map((file) => [file, markOf(file)]))
}

/** At once: reading a text costs less than parsing it, and the other way of Node takes memory for good. */
export function readText(file: string): { text: ProfileText | undefined; problem: ProfileProblem | undefined } {
  const failed = (message: string) => ({
    text: undefined,
    problem: { severity: 'error' as const, file, line: 1, message },
  })
  try {
    if (statSync(file).size > MAX_BYTES) return failed('larger than 1 MB')
    return { text: { file, text: readFileSync(file, 'utf8') }, problem: undefined }
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error))
  }
}

/** A file that cannot be looked at has a mark too, so that it is read, and found bad, once. */
function markOf(file: string): string {
  try {
    const { mtimeMs, size, ino } = statSync(file)
    return `${mtimeMs} ${size} ${ino}`
  } catch {
    return 'unreadable'
  }
}

function entriesIn(dir: string, tell: (message: string) => void): Dirent[] {
  try {
    return readdirSync(dir, { recursive: true, withFileTypes: true })
  } catch (error) {
    tell((error as Error).message)
    return []
  }
}
