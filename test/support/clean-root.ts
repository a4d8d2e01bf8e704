// A bare folder that Debian packages are installed into by dpkg, with their scripts, as into a machine of its own; and
// programs from there run as systemd would run them: as the service's user, with the unit's capabilities only.
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Program } from '../../packaging/trees.ts'

export interface CleanRoot {
  readonly dir: string
  /** Path of a file in there. */
  path(absolute: string): string
  /** What dpkg needs to be told to work in here. */
  dpkgOptions(): string[]
  /** What `sudo -u outrider-agent` is in here: a shell text to put before a command. */
  userCommand(): string
  /** Runs dpkg with these arguments; returns what it printed. */
  dpkg(...args: string[]): string
  /** A text with the places of the installed system put into this folder. */
  placed(text: string): string
  /** Values of a key of a service's unit file, in order. */
  unit(program: Program, key: string): string[]
  /** Command that runs another as the service does; needs root, otherwise the command as it is. */
  asService(program: Program, command: readonly string[]): string[]
  remove(): void
}

const IS_ROOT = process.getuid?.() === 0
const FOLDERS = ['var/lib/dpkg/info', 'var/lib/dpkg/updates', 'var/lib/dpkg/triggers', 'var/log', 'etc']

export function createCleanRoot(): CleanRoot {
  const dir = mkdtempSync(join(tmpdir(), 'outrider-root-'))
  chmodSync(dir, 0o755)
  for (const folder of FOLDERS) mkdirSync(join(dir, folder), { recursive: true })
  for (const file of ['status', 'available']) writeFileSync(join(dir, 'var/lib/dpkg', file), '')
  const path = (absolute: string) => join(dir, absolute)
  const root: CleanRoot = {
    dir,
    path,
    dpkgOptions: () => [
      `--root=${dir}`,
      '--force-script-chrootless',
      // The libraries of the machine stand for those the packages depend on.
      '--force-depends',
      ...(IS_ROOT ? [] : NOT_ROOT),
    ],
    dpkg: (...args) =>
      execFileSync('dpkg', [...root.dpkgOptions(), ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }),
    userCommand() {
      if (!IS_ROOT) return ''
      const id = (field: number) => `$(awk -F: '$1 == "outrider-agent" { print $${field} }' ${path('/etc/passwd')})`
      return `setpriv --reuid="${id(3)}" --regid="${id(4)}" --clear-groups --bounding-set=-all --inh-caps=-all --`
    },
    placed: (text) => text.replaceAll(/(?<![\w.}-])\/(etc|usr|var)\//g, `${dir}/$1/`),
    unit(program, key) {
      const lines = readFileSync(path(`/usr/lib/systemd/system/${program}.service`), 'utf8').split('\n')
      return lines.filter((line) => line.startsWith(`${key}=`)).map((line) => line.slice(key.length + 1))
    },
    asService(program, command) {
      if (!IS_ROOT) return [...command]
      const [, , uid, gid] = (lineOf(path('/etc/passwd'), root.unit(program, 'User')[0] as string) ?? '').split(':')
      if (!uid || !gid) throw new Error(`no user of ${program} in the root`)
      const capabilities = (root.unit(program, 'AmbientCapabilities')[0] ?? '').split(' ').filter((name) => name !== '')
      const only = ['-all', ...capabilities.map((name) => `+${name.replace('CAP_', '').toLowerCase()}`)].join(',')
      const limits = [`--inh-caps=${only}`, `--ambient-caps=${only}`, `--bounding-set=${only}`, '--no-new-privs']
      return ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', ...limits, '--', ...command]
    },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  }
  return root
}

const NOT_ROOT = ['--force-not-root', '--force-bad-path', '--no-triggers']

function lineOf(file: string, name: string): string | undefined {
  if (!existsSync(file)) return undefined
  return readFileSync(file, 'utf8')
    .split('\n')
    .find((line) => line.startsWith(`${name}:`))
}
