#!/usr/bin/env node
// npm run package: everything that is given away, into dist/. Says what it does and how large things became.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { bundleAgent, bundleCollector } from './bundle.ts'
import { buildDeb, hasDebTools } from './deb.ts'
import { buildExecutable } from './executable.ts'
import { licencesOf } from './licences.ts'
import { buildOffline } from './offline.ts'
import { ARCHITECTURES, type Architecture, DEBIAN_ARCHITECTURE, MACHINE, ROOT, VERSION } from './places.ts'
import { runtimeFor } from './runtime.ts'
import { billOfMaterials } from './sbom.ts'
import { agentTree, collectorTree, PROGRAMS, type Program, settleModes } from './trees.ts'

const { values } = parseArgs({
  options: {
    /** x64,arm64 */
    arch: { type: 'string', default: ARCHITECTURES.join() },
    out: { type: 'string', default: join(ROOT, 'dist') },
    /** Only what lies in a system, as folders `<out>/<program>`, for container images. */
    tree: { type: 'string' },
    /** Packages that are ready sooner and larger. */
    quick: { type: 'boolean', default: false },
  },
})
const architectures = values.arch.split(',').map((name) => {
  const known = ARCHITECTURES.find((architecture) => architecture === name)
  if (known === undefined) throw new Error(`--arch ${name}: ${ARCHITECTURES.join(' or ')}`)
  return known
})
const programs = PROGRAMS.filter(
  (program) => values.tree === undefined || values.tree === 'all' || values.tree === program,
)
if (programs.length === 0) throw new Error(`--tree ${values.tree}: ${PROGRAMS.join(' or ')}`)
const out = resolve(values.out)
const started = performance.now()
const temporary = mkdtempSync(join(tmpdir(), 'outrider-package-'))

try {
  mkdirSync(out, { recursive: true })
  if (programs.includes('outrider-collector')) {
    say('building the console')
    execFileSync(process.execPath, [join(ROOT, 'web/build-if-changed.ts')], { stdio: ['ignore', 'ignore', 'inherit'] })
  }
  say('bundling')
  const bundles: Record<Program, string> = {
    'outrider-agent': join(temporary, 'agent'),
    'outrider-collector': join(temporary, 'collector'),
  }
  const inside: Record<Program, readonly string[]> = {
    'outrider-agent': await bundleAgent(bundles['outrider-agent']),
    'outrider-collector': programs.includes('outrider-collector')
      ? await bundleCollector(bundles['outrider-collector'])
      : [],
  }
  for (const architecture of architectures) await packagesFor(architecture, bundles, inside)
  if (values.tree === undefined) {
    say('bill of materials')
    writeFileSync(join(out, `outrider-${VERSION}.cdx.json`), billOfMaterials())
    writeSums()
    for (const name of readdirSync(out).sort()) console.log(`${megabytes(join(out, name))}  ${join(values.out, name)}`)
  }
  say('done')
} finally {
  rmSync(temporary, { recursive: true, force: true })
}

async function packagesFor(
  architecture: Architecture,
  bundles: Readonly<Record<Program, string>>,
  inside: Readonly<Record<Program, readonly string[]>>,
): Promise<void> {
  say(`${architecture}: runtime and executable`)
  const runtime = await runtimeFor(architecture)
  const single = values.tree === undefined
  const executable = join(single ? out : temporary, `outrider-agent-${VERSION}-linux-${MACHINE[architecture]}`)
  buildExecutable(bundles['outrider-agent'], runtime, executable)
  let agentDeb: string | undefined
  for (const program of programs) {
    const tree = single ? join(temporary, `${program}-${architecture}`) : join(out, program)
    const licences = licencesOf(inside[program], runtime)
    if (program === 'outrider-agent') agentTree(tree, executable, licences)
    else collectorTree(tree, bundles[program], runtime, licences)
    settleModes(tree)
    if (!single || !hasDebTools()) continue
    const deb = join(out, `${program}_${VERSION}_${DEBIAN_ARCHITECTURE[architecture]}.deb`)
    say(`${architecture}: ${program}.deb`)
    buildDeb({ program, architecture, tree, out: deb, quick: values.quick })
    if (program === 'outrider-agent') agentDeb = deb
  }
  if (!single) return
  if (!hasDebTools()) say('no dpkg-deb on this machine: no .deb')
  say(`${architecture}: offline bundle`)
  const offline = join(out, `outrider-agent-${VERSION}-linux-${MACHINE[architecture]}.tar.gz`)
  buildOffline({ architecture, executable, deb: agentDeb, out: offline })
}

function writeSums(): void {
  const names = readdirSync(out).filter((name) => name !== 'SHA256SUMS')
  const line = (name: string) =>
    `${createHash('sha256')
      .update(readFileSync(join(out, name)))
      .digest('hex')}  ${name}\n`
  writeFileSync(join(out, 'SHA256SUMS'), names.sort().map(line).join(''))
}

function megabytes(path: string): string {
  return `${(statSync(path).size / 1e6).toFixed(1).padStart(7)} MB`
}

function say(what: string): void {
  console.log(`${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s  ${what}`)
}
