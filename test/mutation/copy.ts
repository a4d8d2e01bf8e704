// The copy of the tree in which mutants live; the tree itself is never touched.
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT } from '../support/child.ts'
import { instrument } from './instrument.ts'
import { type Mutant, mutantsOf } from './mutants.ts'

export interface Copy extends AsyncDisposable {
  readonly dir: string
  /** Mutated files, relative to the tree. */
  readonly files: readonly string[]
  readonly mutants: readonly Mutant[]
  /** Unit tests of the rooms. */
  readonly near: readonly string[]
  /** Those of what is made of the rooms: stories of the whole judgement; models of thousands of them are too slow. */
  readonly above: readonly string[]
  /** Text of a file as it is in the tree. */
  sourceOf(file: string): string
}

const FOLDERS = ['agent', 'collector', 'shared', 'test/support', 'test/fixtures', 'test/mutation']

/** Copies what unit tests of the collector need and puts all mutants of the rooms into it. */
export function makeCopy(rooms: readonly string[], only: string): Copy {
  const dir = mkdtempSync(join(tmpdir(), 'outrider-mutants-'))
  for (const folder of FOLDERS) cpSync(join(ROOT, folder), join(dir, folder), { recursive: true })
  for (const file of ['package.json', 'tsconfig.json']) cpSync(join(ROOT, file), join(dir, file))
  symlinkSync(join(ROOT, 'node_modules'), join(dir, 'node_modules'))
  const sources = new Map<string, string>()
  const mutants: Mutant[] = []
  for (const room of rooms)
    for (const file of filesBelow(`collector/${room}`)) {
      if (!file.endsWith('.ts') || file.includes('.test.') || sources.has(file) || !file.includes(only)) continue
      const source = readFileSync(join(dir, file), 'utf8')
      sources.set(file, source)
      const own = mutantsOf(file, source, mutants.length + 1)
      mutants.push(...own)
      writeFileSync(join(dir, file), instrument(source, own))
    }
  mkdirSync(join(dir, 'out'))
  const tests = filesBelow('collector').filter((file) => file.endsWith('.test.ts'))
  const inRooms = (file: string) => rooms.some((room) => file.startsWith(`collector/${room}/`))
  return {
    dir,
    files: [...sources.keys()],
    mutants,
    near: tests.filter(inRooms),
    above: tests.filter((file) => /^collector\/[^/]+(?<!\.model)\.test\.ts$/.test(file)),
    sourceOf: (file) => sources.get(file) as string,
    async [Symbol.asyncDispose]() {
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

function filesBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length).replace(/^\//, ''))
    .sort()
}
