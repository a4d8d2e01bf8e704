import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { EventRow } from '#shared/http/records.ts'
import { State, Tag, type Tone } from '../ui/marks.tsx'
import { LEVELS, levelOf, useEventLine } from './event-words.ts'
import css from './events.module.css'

const TONE: readonly Tone[] = ['bad', 'bad', 'bad', 'warn', 'warn', 'busy', 'plain', 'plain']

/** How severe the device, or the definition of its trap, calls it. */
export function LevelMark({ row }: { row: Pick<EventRow, 'event' | 'meaning'> }) {
  const { t } = useTranslation()
  const level = levelOf(row)
  if (level === null || LEVELS[level] === undefined) return <span className="quiet">–</span>
  return <State tone={TONE[level] ?? 'plain'} shape={level <= 3 ? 'dot' : 'ring'} word={t(`level.${LEVELS[level]}`)} />
}

/** Name and text of an event; a trap nobody has defined leads to where that is done. */
export function EventText({ row }: { row: Pick<EventRow, 'event' | 'meaning'> }) {
  const { t } = useTranslation()
  const { name, text, unknownOid } = useEventLine()(row)
  return (
    <span>
      {name === '' ? null : <b className={unknownOid === undefined ? undefined : 'mono'}>{name} </b>}
      {unknownOid === undefined ? null : (
        <>
          <Tag title={t('events.unknownHint')}>
            <Link
              to="/events"
              search={{ view: 'unknown', oid: unknownOid }}
              onClick={(event) => event.stopPropagation()}
            >
              {t('events.unknown')}
            </Link>
          </Tag>{' '}
        </>
      )}
      <span className={name === '' ? undefined : 'quiet'}>{text}</span>
    </span>
  )
}

/** The device it is about, or the address it came from. */
export function Source({ row }: { row: Pick<EventRow, 'device' | 'deviceName' | 'site' | 'siteName' | 'event'> }) {
  const { t } = useTranslation()
  if (row.device !== null)
    return (
      <Link
        to="/devices/$id"
        params={{ id: row.device }}
        search={{}}
        className={css.device}
        title={[row.siteName ?? row.site, row.device].join(' · ')}
        onClick={(event) => event.stopPropagation()}
      >
        {row.deviceName ?? row.device}
      </Link>
    )
  const source = 'source' in row.event ? row.event.source : row.site
  return (
    <span className="quiet num" title={t('events.noDevice')}>
      {source}
    </span>
  )
}
