// For the run of the system tests: one folder for what is built once and used by several files. Removed at the end.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildConsole } from '../system/build-console.ts'
import { BUILT_FOLDER } from './built-programs.ts'

/** Called by Vitest before the first file, in the process whose environment all files inherit. */
export async function setup(): Promise<() => void> {
  // Here, because two files at once would build it into the same folder.
  await buildConsole()
  const dir = mkdtempSync(join(tmpdir(), 'outrider-built-'))
  process.env[BUILT_FOLDER] = dir
  return () => rmSync(dir, { recursive: true, force: true })
}
