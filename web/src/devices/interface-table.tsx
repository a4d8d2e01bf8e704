import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { type DataColumn, DataTable } from '../ui/data-table.tsx'
import { withUnit } from '../ui/format.ts'
import { State, type Tone } from '../ui/marks.tsx'
import { useWords } from '../ui/words.ts'
import css from './device.module.css'
import { type InterfaceRow, isDown } from './interfaces.ts'
import { RowButton } from './row-button.tsx'

export function InterfaceTable({ rows, onOpen }: { rows: readonly InterfaceRow[]; onOpen(row: InterfaceRow): void }) {
  const { t } = useTranslation()
  const columns = useMemo<readonly DataColumn<InterfaceRow>[]>(
    () => [
      {
        id: 'state',
        label: t('column.state'),
        width: 120,
        value: (row) => row.state ?? '',
        cell: (row) => <PortState row={row} />,
      },
      {
        id: 'name',
        label: t('column.interface'),
        value: (row) => row.name,
        cell: (row) => (
          <>
            <RowButton onOpen={() => onOpen(row)}>{row.name}</RowButton> <span className="quiet">{row.alias}</span>
          </>
        ),
      },
      {
        id: 'speed',
        label: t('column.speed'),
        right: true,
        wideOnly: true,
        value: (row) => row.speed ?? 0,
        cell: (row) => <span className="num">{row.speed === null ? '–' : withUnit(row.speed, 'bit/s')}</span>,
      },
      {
        id: 'in',
        label: t('column.in'),
        width: 168,
        // by how full it is where that is known, else by how much
        value: (row) => row.inUse ?? (row.inBits ?? -1) / 1e18,
        cell: (row) => <Use percent={row.inUse} bits={row.inBits} />,
      },
      {
        id: 'out',
        label: t('column.out'),
        width: 168,
        value: (row) => row.outUse ?? (row.outBits ?? -1) / 1e18,
        cell: (row) => <Use percent={row.outUse} bits={row.outBits} />,
      },
      {
        id: 'errors',
        label: t('column.errors'),
        right: true,
        wideOnly: true,
        value: (row) => row.faultsPerSecond ?? -1,
        cell: (row) => <Faults perSecond={row.faultsPerSecond} />,
      },
    ],
    [t, onOpen],
  )
  return <DataTable rows={rows} columns={columns} keyOf={(row) => row.resource} onOpen={onOpen} />
}

function PortState({ row }: { row: InterfaceRow }) {
  const { t } = useTranslation()
  const words = useWords()
  if (row.state === null) return <span className="quiet">–</span>
  if (row.adminState === 'down') return <State tone="plain" shape="ring" word={t('port.shut')} />
  const tone: Tone = row.state === 'up' ? 'good' : isDown(row) ? 'bad' : 'warn'
  return <State tone={tone} shape={tone === 'good' ? 'dot' : 'ring'} word={words.state(row.state)} />
}

/** How full a direction is, with how much that is. */
function Use({ percent, bits }: { percent: number | null; bits: number | null }) {
  if (bits === null) return <span className="quiet">–</span>
  const rate = <span className="num quiet">{withUnit(bits, 'bit/s')}</span>
  if (percent === null) return rate
  return (
    <span className={css.use}>
      <span className={css.useHead}>
        <b className="num">{percent < 10 ? percent.toFixed(1) : Math.round(percent)} %</b>
        {rate}
      </span>
      <span className={css.track}>
        <span
          className={css.fill}
          style={{ width: `${Math.min(100, Math.max(percent, 0.5))}%` }}
          data-tone={percent >= 90 ? 'bad' : percent >= 70 ? 'warn' : 'good'}
        />
      </span>
    </span>
  )
}

function Faults({ perSecond }: { perSecond: number | null }) {
  if (perSecond === null || perSecond === 0)
    return <span className="num quiet">{perSecond === null ? '–' : withUnit(0, '/s')}</span>
  return <b className={`num ${css.faults}`}>{withUnit(perSecond, '/s')}</b>
}
