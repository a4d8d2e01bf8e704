// The Node runtime that goes into a package: of this machine from node_modules, of another from its registry package,
// without symbols, kept for the next build.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Architecture, ROOT, RUNTIME_VERSION } from './places.ts'
import { stripElf } from './strip-elf.ts'

const KEPT = join(ROOT, 'node_modules', '.cache', 'outrider-runtime')

export interface Runtime {
  /** The program `node`. */
  readonly node: string
  /** Its licences. */
  readonly licence: string
}

/** Fetches through npm what is not there yet; rejects with npm's words, or when it is not what package-lock.json names. */
export async function runtimeFor(architecture: Architecture): Promise<Runtime> {
  const dir = join(KEPT, `${RUNTIME_VERSION}-${architecture}`)
  const runtime = { node: join(dir, 'node'), licence: join(dir, 'LICENSE') }
  if (existsSync(dir)) return runtime
  const name = `node-linux-${architecture}`
  const temporary = mkdtempSync(join(tmpdir(), 'outrider-runtime-'))
  try {
    const installed = join(ROOT, 'node_modules', name)
    const source = existsSync(join(installed, 'bin/node')) ? installed : fetched(name, temporary)
    const making = join(KEPT, `making-${process.pid}-${architecture}`)
    mkdirSync(making, { recursive: true })
    writeFileSync(join(making, 'node'), stripElf(readFileSync(join(source, 'bin/node'))), { mode: 0o755 })
    copyFileSync(join(source, 'LICENSE'), join(making, 'LICENSE'))
    renameSync(making, dir)
  } finally {
    rmSync(temporary, { recursive: true, force: true })
  }
  return runtime
}

interface Locked {
  readonly version: string
  readonly integrity: string
}

function fetched(name: string, dir: string): string {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Locked>
  }
  const locked = packages[`node_modules/${name}`]
  if (locked === undefined) throw new Error(`${name} is not in package-lock.json`)
  const file = execFileSync('npm', ['pack', '--silent', '--pack-destination', dir, `${name}@${locked.version}`], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  }).trim()
  const packed = join(dir, file.split('\n').at(-1) as string)
  const hash = `sha512-${createHash('sha512').update(readFileSync(packed)).digest('base64')}`
  if (hash !== locked.integrity) throw new Error(`${name}@${locked.version} is not what package-lock.json names`)
  execFileSync('tar', ['-xzf', packed, '-C', dir, 'package/bin/node', 'package/LICENSE'])
  return join(dir, 'package')
}
