// What an event says in one line: its name, where it has one, and its text.
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { DeviceEvent } from '#shared/domain/device-event.ts'
import type { EventRow } from '#shared/http/records.ts'
import { oidName, oidValue } from '../incidents/oid-names.ts'

export interface EventLine {
  readonly name: string
  readonly text: string
  /** A trap nobody has defined: its OID. */
  readonly unknownOid?: string
}

type Told = Pick<EventRow, 'event' | 'meaning'>

/** All of it is text of devices. */
export function useEventLine(): (row: Told) => EventLine {
  const { t, i18n } = useTranslation()
  const language = i18n.language === 'zh-CN' ? 'zh-CN' : 'en'
  return useMemo(
    () =>
      ({ event, meaning }) => {
        switch (event.kind) {
          case 'trap':
            if (meaning) return { name: meaning.name, text: meaning.text[language] || valuesText(event, meaning) }
            return {
              name: TRAPS[event.trapOid] ?? event.trapOid,
              text: valuesText(event, undefined),
              ...(event.trapOid in TRAPS ? {} : { unknownOid: event.trapOid }),
            }
          case 'trap-raw':
            return { name: '', text: t('event.undecodable', { reason: event.reason }) }
          case 'log':
            return { name: event.mnemonic ?? event.app ?? '', text: withoutName(event.message, event.mnemonic) }
          case 'check':
            return {
              name: event.input === event.resource ? event.input : `${event.input} ${event.resource}`,
              text: [t(`outcome.${event.outcome}`), event.detail].filter(Boolean).join(' · '),
            }
          case 'storm': {
            const what = TRAPS[event.key] ?? (event.key || event.what)
            return {
              name: '',
              text: [
                t('event.storm', { count: event.count, what, example: exampleText(event.example) }),
                event.total !== undefined && event.total > event.count && t('event.stormTotal', { total: event.total }),
              ]
                .filter(Boolean)
                .join(' · '),
            }
          }
          case 'agent':
            return { name: event.code, text: event.message }
          case 'inventory':
            return { name: '', text: t('event.inventory', { count: event.devices.length }) }
          case 'neighbours':
            return { name: '', text: t('event.neighbours') }
          case 'asset': {
            const { before, after } = event
            const changed = (['serial', 'model', 'version'] as const).filter((key) => before[key] !== after[key])
            const text = changed.map((key) => `${before[key] ?? '–'} → ${after[key] ?? '–'}`).join(' · ')
            return { name: t(`assetChange.${event.change}`), text }
          }
        }
      },
    [t, language],
  )
}

/** Cisco repeats the name of the message at its beginning. */
function withoutName(message: string, mnemonic: string | undefined): string {
  const start = `%${mnemonic}:`
  return mnemonic !== undefined && message.startsWith(start) ? message.slice(start.length).trim() : message
}

/** `name = value` of what a trap carries, by its definition where there is one. */
function valuesText(event: Extract<DeviceEvent, { kind: 'trap' }>, meaning: EventRow['meaning']): string {
  return varbindsOf(event, meaning)
    .map(({ name, value }) => `${name} = ${value}`)
    .join(', ')
}

export interface ShownVarbind {
  readonly oid: string
  readonly type: string
  readonly name: string
  readonly value: string
}

export function varbindsOf(
  event: Extract<DeviceEvent, { kind: 'trap' }>,
  meaning: EventRow['meaning'],
): readonly ShownVarbind[] {
  return event.varbinds.map(({ oid, type, value }, i) => {
    const known = meaning?.varbinds[i]
    return { oid, type, name: known?.name || oidName(oid), value: known ? known.value : oidValue(oid, value) }
  })
}

/** Syslog severity, 0 the worst; null where it has none. */
export function levelOf({ event, meaning }: Told): number | null {
  if (event.kind === 'log') return event.severity ?? null
  return meaning ? LEVELS.indexOf(meaning.severity) : null
}

/** As RFC 5424 numbers them. */
export const LEVELS = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'] as const

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

/** SNMPv2-MIB and IF-MIB notifications, for collectors that do not say what a trap means. */
const TRAPS: Readonly<Record<string, string>> = {
  '1.3.6.1.6.3.1.1.5.1': 'coldStart',
  '1.3.6.1.6.3.1.1.5.2': 'warmStart',
  '1.3.6.1.6.3.1.1.5.3': 'linkDown',
  '1.3.6.1.6.3.1.1.5.4': 'linkUp',
  '1.3.6.1.6.3.1.1.5.5': 'authenticationFailure',
}
