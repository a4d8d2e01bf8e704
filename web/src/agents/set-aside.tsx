// What of an agent's records did not come through: unreadable batches kept aside, and records it could not keep.
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { GapRow, QuarantineRow } from '#shared/http/records.ts'
import { gapsQuery, quarantineQuery } from '../api/queries.ts'
import { useMayLookInto } from '../api/role.ts'
import { type DataColumn, DataTable } from '../ui/data-table.tsx'
import { grouped, withUnit } from '../ui/format.ts'
import { Panel } from '../ui/panel.tsx'
import { Time } from '../ui/time.tsx'
import { useWords } from '../ui/words.ts'
import css from './agents.module.css'

/** Lists of the newest; each only when there is something in it. */
export function SetAside({ quarantined, lost }: { quarantined: boolean; lost: boolean }) {
  const { t } = useTranslation()
  const mayLook = useMayLookInto()
  const quarantine = useQuery({ ...quarantineQuery, enabled: quarantined && mayLook })
  const gaps = useQuery({ ...gapsQuery, enabled: lost })
  const quarantineColumns = useQuarantineColumns()
  const gapColumns = useGapColumns()
  return (
    <>
      {quarantined && quarantine.data?.items.length ? (
        <Panel title={t('agents.quarantine')} className={css.aside}>
          <p className={`quiet ${css.explained}`}>{t('agents.quarantineHint')}</p>
          <DataTable rows={quarantine.data.items} columns={quarantineColumns} keyOf={(row) => String(row.id)} />
        </Panel>
      ) : null}
      {lost && gaps.data?.items.length ? (
        <Panel title={t('agents.gaps')} className={css.aside}>
          <p className={`quiet ${css.explained}`}>{t('agents.lostHint')}</p>
          <DataTable rows={gaps.data.items} columns={gapColumns} keyOf={(row) => String(row.id)} />
        </Panel>
      ) : null}
    </>
  )
}

function useCommonColumns<T extends GapRow | QuarantineRow>(): readonly DataColumn<T>[] {
  const { t } = useTranslation()
  const words = useWords()
  return useMemo(
    () => [
      { id: 'at', label: t('column.noted'), width: 110, cell: (row) => <Time at={row.at} /> },
      { id: 'agent', label: t('column.agent'), cell: (row) => row.agent },
      {
        id: 'lane',
        label: t('column.lane'),
        wideOnly: true,
        cell: (row) => (row.lane === null ? '–' : words.dropReason(row.lane)),
      },
      {
        id: 'count',
        label: t('column.records'),
        right: true,
        cell: (row) => <span className="num">{row.count === null ? '–' : grouped(row.count)}</span>,
      },
    ],
    [t, words],
  )
}

function useGapColumns(): readonly DataColumn<GapRow>[] {
  const { t } = useTranslation()
  const words = useWords()
  const common = useCommonColumns<GapRow>()
  return useMemo(
    () => [...common, { id: 'reason', label: t('column.reason'), cell: (row) => words.dropReason(row.reason) }],
    [common, t, words],
  )
}

function useQuarantineColumns(): readonly DataColumn<QuarantineRow>[] {
  const { t } = useTranslation()
  const common = useCommonColumns<QuarantineRow>()
  return useMemo(
    () => [
      ...common,
      { id: 'reason', label: t('column.reason'), cell: (row) => row.reason },
      {
        id: 'bytes',
        label: t('column.size'),
        right: true,
        wideOnly: true,
        cell: (row) => <span className="num">{withUnit(row.bytes, 'By')}</span>,
      },
      {
        id: 'preview',
        label: t('column.preview'),
        wideOnly: true,
        // text of strangers: shown as text
        cell: (row) => (
          <span className={`mono one-line ${css.preview}`} title={row.preview?.text}>
            {row.preview?.text ?? '–'}
          </span>
        ),
      },
    ],
    [common, t],
  )
}
