import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import page from '../ui/page.module.css'
import { BELOW, NUMBER, TypedInput } from '../ui/typed-input.tsx'
import css from './maintenance.module.css'
import { NTHS, REPEATS, type Repeat, type RepeatKind, repeatAt, rruleOf, WEEKDAYS, type Weekday } from './repeat.ts'

export interface RepeatFieldsProps {
  readonly repeat: Repeat
  /** When the window begins first: what is offered is about that day. */
  readonly start: string
  readonly error: string | undefined
  onChange(repeat: Repeat): void
}

export function RepeatFields({ repeat, start, error, onChange }: RepeatFieldsProps) {
  const { t } = useTranslation()
  const { kind } = repeat
  const choose = (next: RepeatKind) => {
    // what was built so far is where one's own rule begins
    const rrule = rruleOf(repeat) ?? ''
    onChange({ ...repeatAt(start, next), interval: repeat.interval, rrule: next === 'custom' ? rrule : '' })
  }
  const toggle = (day: Weekday) =>
    onChange({
      ...repeat,
      days: repeat.days.includes(day) ? repeat.days.filter((one) => one !== day) : [...repeat.days, day],
    })
  return (
    <fieldset className={page.fieldset}>
      <legend>{t('maintenance.repeats')}</legend>
      <div className={page.pair}>
        <NativeSelect
          aria-label={t('maintenance.repeats')}
          value={kind}
          onChange={(event) => choose(event.currentTarget.value as RepeatKind)}
          data={REPEATS.map((value) => ({ value, label: t(`repeat.${value}`) }))}
          error={kind === 'custom' ? undefined : error}
        />
        {kind === 'once' || kind === 'custom' ? null : (
          <div className={css.every}>
            <span>{t('maintenance.every')}</span>
            <TypedInput
              unseen
              label={t('maintenance.every')}
              value={repeat.interval}
              {...NUMBER}
              onChange={(value) =>
                onChange({ ...repeat, interval: typeof value === 'number' && value >= 1 ? Math.round(value) : 1 })
              }
            />
            <span>{t(`repeatUnit.${kind === 'daily' ? 'days' : kind === 'weekly' ? 'weeks' : 'months'}`)}</span>
          </div>
        )}
      </div>
      {kind === 'weekly' ? (
        <div className={css.chips}>
          {WEEKDAYS.map((day) => (
            <Button
              key={day}
              variant={repeat.days.includes(day) ? 'filled' : 'default'}
              aria-pressed={repeat.days.includes(day)}
              onClick={() => toggle(day)}
            >
              {t(`weekday.${day}`)}
            </Button>
          ))}
        </div>
      ) : null}
      {kind === 'monthly-weekday' ? (
        <div className={page.pair}>
          <NativeSelect
            aria-label={t('maintenance.nth')}
            value={String(repeat.nth)}
            onChange={(event) => onChange({ ...repeat, nth: Number(event.currentTarget.value) })}
            data={NTHS.map((nth) => ({ value: String(nth), label: t(`nth.${nth}`) }))}
          />
          <NativeSelect
            aria-label={t('maintenance.weekday')}
            value={repeat.days[0] ?? 'MO'}
            onChange={(event) => onChange({ ...repeat, days: [event.currentTarget.value as Weekday] })}
            data={WEEKDAYS.map((value) => ({ value, label: t(`weekday.${value}`) }))}
          />
        </div>
      ) : null}
      {kind === 'monthly-day' ? (
        <NativeSelect
          aria-label={t('maintenance.monthDay')}
          value={String(repeat.monthDay)}
          onChange={(event) => onChange({ ...repeat, monthDay: Number(event.currentTarget.value) })}
          data={Array.from({ length: 31 }, (_, i) => ({
            value: String(i + 1),
            label: t('maintenance.onDay', { day: i + 1 }),
          }))}
        />
      ) : null}
      {kind === 'custom' ? (
        <TextInput
          label={t('repeat.custom')}
          inputWrapperOrder={BELOW}
          description={t('maintenance.rruleHint', { example: 'FREQ=MONTHLY;BYDAY=2SA;COUNT=6' })}
          classNames={{ input: 'mono' }}
          value={repeat.rrule}
          error={error}
          onChange={(event) => onChange({ ...repeat, rrule: event.currentTarget.value })}
        />
      ) : null}
    </fieldset>
  )
}
