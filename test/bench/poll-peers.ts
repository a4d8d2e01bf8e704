// Programs that poll the same simulated switches, and the CPU they need for 1,000 polls. Each asks for the same eight
// IF-MIB columns; one that is not installed gives null.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startChild } from '../support/child.ts'
import { freePorts } from '../support/free-ports.ts'
import { until } from '../support/until.ts'
import { cpuSecondsOf, findProgram, startPinned } from './machine.ts'
import { deviceAddress } from './polling-agent.ts'

export type PollPeer = (simulator: string, ports: number) => Promise<number | null>

const IF_TABLE = '1.3.6.1.2.1.2.2.1'
const IF_X_TABLE = '1.3.6.1.2.1.31.1.1.1'
/** Octets, packets, errors both ways and two states: what such a dashboard is made of. */
const COLUMNS = [
  ...[7, 8, 14, 20].map((column) => `${IF_TABLE}.${column}`),
  ...[6, 7, 10, 11].map((column) => `${IF_X_TABLE}.${column}`),
] as const

/** collectd's snmp plugin with bulk requests of 25, 200 hosts every 5 s, written nowhere. */
export const collectdPolls: PollPeer = (simulator, ports) =>
  withDevices(simulator, ports, async (port, dir) => {
    const program = programOf('collectd', 'OUTRIDER_COLLECTD')
    if (!program) return null
    const hosts = 200
    const interval = 5
    const data = COLUMNS.map(
      (oid, i) =>
        `<Data "d${i}">\n Type "${i < 4 ? 'gauge' : 'derive'}"\n Table true\n InstanceFromOIDPrefix ""\n TypeInstanceOID "${IF_X_TABLE}.1"\n Values "${oid}"\n</Data>`,
    )
    const names = COLUMNS.map((_, i) => `"d${i}"`).join(' ')
    const host = (i: number) =>
      `<Host "switch-${i}">\n Address "${deviceAddress(i)}:${port}"\n Version 2\n Community "public"\n Collect ${names}\n Interval ${interval}\n BulkSize 25\n</Host>`
    const root = program.replace(/\/usr\/sbin\/collectd$/, '')
    writeFileSync(join(dir, 'types.db'), 'gauge value:GAUGE:U:U\nderive value:DERIVE:0:U\n')
    writeFileSync(
      join(dir, 'collectd.conf'),
      [
        `BaseDir "${dir}"`,
        `PIDFile "${join(dir, 'pid')}"`,
        `PluginDir "${root}/usr/lib/collectd"`,
        `TypesDB "${join(dir, 'types.db')}"`,
        'FQDNLookup false',
        'Hostname "bench"',
        `Interval ${interval}`,
        'ReadThreads 20',
        'LoadPlugin snmp',
        'LoadPlugin csv',
        `<Plugin csv>\n DataDir "${join(dir, 'csv')}"\n</Plugin>`,
        `<Plugin snmp>\n${data.map((d) => d.replace(' InstanceFromOIDPrefix ""\n', '').replace('TypeInstanceOID', 'InstanceOID')).join('\n')}\n${Array.from({ length: hosts }, (_, i) => host(i)).join('\n')}\n</Plugin>\n`,
      ].join('\n'),
    )
    const env = { LD_LIBRARY_PATH: `${root}/usr/lib/x86_64-linux-gnu`, MIBS: '' }
    const daemon = startPinned([program, '-f', '-C', join(dir, 'collectd.conf')], 0, root === '' ? { MIBS: '' } : env)
    try {
      await wait(8_000)
      if (daemon.exited()) throw new Error(`collectd ended:\n${daemon.output().slice(-2000)}`)
      const cpu = cpuSecondsOf(daemon.pid)
      const rounds = 3
      await wait(rounds * interval * 1000)
      return ((cpuSecondsOf(daemon.pid) - cpu) / (rounds * hosts)) * 1000
    } finally {
      await daemon.stop()
    }
  })

