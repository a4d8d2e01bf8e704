import { ActionIcon, Button, Checkbox, NativeSelect, SegmentedControl, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { ZoneInput } from '../sites/zone-input.tsx'
import { Icon } from '../ui/icons.tsx'
import page from '../ui/page.module.css'
import { readerZone } from '../ui/zone.ts'
import css from './notifications.module.css'
import { DAYS, type Day, type HoursWindow, WORKING_HOURS } from './route-form.ts'

interface Hours {
  readonly zone?: string
  readonly windows?: readonly HoursWindow[]
  readonly outside?: string
}

/** When the route holds: always, or at these local hours. */
export function RouteHoursFields(props: {
  value: unknown
  error: string | undefined
  onChange(hours: Hours | undefined): void
}) {
  const { t } = useTranslation()
  const hours = props.value as Hours | undefined
  const windows = hours?.windows ?? []
  const set = (change: Partial<Hours>) => props.onChange({ zone: 'site', ...hours, ...change })
  const put = (at: number, next: HoursWindow) => set({ windows: windows.map((one, i) => (i === at ? next : one)) })
  const toggle = (at: number, one: HoursWindow, day: Day) =>
    put(at, {
      ...one,
      days: DAYS.filter((known) => (known === day ? !one.days.includes(day) : one.days.includes(known))),
    })
  return (
    <fieldset className={page.fieldset}>
      <legend>{t('routes.hours')}</legend>
      <div>
        <Checkbox
          size="xs"
          label={t('routes.onlyAt')}
          checked={hours !== undefined}
          onChange={(event) =>
            props.onChange(event.currentTarget.checked ? { zone: 'site', windows: [WORKING_HOURS] } : undefined)
          }
        />
      </div>
      {hours === undefined ? null : (
        <div className={css.hours}>
          {windows.map((one, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two windows may be the same while they are written
            <div key={i} className={css.window}>
              <div className={css.chips}>
                {DAYS.map((day) => (
                  <Button
                    key={day}
                    size="compact-xs"
                    variant={one.days.includes(day) ? 'filled' : 'default'}
                    aria-pressed={one.days.includes(day)}
                    onClick={() => toggle(i, one, day)}
                  >
                    {t(`routeDay.${day}`)}
                  </Button>
                ))}
              </div>
              <TextInput
                aria-label={t('routes.from')}
                value={one.from}
                onChange={(event) => put(i, { ...one, from: event.currentTarget.value })}
              />
              <span>–</span>
              <TextInput
                aria-label={t('routes.until')}
                value={one.to}
                onChange={(event) => put(i, { ...one, to: event.currentTarget.value })}
              />
              <ActionIcon
                aria-label={t('routes.dropHours')}
                disabled={windows.length === 1}
                onClick={() => set({ windows: windows.filter((_, j) => j !== i) })}
              >
                <Icon name="trash" />
              </ActionIcon>
            </div>
          ))}
          <div>
            <Button
              size="compact-xs"
              variant="default"
              leftSection={<Icon name="plus" size={12} />}
              onClick={() => set({ windows: [...windows, { ...WORKING_HOURS, days: ['sat', 'sun'] }] })}
            >
              {t('routes.addHours')}
            </Button>
          </div>
          <div className={page.pair}>
            <NativeSelect
              label={t('site.timeZone')}
              value={hours.zone === undefined || hours.zone === 'site' ? 'site' : 'own'}
              onChange={(event) => set({ zone: event.currentTarget.value === 'site' ? 'site' : readerZone() })}
              data={[
                { value: 'site', label: t('routes.siteZone') },
                { value: 'own', label: t('routes.ownZone') },
              ]}
            />
            {hours.zone === undefined || hours.zone === 'site' ? null : (
              <ZoneInput value={hours.zone} onChange={(zone) => set({ zone })} />
            )}
          </div>
          <SegmentedControl
            size="xs"
            aria-label={t('routes.outside')}
            value={hours.outside ?? 'hold'}
            onChange={(outside) => set({ outside })}
            data={(['hold', 'skip'] as const).map((value) => ({ value, label: t(`routeOutside.${value}`) }))}
          />
        </div>
      )}
      {props.error === undefined ? null : (
        <p className={page.problem} style={{ margin: 0 }} role="alert">
          {props.error}
        </p>
      )}
    </fieldset>
  )
}
