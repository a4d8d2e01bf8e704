import { join, resolve } from 'node:path'
import { restoreBackup, writeBackup } from '../storage/sqlite/backup.ts'
import { type CommandOptions, readSettings } from './settings.ts'

export async function backupCommand(file: string, options: CommandOptions): Promise<number> {
  const bytes = await writeBackup(pathsOf(file, options))
  console.log(`backup: ${file}, ${bytes} bytes; it holds the keys of the folder: keep it like one`)
  return 0
}

export async function restoreCommand(file: string, options: CommandOptions): Promise<number> {
  restoreBackup(pathsOf(file, options))
  console.log('restored; the old database, if any, is kept as collector.db.before-restore')
  return 0
}

function pathsOf(file: string, options: CommandOptions) {
  const dir = readSettings(options).dataDir
  return { dir, keyFile: join(dir, 'command-key.pem'), file: resolve(file) }
}
