// Make or change a maintenance window. Opened from a device, site or alarm it is ready to be sent: two hours from now.
import { Button, SegmentedControl, Switch, Textarea, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { WindowBody, WindowRow } from '#shared/http/maintenance.ts'
import { ApiFailure, get, send } from '../api/client.ts'
import { sitesQuery } from '../api/queries.ts'
import { ZoneInput } from '../sites/zone-input.tsx'
import { Conflict } from '../ui/conflict.tsx'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { wordKey } from '../ui/draft.ts'
import page from '../ui/page.module.css'
import { FormProblem, problemsOf } from '../ui/problems.tsx'
import { useSaid } from '../ui/said.ts'
import { useSay } from '../ui/say.ts'
import { useNow } from '../ui/time.tsx'
import { useConflict } from '../ui/use-conflict.ts'
import { readerZone } from '../ui/zone.ts'
import css from './maintenance.module.css'
import { windowPath } from './maintenance-queries.ts'
import { RepeatFields } from './repeat-fields.tsx'
import { ScopeFields } from './scope-fields.tsx'
import {
  DURATIONS,
  draftOfWindow,
  formOfWindow,
  localMinute,
  newWindow,
  type WindowField,
  type WindowFor,
  type WindowForm,
  windowOf,
} from './window-form.ts'
import { WindowPreviewBox } from './window-preview.tsx'

export interface WindowDialogProps {
  /** For a new one: what it is about. */
  readonly of?: WindowFor
  /** The window to change. */
  readonly row?: WindowRow
  /** A new one like this. */
  readonly like?: WindowRow
  onClose(): void
}

const BEHAVIOURS = ['no-page', 'no-open'] as const satisfies WindowForm['behaviour'][]
const PATHS = ['title', 'start', 'zone', 'durationMinutes', 'rrule', 'selector', 'behaviour', 'owner', 'note']

export function WindowDialog({ of = {}, row, like, onClose }: WindowDialogProps) {
  const { t } = useTranslation()
  const say = useSay()
  const said = useSaid()
  const queries = useQueryClient()
  const now = useNow()
  const zones = useQuery(sitesQuery).data?.items
  const [form, setForm] = useState<WindowForm>(() => {
    const known = row ?? like
    if (known !== undefined) return formOfWindow(known)
    const site = queries.getQueryData(sitesQuery.queryKey)?.items.find((one) => one.id === of.site)
    const title = of.name === undefined ? '' : t('maintenance.titleOf', { name: of.name })
    return newWindow(of, site?.timeZone ?? readerZone(), now, title)
  })
  const [isLong, setLong] = useState(row !== undefined || like !== undefined || of.name === undefined)
  const [pressed, setPressed] = useState(false)
  const read = windowOf(form)
  const body = 'body' in read ? read.body : null
  const wrong: ReadonlySet<WindowField> = 'wrong' in read ? read.wrong : new Set()
  const conflict = useConflict(row, () => get<WindowRow>(windowPath(row?.id ?? '')))
  const save = useMutation({
    mutationFn: ({ window, version }: { window: WindowBody; version: number }) =>
      row ? send('PUT', windowPath(row.id), { window, version }) : send('POST', '/maintenance-windows', window),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['maintenance'] })
      void queries.invalidateQueries({ queryKey: ['suppressed'] })
      say.done(t('maintenance.saved', { title: form.title }))
      onClose()
    },
    onError: conflict.meet,
  })
  const failure = save.error
  const problems = problemsOf(stripped(failure), PATHS, said)
  const set = (change: Partial<WindowForm>) => setForm((old) => ({ ...old, ...change }))
  const needed = (field: WindowField) => (wrong.has(field) && pressed ? t(`maintenance.wrong.${field}`) : undefined)

  function submit(event: FormEvent) {
    event.preventDefault()
    setPressed(true)
    if (body !== null) save.mutate({ window: body, version: conflict.from?.version ?? 0 })
  }

  return (
    <Dialog onClose={onClose} title={t(row ? 'maintenance.change' : 'maintenance.new')} size="lg">
      <form className={page.form} onSubmit={submit} noValidate data-window-form>
        <TextInput
          label={t('maintenance.title')}
          required
          maxLength={200}
          value={form.title}
          error={needed('title') ?? problems.of('title')}
          onChange={(event) => set({ title: event.currentTarget.value })}
          {...(of.name === undefined ? { 'data-autofocus': true } : {})}
        />
        <ScopeFields form={form} set={set} short={!isLong} error={needed('tags') ?? problems.of('selector')} />
        <fieldset className={page.fieldset}>
          <legend>{t('maintenance.howLong')}</legend>
          <div className={css.chips}>
            {DURATIONS.map((duration) => (
              <Button
                key={duration}
                variant={form.duration === duration ? 'filled' : 'default'}
                aria-pressed={form.duration === duration}
                onClick={() => set({ duration })}
              >
                {t(`maintenance.duration.${duration}`)}
              </Button>
            ))}
            <TextInput
              className={css.length ?? ''}
              aria-label={t('maintenance.otherLength')}
              placeholder={t('maintenance.lengthExample')}
              value={form.duration}
              error={wrong.has('duration') ? t('maintenance.wrong.duration') : problems.of('durationMinutes')}
              onChange={(event) => set({ duration: event.currentTarget.value })}
            />
          </div>
          <div className={page.pair}>
            <TextInput
              type="datetime-local"
              label={t('maintenance.start')}
              description={
                form.start === localMinute(now, form.zone) ? (
                  t('maintenance.startsNow')
                ) : (
                  <button
                    type="button"
                    className={css.plain}
                    onClick={() => set({ start: localMinute(now, form.zone) })}
                  >
                    {t('maintenance.setNow')}
                  </button>
                )
              }
              value={form.start}
              error={needed('start') ?? problems.of('start')}
              onChange={(event) => set({ start: event.currentTarget.value })}
            />
            <ZoneInput
              value={form.zone}
              description={zoneHint(zones, form.zone) ?? t('site.timeZoneHint')}
              error={needed('zone') ?? problems.of('zone')}
              onChange={(zone) => set({ zone })}
            />
          </div>
        </fieldset>
        <div className={page.form}>
          <SegmentedControl
            size="xs"
            aria-label={t('maintenance.behaviour')}
            value={form.behaviour}
            onChange={(value) => set({ behaviour: value as WindowForm['behaviour'] })}
            data={BEHAVIOURS.map((value) => ({ value, label: t(`windowBehaviour.${value}`) }))}
          />
          <p className={page.hint}>{t(`windowBehaviourHint.${form.behaviour}`)}</p>
        </div>
        {isLong ? (
          <>
            <RepeatFields
              repeat={form.repeat}
              start={form.start}
              error={needed('repeat') ?? problems.of('rrule')}
              onChange={(repeat) => set({ repeat })}
            />
            <div className={page.pair}>
              <TextInput
                label={t('maintenance.owner')}
                maxLength={200}
                value={form.owner}
                error={problems.of('owner')}
                onChange={(event) => set({ owner: event.currentTarget.value })}
              />
              <Textarea
                label={t('dialog.note')}
                autosize
                maxLength={2000}
                value={form.note}
                onChange={(event) => set({ note: event.currentTarget.value })}
              />
            </div>
            {row === undefined ? null : (
              <Switch
                size="xs"
                label={t('maintenance.enabled')}
                checked={form.enabled}
                onChange={(event) => set({ enabled: event.currentTarget.checked })}
              />
            )}
          </>
        ) : (
          <div>
            <Button variant="subtle" size="compact-xs" onClick={() => setLong(true)}>
              {t('maintenance.more')}
            </Button>
          </div>
        )}
        <WindowPreviewBox body={body} />
        {conflict.theirs === undefined ? <FormProblem failure={failure} problems={problems} /> : null}
        <DialogButtons
          label={t(row ? 'action.save' : 'maintenance.make')}
          busy={save.isPending}
          disabled={pressed && body === null}
          focused={of.name !== undefined}
          onClose={onClose}
        />
      </form>
      {conflict.theirs === undefined || conflict.from === undefined || body === null ? null : (
        <Conflict
          base={draftOfWindow(conflict.from)}
          theirs={draftOfWindow(conflict.theirs)}
          mine={draftOfWindow(body)}
          at={conflict.theirs.updatedAt}
          by={conflict.theirs.updatedBy}
          nameOf={(path) => t(`windowValue.${wordKey(path)}`, { defaultValue: path })}
          busy={save.isPending}
          failure={failure}
          onClose={conflict.back}
          onTake={() => {
            if (conflict.theirs === undefined) return
            setForm(formOfWindow(conflict.theirs))
            conflict.begin(conflict.theirs)
            save.reset()
          }}
          onSave={(next) => {
            if (conflict.theirs === undefined) return
            const window = { ...body, ...next } as WindowBody
            setForm(formOfWindow(window))
            conflict.begin(conflict.theirs)
            save.mutate({ window, version: conflict.theirs.version })
          }}
        />
      )}
    </Dialog>
  )
}

/** Problems of the window in a change come below `window.`. */
function stripped(failure: unknown): unknown {
  if (!(failure instanceof ApiFailure) || failure.details.length === 0) return failure
  const details = failure.details.map((one) => ({ ...one, path: one.path.replace(/^(window|body)\./, '') }))
  const error = { code: failure.code as 'bad-request', message: failure.message, details }
  return new ApiFailure(failure.code, failure.status, error)
}

/** Sites in that zone, so that nobody has to know it by heart. */
function zoneHint(sites: readonly { name: string; timeZone: string }[] | undefined, zone: string): string | undefined {
  const names = sites?.filter((site) => site.timeZone === zone).map((site) => site.name) ?? []
  return names.length === 0 ? undefined : names.slice(0, 3).join(', ')
}
