// What is installed where: the same folders make the .deb, the offline bundle and the container images.
import { chmodSync, copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ROOT } from './places.ts'
import type { Runtime } from './runtime.ts'

export const PROGRAMS = ['outrider-agent', 'outrider-collector'] as const
export type Program = (typeof PROGRAMS)[number]

const FILES = join(import.meta.dirname, 'files')

/** Lays the agent out under `root`. `licences`: the text of everything that is inside. */
export function agentTree(root: string, executable: string, licences: string): void {
  put(executable, root, 'usr/bin/outrider-agent', 0o755)
  service('outrider-agent', root)
  put(join(FILES, 'agent/agent.yaml'), root, 'etc/outrider/agent.yaml')
  put(join(FILES, 'agent/outrider-agent.sysctl'), root, 'usr/lib/sysctl.d/50-outrider-agent.conf')
  mkdirSync(join(root, 'etc/outrider/profiles.d'), { recursive: true })
  documents('outrider-agent', root, licences, ['docs/install.md', 'docs/agent.example.yaml', 'docs/agent.schema.json'])
}

/** Lays the collector out under `root`; `bundle` is the folder bundleCollector wrote. */
export function collectorTree(root: string, bundle: string, runtime: Runtime, licences: string): void {
  const program = join(root, 'usr/lib/outrider-collector')
  cpSync(bundle, program, { recursive: true })
  put(runtime.node, root, 'usr/lib/outrider-collector/node', 0o755)
  put(join(FILES, 'collector/outrider-collector'), root, 'usr/bin/outrider-collector', 0o755)
  service('outrider-collector', root)
  put(join(FILES, 'collector/collector.yaml'), root, 'etc/outrider/collector.yaml')
  for (const folder of ['rules.d', 'holidays.d']) mkdirSync(join(root, 'etc/outrider', folder), { recursive: true })
  const more = ['docs/install.md', 'docs/operations.md', 'docs/collector.example.yaml', 'docs/collector.schema.json']
  documents('outrider-collector', root, licences, more)
}

/** Modes that do not depend on who builds: folders and programs 755, everything else 644. */
export function settleModes(root: string): void {
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isDirectory()) chmodSync(path, 0o755)
    else if (entry.isFile()) chmodSync(path, isProgram(path) ? 0o755 : 0o644)
  }
  chmodSync(root, 0o755)
}

const isProgram = (path: string) => /\/usr\/bin\/[^/]+$|\/usr\/lib\/outrider-collector\/node$|\/install\.sh$/.test(path)

function service(program: Program, root: string): void {
  const from = join(FILES, program.replace('outrider-', ''))
  put(join(from, `${program}.service`), root, `usr/lib/systemd/system/${program}.service`)
  put(join(from, `${program}.sysusers`), root, `usr/lib/sysusers.d/${program}.conf`)
}

function documents(program: Program, root: string, licences: string, files: readonly string[]): void {
  const dir = `usr/share/doc/${program}`
  for (const file of files) put(join(ROOT, file), root, `${dir}/${file.split('/').at(-1)}`)
  mkdirSync(join(root, dir), { recursive: true })
  writeFileSync(join(root, dir, 'copyright'), `${readFileSync(join(ROOT, 'LICENSE'), 'utf8')}\n${licences}`)
}

function put(from: string, root: string, path: string, mode = 0o644): void {
  const to = join(root, path)
  mkdirSync(dirname(to), { recursive: true })
  copyFileSync(from, to)
  chmodSync(to, mode)
}
