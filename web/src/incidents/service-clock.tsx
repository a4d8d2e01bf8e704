// Where the contract's clock will stand. Until there is a contract it says what is known: how long it is open, and when somebody
// first answered. It promises nothing.
import { useTranslation } from 'react-i18next'
import type { IncidentRow } from '#shared/http/incidents.ts'
import { duration } from '../ui/format.ts'
import { useNow } from '../ui/time.tsx'
import css from './board.module.css'

type Clocked = Pick<IncidentRow, 'openedAt' | 'resolvedAt' | 'firstResponseAt' | 'state'>

/** `inline`: in one line. */
export function ServiceClock({ of, inline }: { of: Clocked; inline?: boolean }) {
  const { t } = useTranslation()
  const now = useNow()
  const open = duration(Math.max(0, (of.resolvedAt ?? now) - of.openedAt))
  const response =
    of.firstResponseAt === undefined ? undefined : duration(Math.max(0, of.firstResponseAt - of.openedAt))
  const isOver = of.resolvedAt !== null
  const words = [
    t(isOver ? 'clock.took' : 'clock.openFor', { time: open }),
    response === undefined ? t('clock.noResponse') : t('clock.response', { time: response }),
    t('clock.noContract'),
  ]
  return (
    <span className={css.clock} data-inline={inline} title={words.join('\n')}>
      <span className="num">{open}</span>
      <span className={css.response} data-waiting={response === undefined && !isOver}>
        {response === undefined ? (isOver ? '' : t('clock.unanswered')) : t('clock.answered', { time: response })}
      </span>
    </span>
  )
}
