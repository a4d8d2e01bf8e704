import { describe, expect, it } from 'vitest'
import type { UserRow } from '#shared/http/users.ts'
import { changeOf, formOfUser, problemsOfUser, withRole } from './user-form.ts'

const row: UserRow = {
  ...{ name: 'ann', role: 'desk', customers: ['a', 'b'], disabled: false, language: 'en', lastSignInAt: null },
  ...{ lastSignInFrom: null, failedSignIns: 0, lastFailedAt: null, lastFailedFrom: null, sessions: [], tokens: 0 },
}

describe('an account in a form', () => {
  it('sends what was changed and nothing else', () => {
    const form = formOfUser(row)
    expect(changeOf(row, form)).toEqual({})
    expect(changeOf(row, { ...form, customers: ['b', 'a'] })).toEqual({})
    expect(changeOf(row, withRole(form, 'admin'))).toEqual({ role: 'admin', customers: null })
    expect(changeOf(row, { ...form, language: null })).toEqual({ language: null })
  })

  it('keeps customers fit for the role', () => {
    const all = { ...formOfUser(undefined), name: 'x' }
    expect(withRole(all, 'customer').customers).toEqual([])
    expect([...problemsOfUser(withRole(all, 'customer'))]).toEqual(['customers'])
    expect(withRole(formOfUser(row), 'customer').customers).toEqual(['a', 'b'])
    expect(withRole(all, 'viewer').customers).toBeNull()
  })

  it('says what is missing', () => {
    expect([...problemsOfUser(formOfUser(undefined))]).toEqual(['name'])
    expect([...problemsOfUser({ ...formOfUser(row), password: 'short' })]).toEqual(['password'])
    expect([...problemsOfUser({ ...formOfUser(row), name: '-x' })]).toEqual(['name'])
  })
})
