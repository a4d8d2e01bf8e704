// Ways to people: do they work, what waits, and a test that shows what the provider really says.
import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { lazy, Suspense, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ChannelRow } from '#shared/http/notifications.ts'
import { useMayChange } from '../api/role.ts'
import type { DataColumn } from '../ui/data-table.tsx'
import { Icon } from '../ui/icons.tsx'
import { ListBar } from '../ui/list-bar.tsx'
import { ListBody } from '../ui/list-body.tsx'
import { State, Tag } from '../ui/marks.tsx'
import { Empty } from '../ui/notices.tsx'
import { useSaid } from '../ui/said.ts'
import { Time } from '../ui/time.tsx'
import { ChannelTest } from './channel-test.tsx'
import { channelPath, channelsQuery } from './notification-queries.ts'
import css from './notifications.module.css'
import { figureColumn, RemoveKept, toolColumn } from './row-tools.tsx'

const ChannelDialog = lazy(async () => ({ default: (await import('./channel-dialog.tsx')).ChannelDialog }))

type Open = ChannelRow | 'new' | null

export function ChannelListView() {
  const { t } = useTranslation()
  const may = useMayChange()
  const query = useQuery(channelsQuery)
  const [q, setQ] = useState<string>()
  const [open, setOpen] = useState<Open>(null)
  const [removing, setRemoving] = useState<ChannelRow | null>(null)
  const rows = useMemo(() => {
    const words = (q ?? '').toLowerCase()
    return query.data?.items.filter((row) => `${row.id} ${row.kind} ${row.target}`.toLowerCase().includes(words)) ?? []
  }, [query.data, q])
  const columns = useColumns(may, setOpen, setRemoving)
  return (
    <>
      <ListBar
        q={q}
        placeholder={t('channels.search')}
        onSearch={setQ}
        actions={
          may ? (
            <Button leftSection={<Icon name="plus" size={13} />} onClick={() => setOpen('new')}>
              {t('channels.new')}
            </Button>
          ) : null
        }
      />
      <ListBody
        query={query}
        rows={rows}
        columns={columns}
        empty={
          <Empty icon="send" title={t('channels.none')}>
            {t('channels.noneNext')}
          </Empty>
        }
        onOpen={undefined}
      />
      <Suspense>
        {open === null ? null : <ChannelDialog row={open === 'new' ? undefined : open} onClose={() => setOpen(null)} />}
      </Suspense>
      {removing === null ? null : (
        <RemoveKept
          row={removing}
          hint={t('channels.removeHint')}
          path={channelPath}
          queryKey="channels"
          onClose={() => setRemoving(null)}
        />
      )}
    </>
  )
}

function useColumns(
  may: boolean,
  open: (row: ChannelRow) => void,
  remove: (row: ChannelRow) => void,
): readonly DataColumn<ChannelRow>[] {
  const { t } = useTranslation()
  return useMemo(
    () => [
      {
        id: 'id',
        label: t('deliveryLog.channel'),
        value: (row) => row.id,
        cell: (row) => (
          <>
            <b>{row.id}</b>
            <div className="quiet">
              {t(`channelKind.${row.kind}`, { defaultValue: row.kind })} · {t(`language.name.${row.language}`)}
            </div>
          </>
        ),
      },
      {
        id: 'target',
        label: t('channels.target'),
        wideOnly: true,
        cell: (row) => <span className={css.answer}>{row.target}</span>,
      },
      { id: 'state', label: t('column.state'), cell: (row) => <Health row={row} /> },
      ...(['queued', 'failed'] as const).map((state) =>
        figureColumn<ChannelRow>(
          state,
          t(`channels.${state}`),
          (row) => row[state],
          (n, row) => (
            <Link to="/notifications" search={{ view: 'log', channel: row.id, state }} className="num">
              {n}
            </Link>
          ),
        ),
      ),
      {
        id: 'origin',
        label: t('sites.origin'),
        wideOnly: true,
        cell: (row) => <Tag title={t(`channelOriginHint.${row.origin}`)}>{t(`channelOrigin.${row.origin}`)}</Tag>,
      },
      ...(may
        ? [toolColumn<ChannelRow>(t('maintenance.actions'), open, remove, (row) => <ChannelTest id={row.id} />)]
        : []),
    ],
    [t, may, open, remove],
  )
}

function Health({ row }: { row: ChannelRow }) {
  const { t } = useTranslation()
  const say = useSaid()
  if (!row.enabled) return <State tone="plain" shape="ring" word={t('channels.off')} />
  if (row.failingSince !== null)
    return (
      <>
        <State tone="bad" word={t('channels.failing')} />{' '}
        <span className="quiet">
          {t('channels.since')} <Time at={row.failingSince} />
        </span>
        <div className={`quiet ${css.answer}`} title={row.lastProblem ?? undefined}>
          {say(row.lastProblem ?? '')}
        </div>
      </>
    )
  return (
    <>
      <State
        tone={row.lastSentAt === null ? 'plain' : 'good'}
        word={t(row.lastSentAt === null ? 'channels.unused' : 'channels.works')}
      />
      {row.lastSentAt === null ? null : (
        <div className="quiet">
          {t('channels.last')} <Time at={row.lastSentAt} />
        </div>
      )}
    </>
  )
}
