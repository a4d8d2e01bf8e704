import { NativeSelect, Textarea } from '@mantine/core'
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { z } from 'zod'
import type { RegroupResult } from '#shared/http/cause.ts'
import type { IncidentDetail } from '#shared/http/incidents.ts'
import { send } from '../api/client.ts'
import { incidentsQuery } from '../api/queries.ts'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import page from '../ui/page.module.css'
import { FormProblem } from '../ui/problems.tsx'
import { useSay } from '../ui/say.ts'

export interface RegroupDialogProps {
  readonly incident: IncidentDetail
  readonly alarms: readonly string[]
  onClose(done: boolean): void
}

/** Alarms that do not belong here go into an incident of their own or into another open one; that is remembered. */
export function RegroupDialog({ incident, alarms, onClose }: RegroupDialogProps) {
  const { t } = useTranslation()
  const say = useSay()
  const queries = useQueryClient()
  const open = useInfiniteQuery(incidentsQuery({ open: true }))
  const [to, setTo] = useState('own')
  const [note, setNote] = useState('')
  const here = (open.data?.pages.flatMap((one) => one.items) ?? [])
    .filter((one) => one.id !== incident.id)
    // those of the same site first: there it is looked for
    .sort((a, b) => Number(b.site === incident.site) - Number(a.site === incident.site) || b.number - a.number)
  const move = useMutation({
    mutationFn: () =>
      send<z.infer<typeof RegroupResult>>('POST', `/incidents/${encodeURIComponent(incident.id)}/regroup`, {
        ...{ alarms, to, note: note.trim() },
      }),
    onSuccess: ({ items }) => {
      void queries.invalidateQueries({ queryKey: ['incidents'] })
      const refused = items.filter((one) => one.problem !== null)
      if (refused.length > 0) return
      say.done(t('regroup.done', { count: items.length }))
      onClose(true)
    },
  })
  const refused = move.data?.items.filter((one) => one.problem !== null) ?? []
  function submit(event: FormEvent) {
    event.preventDefault()
    move.mutate()
  }
  return (
    <Dialog onClose={() => onClose(false)} title={t('regroup.title', { count: alarms.length })} size="md">
      <form className={page.form} onSubmit={submit} data-regroup>
        <p className={page.hint}>{t('regroup.remembered')}</p>
        <NativeSelect
          label={t('regroup.to')}
          value={to}
          onChange={(event) => setTo(event.currentTarget.value)}
          data={[
            { value: 'own', label: t('regroup.own') },
            ...here.map((one) => ({ value: one.id, label: `#${one.number} ${one.title}`.slice(0, 100) })),
          ]}
        />
        <Textarea
          label={t('dialog.note')}
          autosize
          minRows={2}
          maxLength={2000}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        {refused.map((one) => (
          <p key={one.alarm} className={page.problem} role="alert">
            {incident.alarmRows.find((row) => row.id === one.alarm)?.text ?? one.alarm}: {one.problem}
          </p>
        ))}
        <FormProblem failure={move.error} />
        <DialogButtons label={t('regroup.do')} busy={move.isPending} onClose={() => onClose(false)} />
      </form>
    </Dialog>
  )
}
