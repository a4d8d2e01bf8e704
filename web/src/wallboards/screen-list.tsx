// Browsers that were opened with a link: those that follow now, and those seen in the last days.
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { KioskRow, KioskScreen } from '#shared/http/kiosk.ts'
import { type DataColumn, DataTable } from '../ui/data-table.tsx'
import { State } from '../ui/marks.tsx'
import { Panel } from '../ui/panel.tsx'
import { Time } from '../ui/time.tsx'
import { programName } from './program-name.ts'

interface Row extends KioskScreen {
  readonly link: string
}

export function ScreenList({ links }: { links: readonly KioskRow[] }) {
  const { t } = useTranslation()
  const rows = useMemo(
    () =>
      links
        .flatMap((link) => link.screens.map((screen): Row => ({ ...screen, link: link.name })))
        .sort((a, b) => Number(b.connected) - Number(a.connected) || b.seenAt - a.seenAt),
    [links],
  )
  const columns = useMemo(
    (): readonly DataColumn<Row>[] => [
      {
        id: 'state',
        label: t('wallboards.state'),
        width: 120,
        value: (row) => (row.connected ? 0 : 1),
        cell: (row) => (
          <State
            tone={row.connected ? 'good' : 'plain'}
            shape={row.connected ? 'dot' : 'ring'}
            word={t(row.connected ? 'wallboards.here' : 'wallboards.away')}
          />
        ),
      },
      { id: 'link', label: t('wallboards.link'), value: (row) => row.link, cell: (row) => row.link },
      {
        id: 'address',
        label: t('wallboards.address'),
        value: (row) => row.address,
        cell: (row) => <span className="mono">{row.address}</span>,
      },
      {
        id: 'boards',
        label: t('wallboards.boards'),
        wideOnly: true,
        cell: (row) =>
          row.shows === ''
            ? ''
            : row.shows
                .split(',')
                .map((board) => t(`wallboards.board.${board}`, { defaultValue: board }))
                .join(' → '),
      },
      {
        id: 'program',
        label: t('wallboards.program'),
        wideOnly: true,
        cell: (row) => <span title={row.program}>{programName(row.program)}</span>,
      },
      {
        id: 'opened',
        label: t('wallboards.opened'),
        wideOnly: true,
        width: 120,
        cell: (row) => <Time at={row.openedAt} />,
      },
      {
        id: 'seen',
        label: t('wallboards.seen'),
        width: 90,
        wideOnly: true,
        value: (row) => row.seenAt,
        cell: (row) => <Time at={row.seenAt} />,
      },
    ],
    [t],
  )
  if (rows.length === 0) return null
  return (
    <Panel title={t('wallboards.screens')}>
      <DataTable rows={rows} columns={columns} keyOf={(row) => row.id} />
    </Panel>
  )
}
