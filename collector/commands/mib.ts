import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compileMibs, definitionFile } from '../mibs/mibs.ts'

/**
 * Compiles a folder of MIB files to trap definitions, offline; reads no settings. 0: all went well, 1: something was left
 * out and is named, 2: nothing came of it.
 */
export async function mibCompile(dir: string, options: { readonly output: string }): Promise<number> {
  let shown = 0
  const compiled = await compileMibs(dir, {
    entry: process.argv[1] as string,
    onProgress(done, of, file) {
      const share = Math.floor((done / Math.max(of, 1)) * 10)
      if (share > shown || done === of) console.error(`${done} of ${of} files${file && `, now ${file}`}`)
      shown = share
    },
  })
  for (const { file, line, message } of compiled.problems) console.error(`${file}:${line}: ${message}`)
  const useful = compiled.modules.filter((module) => module.traps > 0)
  if (useful.length > 0) mkdirSync(options.output, { recursive: true })
  for (const { name, text } of useful) writeFileSync(join(options.output, definitionFile(name)), text)
  const traps = useful.reduce((sum, module) => sum + module.traps, 0)
  console.log(
    `${compiled.files} files, ${compiled.modules.length} modules, ${useful.length} with traps: ${traps} traps in ` +
      `${options.output}; ${compiled.problems.length} problems`,
  )
  if (useful.length === 0) return 2
  return compiled.problems.length > 0 ? 1 : 0
}

/** The thread that reads them. */
export async function mibThread(): Promise<number> {
  const { serveMibs } = await import('../mibs/thread.ts')
  await serveMibs()
  return 0
}
