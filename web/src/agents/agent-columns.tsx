import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { AgentRow } from '#shared/http/inventory.ts'
import type { DataColumn } from '../ui/data-table.tsx'
import { grouped } from '../ui/format.ts'
import { PresenceMark, Tag } from '../ui/marks.tsx'
import { Time } from '../ui/time.tsx'
import { useWords } from '../ui/words.ts'
import { CLOCK_LIMIT_MS, totalOf } from './agent-filter.ts'
import css from './agents.module.css'
import { refusalOf } from './refusal.ts'

/** Columns of the list of agents. */
export function useAgentColumns(): readonly DataColumn<AgentRow>[] {
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
            <Link
              to="/agents/$id"
              params={{ id: row.id }}
              onClick={(event) => event.stopPropagation()}
              className={css.id}
              style={{ color: 'inherit' }}
            >
              {row.id}
            </Link>
            <Refused reason={row.refused} />
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
      {
        id: 'site',
        label: t('column.site'),
        value: (row) => row.siteName,
        cell: (row) => (
          <Link to="/sites/$id" params={{ id: row.site }} search={{}} onClick={(event) => event.stopPropagation()}>
            {row.siteName}
          </Link>
        ),
      },
      {
        id: 'seen',
        label: t('column.lastSeen'),
        wideOnly: true,
        width: 110,
        value: (row) => row.lastSeen ?? 0,
        cell: (row) => <Time at={row.lastSeen} site={row.site} />,
      },
      {
        id: 'host',
        label: t('column.host'),
        wideOnly: true,
        value: (row) => row.host ?? '',
        cell: (row) => <span className={css.host}>{row.host ?? '–'}</span>,
      },
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
        value: (row) => totalOf(row.backlog),
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
        value: (row) => totalOf(row.dropped),
        cell: (row) => <Counts of={row.dropped} word={words.dropReason} title={t('agents.droppedHint')} bad />,
      },
      {
        id: 'lost',
        label: t('column.lost'),
        wideOnly: true,
        value: (row) => totalOf(row.lost),
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

function Refused({ reason }: { reason: string | null }) {
  const { t } = useTranslation()
  const refusal = refusalOf(reason)
  if (refusal === null) return null
  const [word, hint] =
    refusal.kind === 'copy'
      ? [t('agents.refused'), t('agents.refusedHint')]
      : refusal.kind === 'revoked'
        ? [t('identity.state.revoked'), t('identity.revokedHint')]
        : [t('identity.state.quarantined'), t('identity.quarantinedHint')]
  return (
    <>
      {' '}
      <Tag tone={refusal.kind === 'revoked' ? 'bad' : 'warn'} title={`${hint}\n${refusal.reason}`}>
        {word}
      </Tag>
    </>
  )
}

/** Counts by name, those that are not zero. */
export function Counts(props: {
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

/** The agent's clock against the collector's. */
export function ClockOffset({ ms }: { ms: number | null }) {
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
