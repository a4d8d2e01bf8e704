#!/usr/bin/env node
// npm run package: everything that is given away, into dist/. Says what it does and how large things became.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { bundleAgent, bundleCollector, bundleContainer } from './bundle.ts'
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
    /** Only the trees of files, `<out>/outrider-agent`, `<out>/outrider-collector` and `<out>/container`, for images. */
    trees: { type: 'boolean', default: false },
    /** Packages that are ready sooner and larger. */
    quick: { type: 'boolean', default: false },
  },
})
const architectures = values.arch.split(',').map((name) => {
  const known = ARCHITECTURES.find((architecture) => architecture === name)
  if (known === undefined) throw new Error(`--arch ${name}: ${ARCHITECTURES.join(' or ')}`)
  return known
})
const out = resolve(values.out)
const started = performance.now()
const temporary = mkdtempSync(join(tmpdir(), 'outrider-package-'))

try {
  mkdirSync(out, { recursive: true })
  say('building the console')
  execFileSync(process.execPath, [join(ROOT, 'web/build-if-changed.ts')], { stdio: ['ignore', 'ignore', 'inherit'] })
  say('bundling')
  const bundles: Record<Program, string> = {
    'outrider-agent': join(temporary, 'agent'),
    'outrider-collector': join(temporary, 'collector'),
  }
  const inside: Record<Program, readonly string[]> = {
    'outrider-agent': await bundleAgent(bundles['outrider-agent']),
    'outrider-collector': await bundleCollector(bundles['outrider-collector']),
  }
  if (values.trees) await bundleContainer(join(out, 'container'))
  for (const architecture of architectures) await packagesFor(architecture, bundles, inside)
  if (!values.trees) {
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
  const executable = join(values.trees ? temporary : out, `outrider-agent-${VERSION}-linux-${MACHINE[architecture]}`)
  buildExecutable(bundles['outrider-agent'], runtime, executable)
  let agentDeb: string | undefined
  for (const program of PROGRAMS) {
    const tree = values.trees ? join(out, program) : join(temporary, `${program}-${architecture}`)
    const licences = licencesOf(inside[program], runtime)
    if (program === 'outrider-agent') agentTree(tree, executable, licences)
    else collectorTree(tree, bundles[program], runtime, licences)
    settleModes(tree)
    if (values.trees || !hasDebTools()) continue
    const deb = join(out, `${program}_${VERSION}_${DEBIAN_ARCHITECTURE[architecture]}.deb`)
    say(`${architecture}: ${program}.deb`)
    buildDeb({ program, architecture, tree, out: deb, quick: values.quick })
    if (program === 'outrider-agent') agentDeb = deb
  }
  if (values.trees) return
  if (!hasDebTools()) say('no dpkg-deb on this machine: no .deb')
  say(`${architecture}: offline bundle`)
  const offline = join(out, `outrider-agent-${VERSION}-linux-${MACHINE[architecture]}.tar.gz`)
  buildOffline({ architecture, executable, deb: agentDeb, out: offline, quick: values.quick })
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
