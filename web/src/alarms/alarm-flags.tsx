// Small words before an alarm's text: flapping, unknown, why it is set aside and until when.
import { useTranslation } from 'react-i18next'
import type { AlarmRow } from '#shared/http/alarms.ts'
import { shortTime } from '../ui/format.ts'
import { Tag } from '../ui/marks.tsx'
import { useTicking } from '../ui/time.tsx'
import css from './alarm-grid.module.css'

export function AlarmFlags({ row }: { row: AlarmRow }) {
  if (!row.flapping && row.unknownSince === null && row.shelvedUntil === null && row.suppression === null) return null
  return <FlagWords row={row} />
}

function FlagWords({ row }: { row: AlarmRow }) {
  const { t } = useTranslation()
  const unknownSince = useTicking((now) => (row.unknownSince === null ? '' : shortTime(row.unknownSince, now)))
  const shelvedUntil = useTicking((now) => (row.shelvedUntil === null ? '' : shortTime(row.shelvedUntil, now)))
  return (
    <span className={css.flags}>
      {row.flapping ? <Tag tone="warn">{t('flag.flapping')}</Tag> : null}
      {row.unknownSince !== null ? (
        <Tag tone="warn" title={t('flag.unknownSince', { time: unknownSince })}>
          {t('flag.unknown')}
        </Tag>
      ) : null}
      {row.operatorState === 'shelved' && row.shelvedUntil !== null ? (
        <Tag>{t('flag.shelved', { time: shelvedUntil })}</Tag>
      ) : null}
      {row.suppression !== null && row.suppression.by !== 'shelved' ? (
        <Tag>{t('flag.suppressed', { why: t(`suppressed.${row.suppression.by}`) })}</Tag>
      ) : null}
    </span>
  )
}
