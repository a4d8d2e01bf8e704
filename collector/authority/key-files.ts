// Files of keys: whole or not there, and for the collector's user only.
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** Written beside and renamed, with flush: a crash leaves the old file or the new one. Mode 0600, its folder 0700. */
export function writeWhole(file: string, text: string): void {
  const folder = dirname(file)
  const fresh = `${file}.new`
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  // what lies there of a crash keeps its mode, and a link would be followed
  rmSync(fresh, { force: true })
  writeFileSync(fresh, text, { mode: 0o600, flag: 'wx', flush: true })
  renameSync(fresh, file)
  flushFolder(folder)
}

/** A renaming lasts once its folder is on disk. */
function flushFolder(folder: string): void {
  // a folder cannot be opened on Windows, where a renaming lasts by itself
  if (process.platform === 'win32') return
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
