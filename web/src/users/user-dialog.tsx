// Add or change an account: who, what they may do, for which customers.
import { NativeSelect, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ROLES, type Role } from '#shared/http/session.ts'
import type { UserRow } from '#shared/http/users.ts'
import { ApiFailure, send } from '../api/client.ts'
import { sessionQuery } from '../api/queries.ts'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import page from '../ui/page.module.css'
import { FormProblem, problemsOf } from '../ui/problems.tsx'
import { useSay } from '../ui/say.ts'
import { BELOW } from '../ui/typed-input.tsx'
import { CustomerChoice } from './customer-choice.tsx'
import { makePassword } from './made-password.ts'
import { PasswordChoice } from './password-choice.tsx'
import { changeOf, formOfUser, problemsOfUser, type UserProblem, withRole } from './user-form.ts'
import { userPath } from './user-queries.ts'

export interface UserDialogProps {
  /** Undefined: a new one. */
  readonly row: UserRow | undefined
  onClose(): void
  /** A password was made up: it is shown once. */
  onMade(user: string, password: string): void
}

export function UserDialog({ row, onClose, onMade }: UserDialogProps) {
  const { t } = useTranslation()
  const say = useSay()
  const queries = useQueryClient()
  const isMe = useQuery(sessionQuery).data?.user === row?.name
  const [form, setForm] = useState(() => formOfUser(row))
  const [pressed, setPressed] = useState(false)
  const wrong = problemsOfUser(form)
  const change = row === undefined ? {} : changeOf(row, form)
  const endsSessions = row !== undefined && ('role' in change || 'customers' in change)
  const save = useMutation({
    mutationFn: async () => {
      if (row !== undefined) {
        await send('PATCH', userPath(row.name), change)
        return undefined
      }
      const { name, role, customers, language } = form
      const password = form.password ?? makePassword()
      await send('POST', '/users', { name, role, customers, language, password })
      return form.password === null ? password : undefined
    },
    onSuccess: (made) => {
      void queries.invalidateQueries({ queryKey: ['users'] })
      if (isMe) void queries.invalidateQueries({ queryKey: ['session'] })
      say.done(t('users.saved', { user: form.name }))
      if (made === undefined) onClose()
      else onMade(form.name, made)
    },
  })
  const problems = problemsOf(save.error, ['name', 'role', 'customers', 'password', 'language'])
  const isConflict = save.error instanceof ApiFailure && save.error.code === 'conflict'
  const needed = (field: UserProblem) => (pressed && wrong.has(field) ? t(`userWrong.${field}`) : undefined)

  function submit(event: FormEvent) {
    event.preventDefault()
    setPressed(true)
    if (wrong.size > 0) return
    if (row !== undefined && Object.keys(change).length === 0) onClose()
    else save.mutate()
  }

  return (
    <Dialog onClose={onClose} title={row ? t('users.change', { user: row.name }) : t('users.new')} size="md">
      <form className={page.form} onSubmit={submit} noValidate data-user-form>
        {row === undefined ? (
          <TextInput
            label={t('users.name')}
            description={t('users.nameHint')}
            required
            maxLength={64}
            autoComplete="off"
            data-autofocus
            value={form.name}
            error={needed('name') ?? (isConflict ? t('users.exists') : problems.of('name'))}
            onChange={(event) => setForm({ ...form, name: event.currentTarget.value.trim() })}
          />
        ) : null}
        <NativeSelect
          label={t('users.role')}
          inputWrapperOrder={BELOW}
          description={t(`roleHint.${form.role}`)}
          value={form.role}
          error={isConflict && row !== undefined ? t('users.lastAdmin') : problems.of('role')}
          onChange={(event) => setForm(withRole(form, event.currentTarget.value as Role))}
          data={ROLES.map((value) => ({ value, label: t(`role.${value}`) }))}
        />
        {form.role === 'admin' ? null : (
          <CustomerChoice
            value={form.customers}
            needed={form.role === 'customer'}
            error={
              needed('customers') ?? (problems.of('customers') === undefined ? undefined : t('userWrong.customers'))
            }
            onChange={(customers) => setForm({ ...form, customers })}
          />
        )}
        <NativeSelect
          label={t('users.language')}
          value={form.language ?? ''}
          onChange={(event) => {
            const chosen = (['en', 'zh-CN'] as const).find((one) => one === event.currentTarget.value)
            setForm({ ...form, language: chosen ?? null })
          }}
          data={[
            { value: '', label: t('users.languageOfBrowser') },
            ...(['en', 'zh-CN'] as const).map((value) => ({ value, label: t(`language.${value}`) })),
          ]}
        />
        {row === undefined ? (
          <PasswordChoice
            value={form.password}
            error={needed('password') ?? problems.of('password')}
            onChange={(password) => setForm({ ...form, password })}
          />
        ) : null}
        {endsSessions && row.sessions.length > 0 && !isMe ? (
          <p className={page.notice}>
            <span>{t('users.endsSessions', { count: row.sessions.length })}</span>
          </p>
        ) : null}
        {isConflict ? null : <FormProblem failure={save.error} problems={problems} />}
        <DialogButtons label={t(row ? 'action.save' : 'users.add')} busy={save.isPending} onClose={onClose} />
      </form>
    </Dialog>
  )
}
