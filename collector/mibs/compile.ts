// Compiles one MIB module with only what it imports: its traps, with OIDs, names of varbinds and labels of numbers. Nothing
// is shared between modules: a bad one spoils itself.
import { BASE_MODULES, BASE_OIDS } from './base-names.ts'
import type { MibModule, MibObject, MibProblem } from './module.ts'

export interface CompiledTrap {
  readonly oid: string
  readonly name: string
  readonly line: number
  readonly description: string
  readonly varbinds: readonly string[]
}

export interface CompiledModule {
  readonly name: string
  readonly traps: readonly CompiledTrap[]
  readonly varbinds: ReadonlyMap<
    string,
    { readonly oid: string; readonly labels: Readonly<Record<string, string>> | undefined }
  >
  readonly problems: readonly MibProblem[]
}

/** Steps up the tree, and from import to import; more is a circle or no MIB. */
const MAX_DEPTH = 128

/** `moduleOf` reads a module by name; undefined when there is none beside. */
export function compileModule(module: MibModule, moduleOf: (name: string) => MibModule | undefined): CompiledModule {
  const problems: MibProblem[] = [...module.problems]
  const missing = new Set<string>()
  const cache = new Map<string, string | undefined>()

  /** Where a name is defined, as seen from a module. */
  function find(name: string, from: MibModule, line: number): { module: MibModule; object: MibObject } | undefined {
    const own = from.objects.get(name)
    if (own) return { module: from, object: own }
    const imported = from.imports.get(name)
    if (!imported) return undefined
    const other = moduleOf(imported.from)
    if (!other) {
      const known = BASE_MODULES.has(imported.from) || Object.hasOwn(BASE_OIDS, name)
      if (!known && !missing.has(imported.from)) {
        missing.add(imported.from)
        const where = from === module ? imported.line : line
        const message = `${name} comes from ${imported.from}, which is not here: put the file of ${imported.from} beside it`
        problems.push({ file: module.file, line: where, message })
      }
      return undefined
    }
    const object = other.objects.get(name)
    if (object) return { module: other, object }
    // passed on by the module it is imported from
    return other.imports.has(name) && other !== from ? find(name, other, line) : undefined
  }

  function oidOf(name: string, from: MibModule, line: number, depth = 0): string | undefined {
    if (depth > MAX_DEPTH) return undefined
    const key = `${from.name} ${name}`
    if (cache.has(key)) return cache.get(key)
    // what asks for itself finds nothing here
    cache.set(key, undefined)
    const found = find(name, from, line)
    let oid: string | undefined
    if (found?.object.oid) {
      const { parent, arcs } = found.object.oid
      const above = parent === '' ? '' : oidOf(parent, found.module, line, depth + 1)
      if (above !== undefined) oid = [above, ...arcs].filter((part) => part !== '').join('.')
    } else if (Object.hasOwn(BASE_OIDS, name)) oid = BASE_OIDS[name]
    cache.set(key, oid)
    return oid
  }

  function labelsOf(name: string, from: MibModule, line: number): Readonly<Record<string, string>> | undefined {
    const found = find(name, from, line)
    if (!found) return undefined
    if (found.object.labels) return found.object.labels
    let type = found.object.type
    let at: MibModule | undefined = found.module
    for (let n = 0; n < 8 && type !== undefined && at !== undefined; n++) {
      const own = at.types.get(type)
      if (own?.labels) return own.labels
      if (own) type = own.base
      else at = moduleOf(at.imports.get(type)?.from ?? '')
    }
    return undefined
  }

  const varbinds = new Map<string, { oid: string; labels: Readonly<Record<string, string>> | undefined }>()
  const traps: CompiledTrap[] = []
  for (const trap of module.traps) {
    const parent = trap.enterprise?.name ?? trap.oid?.parent ?? ''
    const above = parent === '' ? '' : oidOf(parent, module, trap.line)
    if (above === undefined || (!trap.oid && !trap.enterprise)) {
      problems.push({
        file: module.file,
        line: trap.line,
        message: `${trap.name} is left out: where ${parent} lies is not known`,
      })
      continue
    }
    // RFC 3584 3.1: generic traps of SNMPv1 have OIDs of their own, others are enterprise.0.specific
    const oid = trap.enterprise
      ? above === BASE_OIDS.snmp
        ? `1.3.6.1.6.3.1.1.5.${trap.enterprise.specific + 1}`
        : `${above}.0.${trap.enterprise.specific}`
      : [above, ...(trap.oid?.arcs ?? [])].filter((part) => part !== '').join('.')
    const named: string[] = []
    for (const name of trap.objects) {
      const at = oidOf(name, module, trap.line)
      if (at === undefined) {
        if (missing.size === 0)
          problems.push({
            file: module.file,
            line: trap.line,
            message: `${trap.name}: ${name} is not known, its value will have no name`,
          })
        continue
      }
      named.push(name)
      if (!varbinds.has(name)) varbinds.set(name, { oid: at, labels: labelsOf(name, module, trap.line) })
    }
    traps.push({
      oid,
      name: `${module.name}::${trap.name}`,
      line: trap.line,
      description: trap.description,
      varbinds: named,
    })
  }
  return { name: module.name, traps, varbinds, problems }
}
