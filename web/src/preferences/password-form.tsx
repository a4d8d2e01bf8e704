// One's own password: the present one, and the new one twice.
import { Button, PasswordInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { send } from '../api/client.ts'
import { sessionQuery } from '../api/queries.ts'
import page from '../ui/page.module.css'
import { FormProblem, problemsOf } from '../ui/problems.tsx'
import { useSay } from '../ui/say.ts'
import { passwordProblem } from './password-rule.ts'

export function PasswordForm({ onDone }: { onDone?: () => void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const say = useSay()
  const [current, setCurrent] = useState('')
  const [password, setPassword] = useState('')
  const [again, setAgain] = useState('')
  const change = useMutation({
    mutationFn: () => send('PUT', '/session/password', { current, password }),
    onSuccess: async () => {
      setCurrent('')
      setPassword('')
      setAgain('')
      say.done(t('password.done'))
      await queries.invalidateQueries({ queryKey: sessionQuery.queryKey })
      onDone?.()
    },
  })
  const problems = problemsOf(change.error, ['current', 'password'])
  const wrong = passwordProblem(password, again, current)

  function submit(event: FormEvent) {
    event.preventDefault()
    if (wrong === undefined) change.mutate()
  }

  return (
    <form className={page.form} onSubmit={submit} style={{ maxWidth: 360 }}>
      <PasswordInput
        label={t('password.current')}
        size="xs"
        autoComplete="current-password"
        required
        withAsterisk={false}
        value={current}
        error={problems.of('current') === undefined ? undefined : t('password.currentWrong')}
        onChange={(event) => setCurrent(event.currentTarget.value)}
      />
      <PasswordInput
        label={t('password.new')}
        description={t('password.rule')}
        size="xs"
        autoComplete="new-password"
        required
        withAsterisk={false}
        value={password}
        error={
          problems.of('password') ??
          (password !== '' && (wrong === 'short' || wrong === 'same') ? t(`password.wrong.${wrong}`) : undefined)
        }
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      <PasswordInput
        label={t('password.again')}
        size="xs"
        autoComplete="new-password"
        required
        withAsterisk={false}
        value={again}
        error={again !== '' && wrong === 'differs' ? t('password.wrong.differs') : undefined}
        onChange={(event) => setAgain(event.currentTarget.value)}
      />
      <FormProblem failure={change.error} problems={problems} />
      <div>
        <Button type="submit" loading={change.isPending} disabled={wrong !== undefined || current === ''}>
          {t('password.change')}
        </Button>
      </div>
    </form>
  )
}
