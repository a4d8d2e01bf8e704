// The bill of materials (CycloneDX): what is inside the packages, by name, version and hash, and nothing that only builds.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import packageFile from '../package.json' with { type: 'json' }
import { buildTime, ROOT, RUNTIME_VERSION } from './places.ts'

interface Component {
  readonly 'bom-ref': string
  readonly name: string
  readonly version: string
  readonly [key: string]: unknown
}

interface Bom {
  readonly metadata: { readonly component: Component; readonly [key: string]: unknown }
  readonly components: readonly Component[]
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[]
  readonly [key: string]: unknown
}

/**
 * The bill as text, the same for the same commit. npm knows only what the programs import at run time; what the console
 * is built from is in the packages too, so it is taken from the whole list by following what `web` imports.
 */
export function billOfMaterials(): string {
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--package-lock-only']
  const all = JSON.parse(
    execFileSync('npm', args, {
      cwd: ROOT,
      encoding: 'utf8',
      maxBuffer: 64 * 2 ** 20,
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  ) as Bom
  const own = all.metadata.component['bom-ref']
  const direct = new Set([...Object.keys(packageFile.dependencies), ...importsOf('web')])
  const needs = new Map(all.dependencies.map((entry) => [entry.ref, entry.dependsOn]))
  const component = new Map(all.components.map((entry) => [entry['bom-ref'], entry]))
  const first = (needs.get(own) ?? []).filter((ref) => direct.has(nameOf(component.get(ref))))
  const inside = new Set<string>()
  const waiting = [...first]
  for (let ref = waiting.pop(); ref !== undefined; ref = waiting.pop()) {
    if (inside.has(ref) || TYPES_ONLY.test(ref)) continue
    inside.add(ref)
    waiting.push(...(needs.get(ref) ?? []))
  }
  const runtime = nodeComponent()
  const bill = {
    ...all,
    serialNumber: undefined,
    metadata: { ...all.metadata, timestamp: new Date(buildTime() * 1000).toISOString() },
    components: [...all.components.filter((entry) => inside.has(entry['bom-ref'])), runtime].sort(byRef),
    dependencies: [
      { ref: own, dependsOn: [...first, runtime['bom-ref']].sort() },
      { ref: runtime['bom-ref'], dependsOn: [] },
      ...all.dependencies
        .filter((entry) => inside.has(entry.ref))
        .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((other) => inside.has(other)).sort() })),
    ].sort((a, b) => (a.ref < b.ref ? -1 : 1)),
  }
  const id = createHash('sha256').update(JSON.stringify(bill)).digest('hex')
  return `${JSON.stringify({ ...bill, serialNumber: `urn:uuid:${uuidFrom(id)}` }, null, 2)}\n`
}

/** Named by libraries as peers for those who compile against them; nothing of theirs is inside. */
const TYPES_ONLY = /^(typescript@|@types\/)/

function nodeComponent(): Component {
  return {
    'bom-ref': `node@${RUNTIME_VERSION}`,
    type: 'platform',
    name: 'node',
    version: RUNTIME_VERSION,
    purl: `pkg:generic/node@${RUNTIME_VERSION}`,
    licenses: [{ license: { id: 'MIT' } }],
    externalReferences: [{ type: 'website', url: 'https://nodejs.org/' }],
  }
}

const nameOf = (component: Component | undefined) => (component === undefined ? '' : fullName(component))
const fullName = ({ group, name }: Component) => (typeof group === 'string' ? `${group}/${name}` : name)
const byRef = (a: Component, b: Component) => (a['bom-ref'] < b['bom-ref'] ? -1 : 1)

/** Names of the packages the sources of a top folder import. */
function importsOf(top: string): Set<string> {
  const names = new Set<string>()
  for (const entry of readdirSync(join(ROOT, top), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/(?<!\.test)\.(tsx?|css)$/.test(entry.name) || /dist/.test(entry.parentPath)) continue
    const text = readFileSync(join(entry.parentPath, entry.name), 'utf8')
    for (const [, name] of text.matchAll(/(?:from|import)\s*\(?\s*['"](@[\w.-]+\/[\w.-]+|[a-z][\w.-]*)/g))
      if (name !== undefined && entry.parentPath.includes('src')) names.add(name)
  }
  return names
}

/** Version 8: a number of our own making. */
function uuidFrom(hex: string): string {
  const digits = `${hex.slice(0, 12)}8${hex.slice(13, 16)}8${hex.slice(17, 32)}`
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
