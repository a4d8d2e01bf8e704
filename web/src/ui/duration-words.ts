import type { i18n } from 'i18next'
import type { DurationWords } from './format.ts'

const HOLES = { a: '{a}', b: '{b}' }

/** As the language in use writes them. */
export function durationWords({ t }: i18n): DurationWords {
  return {
    dayHour: t('duration.dayHour', HOLES),
    hourMinute: t('duration.hourMinute', HOLES),
    minuteSecond: t('duration.minuteSecond', HOLES),
    second: t('duration.second', HOLES),
  }
}
