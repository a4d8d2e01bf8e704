import { Checkbox, NativeSelect, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { RouteRow } from '#shared/http/notifications.ts'
import { SEVERITY_ORDER } from '../alarms/alarm-view.ts'
import { send } from '../api/client.ts'
import { Conflict } from '../ui/conflict.tsx'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { type Draft, durationText, listOf, listText, valueAt, withValue, wordKey } from '../ui/draft.ts'
import page from '../ui/page.module.css'
import { FormProblem, problemsOf } from '../ui/problems.tsx'
import { useSaid } from '../ui/said.ts'
import { useSay } from '../ui/say.ts'
import { NUMBER, TypedInput } from '../ui/typed-input.tsx'
import { useConflict } from '../ui/use-conflict.ts'
import { CarriedChoice } from './carried-choice.tsx'
import { routePath, routesQuery } from './notification-queries.ts'
import { MATCH_LISTS, newRoute, wrongRoute } from './route-form.ts'
import { RouteHoursFields } from './route-hours.tsx'
import { RouteTargets } from './route-targets.tsx'

const LIST = {
  write: listText,
  read: (text: string) => {
    const list = listOf(text).map(String)
    return list.length === 0 ? undefined : list
  },
}
const TIME = { write: durationText, read: (text: string) => text.trim() || undefined }
const PATHS = [
  ...['id', 'title', 'order', 'to', 'hours', 'on', 'groupBy', 'groupWait', 'groupInterval', 'reminders'],
  ...[...MATCH_LISTS, 'severityAtLeast', 'priorityAtLeast', 'tags'].map((one) => `match.${one}`),
]

export interface RouteDialogProps {
  readonly row: RouteRow | undefined
  /** Where a new one goes. */
  readonly order: number
  readonly may: boolean
  onClose(): void
}

export function RouteDialog({ row, order, may, onClose }: RouteDialogProps) {
  const { t } = useTranslation()
  const said = useSaid()
  const say = useSay()
  const queries = useQueryClient()
  const [route, setRoute] = useState<Draft>(() => row?.route ?? newRoute(order))
  const [pressed, setPressed] = useState(false)
  const isFixed = !may || row?.readOnly === true
  const wrong = wrongRoute(route)
  const conflict = useConflict(row, async () => {
    const { items } = await queries.fetchQuery({ ...routesQuery, staleTime: 0 })
    return items.find((one) => one.id === row?.id)
  })
  const save = useMutation({
    mutationFn: ({ route, version }: { route: Draft; version: number }) => {
      const body = { version, route }
      return row === undefined ? send('POST', '/notification-routes', body) : send('PUT', routePath(row.id), body)
    },
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['notification-routes'] })
      say.done(t('routes.saved', { name: String(route.id) }))
      onClose()
    },
    onError: conflict.meet,
  })
  const problems = problemsOf(
    save.error,
    PATHS.map((path) => `route.${path}`),
    said,
  )
  const problemAt = (path: string) => {
    const own = pressed ? wrong.find((one) => one.path === path) : undefined
    return own ? t(`ruleWrong.${own.why}`) : problems.of(`route.${path}`)
  }
  const set = (path: string, value: unknown) => setRoute((old) => withValue(old, path, value))
  const reminds = route.reminders !== undefined

  function submit(event: FormEvent) {
    event.preventDefault()
    setPressed(true)
    if (wrong.length === 0) save.mutate({ route, version: conflict.from?.version ?? 0 })
  }

  return (
    <Dialog onClose={onClose} title={row ? t('routes.change', { name: row.id }) : t('routes.new')} size="lg">
      <form className={page.form} onSubmit={submit} noValidate data-route-form>
        {row?.origin === 'file' ? <p className={page.hint}>{t('channelOriginHint.file')}</p> : null}
        <fieldset disabled={isFixed} className={page.form} style={{ border: 0, margin: 0, padding: 0 }}>
          <div className={page.pair}>
            <TextInput
              label={t('routes.title')}
              maxLength={200}
              value={String(route.title ?? '')}
              error={problemAt('title')}
              onChange={(event) => setRoute((old) => ({ ...old, title: event.currentTarget.value }))}
            />
            <TextInput
              label={t('site.id')}
              required
              disabled={row !== undefined}
              classNames={{ input: 'mono' }}
              value={String(route.id ?? '')}
              error={problemAt('id')}
              onChange={(event) => setRoute((old) => ({ ...old, id: event.currentTarget.value }))}
            />
            <TypedInput
              label={t('routes.order')}
              description={t('routes.orderHint')}
              value={route.order}
              error={problemAt('order')}
              {...NUMBER}
              onChange={(value) => set('order', value)}
            />
          </div>
          <fieldset className={page.fieldset}>
            <legend>{t('routes.match')}</legend>
            <div className={page.pair}>
              <NativeSelect
                label={t('routes.severityAtLeast')}
                value={String(valueAt(route, 'match.severityAtLeast') ?? '')}
                error={problemAt('match.severityAtLeast')}
                onChange={(event) => set('match.severityAtLeast', event.currentTarget.value)}
                data={[
                  { value: '', label: t('rule.anySeverity') },
                  ...SEVERITY_ORDER.map((value) => ({ value, label: t(`severity.${value}`) })),
                ]}
              />
              <NativeSelect
                label={t('routes.priorityAtLeast')}
                value={String(valueAt(route, 'match.priorityAtLeast') ?? '')}
                error={problemAt('match.priorityAtLeast')}
                onChange={(event) =>
                  set('match.priorityAtLeast', event.currentTarget.value && Number(event.currentTarget.value))
                }
                data={[{ value: '', label: t('routes.anyPriority') }, ...['1', '2', '3', '4']]}
              />
              {MATCH_LISTS.map((key) => (
                <TypedInput
                  key={key}
                  mono
                  label={t(`routeMatch.${key}`)}
                  placeholder={key === 'alarmTypes' ? 'link.*, power.*' : undefined}
                  value={valueAt(route, `match.${key}`)}
                  error={problemAt(`match.${key}`)}
                  {...LIST}
                  onChange={(value) => set(`match.${key}`, value)}
                />
              ))}
            </div>
          </fieldset>
          <RouteTargets
            value={route.to}
            error={problemAt('to')}
            onChange={(to) => setRoute((old) => ({ ...old, to }))}
          />
          <RouteHoursFields value={route.hours} error={problemAt('hours')} onChange={(hours) => set('hours', hours)} />
          <fieldset className={page.fieldset}>
            <legend>{t('routes.howMuch')}</legend>
            <div className={page.pair}>
              <NativeSelect
                label={t('routes.groupBy')}
                value={String(route.groupBy ?? 'incident')}
                onChange={(event) => set('groupBy', event.currentTarget.value)}
                data={(['incident', 'site', 'customer'] as const).map((value) => ({
                  value,
                  label: t(`routeGroup.${value}`),
                }))}
              />
              {(['groupWait', 'groupInterval'] as const).map((key) => (
                <TypedInput
                  key={key}
                  label={t(`routes.${key}`)}
                  description={t(`routes.${key}Hint`)}
                  placeholder={key === 'groupWait' ? '0s' : '1m'}
                  value={route[key]}
                  error={problemAt(key)}
                  {...TIME}
                  onChange={(value) => set(key, value)}
                />
              ))}
            </div>
            <Checkbox
              size="xs"
              label={t('routes.remind')}
              checked={reminds}
              onChange={(event) => set('reminders', event.currentTarget.checked ? { first: '1h' } : undefined)}
            />
            {reminds ? (
              <div className={page.pair}>
                {(['first', 'longest'] as const).map((key) => (
                  <TypedInput
                    key={key}
                    label={t(`routes.reminder.${key}`)}
                    placeholder={key === 'first' ? '1h' : '1d'}
                    value={valueAt(route, `reminders.${key}`)}
                    {...TIME}
                    onChange={(value) => set(`reminders.${key}`, value)}
                  />
                ))}
                {(['factor', 'atMost'] as const).map((key) => (
                  <TypedInput
                    key={key}
                    label={t(`routes.reminder.${key}`)}
                    placeholder={key === 'factor' ? '2' : '10'}
                    value={valueAt(route, `reminders.${key}`)}
                    {...NUMBER}
                    onChange={(value) => set(`reminders.${key}`, value)}
                  />
                ))}
              </div>
            ) : null}
          </fieldset>
          <CarriedChoice value={route.on} label={t('routes.carries')} onChange={(on) => set('on', on)} />
          <Checkbox
            size="xs"
            label={t('routes.continueLong')}
            checked={route.continue === true}
            onChange={(event) => set('continue', event.currentTarget.checked ? true : undefined)}
          />
          <Checkbox
            size="xs"
            label={t('routes.enabled')}
            checked={route.enabled !== false}
            onChange={(event) => set('enabled', event.currentTarget.checked)}
          />
        </fieldset>
        {conflict.theirs === undefined ? <FormProblem failure={save.error} problems={problems} /> : null}
        {isFixed ? null : <DialogButtons label={t('action.save')} busy={save.isPending} onClose={onClose} />}
      </form>
      {conflict.theirs === undefined ? null : (
        <Conflict
          base={conflict.from?.route ?? {}}
          theirs={conflict.theirs.route}
          mine={route}
          at={conflict.theirs.updatedAt}
          by={conflict.theirs.updatedBy}
          nameOf={(path) => t(`routeValue.${wordKey(path)}`, { defaultValue: path })}
          busy={save.isPending}
          failure={save.error}
          onClose={conflict.back}
          onTake={() => {
            setRoute(conflict.theirs?.route ?? route)
            if (conflict.theirs) conflict.begin(conflict.theirs)
            save.reset()
          }}
          onSave={(next) => {
            const version = conflict.theirs?.version ?? 0
            setRoute(next)
            if (conflict.theirs) conflict.begin(conflict.theirs)
            save.mutate({ route: next, version })
          }}
        />
      )}
    </Dialog>
  )
}
