// Alarms become an incident, or go into one that is open.
import { Button, Checkbox, Group, Textarea, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { z } from 'zod'
import type { BoardWindow } from '#shared/http/alarm-board.ts'
import type { IncidentDetail, IncidentRow, TakenAlarms } from '#shared/http/incidents.ts'
import type { Page } from '#shared/http/paging.ts'
import { ApiFailure, get, send } from '../api/client.ts'
import { useConsole } from '../app/console.ts'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { grouped } from '../ui/format.ts'
import { IncidentStateMark, PriorityMark } from '../ui/marks.tsx'
import page from '../ui/page.module.css'
import { FormProblem } from '../ui/problems.tsx'
import type { AlarmDialogProps } from './alarm-dialog.tsx'
import { countOf, type Selection } from './selection.ts'

/** What one incident takes in one step. */
const MOST = 500

export function IncidentDialog({ on, onEnd, onRefused }: Omit<AlarmDialogProps, 'kind'>) {
  const { t } = useTranslation()
  const { alarms } = useConsole()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [way, setWay] = useState<'open' | 'join'>('open')
  const first = on.kind === 'some' ? alarms.row([...on.ids][0] ?? '') : alarms.rowAt(0)
  const [title, setTitle] = useState(first?.text ?? '')
  const [take, setTake] = useState(true)
  const [note, setNote] = useState('')
  const [q, setQ] = useState('')
  const [into, setInto] = useState<IncidentRow>()
  const count = countOf(on)
  const customer = first?.customer
  const [asked] = useDebouncedValue(q.trim(), 200)
  const search = useQuery({
    queryKey: ['incidents', 'list', 'to-join', customer, asked],
    queryFn: ({ signal }) =>
      get<Page<IncidentRow>>(
        '/incidents',
        { open: true, customer, q: asked === '' ? undefined : asked, limit: 8 },
        signal,
      ),
    enabled: way === 'join',
    placeholderData: keepPreviousData,
  })
  const found = search.data?.items

  const act = useMutation({
    mutationFn: async () => {
      const ids = await idsOf(on)
      if (way === 'open') return send<IncidentDetail>('POST', '/incidents', { title, alarms: ids, take, note })
      const taken = await send<z.infer<typeof TakenAlarms>>(
        'POST',
        `/incidents/${encodeURIComponent(into?.id ?? '')}/alarms`,
        {
          alarms: ids,
          note,
        },
      )
      const refused = taken.items.filter((item) => !item.ok)
      if (refused.length > 0)
        notifications.show({
          color: 'red',
          title: t('action.partly', { done: ids.length - refused.length, refused: refused.length }),
          message: refused[0]?.problem ?? '',
          autoClose: 8000,
        })
      return into as IncidentRow
    },
    onSuccess: ({ id, number }) => {
      void queries.invalidateQueries({ queryKey: ['incidents'] })
      void alarms.reload()
      const message = t(way === 'open' ? 'toIncident.opened' : 'toIncident.joined', { number, count })
      notifications.show({
        message: (
          <Group gap={8}>
            {message}
            <Button
              size="compact-xs"
              variant="subtle"
              onClick={() => void navigate({ to: '/incidents/$id', params: { id } })}
            >
              {t('toIncident.show')}
            </Button>
          </Group>
        ),
      })
      onEnd(true)
    },
    onError: async (failure) => {
      // the collector keeps the list no longer of which all are meant
      if (on.kind === 'some' || !(failure instanceof ApiFailure) || failure.code !== 'not-found') return
      await alarms.reload()
      onRefused?.()
    },
  })
  const ready = count <= MOST && (way === 'open' ? title.trim() !== '' : into !== undefined)

  return (
    <Dialog onClose={() => onEnd(undefined)} title={t('toIncident.title', { count, shown: grouped(count) })}>
      <form
        className={page.form}
        onSubmit={(event) => {
          event.preventDefault()
          if (ready) act.mutate()
        }}
      >
        <Group gap={6} role="radiogroup">
          {(['open', 'join'] as const).map((one) => (
            <Button
              key={one}
              role="radio"
              aria-checked={way === one}
              variant={way === one ? 'filled' : 'default'}
              onClick={() => setWay(one)}
            >
              {t(`toIncident.${one}`)}
            </Button>
          ))}
        </Group>
        {count > MOST ? <p className={page.notice}>{t('toIncident.tooMany', { most: MOST })}</p> : null}
        {way === 'open' ? (
          <>
            <TextInput
              label={t('toIncident.name')}
              maxLength={300}
              value={title}
              onChange={(event) => setTitle(event.currentTarget.value)}
              data-autofocus
            />
            <Checkbox
              label={t('toIncident.take')}
              checked={take}
              onChange={(event) => setTake(event.currentTarget.checked)}
            />
          </>
        ) : (
          <>
            <TextInput
              label={t('toIncident.which')}
              placeholder={t('toIncident.search')}
              value={q}
              onChange={(event) => setQ(event.currentTarget.value)}
              data-autofocus
            />
            <div role="radiogroup" aria-label={t('toIncident.which')} style={{ minWidth: 0, overflow: 'hidden' }}>
              {found?.map((incident) => (
                <Button
                  key={incident.id}
                  role="radio"
                  fullWidth
                  justify="start"
                  mb={4}
                  aria-checked={into?.id === incident.id}
                  variant={into?.id === incident.id ? 'light' : 'default'}
                  onClick={() => setInto(incident)}
                >
                  <Group gap={8} wrap="nowrap">
                    <b className="num">#{incident.number}</b>
                    <PriorityMark priority={incident.priority} />
                    <IncidentStateMark state={incident.state} />
                    <span className="one-line">{incident.title}</span>
                  </Group>
                </Button>
              ))}
              <FormProblem failure={search.error} />
              {found?.length === 0 ? <p className="quiet">{t('toIncident.none')}</p> : null}
            </div>
          </>
        )}
        <Textarea
          label={t('dialog.note')}
          autosize
          minRows={2}
          maxLength={2000}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <FormProblem failure={act.error} />
        <DialogButtons
          label={t(way === 'open' ? 'toIncident.doOpen' : 'toIncident.doJoin')}
          busy={act.isPending}
          disabled={!ready}
          onClose={() => onEnd(undefined)}
        />
      </form>
    </Dialog>
  )
}

/** All ids of a selection; of a whole list they are read first. */
async function idsOf(selection: Selection): Promise<string[]> {
  if (selection.kind === 'some') return [...selection.ids]
  const window = await get<BoardWindow>(`/alarms/board/${encodeURIComponent(selection.list)}`, {
    offset: 0,
    limit: MOST,
  })
  return window.items.map((row) => row.id).filter((id) => !selection.except.has(id))
}
