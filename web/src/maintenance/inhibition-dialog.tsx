import { NativeSelect, Switch, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { InhibitionRow } from '#shared/http/suppression.ts'
import { send } from '../api/client.ts'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { type Draft, listOf, listText, valueAt, withValue } from '../ui/draft.ts'
import page from '../ui/page.module.css'
import { FormProblem, problemsOf } from '../ui/problems.tsx'
import { useSaid } from '../ui/said.ts'
import { TypedInput } from '../ui/typed-input.tsx'

const MATCHERS = ['alarmTypes', 'severities', 'rules', 'sites', 'devices', 'resources'] as const
const NEW: Draft = { id: '', title: '', source: {}, target: {}, equal: ['device'], holds: 'incident', enabled: true }
const LIST = { write: listText, read: (text: string) => listOf(text).map(String) }

export interface InhibitionDialogProps {
  readonly row: InhibitionRow | undefined
  readonly may: boolean
  onClose(): void
}

/** Change one, make one; one of a file or one that is shipped can only be looked at. */
export function InhibitionDialog({ row, may, onClose }: InhibitionDialogProps) {
  const { t } = useTranslation()
  const said = useSaid()
  const queries = useQueryClient()
  const [draft, setDraft] = useState<Draft>(() => (row === undefined ? NEW : bodyOf(row)))
  const isFixed = row?.readOnly === true || !may
  const id = String(draft.id ?? '')
  const save = useMutation({
    mutationFn: () =>
      send('PUT', `/inhibitions/${encodeURIComponent(id)}`, { inhibition: draft, version: row?.version ?? 0 }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['inhibitions'] })
      onClose()
    },
  })
  const paths = ['id', 'title', 'equal', ...MATCHERS.flatMap((one) => [`source.${one}`, `target.${one}`])]
  const problems = problemsOf(
    save.error,
    paths.map((path) => `inhibition.${path}`),
    said,
  )
  const set = (path: string, value: unknown) => setDraft((old) => withValue(old, path, value))
  const list = (path: string, label: string, placeholder?: string) => (
    <TypedInput
      key={path}
      mono
      disabled={isFixed}
      label={label}
      placeholder={placeholder}
      value={valueAt(draft, path)}
      {...LIST}
      error={problems.of(`inhibition.${path}`)}
      onChange={(value) => set(path, value)}
    />
  )
  function submit(event: FormEvent) {
    event.preventDefault()
    save.mutate()
  }
  return (
    <Dialog onClose={onClose} title={row?.title || row?.id || t('inhibition.new')} size="lg">
      <form className={page.form} onSubmit={submit}>
        {row?.readOnly ? <p className={page.hint}>{t('rule.readOnlyFile', { file: row.file ?? '–' })}</p> : null}
        <div className={page.pair}>
          <TextInput
            label={t('inhibition.title')}
            disabled={isFixed}
            value={String(draft.title ?? '')}
            error={problems.of('inhibition.title')}
            onChange={(event) => setDraft((old) => ({ ...old, title: event.currentTarget.value }))}
          />
          <TextInput
            label={t('site.id')}
            required
            disabled={isFixed || row !== undefined}
            value={id}
            classNames={{ input: 'mono' }}
            error={problems.of('inhibition.id')}
            onChange={(event) => setDraft((old) => ({ ...old, id: event.currentTarget.value }))}
          />
        </div>
        {(['source', 'target'] as const).map((side) => (
          <fieldset key={side} className={page.fieldset}>
            <legend>{t(`inhibition.${side}Long`)}</legend>
            <div className={page.pair}>
              {MATCHERS.map((one) =>
                list(`${side}.${one}`, t(`matcher.${one}`), one === 'alarmTypes' ? 'link.*, bgp.*' : undefined),
              )}
            </div>
          </fieldset>
        ))}
        <div className={page.pair}>
          {list('equal', t('inhibition.equalLong'), 'site, device, tag.rack')}
          <NativeSelect
            label={t('held.holds')}
            disabled={isFixed}
            value={String(draft.holds ?? 'incident')}
            onChange={(event) => set('holds', event.currentTarget.value)}
            data={(['incident', 'people'] as const).map((value) => ({ value, label: t(`holds.${value}`) }))}
          />
        </div>
        <Switch
          size="xs"
          label={t('rule.enabled')}
          disabled={isFixed}
          checked={draft.enabled !== false}
          onChange={(event) => set('enabled', event.currentTarget.checked)}
        />
        <FormProblem failure={save.error} problems={problems} />
        {isFixed ? null : <DialogButtons label={t('action.save')} busy={save.isPending} onClose={onClose} />}
      </form>
    </Dialog>
  )
}

function bodyOf(row: InhibitionRow): Draft {
  const { id, title, enabled, source, target, equal, holds } = row
  return { id, title, enabled, source, target, equal, holds }
}
