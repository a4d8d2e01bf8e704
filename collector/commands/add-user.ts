import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { CustomerScope, Password, ROLES, Role, UserName } from '#shared/http/session.ts'
import { createAccess } from '../access/access.ts'
import { createPasswords } from '../access/passwords.ts'
import { createAccessStore, directCommit } from '../storage/sqlite/access-store.ts'
import { createAuditStore } from '../storage/sqlite/audit-store.ts'
import { lockDataFolder } from '../storage/sqlite/data-lock.ts'
import { openDatabase } from '../storage/sqlite/database.ts'
import { type CommandOptions, readSettings } from './settings.ts'

const ACTOR = 'command line'

/** Adds a user, or sets role and password of one; for the first start and for a lost password. The collector must not run. */
export async function addUser(
  name: string,
  options: CommandOptions & { readonly role: string; readonly customers?: string },
): Promise<number> {
  const role = Role.safeParse(options.role)
  if (!role.success) throw new Error(`the role is one of ${ROLES.join(', ')}`)
  if (!UserName.safeParse(name).success) throw new Error('a user name is 1 to 64 of a-z, 0-9 . _ @ -')
  const customers = CustomerScope.safeParse(options.customers?.split(',').map((id) => id.trim()) ?? null)
  if (!customers.success) throw new Error('customers are ids, with commas between them')
  const dir = readSettings(options).dataDir
  const unlock = lockDataFolder(dir)
  try {
    if (process.stdin.isTTY) console.log('Password:')
    const password = (await text(process.stdin)).split(/\r?\n/)[0] ?? ''
    if (!Password.safeParse(password).success) throw new Error('a password has at least 8 characters')
    const db = await openDatabase(join(dir, 'collector.db'))
    try {
      const store = createAccessStore(db)
      const commit = directCommit(db, [store, createAuditStore(db)], Date.now)
      const access = createAccess({ store, commit, passwords: createPasswords(), now: Date.now })
      const made = await access.createUser(ACTOR, {
        ...{ name, role: role.data, customers: customers.data, password, language: null },
      })
      const changed = made.ok
        ? made
        : await access.updateUser(ACTOR, name, {
            ...{ role: role.data, customers: customers.data, password, disabled: false },
          })
      if (!changed.ok)
        throw new Error(
          changed.reason === 'customers'
            ? 'an administrator sees every customer; the role customer needs --customers'
            : 'the last administrator must stay one',
        )
      console.log(`${made.ok ? 'added' : 'changed'} ${name}, ${role.data}`)
    } finally {
      db.close()
    }
  } finally {
    unlock()
  }
  return 0
}
