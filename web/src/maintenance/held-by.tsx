// What holds an alarm back, as a link to it, and until when.
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Suppression } from '#shared/domain/suppression.ts'
import { useSaid } from '../ui/said.ts'
import { Time } from '../ui/time.tsx'

/** `name`: what it is called, where that is known. */
export function HeldBy({ held, name }: { held: Suppression; name: string | null }) {
  const { t } = useTranslation()
  const say = useSaid()
  const { by, ref } = held
  if (by === 'maintenance' && ref !== null)
    return (
      <Link to="/maintenance" search={{ window: ref, past: true }} onClick={(event) => event.stopPropagation()}>
        {name ?? t('held.window')}
      </Link>
    )
  if ((by === 'cause' || by === 'inhibited' || by === 'probation') && ref !== null && name !== null)
    return (
      <Link to="/alarms" search={{ view: 'all', alarm: ref }} onClick={(event) => event.stopPropagation()}>
        {name}
      </Link>
    )
  return <span>{name ?? say(held.why)}</span>
}

export function HeldUntil({ held, site }: { held: Suppression; site?: string | undefined }) {
  const { t } = useTranslation()
  if (held.until === null) return <span className="quiet">{t(`untilWhat.${held.by}`)}</span>
  return <Time at={held.until} site={site} />
}
