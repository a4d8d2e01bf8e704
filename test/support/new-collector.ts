// A collector as it is right after it was installed: an empty data folder, a password it made up itself, TLS of its own. And a
// machine at a site where the command that the console shows is typed as it is.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { type Child, ROOT, startChild } from './child.ts'
import { freePorts } from './free-ports.ts'

const SHIPPED_FILE = '/etc/outrider/agent.yaml'

export interface NewCollector extends AsyncDisposable {
  readonly base: string
  /** What it printed at its first start. */
  readonly madePassword: string
  /** Runs the command on a machine whose sudo and outrider-agent are those of this project. */
  type(command: string): { readonly code: Promise<number | null>; output(): string }
  /** What the service of the package does. */
  startAgent(): void
}

/** Starts it; resolves when it has said its first administrator's password. */
export async function startNewCollector(): Promise<NewCollector> {
  const dir = mkdtempSync(join(tmpdir(), 'outrider-new-'))
  const agentFile = join(dir, 'agent.yaml')
  const [http, plain, secure, health] = (await freePorts(4)) as [number, number, number, number]
  const settings = {
    dataDir: join(dir, 'collector'),
    http: { host: '127.0.0.1', port: http, tls: 'own' },
    broker: { embedded: { host: '127.0.0.1', port: plain, tls: { host: '127.0.0.1', port: secure } } },
    enrolment: { names: ['127.0.0.1'] },
  }
  writeFileSync(join(dir, 'collector.yaml'), stringify(settings))
  writeFileSync(agentFile, stringify({ dataDir: join(dir, 'agent'), health: { port: health } }))
  mkdirSync(join(dir, 'bin'))
  const shim = (name: string, script: string) =>
    writeFileSync(join(dir, 'bin', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  shim('sudo', 'shift 2; exec "$@"')
  shim('outrider-agent', `cd '${ROOT}' && exec '${process.execPath}' agent/main.ts "$@"`)
  const children: Child[] = []
  const start = (command: readonly string[]) => {
    const child = startChild(command, { env: { OUTRIDER_ADMIN_PASSWORD: '' } })
    children.push(child)
    return child
  }
  const dispose = async () => {
    await Promise.all(children.map((child) => child.stop()))
    rmSync(dir, { recursive: true, force: true })
  }
  try {
    const collector = start(['node', 'collector/main.ts', 'run', '--config', join(dir, 'collector.yaml')])
    const said = await collector.says(/First administrator: user admin, password (\S+)/)
    return {
      base: `https://127.0.0.1:${http}`,
      madePassword: said[1] ?? '',
      type(command) {
        const env = { ...process.env, PATH: `${join(dir, 'bin')}:${process.env.PATH}`, LANG: 'C.UTF-8' }
        const typed = command.replace(SHIPPED_FILE, agentFile)
        const child: ChildProcess = spawn('sh', ['-c', typed], { cwd: dir, env, stdio: ['ignore', 'pipe', 'pipe'] })
        let text = ''
        child.stdout?.on('data', (bytes: Buffer) => (text += bytes))
        child.stderr?.on('data', (bytes: Buffer) => (text += bytes))
        const code = new Promise<number | null>((resolve) => child.on('exit', resolve))
        return { code, output: () => text }
      },
      startAgent: () => void start(['node', 'agent/main.ts', 'run', '--config', agentFile]),
      [Symbol.asyncDispose]: dispose,
    }
  } catch (error) {
    await dispose()
    throw error
  }
}
