// A recorded walk as plain lines, read apart from the simulator and the poller: what their values are held against.
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

/** One line: the ASN.1 tag number, and the value's bytes as the device sent them (numbers: as digits). */
export interface RawCell {
  readonly tag: number
  readonly bytes: Buffer
}

export interface RawWalk {
  get(oid: string): RawCell | undefined
  /** Cells below an OID by what follows it. */
  column(oid: string): ReadonlyMap<string, RawCell>
}

/** Reads `.snmprec` or `.snmprec.gz`; of an OID given twice the first counts. */
export function readRawWalk(file: string): RawWalk {
  const packed = readFileSync(file)
  const text = (file.endsWith('.gz') ? gunzipSync(packed) : packed).toString('latin1')
  const cells = new Map<string, RawCell>()
  const byTable = new Map<string, string[]>()
  for (const line of text.split('\n')) {
    const [oid = '', type = '', ...rest] = line.replace(/\r$/, '').split('|')
    const known = /^(\d+)(x?)(:numeric)?$/.exec(type)
    if (known === null || !/^[\d.]+$/.test(oid)) continue
    const told = rest.join('|')
    // Made up by the simulator the walk was written for: it starts with `initial`, else with `min`.
    const value = known[3] ? ((/initial=(\d+)/.exec(told) ?? /min=(\d+)/.exec(told))?.[1] ?? '0') : told
    const name = oid.replace(/^\.|\.$/g, '')
    if (cells.has(name)) continue
    cells.set(name, { tag: Number(known[1]), bytes: Buffer.from(value, known[2] === 'x' ? 'hex' : 'latin1') })
    const names = byTable.get(tableOf(name)) ?? []
    names.push(name)
    byTable.set(tableOf(name), names)
  }
  const columns = new Map<string, ReadonlyMap<string, RawCell>>()
  return {
    get: (oid) => cells.get(oid),
    column(oid) {
      const known = columns.get(oid) ?? below(oid)
      columns.set(oid, known)
      return known
    },
  }

  function below(oid: string): ReadonlyMap<string, RawCell> {
    const found = new Map<string, RawCell>()
    for (const name of byTable.get(tableOf(oid)) ?? [])
      if (name.startsWith(`${oid}.`)) found.set(name.slice(oid.length + 1), cells.get(name) as RawCell)
    return found
  }
}

/** The first arcs, to look through less: no column is shorter. */
function tableOf(oid: string): string {
  return oid.split('.', SHORTEST).join('.')
}

const SHORTEST = 8
const OCTETS = 4
const ADDRESS = 64
const HEX_NUMBER_BYTES = 8
const OPAQUE = 68

/** The number of a cell, NaN where it is none; text is not looked into. */
export function numberOf(cell: RawCell | undefined): number {
  if (cell === undefined) return Number.NaN
  if (cell.tag === OPAQUE) return wrappedNumber(cell.bytes)
  if (![2, 65, 66, 67, 70].includes(cell.tag)) return Number.NaN
  const digits = cell.bytes.toString('latin1')
  if (/^-?\d+$/.test(digits)) return Number(digits)
  return cell.bytes.length <= HEX_NUMBER_BYTES ? Number(`0x${cell.bytes.toString('hex')}`) : Number.NaN
}

/** Net-SNMP's Float (9f 78 04) and Double (9f 79 08) in an Opaque. */
function wrappedNumber(bytes: Buffer): number {
  const head = bytes.toString('hex', 0, 3)
  if (head === '9f7804' && bytes.length === 7) return bytes.readFloatBE(3)
  return head === '9f7908' && bytes.length === 11 ? bytes.readDoubleBE(3) : Number.NaN
}

/** UTF-8 where it is that; undefined for bytes that are no plain text, whose spelling is somebody's choice. */
export function textOf(cell: RawCell | undefined): string | undefined {
  if (cell === undefined) return ''
  if (cell.tag === ADDRESS && !/^\d+(\.\d+){3}$/.test(cell.bytes.toString('latin1'))) return cell.bytes.join('.')
  if (cell.tag !== OCTETS) return cell.bytes.toString('latin1').replace(/^\./, '')
  const text = cell.bytes.toString('utf8').replace(/\0+$/, '')
  return text.includes('\ufffd') || /\p{Cc}/u.test(text) ? undefined : text.trim()
}
