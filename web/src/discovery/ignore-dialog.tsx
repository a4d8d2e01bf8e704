import { TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ProposalRow } from '#shared/http/discovery.ts'
import { send } from '../api/client.ts'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import page from '../ui/page.module.css'
import { FormProblem } from '../ui/problems.tsx'
import { proposalsPath } from './discovery-queries.ts'

export interface IgnoreDialogProps {
  readonly site: string
  readonly rows: readonly ProposalRow[]
  onClose(): void
  onDone(): void
}

/** Puts proposals aside, with a reason: later sweeps do not propose them again. */
export function IgnoreDialog({ site, rows, onClose, onDone }: IgnoreDialogProps) {
  const { t } = useTranslation()
  const [reason, setReason] = useState('')
  const ignore = useChange(site, onDone)
  function submit(event: FormEvent) {
    event.preventDefault()
    ignore.mutate({ verb: 'ignore', body: { proposals: rows.map((row) => row.id), reason: reason.trim() } })
  }
  return (
    <Dialog onClose={onClose} title={t('proposals.ignoreTitle', { count: rows.length })} size="md">
      <form className={page.form} onSubmit={submit}>
        <p className={page.hint}>{t('proposals.ignoreHint')}</p>
        <TextInput
          label={t('proposals.reason')}
          maxLength={200}
          data-autofocus
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <FormProblem failure={ignore.error} />
        <DialogButtons
          label={t('proposals.ignore')}
          busy={ignore.isPending}
          disabled={reason.trim() === ''}
          onClose={onClose}
        />
      </form>
    </Dialog>
  )
}

export function RestoreDialog({ site, rows, onClose, onDone }: IgnoreDialogProps) {
  const { t } = useTranslation()
  const restore = useChange(site, onDone)
  return (
    <Dialog onClose={onClose} title={t('proposals.restoreTitle', { count: rows.length })} size="md">
      <form
        className={page.form}
        onSubmit={(event) => {
          event.preventDefault()
          restore.mutate({ verb: 'restore', body: { proposals: rows.map((row) => row.id) } })
        }}
      >
        <p className={page.hint}>{t('proposals.restoreHint')}</p>
        <FormProblem failure={restore.error} />
        <DialogButtons label={t('proposals.restore')} busy={restore.isPending} focused onClose={onClose} />
      </form>
    </Dialog>
  )
}

function useChange(site: string, onDone: () => void) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: ({ verb, body }: { verb: 'ignore' | 'restore'; body: object }) =>
      send('POST', `${proposalsPath(site)}/${verb}`, body),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['proposals', site] })
      void queries.invalidateQueries({ queryKey: ['sweeps', site] })
      onDone()
    },
  })
}
