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

/** What a folder holds, told why where a file cannot be read. At once: reading a text costs less than parsing it, and the other way of Node takes memory for good. */
export function textsIn(dir: string, problems: ProfileProblem[]): ProfileText[] {
  const tell = (file: string, message: string) => problems.push({ severity: 'error', file, line: 1, message })
  const files = entriesIn(dir, (message) => tell(dir, message))
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .sort(byPath)
  if (files.length > MAX_FILES) tell(dir, `holds more than ${MAX_FILES} profiles; the rest is left out`)
  const texts: ProfileText[] = []
  for (const entry of files.slice(0, MAX_FILES)) {
    const file = join(entry.parentPath, entry.name)
    try {
      if (statSync(file).size > MAX_BYTES) tell(file, 'larger than 1 MB')
      else texts.push({ file, text: readFileSync(file, 'utf8') })
    } catch (error) {
      tell(file, error instanceof Error ? error.message : String(error))
    }
  }
  return texts
}

function entriesIn(dir: string, tell: (message: string) => void): Dirent[] {
  try {
    return readdirSync(dir, { recursive: true, withFileTypes: true })
  } catch (error) {
    tell((error as Error).message)
    return []
  }
}

function byPath(a: { parentPath: string; name: string }, b: { parentPath: string; name: string }): number {
  return join(a.parentPath, a.name) < join(b.parentPath, b.name) ? -1 : 1
}
