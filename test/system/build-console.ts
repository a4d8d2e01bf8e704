// The console's files for browser tests, built at most once per run and only when something changed.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** Builds web/dist when it is older than its sources; resolves with its folder. */
export async function buildConsole(): Promise<string> {
  const web = fileURLToPath(new URL('../../web/', import.meta.url))
  await promisify(execFile)(process.execPath, [`${web}build-if-changed.ts`], { timeout: 120_000 })
  return `${web}dist`
}
