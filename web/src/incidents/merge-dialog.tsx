import { Textarea } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { IncidentDetail, IncidentRow } from '#shared/http/incidents.ts'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import page from '../ui/page.module.css'
import { FormProblem } from '../ui/problems.tsx'
import { useIncidentChange, useRefusal } from './incident-changes.ts'
import { IncidentPicker } from './incident-picker.tsx'

/** Makes one incident of two: this one goes into another, which is shown then. */
export function MergeDialog({ incident, onClose }: { incident: IncidentDetail; onClose(): void }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const refused = useRefusal()
  const [into, setInto] = useState<IncidentRow>()
  const [note, setNote] = useState('')
  const change = useIncidentChange({
    quiet: true,
    onDone: () => {
      onClose()
      if (into) void navigate({ to: '/incidents/$id', params: { id: into.id } })
    },
  })
  const said = refused(change.error)
  return (
    <Dialog onClose={onClose} title={t('mergeDialog.title', { number: incident.number })} size="md">
      <form
        className={page.form}
        onSubmit={(event) => {
          event.preventDefault()
          if (into) change.mutate({ incident, wish: { what: 'merge', into: into.id, note: note.trim() } })
        }}
      >
        <p className={page.hint}>{t('mergeDialog.hint', { number: incident.number, count: incident.alarms.length })}</p>
        <IncidentPicker
          label={t('mergeDialog.into')}
          except={incident.id}
          customer={incident.customer}
          openOnly
          value={into?.id}
          onChange={setInto}
        />
        <Textarea
          label={t('incident.note')}
          autosize
          minRows={2}
          maxLength={2000}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        {into === undefined ? null : (
          <p className={page.notice} data-tone="warn">
            <span>{t('mergeDialog.means', { number: incident.number, into: into.number })}</span>
          </p>
        )}
        {said === undefined ? (
          <FormProblem failure={change.error} />
        ) : (
          <p className={page.problem} role="alert">
            {said}
          </p>
        )}
        <DialogButtons
          label={t('incident.merge')}
          busy={change.isPending}
          disabled={into === undefined}
          grave
          onClose={onClose}
        />
      </form>
    </Dialog>
  )
}
