import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { type DataColumn, DataTable } from '../ui/data-table.tsx'
import { withUnit } from '../ui/format.ts'
import { State, type Tone } from '../ui/marks.tsx'
import { useWords } from '../ui/words.ts'
import css from './device.module.css'
import type { InterfaceRow } from './interfaces.ts'

export function InterfaceTable({ rows, onOpen }: { rows: readonly InterfaceRow[]; onOpen(row: InterfaceRow): void }) {
  const { t } = useTranslation()
  const columns = useMemo<readonly DataColumn<InterfaceRow>[]>(
    () => [
      {
        id: 'state',
        label: t('column.state'),
        width: 132,
        value: (row) => row.state ?? '',
        cell: (row) => <PortState row={row} />,
      },
      {
        id: 'name',
        label: t('column.interface'),
        value: (row) => row.name,
        cell: (row) => (
          <>
            <b style={{ fontWeight: 600 }}>{row.name}</b> <span className="quiet">{row.alias}</span>
          </>
        ),
      },
      {
        id: 'speed',
        label: t('column.speed'),
        right: true,
        wideOnly: true,
        value: (row) => row.speed ?? 0,
        cell: (row) => rate(row.speed),
      },
      {
        id: 'in',
        label: t('column.in'),
        right: true,
        value: (row) => row.inBits ?? -1,
        cell: (row) => rate(row.inBits),
      },
      {
        id: 'out',
        label: t('column.out'),
        right: true,
        value: (row) => row.outBits ?? -1,
        cell: (row) => rate(row.outBits),
      },
      {
        id: 'use',
        label: t('column.use'),
        width: 150,
        wideOnly: true,
        value: (row) => row.use ?? -1,
        cell: (row) => <Use percent={row.use} />,
      },
      {
        id: 'errors',
        label: t('column.errors'),
        right: true,
        wideOnly: true,
        value: (row) => row.faultsPerSecond ?? -1,
        cell: (row) => (
          <span className={`num ${row.faultsPerSecond ? '' : 'quiet'}`}>
            {row.faultsPerSecond === null ? '–' : withUnit(row.faultsPerSecond, '/s')}
          </span>
        ),
      },
    ],
    [t],
  )
  return <DataTable rows={rows} columns={columns} keyOf={(row) => row.resource} onOpen={onOpen} />
}

function PortState({ row }: { row: InterfaceRow }) {
  const { t } = useTranslation()
  const words = useWords()
  if (row.state === null) return <span className="quiet">–</span>
  if (row.adminState === 'down') return <State tone="plain" shape="ring" word={t('port.shut')} />
  const tone: Tone =
    row.state === 'up' ? 'good' : row.state === 'down' || row.state === 'lower-layer-down' ? 'bad' : 'warn'
  return <State tone={tone} shape={tone === 'good' ? 'dot' : 'ring'} word={words.state(row.state)} />
}

function Use({ percent }: { percent: number | null }) {
  if (percent === null) return <span className="quiet">–</span>
  return (
    <span className={css.use}>
      <span className={css.track}>
        <span
          className={css.fill}
          style={{ width: `${Math.min(100, Math.max(percent, 0.5))}%` }}
          data-tone={percent >= 90 ? 'bad' : percent >= 70 ? 'warn' : 'good'}
        />
      </span>
      <span className="num">{percent < 10 ? percent.toFixed(1) : Math.round(percent)} %</span>
    </span>
  )
}

function rate(bitsPerSecond: number | null) {
  return <span className="num">{bitsPerSecond === null ? '–' : withUnit(bitsPerSecond, 'bit/s')}</span>
}
