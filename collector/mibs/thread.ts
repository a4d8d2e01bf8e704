// What runs beside the command, with bounds on its memory: reads MIB files that may hold anything. It keeps nothing from one
// request to the next.
import { readFileSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'
import { compileModule } from './compile.ts'
import { definitionText } from './definition-text.ts'
import { type MibModule, type MibProblem, readMibFile } from './module.ts'

export type MibRequest =
  | { readonly op: 'index'; readonly file: string; readonly path: string }
  /** `modules`: where every module of the folder is. */
  | {
      readonly op: 'compile'
      readonly file: string
      readonly path: string
      readonly modules: readonly (readonly [string, { readonly file: string; readonly path: string }])[]
    }

export interface MibAnswer {
  readonly modules: readonly { readonly name: string; readonly traps: number; readonly text: string }[]
  readonly problems: readonly MibProblem[]
}

/** Answers requests until the thread is ended. */
export async function serveMibs(): Promise<void> {
  const port = parentPort
  if (!port) throw new Error('this runs in a thread of mib compile only')
  port.on('message', (request: MibRequest) => port.postMessage(answer(request)))
  await new Promise((resolve) => port.on('close', resolve))
}

/** Never throws for what a file says. */
export function answer(request: MibRequest): MibAnswer {
  try {
    const modules = read(request.file, request.path)
    if (request.op === 'index')
      return { modules: modules.map(({ name }) => ({ name, traps: 0, text: '' })), problems: [] }
    const places = new Map(request.modules)
    const cache = new Map<string, MibModule | undefined>(modules.map((module) => [module.name, module]))
    const moduleOf = (name: string): MibModule | undefined => {
      if (!cache.has(name)) cache.set(name, beside(name, places.get(name)))
      return cache.get(name)
    }
    const compiled = modules.map((module) => compileModule(module, moduleOf))
    return {
      modules: compiled.map((c) => ({
        name: c.name,
        traps: c.traps.length,
        text: c.traps.length > 0 ? definitionText(c) : '',
      })),
      problems: compiled.flatMap((c) => c.problems),
    }
  } catch (error) {
    return { modules: [], problems: [{ file: request.file, line: 1, message: (error as Error).message }] }
  }
}

/** A module that is imported and cannot be read is as good as missing: the file itself says why when its turn comes. */
function beside(
  name: string,
  place: { readonly file: string; readonly path: string } | undefined,
): MibModule | undefined {
  if (!place) return undefined
  try {
    return read(place.file, place.path).find((module) => module.name === name)
  } catch {
    return undefined
  }
}

/** UTF-8, else Latin 1, as old MIBs are. */
function read(file: string, path: string): MibModule[] {
  const bytes = readFileSync(path)
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    text = bytes.toString('latin1')
  }
  return readMibFile(file, text)
}
