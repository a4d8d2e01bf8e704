// Both programs as images and packages get them, built as the Dockerfile says, once per run of the tests.
import { execFile } from 'node:child_process'
import { existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ROOT } from '../../packaging/places.ts'
import { imageOf, readDockerfile } from './image.ts'

/** Name of the variable that says where (test/support/built-folder.ts). */
export const BUILT_FOLDER = 'OUTRIDER_TEST_BUILT'

/** Folder with `outrider-agent`, `outrider-collector` and `container`; not to be written to. */
export async function builtPrograms(): Promise<string> {
  const folder = process.env[BUILT_FOLDER]
  if (folder === undefined) throw new Error('only in system tests (vitest.config.ts)')
  const out = join(folder, 'out')
  if (existsSync(out)) return out
  const stages = readDockerfile(join(ROOT, 'Dockerfile'))
  const build = imageOf(stages, 'build').runs.find((command) => command.includes('packaging/package.ts'))
  if (build === undefined) throw new Error('the Dockerfile does not build')
  const mine = `${out}.${process.pid}`
  await promisify(execFile)('sh', ['-c', build.replace('/out', mine)], { cwd: ROOT, timeout: 120_000 })
  // Another file of this run may have been first.
  if (!existsSync(out)) renameSync(mine, out)
  return out
}
