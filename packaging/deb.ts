// A Debian package from a tree of files, by dpkg-deb alone; the same tree gives the same bytes.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { type Architecture, buildTime, DEBIAN_ARCHITECTURE, VERSION } from './places.ts'
import { type Program, settleModes } from './trees.ts'

const ABOUT: Readonly<
  Record<Program, { readonly text: string; readonly fields: string; readonly ready: string; readonly next: string }>
> = {
  'outrider-agent': {
    text: `watches the equipment of a site and tells the collector
 Polls devices (SNMP, ICMP, TCP, HTTP), takes traps and syslog, keeps every record
 until the collector has it, and runs the diagnoses the site allows.`,
    fields: 'Recommends: fping, iputils-ping',
    ready: '/usr/bin/outrider-agent check-config --config /etc/outrider/agent.yaml >/dev/null 2>&1',
    next: 'sudo -u outrider-agent outrider-agent enrol URL --token TOKEN --config /etc/outrider/agent.yaml',
  },
  'outrider-collector': {
    text: `turns what agents report into incidents with evidence
 Alarms, incidents, notifications, the console and its API; an embedded MQTT
 broker and SQLite, so that nothing else is needed.`,
    fields: 'Suggests: mosquitto, influxdb',
    ready: 'true',
    next: '',
  },
}

export function hasDebTools(): boolean {
  return (process.env.PATH ?? '').split(':').some((dir) => existsSync(join(dir, 'dpkg-deb')))
}

export interface DebOptions {
  readonly program: Program
  readonly architecture: Architecture
  readonly tree: string
  readonly out: string
  /** Larger and much sooner ready, for tests. Default false. */
  readonly quick?: boolean
}

/** Writes the package to `out`. Throws with dpkg-deb's words. */
export function buildDeb({ program, architecture, tree, out, quick = false }: DebOptions): void {
  const root = mkdtempSync(join(tmpdir(), 'outrider-deb-'))
  try {
    cpSync(tree, root, { recursive: true })
    settleModes(root)
    const control = join(root, 'DEBIAN')
    const installed = filesIn(root)
    mkdirSync(control, { mode: 0o755 })
    writeFileSync(join(control, 'control'), controlFile(program, architecture, installed), { mode: 0o644 })
    writeFileSync(join(control, 'md5sums'), sums(root, installed), { mode: 0o644 })
    const settings = installed.map((path) => `/${relative(root, path)}`).filter((path) => path.startsWith('/etc/'))
    writeFileSync(join(control, 'conffiles'), `${settings.join('\n')}\n`, { mode: 0o644 })
    for (const script of ['postinst', 'prerm', 'postrm'])
      writeFileSync(join(control, script), scriptText(script, program), { mode: 0o755 })
    const env = { ...process.env, SOURCE_DATE_EPOCH: String(buildTime()) }
    const options = ['--root-owner-group', ...(quick ? ['-Zgzip', '-z1'] : ['-Zxz', '-z6'])]
    execFileSync('dpkg-deb', [...options, '--build', root, out], { env, stdio: ['ignore', 'ignore', 'pipe'] })
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

function controlFile(program: Program, architecture: Architecture, files: readonly string[]): string {
  const kilobytes = files.reduce((sum, path) => sum + Math.ceil(statSync(path).size / 1024), 0)
  const { text, fields } = ABOUT[program]
  return `Package: ${program}
Version: ${VERSION}
Architecture: ${DEBIAN_ARCHITECTURE[architecture]}
Maintainer: Outrider maintainers <maintainers@outrider.invalid>
Installed-Size: ${kilobytes}
Depends: libc6 (>= 2.28), libgcc-s1 | libgcc1, libstdc++6 (>= 5.2), libatomic1
${fields}
Section: net
Priority: optional
Description: ${text}
`
}

/** Text of a maintainer script: postinst, prerm or postrm. */
export function scriptText(script: string, program: Program): string {
  const kind = program.replace('outrider-', '')
  const words: Readonly<Record<string, string>> = {
    NAME: program,
    FILE: `${kind}.yaml`,
    ENV: `${kind}.env`,
    READY: ABOUT[program].ready,
    NEXT: ABOUT[program].next,
  }
  const text = readFileSync(join(import.meta.dirname, 'files', script), 'utf8')
  return text.replace(/@([A-Z]+)@/g, (whole, word: string) => words[word] ?? whole)
}

function sums(root: string, files: readonly string[]): string {
  const line = (path: string) =>
    `${createHash('md5').update(readFileSync(path)).digest('hex')}  ${relative(root, path)}\n`
  return files
    .filter((path) => !relative(root, path).startsWith('etc/'))
    .map(line)
    .join('')
}

function filesIn(root: string): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}
