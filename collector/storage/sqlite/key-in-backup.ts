// The command key travels inside a backup, so that agents go on trusting the restored collector.
import { DatabaseSync } from 'node:sqlite'

const KEY_SETTING = 'backup-command-key'

/** Puts the key (PEM) into a backup file. */
export function putKey(file: string, key: string): void {
  const db = new DatabaseSync(file)
  try {
    db.prepare('insert or replace into setting (name, value) values (?, ?)').run(KEY_SETTING, key)
    db.exec('pragma journal_mode = delete')
  } finally {
    db.close()
  }
}

/** Takes the key out of a restored database; undefined when it came without one. */
export function takeKey(file: string): string | undefined {
  const db = new DatabaseSync(file)
  try {
    const row = db.prepare('select value from setting where name = ?').get(KEY_SETTING)
    db.exec('pragma secure_delete = on')
    db.prepare('delete from setting where name = ?').run(KEY_SETTING)
    return row?.value as string | undefined
  } finally {
    db.close()
  }
}
