import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { AgentRow } from '#shared/http/inventory.ts'
import { agentsQuery } from '../api/queries.ts'
import { ScreenTitle } from '../app/screen-title.tsx'
import { type DataColumn, DataTable } from '../ui/data-table.tsx'
import { grouped } from '../ui/format.ts'
import { PresenceMark, Tag } from '../ui/marks.tsx'
import { Empty, Failed, SkeletonRows } from '../ui/notices.tsx'
import { Time } from '../ui/time.tsx'
import { useWords } from '../ui/words.ts'
import css from './agents.module.css'
import { CommandKey } from './command-key.tsx'
import { SetAside } from './set-aside.tsx'

/** A clock off by more than this makes event times doubtful. */
const CLOCK_LIMIT_MS = 2000

export function AgentsScreen() {
  const { t } = useTranslation()
  const query = useQuery(agentsQuery)
  const columns = useColumns()
  return (
    <>
      <ScreenTitle title={t('nav.agents')} />
      {query.isError ? (
        <Failed failure={query.error} retry={() => void query.refetch()} />
      ) : query.isPending ? (
        <SkeletonRows />
      ) : query.data.items.length === 0 ? (
        <Empty icon="agents" title={t('agents.none')}>
          <p>{t('agents.noneNext')}</p>
          <code className="mono">outrider-agent run --config agent.yaml</code>
          <CommandKey value={query.data.commandKey} />
        </Empty>
      ) : (
        <>
          <div className={css.table}>
            <DataTable rows={query.data.items} columns={columns} keyOf={(row) => row.id} />
          </div>
          {query.data.items.some((row) => row.commandKeyMatches === false) ? (
            <CommandKey value={query.data.commandKey} />
          ) : null}
          <SetAside
            quarantined={query.data.items.some((row) => row.quarantined > 0)}
            lost={query.data.items.some((row) => total(row.lost) > 0)}
          />
        </>
      )}
    </>
  )
}

function useColumns(): readonly DataColumn<AgentRow>[] {
  const { t } = useTranslation()
  const words = useWords()
  return useMemo(
    () => [
      {
        id: 'presence',
        label: t('column.presence'),
        width: 132,
        value: (row) => row.presence,
        cell: (row) => (
          <>
            <PresenceMark presence={row.presence} />
            {row.presence === 'unknown' && row.unknownSince !== null ? (
              <div className={`quiet ${css.id}`} style={{ fontWeight: 400 }}>
                {t('device.since')} <Time at={row.unknownSince} site={row.site} />
              </div>
            ) : null}
          </>
        ),
      },
      {
        id: 'agent',
        label: t('column.agent'),
        value: (row) => row.id,
        cell: (row) => (
          <>
            <b className={css.id}>{row.id}</b>
            {row.refused !== null ? (
              <>
                {' '}
                <Tag tone="warn" title={`${t('agents.refusedHint')} ${row.refused}`}>
                  {t('agents.refused')}
                </Tag>
              </>
            ) : null}
            {row.commandKeyMatches === false ? (
              <>
                {' '}
                <Tag tone="warn" title={t('agents.keyDiffersHint')}>
                  {t('agents.keyDiffers')}
                </Tag>
              </>
            ) : null}
          </>
        ),
      },
      { id: 'site', label: t('column.site'), value: (row) => row.siteName, cell: (row) => row.siteName },
      {
        id: 'seen',
        label: t('column.lastSeen'),
        width: 110,
        value: (row) => row.lastSeen ?? 0,
        cell: (row) => <Time at={row.lastSeen} site={row.site} />,
      },
      { id: 'host', label: t('column.host'), wideOnly: true, cell: (row) => row.host ?? '–' },
      {
        id: 'version',
        label: t('column.version'),
        wideOnly: true,
        value: (row) => row.version ?? '',
        cell: (row) => <span className="num">{row.version?.replace('outrider-agent/', '') ?? '–'}</span>,
      },
      {
        id: 'devices',
        label: t('column.devices'),
        right: true,
        wideOnly: true,
        value: (row) => row.devices,
        cell: (row) => <span className="num">{grouped(row.devices)}</span>,
      },
      {
        id: 'backlog',
        label: t('column.backlog'),
        wideOnly: true,
        value: (row) => total(row.backlog),
        cell: (row) => <Counts of={row.backlog} word={words.dropReason} title={t('agents.backlogHint')} />,
      },
      {
        id: 'clock',
        label: t('column.clock'),
        right: true,
        wideOnly: true,
        value: (row) => Math.abs(row.clockOffsetMs ?? 0),
        cell: (row) => <ClockOffset ms={row.clockOffsetMs} />,
      },
      {
        id: 'dropped',
        label: t('column.dropped'),
        wideOnly: true,
        value: (row) => total(row.dropped),
        cell: (row) => <Counts of={row.dropped} word={words.dropReason} title={t('agents.droppedHint')} bad />,
      },
      {
        id: 'lost',
        label: t('column.lost'),
        wideOnly: true,
        value: (row) => total(row.lost),
        cell: (row) => <Counts of={row.lost} word={words.dropReason} title={t('agents.lostHint')} bad />,
      },
      {
        id: 'quarantined',
        label: t('column.quarantined'),
        right: true,
        wideOnly: true,
        value: (row) => row.quarantined,
        cell: (row) =>
          row.quarantined === 0 ? (
            <span className="quiet num">0</span>
          ) : (
            <Tag tone="warn" title={t('agents.quarantineHint')}>
              <b className="num">{grouped(row.quarantined)}</b>
            </Tag>
          ),
      },
    ],
    [t, words],
  )
}

function Counts(props: {
  of: Readonly<Record<string, number>>
  title: string
  word(name: string): string
  bad?: boolean
}) {
  const entries = Object.entries(props.of).filter(([, count]) => count > 0)
  if (entries.length === 0) return <span className="quiet num">0</span>
  return (
    <span className={css.counts} title={props.title}>
      {entries.map(([name, count]) => (
        <Tag key={name} {...(props.bad ? { tone: 'warn' as const } : {})}>
          {props.word(name)} <b className="num">{grouped(count)}</b>
        </Tag>
      ))}
    </span>
  )
}

function ClockOffset({ ms }: { ms: number | null }) {
  const { t } = useTranslation()
  if (ms === null) return <span className="quiet">–</span>
  const text = Math.abs(ms) < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
  const signed = ms > 0 ? `+${text}` : text.replace('-', '−')
  if (Math.abs(ms) < CLOCK_LIMIT_MS) return <span className="num">{signed}</span>
  return (
    <Tag tone="warn" title={t('agents.clockHint')}>
      <span className="num">{signed}</span>
    </Tag>
  )
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}
