// The alarm list for reading from afar: as many rows as fit, what nobody has taken first, the rest page by page.
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { KioskAlarm, KioskAlarms } from '#shared/http/kiosk.ts'
import { duration } from '../ui/format.ts'
import css from './alarm-board.module.css'
import { Quiet } from './quiet.tsx'
import { useSize } from './use-size.ts'

const ROW_REM = 4.6
const MAX_DOTS = 40
const LETTERS = { critical: 'C', major: 'M', minor: 'm', warning: 'w', indeterminate: '?' } as const

export interface AlarmBoardProps {
  readonly data: KioskAlarms
  pageOf(pages: number): number
  /** Collector's clock. */
  readonly now: number
  readonly stale: boolean
}

export function AlarmBoard({ data, pageOf, now, stale }: AlarmBoardProps) {
  const { t } = useTranslation()
  const box = useRef<HTMLUListElement>(null)
  const { height, rem } = useSize(box)
  const fit = Math.max(1, Math.floor(height / (ROW_REM * rem)))
  const pages = Math.max(1, Math.ceil(data.items.length / fit))
  const page = pageOf(pages)
  const rows = height === 0 ? [] : data.items.slice(page * fit, page * fit + fit)
  const held = data.held > 0 ? t('kiosk.held', { count: data.held }) : ''
  const more = data.total > data.items.length ? t('kiosk.shown', { shown: data.items.length, total: data.total }) : ''
  return (
    <div className={css.board}>
      <ul ref={box} className={css.rows}>
        {rows.map((row) => (
          <Row key={row.id} row={row} now={now} />
        ))}
        {data.items.length === 0 ? (
          <Quiet sign={stale ? '?' : '✓'} words={t(stale ? 'kiosk.nothingKnown' : 'kiosk.nothingOpen')} stale={stale} />
        ) : null}
      </ul>
      <footer className={css.pages}>
        <span className="num">
          {pages > 1 ? t('kiosk.page', { page: page + 1, pages }) : null}
          {pages > 1 && pages <= MAX_DOTS
            ? Array.from({ length: pages }, (_, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a dot is its place
                <i key={i} className={css.dot} data-on={i === page} aria-hidden="true" />
              ))
            : null}
        </span>
        <span className="num">{[more, held].filter(Boolean).join(' · ')}</span>
      </footer>
    </div>
  )
}

function Row({ row, now }: { row: KioskAlarm; now: number }) {
  const { t } = useTranslation()
  const fresh = !row.cleared && !row.acknowledged
  const severity = row.cleared ? 'cleared' : row.severity
  const type = t(`alarmType.${row.alarmType}`, { defaultValue: row.alarmType, returnObjects: true }) as unknown
  const part = row.resource.replace(/^(if|fs|storage|load|module):/, '')
  const facts = [row.incident === null ? '' : `#${row.incident}`, row.count > 1 ? `×${row.count}` : '']
  return (
    <li className={fresh ? css.row : css.taken} data-severity={severity}>
      <span className={fresh ? css.mark : css.takenMark}>
        <span className={css.letter} aria-hidden="true">
          {row.cleared ? '✓' : LETTERS[row.severity]}
        </span>
        <span className={css.severity}>{t(row.cleared ? 'kiosk.cleared' : `severity.${row.severity}`)}</span>
      </span>
      <span className={css.what}>
        <span className={`${css.text} one-line`}>{row.text || (typeof type === 'string' ? type : row.alarmType)}</span>
        <span className={`${css.place} one-line`}>
          {[row.device, part, row.site, row.customer].filter(Boolean).join(' · ')}
        </span>
      </span>
      <span className={css.who}>
        {fresh ? (
          <span className={css.nobody}>{t('kiosk.nobody')}</span>
        ) : row.acknowledged ? (
          <span className={`${css.owner} one-line`}>✓ {row.ackBy ?? t('kiosk.taken')}</span>
        ) : null}
        <span className={`${css.place} num`}>{facts.filter(Boolean).join(' ')}</span>
      </span>
      <span className={`${css.since} num`}>{duration(now - row.raisedAt)}</span>
    </li>
  )
}
