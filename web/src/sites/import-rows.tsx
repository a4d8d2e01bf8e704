// What became, or would become, of each row: how many of each kind, and of those refused in which column, why and what to do.
import { Button } from '@mantine/core'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { ImportResult } from '#shared/http/site-config.ts'
import { type DataColumn, DataTable } from '../ui/data-table.tsx'
import { Icon } from '../ui/icons.tsx'
import { State, type Tone } from '../ui/marks.tsx'
import { sentenceOf, useSaid } from '../ui/said.ts'
import { saveCsv } from '../ui/save-file.ts'
import { columnOf, type DeviceTable } from './device-table.ts'
import css from './import.module.css'
import type { ColumnLabels } from './import-dialog.tsx'

type Item = ImportResult['items'][number]

const TONE: Readonly<Record<Item['outcome'], Tone>> = {
  refused: 'bad',
  added: 'good',
  changed: 'busy',
  unchanged: 'plain',
}
const OUTCOMES = Object.keys(TONE) as Item['outcome'][]

/** More than anybody reads; what was refused comes first and can be saved. */
const SHOWN = 300

export interface ImportRowsProps {
  readonly items: readonly Item[]
  readonly table: DeviceTable
  readonly labels: ColumnLabels
}

/** Refused rows first: they are what somebody has to look at. */
export function ImportRows({ items, table, labels }: ImportRowsProps) {
  const { t } = useTranslation()
  const inWords = useProblemWords(labels, table)
  const rows = useMemo(
    () => [...items].sort((a, b) => OUTCOMES.indexOf(a.outcome) - OUTCOMES.indexOf(b.outcome) || a.row - b.row),
    [items],
  )
  const refused = rows.filter((row) => row.outcome === 'refused')
  const columns = useMemo<readonly DataColumn<Item>[]>(
    () => [
      {
        id: 'row',
        label: t('import.row'),
        width: 60,
        right: true,
        cell: (row) => <span className="num">{table.rows[row.row]?.row ?? row.row + 1}</span>,
      },
      {
        id: 'outcome',
        label: t('import.outcome'),
        width: 110,
        wideOnly: true,
        cell: (row) => <Outcome of={row} />,
      },
      {
        id: 'device',
        label: t('column.device'),
        cell: (row) => (
          <>
            <div className={css.narrow}>
              <Outcome of={row} />
            </div>
            <b>{String(table.devices[row.row]?.name ?? row.id ?? '–')}</b>{' '}
            <span className="quiet num">{String(table.devices[row.row]?.address ?? '')}</span>
            {inWords(row).map((problem) => (
              <div key={problem.column + problem.text} className={css.problem}>
                <b>{problem.column}:</b> {problem.text}
              </div>
            ))}
          </>
        ),
      },
    ],
    [t, inWords, table],
  )
  function saveRefused() {
    const lines = refused.map((row) => [
      ...table.titles.map((_, i) => table.rows[row.row]?.cells[i] ?? ''),
      inWords(row)
        .map((problem) => `${problem.column}: ${problem.text}`)
        .join(' '),
    ])
    saveCsv(t('import.refusedFile'), [[...table.titles, t('import.problem')], ...lines])
  }
  return (
    <>
      <div className={css.sums} role="status">
        {OUTCOMES.map((outcome) => {
          const count = rows.filter((row) => row.outcome === outcome).length
          return count === 0 ? null : (
            <State
              key={outcome}
              tone={TONE[outcome]}
              shape={outcome === 'refused' ? 'ring' : 'dot'}
              word={`${t(`importOutcome.${outcome}`)} ${count}`}
            />
          )
        })}
        {refused.length === 0 ? null : (
          <Button variant="default" leftSection={<Icon name="down" size={13} />} onClick={saveRefused}>
            {t('import.saveRefused', { count: refused.length })}
          </Button>
        )}
      </div>
      <div className={css.result} data-import-result>
        <DataTable rows={rows.slice(0, SHOWN)} columns={columns} keyOf={(row) => String(row.row)} />
        {rows.length > SHOWN ? (
          <p className={css.moreRows}>{t('import.moreRows', { shown: SHOWN, all: rows.length })}</p>
        ) : null}
      </div>
    </>
  )
}

function Outcome({ of: { outcome } }: { of: Item }) {
  const { t } = useTranslation()
  return (
    <State tone={TONE[outcome]} word={t(`importOutcome.${outcome}`)} shape={outcome === 'refused' ? 'ring' : 'dot'} />
  )
}

/** Each problem of a row once per column: what is wrong with what stands there, and what to write instead. */
function useProblemWords(labels: ColumnLabels, table: DeviceTable) {
  const { t } = useTranslation()
  const said = useSaid()
  return useMemo(
    () => (row: Item) => {
      const seen = new Set<string>()
      return row.problems.flatMap(({ path, message }) => {
        const column = columnOf(path)
        const key = column ?? path
        if (seen.has(key)) return []
        seen.add(key)
        if (column === undefined) return [{ column: path, text: said(message) }]
        const place = table.columns.indexOf(column)
        const cell = table.rows[row.row]?.cells[place]?.trim() ?? ''
        // what an address may be is said with what to do
        const why =
          sentenceOf(message) && column !== 'address'
            ? said(message)
            : cell === ''
              ? t('import.missing')
              : t('import.unusable', { cell: cell.length > 80 ? `${cell.slice(0, 80)}…` : cell })
        return [{ column: labels[column].label, text: `${why} ${t(`importFix.${column}`)}` }]
      })
    },
    [t, said, labels, table],
  )
}
