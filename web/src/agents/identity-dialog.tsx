// Cutting an agent off, or letting a quarantined one in again: both with a reason, the first with its name typed out.
import { TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { send } from '../api/client.ts'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import page from '../ui/page.module.css'
import { FormProblem, problemsOf } from '../ui/problems.tsx'

export interface IdentityDialogProps {
  readonly agent: string
  readonly action: 'revoke' | 'release'
  onClose(): void
}

export function IdentityDialog({ agent, action, onClose }: IdentityDialogProps) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [reason, setReason] = useState('')
  const [typed, setTyped] = useState('')
  const act = useMutation({
    mutationFn: () => send('POST', `/agents/${encodeURIComponent(agent)}/${action}`, { reason: reason.trim() }),
    onSettled: () => void queries.invalidateQueries({ queryKey: ['agents'] }),
    onSuccess: onClose,
  })
  const problems = problemsOf(act.error, ['reason'])
  const ready = reason.trim() !== '' && (action === 'release' || typed.trim() === agent)

  function submit(event: FormEvent) {
    event.preventDefault()
    if (ready) act.mutate()
  }

  return (
    <Dialog
      onClose={onClose}
      title={t(action === 'revoke' ? 'identity.revokeTitle' : 'identity.releaseTitle', { agent })}
      size="md"
    >
      <form onSubmit={submit} className={page.form}>
        <p className={page.hint}>{t(action === 'revoke' ? 'identity.revokeHint' : 'identity.releaseHint')}</p>
        <TextInput
          label={t('column.reason')}
          description={t('identity.reasonHint')}
          required
          maxLength={200}
          data-autofocus
          value={reason}
          error={problems.of('reason')}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {action === 'revoke' ? (
          <TextInput
            label={t('identity.typeName', { agent })}
            autoComplete="off"
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            classNames={{ input: 'mono' }}
          />
        ) : null}
        <FormProblem failure={act.error} problems={problems} />
        <DialogButtons
          label={t(action === 'revoke' ? 'identity.revoke' : 'identity.release')}
          busy={act.isPending}
          disabled={!ready}
          grave={action === 'revoke'}
          onClose={onClose}
        />
      </form>
    </Dialog>
  )
}
