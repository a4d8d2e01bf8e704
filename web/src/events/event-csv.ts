// What is seen of traps and logs as a table for a spreadsheet. saveCsv() keeps formulas out.
import { useTranslation } from 'react-i18next'
import type { EventRow } from '#shared/http/records.ts'
import { fullTime } from '../ui/format.ts'
import { saveCsv } from '../ui/save-file.ts'
import { readerZone } from '../ui/zone.ts'
import { LEVELS, levelOf, useEventLine } from './event-words.ts'

const COLUMNS = ['at', 'received', 'site', 'device', 'kind', 'level', 'name', 'text', 'source'] as const

/** Saves the rows as they are shown; times in the reader's zone, which the head names. */
export function useSaveEvents(): (rows: readonly EventRow[]) => void {
  const { t } = useTranslation()
  const line = useEventLine()
  return (rows) => {
    const head = COLUMNS.map((column) => {
      const word = t(`events.csv.${column}`)
      return column === 'at' || column === 'received' ? `${word} (${readerZone()})` : word
    })
    const body = rows.map((row) => {
      const { name, text } = line(row)
      const level = levelOf(row)
      return [
        ...[
          fullTime(row.at),
          fullTime(row.receivedAt),
          row.siteName ?? row.site,
          row.deviceName ?? row.device ?? '',
          t(`eventKind.${row.kind}`),
        ],
        level === null || LEVELS[level] === undefined ? '' : t(`level.${LEVELS[level]}`),
        ...[name, text, 'source' in row.event ? row.event.source : ''],
      ]
    })
    saveCsv(`outrider-events-${fullTime(rows[0]?.at ?? 0).slice(0, 10)}.csv`, [head, ...body])
  }
}
