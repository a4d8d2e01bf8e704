// The inbox as the console lists it.
import type { UnknownTrapList, UnknownTrapQuery, UnknownTrapRow } from '#shared/http/traps.ts'
import { enterpriseOf } from './enterprises.ts'
import type { UnknownTrap } from './trap-store.ts'
import type { UnknownTraps } from './unknown-traps.ts'

/** Newest first. */
export function listUnknown(unknown: UnknownTraps, query: UnknownTrapQuery): UnknownTrapList {
  const all = unknown.all()
  const wanted = query.q?.toLowerCase()
  const fits = all
    .filter((trap) => (trap.ignoredBy !== null) === (query.state === 'ignored'))
    .filter((trap) => wanted === undefined || textOf(trap).includes(wanted))
    .sort((a, b) => b.lastAt - a.lastAt || (a.oid < b.oid ? -1 : 1))
  const from = /^\d{1,9}$/.test(query.cursor ?? '') ? Number(query.cursor) : 0
  const next = from + query.limit
  return {
    items: fits.slice(from, next).map(rowOfUnknown),
    nextCursor: next < fits.length ? String(next) : null,
    open: all.filter((trap) => trap.ignoredBy === null).length,
    other: unknown.other(),
  }
}

export function rowOfUnknown(trap: UnknownTrap): UnknownTrapRow {
  const { oid, count, firstAt, lastAt, devices, deviceCount, ignoredBy } = trap
  const common = { oid, enterprise: enterpriseOf(oid), count, firstAt, lastAt, deviceCount }
  return { ...common, devices: [...devices], ignored: ignoredBy !== null, ignoredBy }
}

const textOf = (trap: UnknownTrap): string =>
  [trap.oid, enterpriseOf(trap.oid)?.name ?? '', ...trap.devices].join('\n').toLowerCase()
