// The traps of a compiled module as a file of trap definitions.
import { stringify } from 'yaml'
import type { CompiledModule } from './compile.ts'

/** Names, varbinds and labels; category unknown and no alarms: those are for people to add. */
export function definitionText({ name, traps, varbinds }: CompiledModule): string {
  const content = {
    vendor: vendorOf(name),
    varbinds: Object.fromEntries(
      [...varbinds].map(([symbol, { oid, labels }]) => [symbol, { oid, ...(labels ? { enum: labels } : {}) }]),
    ),
    traps: traps.map((trap) => ({
      oid: trap.oid,
      name: trap.name,
      category: 'unknown',
      severity: 'notice',
      description: described(trap.description, trap.varbinds),
      ...(trap.varbinds.length > 0 ? { varbinds: [...trap.varbinds] } : {}),
    })),
  }
  return `# Compiled from ${name}. To raise alarms of it, copy a trap to a file of your own and add x-outrider.alarm.\n${stringify(content, { lineWidth: 0 })}`
}

/** The MIB's own words, then the first values. Braces would be read as places for values. */
function described(description: string, varbinds: readonly string[]): string {
  const words = description.replace(/[{}]/g, ' ').trim().slice(0, 300)
  const values = varbinds.slice(0, 4).map((name) => `${name}={{value "${name}"}}`)
  return [words, values.join(', ')].filter((part) => part !== '').join(' | ')
}

const vendorOf = (module: string): string => module.replace(/-?(MIB|TRAPS?|NOTIFICATIONS?).*$/i, '') || module
