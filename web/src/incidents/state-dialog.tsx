import { NativeSelect, Textarea } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type IncidentState, RESOLUTIONS, WAITING_FOR } from '#shared/domain/incident.ts'
import type { IncidentRow } from '#shared/http/incidents.ts'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import page from '../ui/page.module.css'
import { FormProblem } from '../ui/problems.tsx'
import { useIncidentChange, useRefusal } from './incident-changes.ts'

export interface StateDialogProps {
  readonly incident: IncidentRow
  readonly state: IncidentState
  onClose(): void
}

/** Why it is resolved, for whom it waits, or a last word before it is closed. */
export function StateDialog({ incident, state, onClose }: StateDialogProps) {
  const { t } = useTranslation()
  const refused = useRefusal()
  const change = useIncidentChange({ quiet: true, onDone: onClose })
  const [note, setNote] = useState('')
  const [why, setWhy] = useState('')
  const choices = state === 'resolved' ? RESOLUTIONS : state === 'waiting' ? WAITING_FOR : undefined
  const word = state === 'resolved' ? 'resolution' : 'waitingFor'
  const [first] = choices ?? []
  const chosen = why === '' ? first : why
  const standing = incident.openAlarms > 0 && (state === 'resolved' || state === 'closed')
  const said = refused(change.error)
  return (
    <Dialog onClose={onClose} title={t(`stateDialog.${state}`, { number: incident.number })} size="md">
      <form
        className={page.form}
        onSubmit={(event) => {
          event.preventDefault()
          const more = choices === undefined ? {} : { [word]: chosen }
          change.mutate({ incident, wish: { what: 'state', state, note: note.trim(), ...more } })
        }}
      >
        {standing ? (
          <p className={page.notice} data-tone="warn">
            <span>{t('stateDialog.standing', { count: incident.openAlarms })}</span>
          </p>
        ) : null}
        {choices === undefined ? null : (
          <NativeSelect
            label={t(`stateDialog.${word}`)}
            value={chosen ?? ''}
            onChange={(event) => setWhy(event.currentTarget.value)}
            data={choices.map((value) => ({ value, label: t(`${word}.${value}`) }))}
          />
        )}
        <Textarea
          label={t('incident.note')}
          autosize
          minRows={3}
          maxLength={2000}
          value={note}
          data-autofocus
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        {said === undefined ? (
          <FormProblem failure={change.error} />
        ) : (
          <p className={page.problem} role="alert">
            {said}
          </p>
        )}
        <DialogButtons label={t(`stateDialog.do.${state}`)} busy={change.isPending} onClose={onClose} />
      </form>
    </Dialog>
  )
}
