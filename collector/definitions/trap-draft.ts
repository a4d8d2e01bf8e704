// A definition as a form edits it: made from what a trap looks like, and made into the file form that everything else reads.
import type { TrapDefinitionBody } from '#shared/http/traps.ts'
import { enterpriseOf } from './enterprises.ts'
import { readTrapFile, type TrapFile, type VarbindName } from './trap-file.ts'
import type { TrapIndex } from './trap-index.ts'
import type { KeptDefinition, UnknownSample } from './trap-store.ts'

/** Varbinds of every v2 trap that say nothing of this one: sysUpTime, snmpTrapOID, snmpTrapEnterprise, addresses. */
const ENVELOPE = /^1\.3\.6\.1\.(2\.1\.1\.3\.0|6\.3\.1\.1\.4\.[13]\.0|6\.3\.18\.1\.[34]\.0)$/

/** A definition to begin with, from samples and from names that compiled MIBs know. */
export function draftOf(oid: string, samples: readonly UnknownSample[], index: TrapIndex): TrapDefinitionBody {
  const known = index.find(oid)
  const varbinds = new Map<string, { name: string; oid: string; enum?: Record<string, string> }>()
  for (const { event } of samples)
    for (const varbind of event.varbinds) {
      if (ENVELOPE.test(varbind.oid) || varbinds.size >= 32) continue
      const named = index.varbind(varbind.oid)
      const base = named?.oid ?? columnOf(varbind.oid, samples)
      if (varbinds.has(base)) continue
      const name = freeName(named, varbinds)
      varbinds.set(base, { name, oid: base, ...(named?.labels ? { enum: { ...named.labels } } : {}) })
    }
  const list = [...varbinds.values()].slice(0, 4)
  const said = list.map(({ name }) => `${name} {{${name}}}`).join(', ')
  const text = known?.description.en ?? ''
  const en = text !== '' ? text : `{{device}}: ${said === '' ? `trap ${oid}` : said}`
  return {
    name: known?.name ?? `trap-${oid.split('.').slice(-3).join('-')}`,
    vendor: known?.vendor ?? enterpriseOf(oid)?.name ?? '',
    category: 'unknown',
    severity: 'notice',
    description: { 'zh-CN': en.slice(0, 500), en: en.slice(0, 500) },
    varbinds: [...varbinds.values()],
    alarm: null,
  }
}

/** The definition as a file of its own; problems as those of a file, with the paths of the form. */
export function fileOfKept({ oid, definition }: KeptDefinition): TrapFile {
  const { alarm, name, vendor, category, severity, description, varbinds } = definition
  const id = `trap-made-${oid.replaceAll('.', '-').slice(-52).replace(/^-/, '')}`
  const clearedBy = alarm?.clearedBy
  const block = alarm && {
    id,
    type: alarm.type,
    alarmType: alarm.alarmType,
    severity: alarm.severity,
    resource: alarm.resource,
    key: alarm.key,
    text: alarm.text,
    when: alarm.when ?? [],
    ...(alarm.autoClearAfter ? { autoClearAfter: alarm.autoClearAfter } : {}),
    ...(alarm.opensIncident ? { incident: { open: true, reopenWithin: '5m', resolveOnClear: '30s' } } : {}),
  }
  const end = { type: 'clear', clears: [name] }
  const trap = (of: string, called: string, own: unknown) => ({
    oid: of,
    name: called,
    severity,
    'x-outrider': { title: cut(description), text: description, ...(own ? { alarm: own } : {}) },
  })
  const doc = {
    vendor,
    varbinds: Object.fromEntries(varbinds.map((v) => [v.name, { oid: v.oid, ...(v.enum ? { enum: v.enum } : {}) }])),
    traps: [{ ...trap(oid, name, block), category }, ...(clearedBy ? [trap(clearedBy, `${name}-end`, end)] : [])],
  }
  const file = readTrapFile(DATABASE_FILE, JSON.stringify(doc))
  return { ...file, problems: file.problems.map((p) => ({ ...p, path: formPath(p.path) })) }
}

/** Where definitions of the console are said to stand. */
export const DATABASE_FILE = 'database'

const cut = (texts: TrapDefinitionBody['description']) => ({
  'zh-CN': texts['zh-CN'].slice(0, 120),
  en: texts.en.slice(0, 120),
})

const formPath = (path: string): string =>
  path
    .replace(/^traps\.\d+\.?/, '')
    .replace(/^x-outrider\.alarm/, 'alarm')
    .replace(/^x-outrider\.text/, 'description')

function freeName(named: VarbindName | undefined, taken: ReadonlyMap<string, { readonly name: string }>): string {
  const wanted = named?.name ?? `value${taken.size + 1}`
  const names = new Set([...taken.values()].map((v) => v.name))
  for (let n = 1; ; n++) {
    const name = n === 1 ? wanted : `${wanted}-${n}`
    if (!names.has(name)) return name
  }
}

/** The OID without what differs from trap to trap; of a scalar without its `.0`. */
function columnOf(oid: string, samples: readonly UnknownSample[]): string {
  if (oid.endsWith('.0')) return oid.slice(0, -2)
  let common = oid
  for (const { event } of samples)
    for (const other of event.varbinds) {
      if (other.oid === oid) continue
      const shared = sharedArcs(oid, other.oid)
      // the same column of another row: all but the last few numbers
      if (shared.split('.').length >= 9 && shared.length < common.length && sameLength(oid, other.oid)) common = shared
    }
  return common
}

function sharedArcs(a: string, b: string): string {
  const [x, y] = [a.split('.'), b.split('.')]
  let n = 0
  while (n < x.length && x[n] === y[n]) n++
  return x.slice(0, n).join('.')
}

const sameLength = (a: string, b: string): boolean => a.split('.').length === b.split('.').length
