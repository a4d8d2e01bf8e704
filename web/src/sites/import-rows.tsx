// What became, or would become, of each line.
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { ImportResult } from '#shared/http/site-config.ts'
import { type DataColumn, DataTable } from '../ui/data-table.tsx'
import { State, type Tone } from '../ui/marks.tsx'
import { useSaid } from '../ui/said.ts'
import css from './sites.module.css'

type Item = ImportResult['items'][number]

const TONE: Readonly<Record<Item['outcome'], Tone>> = {
  added: 'good',
  changed: 'busy',
  unchanged: 'plain',
  refused: 'bad',
}

export interface ImportRowsProps {
  readonly result: ImportResult
  readonly devices: readonly Record<string, unknown>[]
}

/** Refused lines first: they are what somebody has to look at. */
export function ImportRows({ result, devices }: ImportRowsProps) {
  const { t } = useTranslation()
  const said = useSaid()
  const rows = useMemo(
    () =>
      [...result.items].sort(
        (a, b) => Number(b.outcome === 'refused') - Number(a.outcome === 'refused') || a.row - b.row,
      ),
    [result],
  )
  const columns = useMemo<readonly DataColumn<Item>[]>(
    () => [
      // the first line of the text names the columns
      {
        id: 'row',
        label: t('import.line'),
        width: 60,
        right: true,
        cell: (row) => <span className="num">{row.row + 2}</span>,
      },
      {
        id: 'outcome',
        label: t('import.outcome'),
        width: 110,
        cell: (row) => (
          <State
            tone={TONE[row.outcome]}
            word={t(`importOutcome.${row.outcome}`)}
            shape={row.outcome === 'refused' ? 'ring' : 'dot'}
          />
        ),
      },
      {
        id: 'device',
        label: t('column.device'),
        cell: (row) => (
          <>
            <b>{String(devices[row.row]?.name ?? row.id ?? '–')}</b>{' '}
            <span className="quiet num">{String(devices[row.row]?.address ?? '')}</span>
            {row.problems.map((problem) => (
              <div key={`${problem.path} ${problem.message}`} className={css.wrong}>
                <code className="mono">{problem.path}</code> {said(problem.message)}
              </div>
            ))}
          </>
        ),
      },
    ],
    [t, said, devices],
  )
  return (
    <div className={css.result} data-import-result>
      <DataTable rows={rows} columns={columns} keyOf={(row) => String(row.row)} />
    </div>
  )
}
