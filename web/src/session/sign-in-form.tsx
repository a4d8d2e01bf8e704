import { Button, PasswordInput, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Session } from '#shared/http/session.ts'
import { ApiFailure, send } from '../api/client.ts'
import { sessionQuery } from '../api/queries.ts'
import { useConsole } from '../app/console.ts'
import { setLanguage } from '../app/i18n.ts'
import { useFailureWords } from '../ui/notices.tsx'
import { sentences } from '../ui/sentences.ts'
import css from './sign-in.module.css'

export function SignInForm({ user: fixedUser, onDone }: { user?: string; onDone: () => void }) {
  const { t } = useTranslation()
  const { words, wishes } = useConsole()
  const queries = useQueryClient()
  const failureWords = useFailureWords()
  const [user, setUser] = useState(fixedUser ?? '')
  const [password, setPassword] = useState('')
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState('')

  async function submit(event: FormEvent) {
    event.preventDefault()
    if (busy) return
    setBusy(true)
    setProblem('')
    try {
      const known = await send<Session>('POST', '/session', { user, password })
      const wished = wishes.current
      wishes.current = {}
      // what was chosen on this page is meant for this account; if it cannot be kept, the account's own holds
      const session =
        Object.keys(wished).length === 0 ? known : await send<Session>('PATCH', '/session', wished).catch(() => known)
      if (session.language !== null) await setLanguage(words, session.language).catch(() => undefined)
      queries.setQueryData(sessionQuery.queryKey, session)
      onDone()
    } catch (failure) {
      const wrong = failure instanceof ApiFailure && failure.code === 'unauthenticated'
      const said = failureWords(failure)
      setProblem(wrong ? t('signIn.wrong') : sentences(said.cause, said.action))
      setBusy(false)
    }
  }

  return (
    <form className={css.form} onSubmit={(event) => void submit(event)}>
      <TextInput
        label={t('signIn.user')}
        name="user"
        size="sm"
        autoComplete="username"
        value={user}
        disabled={fixedUser !== undefined}
        onChange={(event) => setUser(event.currentTarget.value)}
        data-autofocus={fixedUser === undefined ? true : undefined}
        autoFocus={fixedUser === undefined}
        required
        withAsterisk={false}
      />
      <PasswordInput
        label={t('signIn.password')}
        name="password"
        size="sm"
        autoComplete="current-password"
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        data-autofocus={fixedUser === undefined ? undefined : true}
        required
        withAsterisk={false}
      />
      {problem === '' ? null : (
        <div className={css.problem} role="alert">
          {problem}
        </div>
      )}
      <Button type="submit" size="sm" loading={busy} fullWidth mt={4}>
        {t('signIn.submit')}
      </Button>
    </form>
  )
}
