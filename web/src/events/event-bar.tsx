// What is looked for in traps and logs.
import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useCallback, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DeviceRow } from '#shared/http/inventory.ts'
import type { Page } from '#shared/http/paging.ts'
import { get } from '../api/client.ts'
import { deviceQuery, sitesQuery } from '../api/queries.ts'
import { FromTo } from '../ui/from-to.tsx'
import { Icon } from '../ui/icons.tsx'
import { ListBar } from '../ui/list-bar.tsx'
import { EVENT_RANGES, type EventSearch, SHOWN_KINDS, TRAP_OID } from './event-search.ts'
import { LEVELS } from './event-words.ts'
import css from './events.module.css'

/** Most that a choice of severities is made of; debug is everything. */
const CHOICES = [2, 3, 4, 5, 6] as const
const DAY_MS = 86_400_000

export interface EventBarProps {
  readonly search: EventSearch
  readonly ofDevice: boolean
  readonly actions?: ReactNode
  set(change: EventSearch): void
}

export function EventBar({ search, ofDevice, actions, set }: EventBarProps) {
  const { t } = useTranslation()
  const setQ = useCallback((q: string | undefined) => set({ q }), [set])
  const { level, from, to } = search
  const stands = from !== undefined
  const places = ofDevice ? [] : [search.site, search.device]
  const chosen = [search.kind, level, search.trap, search.hours, from, ...places].filter((one) => one !== undefined)
  return (
    <ListBar
      q={search.q}
      placeholder={t('events.search')}
      onSearch={setQ}
      filtersSet={chosen.length}
      filters={
        <>
          <NativeSelect
            aria-label={t('events.kind')}
            value={search.kind ?? ''}
            onChange={(event) => set({ kind: SHOWN_KINDS.find((kind) => kind === event.currentTarget.value) })}
            data={[
              { value: '', label: t('events.allKinds') },
              ...SHOWN_KINDS.map((kind) => ({ value: kind, label: t(`eventKind.${kind}`) })),
            ]}
          />
          <NativeSelect
            aria-label={t('events.level')}
            value={level === undefined ? '' : String(level)}
            onChange={(event) =>
              set({ level: event.currentTarget.value === '' ? undefined : Number(event.currentTarget.value) })
            }
            data={[
              { value: '', label: t('events.allLevels') },
              ...CHOICES.map((one) => ({
                value: String(one),
                label: t('events.levelFrom', { level: t(`level.${LEVELS[one]}`) }),
              })),
            ]}
          />
          {ofDevice ? null : <Places search={search} set={set} />}
          <TrapOid key={search.trap ?? ''} search={search} set={set} />
          <NativeSelect
            aria-label={t('events.range')}
            value={stands ? 'fixed' : search.hours === undefined ? '' : String(search.hours)}
            onChange={(event) =>
              set({ hours: Number(event.currentTarget.value) || undefined, from: undefined, to: undefined })
            }
            data={[
              ...(stands ? [{ value: 'fixed', label: t('fromTo.choose') }] : []),
              { value: '', label: t('events.allTime') },
              ...EVENT_RANGES.map((hours) => ({ value: String(hours), label: t(`range.${hours}`) })),
            ]}
          />
          <FromTo from={from} to={to} usual={DAY_MS} onChange={(range) => set({ ...range, hours: undefined })} />
        </>
      }
      actions={actions}
    />
  )
}

function Places({ search, set }: Pick<EventBarProps, 'search' | 'set'>) {
  const { t } = useTranslation()
  const sites = useQuery(sitesQuery).data?.items ?? []
  return (
    <>
      <NativeSelect
        aria-label={t('column.site')}
        value={search.site ?? ''}
        onChange={(event) => set({ site: event.currentTarget.value || undefined, device: undefined })}
        data={[
          { value: '', label: t('events.allSites') },
          ...sites.map((site) => ({ value: site.id, label: site.name })),
        ]}
      />
      {search.device === undefined ? (
        <DeviceChoice site={search.site} onChoose={(device) => set({ device })} />
      ) : (
        <Button
          variant="default"
          rightSection={<Icon name="close" size={12} />}
          aria-label={t('events.withoutDevice', { device: search.device })}
          onClick={() => set({ device: undefined })}
        >
          <DeviceName id={search.device} />
        </Button>
      )}
    </>
  )
}

function DeviceName({ id }: { id: string }) {
  return useQuery(deviceQuery(id)).data?.name ?? id
}

/** A device by a part of its name; those that fit are proposed. */
function DeviceChoice({ site, onChoose }: { site: string | undefined; onChoose(device: string): void }) {
  const { t } = useTranslation()
  const list = useId()
  const [typed, setTyped] = useState('')
  const found = useQuery({
    queryKey: ['devices', 'named', site, typed],
    queryFn: ({ signal }) => get<Page<DeviceRow>>('/devices', { q: typed, site, limit: 12 }, signal),
    enabled: typed.trim().length >= 2,
    placeholderData: (old) => old,
    staleTime: 30_000,
  }).data
  return (
    <>
      <TextInput
        className={css.deviceChoice ?? ''}
        aria-label={t('events.device')}
        placeholder={t('events.anyDevice')}
        list={list}
        value={typed}
        onChange={(event) => {
          const { value } = event.currentTarget
          setTyped(value)
          if (found?.items.some((device) => device.id === value)) onChoose(value)
        }}
        onKeyDown={(event) => {
          const only = found?.items.length === 1 ? found.items[0] : undefined
          if (event.key === 'Enter' && only) onChoose(only.id)
        }}
      />
      <datalist id={list}>
        {found?.items.map((device) => (
          <option key={device.id} value={device.id}>
            {device.name}
          </option>
        ))}
      </datalist>
    </>
  )
}

function TrapOid({ search, set }: Pick<EventBarProps, 'search' | 'set'>) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState(search.trap ?? '')
  const text = typed.trim()
  const wrong = text !== '' && !TRAP_OID.test(text)
  const take = () => {
    if (!wrong && text !== (search.trap ?? '')) set({ trap: text || undefined })
  }
  return (
    <TextInput
      className={css.trapOid ?? ''}
      aria-label={t('events.trapOid')}
      placeholder={t('events.trapOid')}
      title={t('events.trapOidHint')}
      value={typed}
      error={wrong ? t('events.trapOidWrong') : undefined}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={take}
      onKeyDown={(event) => {
        if (event.key === 'Enter') take()
      }}
    />
  )
}
