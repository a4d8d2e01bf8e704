import { Checkbox } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { ProposalRow, ProposalState } from '#shared/http/discovery.ts'
import type { DataColumn } from '../ui/data-table.tsx'
import { withUnit } from '../ui/format.ts'
import { Tag } from '../ui/marks.tsx'
import { useSaid } from '../ui/said.ts'
import { Time } from '../ui/time.tsx'
import css from './discovery.module.css'

export interface ProposalColumnsOptions {
  readonly state: ProposalState
  readonly rows: readonly ProposalRow[]
  readonly chosen: ReadonlySet<string>
  readonly mayChoose: boolean
  onChoose(chosen: ReadonlySet<string>): void
  onOpen(row: ProposalRow): void
}

export function useProposalColumns(options: ProposalColumnsOptions): readonly DataColumn<ProposalRow>[] {
  const { state, rows, chosen, mayChoose, onChoose, onOpen } = options
  const { t } = useTranslation()
  return useMemo(() => {
    const all = rows.length > 0 && rows.every((row) => chosen.has(row.id))
    const choose: DataColumn<ProposalRow> = {
      id: 'choose',
      label: t('proposals.choose'),
      width: 36,
      head: (
        <Checkbox
          size="xs"
          aria-label={t('proposals.chooseAll')}
          checked={all}
          indeterminate={!all && chosen.size > 0}
          onChange={() => onChoose(all ? new Set() : new Set(rows.map((row) => row.id)))}
        />
      ),
      cell: (row) => (
        <Checkbox
          size="xs"
          aria-label={t('proposals.chooseOne', { name: nameOf(row) })}
          checked={chosen.has(row.id)}
          onChange={() => {
            const next = new Set(chosen)
            if (!next.delete(row.id)) next.add(row.id)
            onChoose(next)
          }}
        />
      ),
    }
    return [
      ...(mayChoose ? [choose] : []),
      {
        id: 'device',
        label: t('column.device'),
        value: nameOf,
        cell: (row) => (
          <>
            <button type="button" className={css.name} onClick={() => onOpen(row)}>
              {nameOf(row)}
            </button>
            <div className={css.under}>{[row.found.vendor, row.found.model].filter(Boolean).join(' ')}</div>
            <div className={css.narrow}>
              <Addresses of={row} />
            </div>
            <About row={row} />
          </>
        ),
      },
      {
        id: 'address',
        label: t('column.address'),
        wideOnly: true,
        value: (row) => row.addresses[0] ?? '',
        cell: (row) => <Addresses of={row} />,
      },
      {
        id: 'answers',
        label: t('proposals.answers'),
        cell: (row) => <Answers row={row} />,
      },
      {
        id: 'profile',
        label: t('column.profile'),
        wideOnly: true,
        value: (row) => row.found.profile ?? '',
        cell: (row) => <Profile row={row} />,
      },
      ...(state === 'ignored'
        ? [
            {
              id: 'ignored',
              label: t('proposals.ignoredBecause'),
              cell: (row: ProposalRow) =>
                row.ignored === null ? null : (
                  <>
                    {row.ignored.reason}
                    <div className={css.under}>
                      {row.ignored.by} · <Time at={row.ignored.at} />
                    </div>
                  </>
                ),
            },
          ]
        : []),
      {
        id: 'seen',
        label: t('column.lastSeen'),
        width: 110,
        wideOnly: true,
        value: (row) => row.lastSeen,
        cell: (row) => <Time at={row.lastSeen} />,
      },
    ]
  }, [t, state, rows, chosen, mayChoose, onChoose, onOpen])
}

/** What people would call it: how it names itself, else where it answers. */
export function nameOf({ found, suggestion, addresses }: ProposalRow): string {
  return found.sysName || suggestion.name || addresses[0] || found.address
}

/** What is different from what was known, what it is, why it cannot be taken. */
function About({ row }: { row: ProposalRow }) {
  const { t } = useTranslation()
  const said = useSaid()
  return (
    <>
      {row.changes.map((change) => (
        <div key={change} className={css.changed}>
          {said(change)}
        </div>
      ))}
      {row.device === null ? null : (
        <div className={css.under}>
          {t('proposals.isDevice')}{' '}
          <Link to="/devices/$id" params={{ id: `${row.site}.${row.device}` }} search={{}}>
            {row.device}
          </Link>
        </div>
      )}
      {row.blocked === null ? null : <div className={css.changed}>{said(row.blocked)}</div>}
    </>
  )
}

function Addresses({ of: { addresses } }: { of: ProposalRow }) {
  const { t } = useTranslation()
  const [first, ...more] = addresses
  return (
    <>
      <span className="num">{first}</span>
      {more.length === 0 ? null : (
        <>
          {' '}
          <Tag title={more.join('\n')}>{t('proposals.moreAddresses', { count: more.length })}</Tag>
        </>
      )}
    </>
  )
}

export function Answers({ row: { found } }: { row: ProposalRow }) {
  const { t } = useTranslation()
  const said = useSaid()
  const read = found.credentials !== null
  return (
    <>
      <span className={css.chips}>
        {read ? (
          <Tag tone="good" title={t('proposals.readWith', { set: found.credentials })}>
            SNMP {found.snmpVersion} · {found.credentials}
          </Tag>
        ) : found.answers.includes('snmp') ? (
          <Tag tone="warn">SNMP</Tag>
        ) : null}
        {found.pingMs === null ? null : (
          <Tag>
            {t('siteDevices.ping')} {withUnit(found.pingMs, 'ms')}
          </Tag>
        )}
        {found.openPorts.length === 0 ? null : <Tag>TCP {found.openPorts.join(', ')}</Tag>}
      </span>
      {found.problem === null || read ? null : <div className={css.under}>{said(found.problem)}</div>}
    </>
  )
}

function Profile({ row: { found } }: { row: ProposalRow }) {
  const { t } = useTranslation()
  const said = useSaid()
  if (found.profile === null) return <span className="quiet">–</span>
  return (
    <>
      <span className="mono">{found.profile}</span>{' '}
      {found.profile === 'generic' ? <Tag tone="warn">{t('proposals.generic')}</Tag> : null}
      <div className={css.under}>{said(found.profileReason ?? '')}</div>
    </>
  )
}
