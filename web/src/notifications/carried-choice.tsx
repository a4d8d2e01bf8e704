import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { NotificationRow } from '#shared/http/notifications.ts'
import page from '../ui/page.module.css'
import css from './notifications.module.css'

/** News that may be left out; tests and notes always go. */
export const CARRIED = [
  ...(['opened', 'joined', 'worse', 'reopened', 'cleared', 'resolved', 'reminder', 'summary'] as const),
] satisfies NotificationRow['transition'][]

/** Which news go on this way; nothing said is all. */
export function CarriedChoice(props: { value: unknown; label: string; onChange(on: string[] | undefined): void }) {
  const { t } = useTranslation()
  const on = Array.isArray(props.value) ? (props.value as string[]) : CARRIED
  function toggle(one: string) {
    const next = on.includes(one) ? on.filter((old) => old !== one) : CARRIED.filter((c) => c === one || on.includes(c))
    if (next.length > 0) props.onChange(next.length === CARRIED.length ? undefined : [...next])
  }
  return (
    <fieldset className={page.fieldset}>
      <legend>{props.label}</legend>
      <div className={css.chips}>
        {CARRIED.map((one) => (
          <Button
            key={one}
            size="compact-xs"
            variant={on.includes(one) ? 'filled' : 'default'}
            aria-pressed={on.includes(one)}
            onClick={() => toggle(one)}
          >
            {t(`transition.${one}`)}
          </Button>
        ))}
      </div>
    </fieldset>
  )
}
