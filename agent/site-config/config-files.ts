// The folder that keeps configurations: `current.json` is in use, `previous.json` was before it, `new.json` is being
// written. Every change is a whole file, on disk, renamed into place, so that a power cut at any instant leaves the
// current or the previous one whole. `state.json` says what was learned about them.
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { ConfigReport } from '#shared/wire/site-config.ts'
import type { StoredText } from './collect-pieces.ts'

const StoredFile = z.object({
  configVersion: z.int().positive(),
  sha256: z.string(),
  signature: z.string(),
  text: z.string(),
})

export const ConfigState = z.object({
  owner: z.string(),
  /** The version that was given up last; it is not tried again. 0: none. */
  rejected: z.int().nonnegative(),
  /** The current one has not yet proven that the agent can speak with it; starts of the program with it. */
  trial: z.object({ version: z.int(), starts: z.int() }).nullable(),
  /** What was reported last. */
  report: ConfigReport.nullable(),
})
export type ConfigState = z.infer<typeof ConfigState>

export interface ConfigFiles {
  /** Undefined for one that is not there or not whole. */
  read(which: 'current' | 'previous'): StoredText | undefined
  /** What was learned for this owner; nothing when it is another's. */
  state(owner: string): ConfigState
  saveState(state: ConfigState): void
  /** The new one becomes current, the current one previous. Throws when the disk does not take it; then nothing changed. */
  advance(stored: StoredText): void
  /** The previous one becomes current again; without one there is none. */
  goBack(): void
}

/** Steps of a change, for tests that cut the power after each. */
export type OnStep = (step: string) => void

/** Mends the folder at once: an interrupted change is finished. It is made when something is to be kept. */
export function openConfigFiles(dir: string, onStep: OnStep = () => undefined): ConfigFiles {
  const path = (name: string) => join(dir, `${name}.json`)
  const step = (name: string, work: () => void) => {
    work()
    onStep(name)
  }
  const rename = (from: string, to: string) => step(`${from}->${to}`, () => renameSync(path(from), path(to)))
  const whole = (name: string): StoredText | undefined => {
    const parsed = StoredFile.safeParse(jsonIn(path(name)))
    return parsed.success ? parsed.data : undefined
  }
  const settle = () => step('folder', () => syncFolder(dir))

  // between the two renames of advance(): the new one is whole, the current one has become the previous
  if (whole('current') === undefined && whole('new') !== undefined) {
    rename('new', 'current')
    settle()
  }

  return {
    read: whole,
    state(owner) {
      const parsed = ConfigState.safeParse(jsonIn(path('state')))
      if (parsed.success && parsed.data.owner === owner) return parsed.data
      return { owner, rejected: 0, trial: null, report: null }
    },
    saveState(state) {
      mkdirSync(dir, { recursive: true, mode: 0o700 })
      writeWhole(`${path('state')}.new`, JSON.stringify(state))
      onStep('state written')
      step('state', () => renameSync(`${path('state')}.new`, path('state')))
      settle()
    },
    advance(stored) {
      mkdirSync(dir, { recursive: true, mode: 0o700 })
      step('new', () => writeWhole(path('new'), JSON.stringify(stored)))
      // a current one that is not whole must not push out a previous one that is
      if (whole('current') !== undefined) rename('current', 'previous')
      rename('new', 'current')
      settle()
    },
    goBack() {
      if (whole('previous') !== undefined) rename('previous', 'current')
      else step('no current', () => rmSync(path('current'), { force: true }))
      settle()
    },
  }
}

function jsonIn(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

function writeWhole(file: string, text: string): void {
  writeFileSync(file, text, { mode: 0o600, flush: true })
}

/** Makes renames last. Where folders cannot be synced (Windows) they last anyway. */
function syncFolder(dir: string): void {
  try {
    const folder = openSync(dir, 'r')
    try {
      fsyncSync(folder)
    } finally {
      closeSync(folder)
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM' && (error as NodeJS.ErrnoException).code !== 'EISDIR')
      throw error
  }
}
