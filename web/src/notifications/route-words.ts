import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { type Draft, durationText } from '../ui/draft.ts'
import { daySpans, type HoursWindow } from './route-form.ts'

export interface RouteWords {
  /** What fits: `customers: acme · from major`. */
  match(route: Draft): string
  /** When: `Mon–Fri 08:30–18:00, site's zone`. */
  hours(route: Draft): string
}

export function useRouteWords(): RouteWords {
  const { t } = useTranslation()
  return useMemo(
    () => ({
      match(route) {
        const parts = Object.entries((route.match ?? {}) as Draft).map(([key, value]) => {
          if (key === 'severityAtLeast') return t('routes.fromSeverity', { severity: t(`severity.${value}`) })
          if (key === 'priorityAtLeast') return t('routes.fromPriority', { priority: Number(value) })
          const text = Array.isArray(value)
            ? value.join(', ')
            : Object.entries((value ?? {}) as Record<string, string>)
                .map(([name, one]) => `${name}=${one}`)
                .join(', ')
          return `${t(`routeMatch.${key}`, { defaultValue: key })}: ${text}`
        })
        return parts.join(' · ') || t('routes.everything')
      },
      hours(route) {
        const hours = route.hours as { zone?: string; windows?: readonly HoursWindow[]; outside?: string } | undefined
        const reminders = route.reminders as { first?: unknown } | undefined
        const more = reminders ? t('routes.reminds', { time: durationText(reminders.first) || '1h' }) : ''
        if (!hours?.windows) return [t('routes.always'), more].filter(Boolean).join(' · ')
        const windows = hours.windows.map(({ days, from, to }) => {
          const named = daySpans(days).map(([a, b]) =>
            a === b ? t(`routeDay.${a}`) : `${t(`routeDay.${a}`)}–${t(`routeDay.${b}`)}`,
          )
          return `${named.join(', ')} ${from}–${to}`
        })
        const zone = hours.zone === undefined || hours.zone === 'site' ? t('routes.siteZone') : hours.zone
        return [windows.join('; '), zone, more].filter(Boolean).join(' · ')
      },
    }),
    [t],
  )
}
