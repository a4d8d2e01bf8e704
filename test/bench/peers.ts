// The daemons we are measured against, each writing to a file as its users run it. Missing ones are reported as missing.
import { createReadStream, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts } from '../support/free-ports.ts'
import { until } from '../support/until.ts'
import type { Intake } from './intake.ts'
import { cpuSecondsOf, findProgram, startPinned } from './machine.ts'

const FOUR_MIB = 4 * 1024 * 1024

/** snmptrapd, numeric, with a 4 MiB receive buffer, one line per trap. */
export async function snmptrapd(user?: { createUser: string; name: string }): Promise<Intake | undefined> {
  const program = findProgram('snmptrapd')
  if (!program) return undefined
  return daemon('snmptrapd', (dir, port, out) => {
    const conf = join(dir, 'snmptrapd.conf')
    const auth = user ? `createUser ${user.createUser}\nauthUser log ${user.name} priv\n` : 'disableAuthorization yes\n'
    writeFileSync(conf, `${auth}[snmp] serverRecvBuf ${FOUR_MIB}\nformat2 %b %v\\n\nformat1 %b %v\\n\n`)
    return [program, '-f', '-n', '-C', '-c', conf, '-On', '-m', '', '-Lf', out, `udp:127.0.0.1:${port}`]
  })
}

/** rsyslog with imudp/imtcp and a buffered file action. */
export async function rsyslogd(): Promise<Intake | undefined> {
  const program = findProgram('rsyslogd')
  if (!program) return undefined
  return daemon('rsyslog', (dir, port, out) => {
    const conf = join(dir, 'rsyslog.conf')
    const lines = [
      `global(workDirectory="${dir}" maxMessageSize="8k")`,
      'module(load="imudp")',
      'module(load="imtcp")',
      `input(type="imudp" address="127.0.0.1" port="${port}" rcvbufSize="4m")`,
      `input(type="imtcp" address="127.0.0.1" port="${port}")`,
      'main_queue(queue.size="2000000")',
      `*.* action(type="omfile" file="${out}" asyncWriting="on" flushInterval="1" ioBufferSize="64k")`,
    ]
    writeFileSync(conf, `${lines.join('\n')}\n`)
    return [program, '-n', '-f', conf, '-i', join(dir, 'pid')]
  })
}

/** syslog-ng; `program` may stand in an unpacked package, then its modules are beside it. */
export async function syslogNg(): Promise<Intake | undefined> {
  const program = findProgram('syslog-ng') ?? process.env.OUTRIDER_SYSLOG_NG
  if (!program || !existsSync(program)) return undefined
  const root = program.replace(/\/usr\/sbin\/syslog-ng$/, '')
  return daemon(
    'syslog-ng',
    (dir, port, out) => {
      const conf = join(dir, 'syslog-ng.conf')
      const config = `@version: 3.38
options { log-fifo-size(2000000); keep-hostname(yes); use-dns(no); stats-freq(0); flush-lines(1000); };
source s { udp(ip("127.0.0.1") port(${port}) so-rcvbuf(${FOUR_MIB})); tcp(ip("127.0.0.1") port(${port}) max-connections(64) log-iw-size(200000)); };
destination d { file("${out}"); };
log { source(s); destination(d); };
`
      writeFileSync(conf, config)
      const files = ['-f', conf, '-R', join(dir, 'persist'), '-p', join(dir, 'pid'), '-c', join(dir, 'control')]
      const modules = root === program || root === '' ? [] : ['--module-path', join(root, 'usr/lib/syslog-ng/3.38')]
      return [program, '-F', '--no-caps', ...files, ...modules]
    },
    root && root !== program ? { LD_LIBRARY_PATH: `${root}/usr/lib/x86_64-linux-gnu:${root}/usr/lib/syslog-ng` } : {},
  )
}

async function daemon(
  name: string,
  command: (dir: string, port: number, out: string) => readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Intake> {
  const dir = mkdtempSync(join(tmpdir(), `outrider-${name}-`))
  const [port] = (await freePorts(1)) as [number]
  const out = join(dir, 'out.log')
  const child = startPinned(command(dir, port, out), 0, env)
  const lines = createLineCounter(out)
  await until(() => listening(port) || failed(), { what: `${name} to listen` })
  async function failed(): Promise<false> {
    const end = child.exited()
    if (end) throw new Error(`${name} ended: ${JSON.stringify(end)}\n${child.output()}`)
    return false
  }
  return {
    name,
    port,
    count: lines,
    cpuSeconds: () => cpuSecondsOf(child.pid),
    async stop() {
      await child.stop(5000)
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/** Listening on UDP or TCP on this port, by the kernel's tables. */
async function listening(port: number): Promise<boolean> {
  const hex = `:${port.toString(16).toUpperCase().padStart(4, '0')} `
  const tables = await Promise.all(['/proc/net/udp', '/proc/net/tcp'].map((f) => readAll(f)))
  if (tables.some((t) => t.includes(hex))) return true
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port }, () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}

/** Counts lines of a growing file, reading only what is new. */
function createLineCounter(file: string): () => Promise<number> {
  let offset = 0
  let lines = 0
  return async () => {
    if (!existsSync(file) || statSync(file).size <= offset) return lines
    for await (const part of createReadStream(file, { start: offset })) {
      const bytes = part as Buffer
      offset += bytes.length
      for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) lines++
    }
    return lines
  }
}

async function readAll(file: string): Promise<string> {
  let text = ''
  for await (const part of createReadStream(file, 'utf8')) text += part
  return text
}