/** prometheus-snmp-exporter walking the columns with max_repetitions 25, 16 scrapes at a time. */
export const snmpExporterPolls: PollPeer = (simulator, ports) =>
  withDevices(simulator, ports, async (port, dir) => {
    const program = programOf('prometheus-snmp-exporter', 'OUTRIDER_SNMP_EXPORTER')
    if (!program) return null
    const [web] = (await freePorts(1)) as [number]
    const metrics = COLUMNS.map(
      (oid, i) =>
        `  - name: column${i}\n    oid: ${oid}\n    type: ${i < 4 ? 'gauge' : 'counter'}\n    help: column\n    indexes: [{labelname: ifIndex, type: gauge}]`,
    )
    const walk = COLUMNS.map((oid) => `  - ${oid}`)
    const auth = '  version: 2\n  max_repetitions: 25\n  auth:\n    community: public'
    writeFileSync(
      join(dir, 'snmp.yml'),
      `bench:\n  walk:\n${walk.join('\n')}\n  metrics:\n${metrics.join('\n')}\n${auth}\n`,
    )
    const config = [`--config.file=${join(dir, 'snmp.yml')}`, `--web.listen-address=127.0.0.1:${web}`]
    const exporter = startPinned([program, ...config], 0)
    const scrape = async (i: number) => {
      const target = `${deviceAddress(i % 1000)}:${port}`
      const response = await fetch(`http://127.0.0.1:${web}/snmp?module=bench&target=${encodeURIComponent(target)}`)
      const text = await response.text()
      if (!response.ok || !text.includes(`ifIndex="${ports}"`)) throw new Error(`snmp-exporter: ${text.slice(0, 300)}`)
    }
    try {
      await until(() => fetch(`http://127.0.0.1:${web}/`).then((r) => r.ok, failed(exporter)), { timeoutMs: 15_000 })
      await scrape(0)
      const cpu = cpuSecondsOf(exporter.pid)
      const total = 800
      let next = 0
      const worker = async () => {
        while (next < total) await scrape(next++)
      }
      await Promise.all(Array.from({ length: 16 }, worker))
      return ((cpuSecondsOf(exporter.pid) - cpu) / total) * 1000
    } finally {
      await exporter.stop()
    }
  })

/** Net-SNMP's own walker, one process per table: what a shell script does. From 20 devices. */
export const walkPolls: PollPeer = (simulator, ports) =>
  withDevices(simulator, ports, async (port) => {
    const walker = findProgram('snmpbulkwalk')
    if (!walker) return null
    const rounds = 20
    const before = cpuOfChildren()
    for (let i = 0; i < rounds; i++)
      for (const table of ['1.3.6.1.2.1.2.2', '1.3.6.1.2.1.31.1.1']) {
        const flags = ['-v2c', '-c', 'public', '-On', '-m', '', '-Cr25']
        await startChild([walker, ...flags, `${deviceAddress(i)}:${port}`, table]).gone
      }
    return ((cpuOfChildren() - before) / rounds) * 1000
  })

/** The program in PATH, or unpacked somewhere and named by an environment variable. */
function programOf(name: string, variable: string): string | undefined {
  return findProgram(name) ?? process.env[variable]
}

async function withDevices(
  simulator: string,
  ports: number,
  work: (port: number, dir: string) => Promise<number | null>,
): Promise<number | null> {
  const [port] = (await freePorts(1)) as [number]
  const site = startPinned([simulator, String(port), String(ports)], 1)
  await site.says(/ready/)
  const dir = mkdtempSync(join(tmpdir(), 'outrider-bench-peer-'))
  try {
    return await work(port, dir)
  } finally {
    await site.stop()
    rmSync(dir, { recursive: true, force: true })
  }
}

function failed(child: ReturnType<typeof startChild>): () => false {
  return () => {
    if (child.exited()) throw new Error(`ended:\n${child.output().slice(-2000)}`)
    return false
  }
}

/** CPU seconds of all children that have ended (cutime + cstime). */
function cpuOfChildren(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[13]) + Number(fields[14])) / 100
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
