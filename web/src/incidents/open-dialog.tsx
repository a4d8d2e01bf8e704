// An incident opened by hand: about a site or a device, or from alarms that are chosen already.
import { Checkbox, NativeSelect, Textarea, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { IncidentDetail } from '#shared/http/incidents.ts'
import { send } from '../api/client.ts'
import { sitesQuery } from '../api/queries.ts'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import page from '../ui/page.module.css'
import { FormProblem } from '../ui/problems.tsx'
import { incidentPath, siteDevicesQuery } from './incident-queries.ts'
import { LevelFields } from './level-fields.tsx'

export interface OpenIncidentDialogProps {
  readonly title?: string
  readonly site?: string
  readonly device?: string | undefined
  /** Alarms it is about; site and device follow from them. */
  readonly alarms?: readonly string[]
  /** A closed incident it goes on from: they are linked. */
  readonly follows?: string
  onClose(): void
  onOpened?(id: string): void
}

export function OpenIncidentDialog(props: OpenIncidentDialogProps) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const { alarms = [], follows, onClose, onOpened } = props
  const [form, setForm] = useState({
    ...{ title: props.title ?? '', site: props.site ?? '', device: props.device ?? '', note: '' },
    ...{ impact: 'medium', urgency: 'medium', take: true },
  })
  const set = (change: Partial<typeof form>) => setForm((old) => ({ ...old, ...change }))
  const sites = useQuery(sitesQuery).data?.items ?? []
  const devices = useQuery({ ...siteDevicesQuery(form.site), enabled: form.site !== '' }).data?.items ?? []
  const made = useRef<IncidentDetail>(undefined)
  const open = useMutation({
    mutationFn: async () => {
      const { site, device, title, ...rest } = form
      const place = alarms.length > 0 ? {} : device === '' ? { site } : { device }
      // a second try after a link that failed does not open another one
      made.current ??= await send<IncidentDetail>('POST', '/incidents', {
        ...{ ...rest, ...place, title: title.trim() },
        alarms,
      })
      const opened = made.current
      if (follows !== undefined)
        await send('POST', `${incidentPath(opened.id)}/links`, { to: follows, kind: 'related' })
      return opened
    },
    onSuccess: (opened) => {
      void queries.invalidateQueries({ queryKey: ['incidents'] })
      onClose()
      onOpened?.(opened.id)
    },
  })
  return (
    <Dialog onClose={onClose} title={t('openDialog.title')} size="md">
      <form
        className={page.form}
        onSubmit={(event) => {
          event.preventDefault()
          open.mutate()
        }}
      >
        <TextInput
          label={t('column.title')}
          required
          maxLength={300}
          data-autofocus
          value={form.title}
          onChange={(event) => set({ title: event.currentTarget.value })}
        />
        {alarms.length > 0 ? (
          <p className={page.hint}>{t('openDialog.alarms', { count: alarms.length })}</p>
        ) : (
          <div className={page.pair}>
            <NativeSelect
              label={t('column.site')}
              required
              value={form.site}
              onChange={(event) => set({ site: event.currentTarget.value, device: '' })}
              data={[
                { value: '', label: t('openDialog.chooseSite') },
                ...sites.map((site) => ({ value: site.id, label: `${site.name} · ${site.customerName}` })),
              ]}
            />
            <NativeSelect
              label={t('column.device')}
              value={form.device}
              disabled={form.site === ''}
              onChange={(event) => set({ device: event.currentTarget.value })}
              data={[
                { value: '', label: t('openDialog.wholeSite') },
                ...devices.map((device) => ({ value: device.id, label: device.name })),
              ]}
            />
          </div>
        )}
        <div className={page.pair}>
          <LevelFields of={form} onChange={set} />
        </div>
        <Textarea
          label={t('openDialog.note')}
          autosize
          minRows={3}
          maxLength={10_000}
          value={form.note}
          onChange={(event) => set({ note: event.currentTarget.value })}
        />
        <Checkbox
          label={t('openDialog.take')}
          checked={form.take}
          onChange={(event) => set({ take: event.currentTarget.checked })}
        />
        <FormProblem failure={open.error} />
        <DialogButtons
          label={t('incidents.open')}
          busy={open.isPending}
          disabled={form.title.trim() === '' || (alarms.length === 0 && form.site === '')}
          onClose={onClose}
        />
      </form>
    </Dialog>
  )
}
