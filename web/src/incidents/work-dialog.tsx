import { NativeSelect, Textarea } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { TIERS } from '#shared/domain/incident.ts'
import type { IncidentDetail } from '#shared/http/incidents.ts'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import page from '../ui/page.module.css'
import { FormProblem } from '../ui/problems.tsx'
import { type IncidentWish, sendWish, useRefusal } from './incident-changes.ts'
import { assigneesQuery } from './incident-queries.ts'
import { LevelFields } from './level-fields.tsx'

/** Who works on it, at which tier, and how much it presses. Only what is changed is sent. */
export function WorkDialog({ incident, onClose }: { incident: IncidentDetail; onClose(): void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const refused = useRefusal()
  const people = useQuery(assigneesQuery(incident.id))
  // what is compared with is what was seen when the dialog opened
  const [seen, setSeen] = useState(incident)
  const [form, setForm] = useState({
    ...{ assignee: incident.assignee ?? '', tier: String(incident.tier) },
    ...{ impact: incident.impact as string, urgency: incident.urgency as string, note: '' },
  })
  const set = (change: Partial<typeof form>) => setForm((old) => ({ ...old, ...change }))
  const save = useMutation({
    mutationFn: async () => {
      for (const wish of wishesOf(seen, form)) await sendWish(seen, wish)
    },
    onSuccess: onClose,
    // the next try is compared with what is so now: the other's change is on the screen by then
    onError: async () => {
      await queries.invalidateQueries({ queryKey: ['incidents', incident.id] })
      setSeen(queries.getQueryData<IncidentDetail>(['incidents', incident.id]) ?? seen)
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['incidents'] }),
  })
  const said = refused(save.error)
  const known = people.data?.items ?? []
  const names = known.some((one) => one.name === form.assignee) || form.assignee === '' ? [] : [form.assignee]
  return (
    <Dialog onClose={onClose} title={t('workDialog.title', { number: incident.number })} size="md">
      <form
        className={page.form}
        onSubmit={(event) => {
          event.preventDefault()
          save.mutate()
        }}
      >
        <div className={page.pair}>
          <NativeSelect
            label={t('column.assignee')}
            value={form.assignee}
            data-autofocus
            onChange={(event) => set({ assignee: event.currentTarget.value })}
            data={[
              { value: '', label: t('incident.nobody') },
              ...names.map((name) => ({ value: name, label: name })),
              ...known.map(({ name, role }) => ({ value: name, label: `${name} · ${t(`role.${role}`)}` })),
            ]}
          />
          <NativeSelect
            label={t('incident.tier')}
            value={form.tier}
            onChange={(event) => set({ tier: event.currentTarget.value })}
            data={TIERS.map((tier) => ({ value: String(tier), label: t(`tierName.${tier}`) }))}
          />
          <LevelFields of={form} onChange={set} />
        </div>
        <Textarea
          label={t('workDialog.note')}
          autosize
          minRows={2}
          maxLength={2000}
          value={form.note}
          onChange={(event) => set({ note: event.currentTarget.value })}
        />
        <FormProblem failure={people.error} />
        {said === undefined ? (
          <FormProblem failure={save.error} />
        ) : (
          <p className={page.problem} role="alert">
            {said} {t('workDialog.again')}
          </p>
        )}
        <DialogButtons
          label={t('action.save')}
          busy={save.isPending}
          disabled={wishesOf(seen, form).length === 0}
          onClose={onClose}
        />
      </form>
    </Dialog>
  )
}

type Form = { assignee: string; tier: string; impact: string; urgency: string; note: string }

function wishesOf(seen: IncidentDetail, form: Form): IncidentWish[] {
  const note = form.note.trim()
  const wishes: IncidentWish[] = []
  if (form.impact !== seen.impact || form.urgency !== seen.urgency)
    wishes.push({ what: 'priority', impact: form.impact, urgency: form.urgency, note })
  if (Number(form.tier) !== seen.tier) wishes.push({ what: 'tier', tier: Number(form.tier), note })
  if (form.assignee !== (seen.assignee ?? '')) wishes.push({ what: 'assign', assignee: form.assignee || null })
  return wishes
}
