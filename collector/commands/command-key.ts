import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { openCommandKey } from '../diagnostics/command-key.ts'
import { type CommandOptions, readSettings } from './settings.ts'

/** Prints the public key; makes the key when there is none yet. */
export async function showCommandKey(options: CommandOptions): Promise<number> {
  const dir = readSettings(options).dataDir
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  console.log(openCommandKey(join(dir, 'command-key.pem')).publicKey)
  return 0
}
