// Mosquitto as a real installation has it: the configuration that `broker-config mosquitto` writes, used as it is.
import { chmodSync, mkdirSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { type Child, startChild } from './child.ts'
import { until } from './until.ts'

export interface MosquittoFiles {
  /** What the command writes to. */
  readonly out: string
  readonly conf: string
  /** Section `broker` of collector.yaml that belongs to it. */
  readonly broker: Readonly<Record<string, unknown>>
  readonly pidFile: string
}

const HOST = '127.0.0.1'

/** Where the files will be; makes the folders so that Mosquitto's own user can read and write there. */
export function mosquittoFilesIn(dir: string, port: number): MosquittoFiles {
  const run = join(dir, 'run')
  mkdirSync(run, { recursive: true })
  chmodSync(dir, 0o755)
  chmodSync(run, 0o777)
  const out = join(dir, 'mosquitto')
  const pidFile = join(run, 'mosquitto.pid')
  const how = { certificate: 'own', crlFile: join(out, 'crl.pem'), reloadPidFile: pidFile }
  return { out, pidFile, conf: join(out, 'mosquitto.conf'), broker: { url: `mqtts://${HOST}:${port}`, ...how } }
}

/** Runs the command with the settings of the collector. */
export async function writeMosquittoFiles(files: MosquittoFiles, collectorFile: string, port: number): Promise<void> {
  const where = ['--out', files.out, '--host', HOST, 'localhost', '--listen', HOST, '--port', `${port}`]
  const command = ['node', 'collector/main.ts', 'broker-config', 'mosquitto', '--config', collectorFile, ...where]
  const writing = startChild([...command, '--pid-file', files.pidFile])
  await writing.gone
  if (writing.exited()?.code !== 0) throw new Error(`broker-config failed:\n${writing.output()}`)
}

/** Resolves when the port answers: the configuration logs nothing but problems. */
export async function untilListening(child: Child, port: number): Promise<void> {
  await until(
    () => {
      if (child.exited()) throw new Error(`the broker ended:\n${child.output()}`)
      return new Promise<boolean>((resolve) => {
        const socket = connect(port, HOST, () => resolve(true))
        socket.on('connect', () => socket.destroy())
        socket.on('error', () => resolve(false))
      })
    },
    { timeoutMs: 10_000, what: 'the broker to listen' },
  )
}
