// What `discover` prints: a line while it runs, then a table, CSV that the console imports, or JSON.
import type { SweepProgress } from '#shared/domain/discovery.ts'
import type { FoundDevice } from '../discovery/same-device.ts'

export function progressLine({ addresses, done, answered, found, packets, etaMs }: SweepProgress): string {
  const percent = addresses === 0 ? 100 : Math.floor((done / addresses) * 100)
  const left = etaMs === null || etaMs === 0 ? '' : `, about ${lengthOf(etaMs)} left`
  return `${percent} %  ${done} of ${addresses} addresses, ${answered} answered, ${found} read by SNMP, ${packets} packets${left}`
}

export function tableOf(devices: readonly FoundDevice[]): string {
  const titles = ['address', 'name', 'vendor', 'model', 'serial', 'credentials', 'profile', 'remark']
  const rows = devices.map(({ found: f, addresses }) => [
    addresses.join(' '),
    ...[f.sysName, f.vendor, f.model, f.serial].map((text) => text ?? ''),
    f.credentials ?? '',
    f.profile ?? '',
    remarkOf(f),
  ])
  const widths = titles.map((title, i) =>
    Math.min(MAX_WIDTH, Math.max(title.length, ...rows.map((row) => (row[i] ?? '').length))),
  )
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (i === cells.length - 1 ? cell : cut(cell, widths[i] ?? 0).padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd()
  return [line(titles), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')
}

/** The columns the console's import knows come first; it passes over the others and says so. */
export function csvOf(devices: readonly FoundDevice[]): string {
  const titles = [
    'name',
    'address',
    'credentials',
    'ping',
    'tcp',
    'vendor',
    'model',
    'serial',
    'version',
    'matched profile',
  ]
  const rows = devices.map(({ found: f }) => [
    f.sysName ?? f.address,
    f.address,
    f.credentialsFrom === 'device' ? '' : (f.credentials ?? ''),
    f.answers.includes('ping') ? 'yes' : 'no',
    f.credentials === null ? f.openPorts.join(' ') : '',
    ...[f.vendor, f.model, f.serial, f.version, f.profile].map((text) => text ?? ''),
  ])
  return [titles, ...rows].map((row) => row.map(csvCell).join(',')).join('\r\n')
}

export function jsonOf(devices: readonly FoundDevice[], progress: SweepProgress, notes: readonly string[]): string {
  return JSON.stringify(
    { devices: devices.map(({ found, addresses }) => ({ ...found, addresses })), progress, notes },
    null,
    2,
  )
}

/** A cell that begins like a formula gets an apostrophe: spreadsheets would run what a device calls itself. */
function csvCell(text: string): string {
  const guarded = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded
}

function remarkOf({ problem, device, openPorts, answers }: FoundDevice['found']): string {
  const by = problem !== null && answers.length > 0 ? `answers ${answers.join(', ')}` : ''
  const ports = openPorts.length > 0 ? `open ${openPorts.join(' ')}` : ''
  return [device ? `device ${device}` : '', by, ports, problem ?? ''].filter(Boolean).join('; ')
}

function lengthOf(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 120) return `${seconds} s`
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`
}

const MAX_WIDTH = 32
