import { ActionIcon, Button, NativeSelect, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Icon } from '../ui/icons.tsx'
import page from '../ui/page.module.css'
import { TypedInput } from '../ui/typed-input.tsx'
import { channelsQuery } from './notification-queries.ts'
import css from './notifications.module.css'
import type { Target } from './route-form.ts'

export interface RouteTargetsProps {
  readonly value: unknown
  readonly error: string | undefined
  onChange(to: readonly Target[]): void
}

/** To whom: channels, and addresses of theirs where others than their own are meant. */
export function RouteTargets({ value, error, onChange }: RouteTargetsProps) {
  const { t } = useTranslation()
  const channels = useQuery(channelsQuery).data?.items ?? []
  const to = Array.isArray(value) ? (value as readonly Target[]) : []
  const put = (at: number, next: Target) => onChange(to.map((one, i) => (i === at ? next : one)))
  const add = () =>
    onChange([...to, { channel: channels.find((one) => !to.some((t2) => t2.channel === one.id))?.id ?? '' }])
  return (
    <fieldset className={page.fieldset}>
      <legend>{t('deliveryLog.to')}</legend>
      <div className={css.targets}>
        {to.map((one, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two targets may be the same while they are written
          <div key={i} className={css.target}>
            {channels.length === 0 ? (
              <TextInput
                aria-label={t('deliveryLog.channel')}
                value={one.channel}
                onChange={(event) => put(i, { ...one, channel: event.currentTarget.value })}
              />
            ) : (
              <NativeSelect
                aria-label={t('deliveryLog.channel')}
                value={one.channel}
                onChange={(event) => put(i, { ...one, channel: event.currentTarget.value })}
                data={[
                  ...(channels.some((known) => known.id === one.channel) ? [] : [one.channel]),
                  ...channels.map((known) => known.id),
                ]}
              />
            )}
            <TypedInput
              unseen
              label={t('routes.addresses')}
              placeholder={t('routes.addressesHint')}
              value={one.addresses}
              write={(list) => (Array.isArray(list) ? list.join(', ') : '')}
              read={(text) => {
                const list = text.split(/[,\s]+/).filter(Boolean)
                return list.length === 0 ? undefined : list
              }}
              onChange={(list) =>
                put(i, { channel: one.channel, ...(list === undefined ? {} : { addresses: list as string[] }) })
              }
            />
            <ActionIcon
              aria-label={t('routes.dropTarget', { channel: one.channel })}
              onClick={() => onChange(to.filter((_, j) => j !== i))}
            >
              <Icon name="trash" />
            </ActionIcon>
          </div>
        ))}
      </div>
      <div>
        <Button size="compact-xs" variant="default" leftSection={<Icon name="plus" size={12} />} onClick={add}>
          {t('routes.addTarget')}
        </Button>
      </div>
      {error === undefined ? null : (
        <p className={page.problem} style={{ margin: 0 }} role="alert">
          {error}
        </p>
      )}
    </fieldset>
  )
}
