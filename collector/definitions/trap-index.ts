// All trap definitions that hold, found by OID in a few map lookups: what a stored trap says, and whether anybody knows it.
import type { TrapEvent } from '#shared/domain/device-event.ts'
import type { TrapMeaning } from '#shared/http/traps.ts'
import type { TrapDefinition, TrapFile, VarbindName } from './trap-file.ts'
import { bare } from './trap-file.ts'
import { longestPrefix, otherTrapOid } from './trap-oid.ts'
import { compileTrapText, type TrapText } from './trap-text.ts'

export interface TrapIndex {
  /** Definition of an OID: exact, else with one `.0.` put in or left out before its last number. */
  find(oid: string): TrapDefinition | undefined
  /** What a trap says; undefined when no definition fits. `hostname`: the device's name, or its address. */
  meaning(event: TrapEvent, hostname: string): TrapMeaning | undefined
  /** Name of a varbind by all files, `IF-MIB` names first. */
  varbind(oid: string): VarbindName | undefined
  readonly definitions: readonly TrapDefinition[]
}

/** Where files come from; of two definitions of one OID the higher one names it. */
export interface RankedFile {
  readonly file: TrapFile
  readonly kind: 'stock' | 'file' | 'database'
}

/** Characters of one value. */
const MAX_VALUE = 256

export function indexTraps(files: readonly RankedFile[]): TrapIndex {
  const byOid = new Map<
    string,
    { readonly definition: TrapDefinition; readonly rank: number; readonly file: TrapFile }
  >()
  const varbinds = new Map<string, VarbindName>()
  for (const { file, kind } of files) {
    for (const definition of file.definitions) {
      const rank = rankOf(kind, definition)
      const known = byOid.get(definition.oid)
      if (known === undefined || rank > known.rank) byOid.set(definition.oid, { definition, rank, file })
    }
    for (const varbind of file.varbinds.values()) {
      const known = varbinds.get(varbind.oid)
      if (!known || (!known.labels && varbind.labels)) varbinds.set(varbind.oid, varbind)
    }
  }
  const entryOf = (oid: string) => byOid.get(oid) ?? byOid.get(otherTrapOid(oid))
  const texts = new Map<string, TrapText | undefined>()
  const textOf = (text: string): TrapText | undefined => {
    if (!texts.has(text)) texts.set(text, compiled(text))
    return texts.get(text)
  }

  return {
    find: (oid) => entryOf(oid)?.definition,
    varbind: (oid) => longestPrefix(varbinds, oid)?.item,
    definitions: [...byOid.values()].map((entry) => entry.definition),
    meaning(event, hostname) {
      const entry = entryOf(event.trapOid)
      if (!entry) return undefined
      const { definition, file } = entry
      const named = event.varbinds.map(({ oid, value }) => {
        const found = longestPrefix(varbinds, oid)
        return (
          found && {
            ...found,
            name: found.item.name,
            raw: String(value ?? ''),
            index: oid.slice(found.prefix.length + 1),
          }
        )
      })
      const get = (name: string): string | undefined => {
        if (name === 'hostname' || name === 'device') return hostname
        if (name === 'source_ip' || name === 'source') return event.source
        if (name === 'trap_name') return definition.name
        if (name === 'vendor') return definition.vendor
        if (name === 'trapOid') return event.trapOid
        const wanted = file.varbinds.get(bare(name))?.oid
        const varbind = named.find((v) => (wanted === undefined ? v?.name === bare(name) : v?.prefix === wanted))
        if (!varbind) return undefined
        if (name.startsWith('index.')) return varbind.index
        if (name.startsWith('last.')) return varbind.index.split('.').at(-1)
        return shown(varbind.raw, name.startsWith('raw.') ? undefined : varbind.item.labels)
      }
      const said = (text: string) => textOf(text)?.render(get) ?? ''
      const { name, vendor, category, severity, description } = definition
      return {
        ...{ name, vendor, category, severity },
        text: { 'zh-CN': said(description['zh-CN']), en: said(description.en) },
        varbinds: named.map((v) => (v ? { name: v.name, value: shown(v.raw, v.item.labels) } : null)),
      }
    },
  }
}

/** Names made by a compiler say less than words written by people: they come last. */
function rankOf(kind: RankedFile['kind'], { category, alarms }: TrapDefinition): number {
  // what ends an alarm of the console is named by whoever knows it better
  if (kind === 'database') return category === 'unknown' && isOnlyEnd(alarms) ? 0 : 3
  if (kind === 'stock') return 1
  return category === 'unknown' && alarms.length === 0 ? 0 : 2
}

const isOnlyEnd = (alarms: TrapDefinition['alarms']): boolean =>
  alarms.length > 0 && alarms.every((alarm) => alarm.block.type === 'clear')

function shown(raw: string, labels: VarbindName['labels']): string {
  return (labels?.[raw] ?? raw).slice(0, MAX_VALUE)
}

function compiled(text: string): TrapText | undefined {
  try {
    return compileTrapText(text)
  } catch {
    return undefined
  }
}
