// Make a token; its secret is shown once, with a line to try it.
import { Button, Group, NativeSelect, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { CreatedToken, Role } from '#shared/http/session.ts'
import { send } from '../api/client.ts'
import { sessionQuery } from '../api/queries.ts'
import { CopyBlock } from '../ui/copy.tsx'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import page from '../ui/page.module.css'
import { FormProblem, problemsOf } from '../ui/problems.tsx'
import { GIVEN, LENGTHS, modestRole } from './token-form.ts'

export function TokenDialog({ onClose }: { onClose(): void }) {
  const [made, setMade] = useState<CreatedToken>()
  return made === undefined ? (
    <NewToken onClose={onClose} onMade={setMade} />
  ) : (
    <MadeToken token={made} onClose={onClose} />
  )
}

function NewToken({ onClose, onMade }: { onClose(): void; onMade(token: CreatedToken): void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const own = useQuery(sessionQuery).data?.role ?? 'viewer'
  const [name, setName] = useState('')
  const [role, setRole] = useState<Role>(modestRole(own))
  const [days, setDays] = useState<number | null>(90)
  const [pressed, setPressed] = useState(false)
  const isNameless = name.trim() === ''
  const make = useMutation({
    mutationFn: () =>
      send<CreatedToken>('POST', '/tokens', { name: name.trim(), role, ...(days === null ? {} : { days }) }),
    onSuccess: (token) => {
      void queries.invalidateQueries({ queryKey: ['tokens'] })
      onMade(token)
    },
  })
  const problems = problemsOf(make.error, ['name', 'role', 'days'])

  function submit(event: FormEvent) {
    event.preventDefault()
    setPressed(true)
    if (!isNameless) make.mutate()
  }

  return (
    <Dialog onClose={onClose} title={t('tokens.new')} size="md">
      <form className={page.form} onSubmit={submit} noValidate data-token-form>
        <TextInput
          label={t('tokens.name')}
          description={t('tokens.nameHint')}
          required
          maxLength={64}
          data-autofocus
          value={name}
          error={pressed && isNameless ? t('tokens.nameNeeded') : problems.of('name')}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <div className={page.pair}>
          <NativeSelect
            label={t('tokens.role')}
            value={role}
            error={problems.of('role')}
            onChange={(event) => setRole(event.currentTarget.value as Role)}
            data={GIVEN[own].toReversed().map((value) => ({ value, label: t(`role.${value}`) }))}
          />
          <NativeSelect
            label={t('tokens.ends')}
            value={days === null ? '' : String(days)}
            error={problems.of('days')}
            onChange={(event) => setDays(event.currentTarget.value === '' ? null : Number(event.currentTarget.value))}
            data={LENGTHS.map((value) => ({
              value: value === null ? '' : String(value),
              label: value === null ? t('tokens.never') : t('tokens.inDays', { count: value }),
            }))}
          />
        </div>
        <p className={page.hint}>{t(`roleHint.${role}`)}</p>
        {days === null ? (
          <p className={page.notice} data-tone="warn">
            <span>{t('tokens.neverHint')}</span>
          </p>
        ) : null}
        <FormProblem failure={make.error} problems={problems} />
        <DialogButtons label={t('tokens.make')} busy={make.isPending} onClose={onClose} />
      </form>
    </Dialog>
  )
}

function MadeToken({ token, onClose }: { token: CreatedToken; onClose(): void }) {
  const { t } = useTranslation()
  const line = `curl -H 'Authorization: Bearer ${token.token}' ${window.location.origin}/api/v1/alarms`
  return (
    <Dialog onClose={onClose} title={t('tokens.made', { name: token.name })} size="lg" holds>
      <div className={page.form} data-made-token>
        <p className={page.hint}>{t('tokens.shownOnce')}</p>
        <CopyBlock text={token.token} label={t('tokens.secret')} primary />
        <p className={page.hint}>{t('tokens.tryIt')}</p>
        <CopyBlock text={line} label={t('tokens.tryIt')} />
        <Group justify="flex-end">
          <Button data-autofocus onClick={onClose}>
            {t('tokens.kept')}
          </Button>
        </Group>
      </div>
    </Dialog>
  )
}
