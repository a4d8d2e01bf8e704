// An account between what is kept and what a person fills in.
import type { Role } from '#shared/http/session.ts'
import type { UserRow } from '#shared/http/users.ts'

export interface UserForm {
  readonly name: string
  readonly role: Role
  /** Null: all. */
  readonly customers: readonly string[] | null
  readonly language: 'en' | 'zh-CN' | null
  /** Null: one is made up. Of a new account only. */
  readonly password: string | null
}

export type UserProblem = 'name' | 'customers' | 'password'

export const formOfUser = (row: UserRow | undefined): UserForm => ({
  name: row?.name ?? '',
  role: row?.role ?? 'noc',
  customers: row?.customers ?? null,
  language: row?.language ?? null,
  password: null,
})

/** The form with another role: an administrator sees every customer, somebody at a customer's only some. */
export function withRole(form: UserForm, role: Role): UserForm {
  if (role === 'admin') return { ...form, role, customers: null }
  return { ...form, role, customers: role === 'customer' ? (form.customers ?? []) : form.customers }
}

export function problemsOfUser(form: UserForm): ReadonlySet<UserProblem> {
  const wrong = new Set<UserProblem>()
  if (!/^[a-zA-Z0-9][a-zA-Z0-9._@-]{0,63}$/.test(form.name)) wrong.add('name')
  if (form.customers?.length === 0) wrong.add('customers')
  if (form.password !== null && form.password.length < 8) wrong.add('password')
  return wrong
}

/** What was changed, for PATCH: nothing else is overwritten that somebody else changed meanwhile. */
export function changeOf(row: UserRow, form: UserForm): Partial<Pick<UserForm, 'role' | 'customers' | 'language'>> {
  return {
    ...(form.role === row.role ? {} : { role: form.role }),
    ...(same(form.customers, row.customers) ? {} : { customers: form.customers }),
    ...(form.language === row.language ? {} : { language: form.language }),
  }
}

const same = (a: readonly string[] | null, b: readonly string[] | null) =>
  a === null || b === null ? a === b : [...a].sort().join() === [...b].sort().join()
