// What is done to an account as a whole: another password, and letting nobody in any more.
import { Checkbox } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { UserRow } from '#shared/http/users.ts'
import { ApiFailure, send } from '../api/client.ts'
import { sessionQuery } from '../api/queries.ts'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import page from '../ui/page.module.css'
import { FormProblem, problemsOf } from '../ui/problems.tsx'
import { useSay } from '../ui/say.ts'
import { makePassword } from './made-password.ts'
import { PasswordChoice } from './password-choice.tsx'
import { userPath } from './user-queries.ts'

interface AccountDialogProps {
  readonly row: UserRow
  onClose(): void
}

export function ResetPassword({
  row,
  onClose,
  onMade,
}: AccountDialogProps & { onMade(user: string, password: string): void }) {
  const { t } = useTranslation()
  const say = useSay()
  const queries = useQueryClient()
  const [password, setPassword] = useState<string | null>(null)
  const [revoke, setRevoke] = useState(false)
  const [pressed, setPressed] = useState(false)
  const isShort = password !== null && password.length < 8
  const save = useMutation({
    mutationFn: async () => {
      const next = password ?? makePassword()
      await send('PATCH', userPath(row.name), { password: next, ...(revoke ? { revokeTokens: true } : {}) })
      return password === null ? next : undefined
    },
    onSuccess: (made) => {
      void queries.invalidateQueries({ queryKey: ['users'] })
      void queries.invalidateQueries({ queryKey: ['tokens'] })
      if (made !== undefined) return onMade(row.name, made)
      say.done(t('users.passwordSet', { user: row.name }))
      onClose()
    },
  })
  const problems = problemsOf(save.error, ['password'])

  function submit(event: FormEvent) {
    event.preventDefault()
    setPressed(true)
    if (!isShort) save.mutate()
  }

  return (
    <Dialog onClose={onClose} title={t('users.resetOf', { user: row.name })} size="md">
      <form className={page.form} onSubmit={submit} noValidate>
        <p className={page.hint}>{t('users.resetHint', { count: row.sessions.length })}</p>
        <PasswordChoice
          value={password}
          error={pressed && isShort ? t('userWrong.password') : problems.of('password')}
          onChange={setPassword}
        />
        <TokensToo row={row} revoke={revoke} onChange={setRevoke} kept={t('users.tokensStay', { count: row.tokens })} />
        <FormProblem failure={save.error} problems={problems} />
        <DialogButtons label={t('users.reset')} busy={save.isPending} onClose={onClose} />
      </form>
    </Dialog>
  )
}

export function DisableUser({ row, onClose }: AccountDialogProps) {
  const { t } = useTranslation()
  const say = useSay()
  const queries = useQueryClient()
  const isMe = useQuery(sessionQuery).data?.user === row.name
  const [revoke, setRevoke] = useState(false)
  const save = useMutation({
    mutationFn: () => send('PATCH', userPath(row.name), { disabled: true, ...(revoke ? { revokeTokens: true } : {}) }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['users'] })
      void queries.invalidateQueries({ queryKey: ['tokens'] })
      say.done(t('users.isDisabled', { user: row.name }))
      onClose()
    },
  })
  const isConflict = save.error instanceof ApiFailure && save.error.code === 'conflict'
  return (
    <Dialog onClose={onClose} title={t('users.disableOf', { user: row.name })} size="md">
      <form
        className={page.form}
        onSubmit={(event) => {
          event.preventDefault()
          save.mutate()
        }}
      >
        <p className={page.hint}>{t('users.disableHint', { count: row.sessions.length })}</p>
        {isMe ? <p className={page.problem}>{t('users.disableMe')}</p> : null}
        <TokensToo row={row} revoke={revoke} onChange={setRevoke} kept={t('users.tokensRest', { count: row.tokens })} />
        {isConflict ? (
          <p className={page.problem} role="alert">
            {t('users.lastAdmin')}
          </p>
        ) : (
          <FormProblem failure={save.error} />
        )}
        <DialogButtons label={t('users.disable')} busy={save.isPending} grave focused onClose={onClose} />
      </form>
    </Dialog>
  )
}

/** What becomes of the account's tokens. */
function TokensToo(props: { row: UserRow; revoke: boolean; kept: string; onChange(revoke: boolean): void }) {
  const { t } = useTranslation()
  if (props.row.tokens === 0) return null
  return (
    <Checkbox
      size="xs"
      label={t('users.revokeTokens', { count: props.row.tokens })}
      description={props.kept}
      checked={props.revoke}
      onChange={(event) => props.onChange(event.currentTarget.checked)}
    />
  )
}
