import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { DeviceEvent } from '#shared/domain/device-event.ts'
import { deviceEventsQuery } from '../api/queries.ts'
import { oidName, oidValue } from '../incidents/oid-names.ts'
import { Empty, Failed, SkeletonRows } from '../ui/notices.tsx'
import { Time } from '../ui/time.tsx'
import css from './device.module.css'

export function DeviceEvents({ device }: { device: string }) {
  const { t } = useTranslation()
  const query = useQuery(deviceEventsQuery(device))
  if (query.isError) return <Failed failure={query.error} />
  if (query.isPending) return <SkeletonRows count={4} />
  if (query.data.items.length === 0) return <Empty icon="note" title={t('device.noEvents')} small />
  return (
    <ol className={css.events}>
      {query.data.items.map((row) => (
        <li key={row.id}>
          <span className="quiet">
            <Time at={row.at} />
          </span>
          <span className="quiet">{t(`eventKind.${row.kind}`)}</span>
          <EventText event={row.event} />
        </li>
      ))}
    </ol>
  )
}

function EventText({ event }: { event: DeviceEvent }) {
  const { t } = useTranslation()
  switch (event.kind) {
    case 'trap':
      return (
        <span>
          <b className="mono">{TRAPS[event.trapOid] ?? event.trapOid}</b>{' '}
          <span className="quiet">
            {event.version}
            {event.varbinds.length > 0 ? ' · ' : ''}
            {event.varbinds.map((v) => `${oidName(v.oid)} = ${oidValue(v.oid, v.value)}`).join(', ')}
          </span>
        </span>
      )
    case 'trap-raw':
      return <span>{t('event.undecodable', { reason: event.reason })}</span>
    case 'log':
      return (
        <span>
          {event.mnemonic ? <b className="mono">{event.mnemonic} </b> : null}
          {event.message}
        </span>
      )
    case 'check':
      return (
        <span>
          {event.input === event.resource ? event.input : `${event.input} ${event.resource}`}:{' '}
          <b>{t(`outcome.${event.outcome}`)}</b> <span className="quiet">{event.detail ?? ''}</span>
        </span>
      )
    case 'storm':
      return (
        <span>
          {t('event.storm', {
            count: event.count,
            what: TRAPS[event.key] ?? (event.key || event.what),
            example: exampleText(event.example),
          })}
        </span>
      )
    case 'agent':
      return <span>{event.message}</span>
    case 'inventory':
      return <span>{t('event.inventory', { count: event.devices.length })}</span>
  }
}

/** The example is one of the events, as JSON; a cut one is shown as it came. */
function exampleText(example: string): string {
  let one: { kind?: unknown; message?: unknown; trapOid?: unknown; varbinds?: unknown }
  try {
    one = JSON.parse(example) as typeof one
  } catch {
    return example
  }
  if (typeof one?.message === 'string') return one.message
  if (!Array.isArray(one?.varbinds)) return typeof one?.trapOid === 'string' ? one.trapOid : example
  return one.varbinds
    .map((v: { oid?: unknown; value?: unknown }) => {
      const value = typeof v?.value === 'number' ? v.value : String(v?.value ?? '')
      return `${oidName(String(v?.oid ?? ''))} = ${oidValue(String(v?.oid ?? ''), value)}`
    })
    .join(', ')
}

/** SNMPv2-MIB, IF-MIB and UPS-MIB notifications. */
const TRAPS: Readonly<Record<string, string>> = {
  '1.3.6.1.6.3.1.1.5.1': 'coldStart',
  '1.3.6.1.6.3.1.1.5.2': 'warmStart',
  '1.3.6.1.6.3.1.1.5.3': 'linkDown',
  '1.3.6.1.6.3.1.1.5.4': 'linkUp',
  '1.3.6.1.6.3.1.1.5.5': 'authenticationFailure',
  '1.3.6.1.2.1.33.2.1': 'upsTrapOnBattery',
  '1.3.6.1.2.1.33.2.2': 'upsTrapTestCompleted',
  '1.3.6.1.2.1.33.2.3': 'upsTrapAlarmEntryAdded',
  '1.3.6.1.2.1.33.2.4': 'upsTrapAlarmEntryRemoved',
}
