// What templates may name for an event.
import { keyValuesOf } from '#shared/domain/key-values.ts'
import type { ReceivedEvent } from '../ingest/evaluation.ts'
import { varbindOf } from './event-matching.ts'
import type { Interfaces } from './interface-name.ts'
import { INTERFACE_PREFIX } from './interface-name.ts'
import type { Places } from './selector.ts'

/**
 * Looks names up for a template: `interface` (as polled, without `if:`), `message`, `source`, `mnemonic`, `trapOid`,
 * `varbind.OID`, `total` of a storm, `outcome`, `input`, `resource`, `code`, `device`, `site`, `tag.NAME`, `field.KEY` of a `key=value` line, or
 * a named part of the pattern.
 */
export function describeEvent(
  received: ReceivedEvent,
  parts: Readonly<Record<string, string>>,
  places: Places,
  interfaces: Interfaces,
): (name: string) => string | undefined {
  const { event, device, site } = received
  return (name) => {
    if (name === 'interface') return interfaceOf(received, parts, interfaces)?.slice(INTERFACE_PREFIX.length)
    if (parts[name] !== undefined) return parts[name]
    if (name.startsWith('tag.')) return device === null ? undefined : places.device(device)?.tags[name.slice(4)]
    if (name.startsWith('field.'))
      return event.kind === 'log' ? keyValuesOf(event.message).get(name.slice(6)) : undefined
    if (name.startsWith('varbind.') && event.kind === 'trap') return varbindText(received, name.slice(8))
    switch (name) {
      case 'device':
        return device === null ? (sourceOf(event) ?? site) : (places.device(device)?.name ?? device)
      case 'site':
        return site
      case 'agent':
        return received.agent
      case 'source':
        return sourceOf(event)
      case 'total':
        return event.kind === 'storm' ? String(event.total ?? event.count) : undefined
      default: {
        const value = (event as unknown as Record<string, unknown>)[name]
        return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
      }
    }
  }
}

function interfaceOf(
  received: ReceivedEvent,
  parts: Readonly<Record<string, string>>,
  interfaces: Interfaces,
): string | undefined {
  if (parts.interface && received.device !== null) return interfaces.resourceOfName(received.device, parts.interface)
  return interfaces.resourceOfTrap(received)
}

function varbindText({ event }: ReceivedEvent, oid: string): string | undefined {
  const value = event.kind === 'trap' ? varbindOf(event, oid)?.value : undefined
  return value === undefined || value === null ? undefined : String(value)
}

function sourceOf(event: ReceivedEvent['event']): string | undefined {
  return 'source' in event ? event.source : undefined
}
