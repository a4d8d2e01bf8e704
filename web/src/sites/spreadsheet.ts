// XLSX files: unpacked here within limits, then read by a library that is fetched when the first one is opened.
import type { TableRow } from '../ui/csv.ts'

export interface Sheet {
  readonly name: string
  readonly rows: readonly TableRow[]
}

/** protected: old .xls files and those with a password, which begin alike. */
export type SpreadsheetProblem = 'protected' | 'damaged' | 'too-large'
export type Spreadsheet = { readonly sheets: readonly Sheet[] } | { readonly problem: SpreadsheetProblem }

const MAX_UNPACKED = 24 * 1024 * 1024
const MAX_ENTRIES = 500
const MAX_SHEETS = 50
const MAX_ROWS = 20_000
const MAX_COLUMNS = 200

/** True when the file begins like one this module reads, or can at least say something about. */
export function isSpreadsheet(bytes: Uint8Array): boolean {
  return begins(bytes, ZIP) || begins(bytes, OLE)
}

/** Every sheet with its rows as numbered in the file; formulas by their last value, dates as `2026-11-22`. Never throws. */
export async function readSpreadsheet(bytes: Uint8Array<ArrayBuffer>): Promise<Spreadsheet> {
  if (begins(bytes, OLE)) return { problem: 'protected' }
  try {
    const files = await unpacked(bytes)
    if (files === 'too-large' || !isBounded(files)) return { problem: 'too-large' }
    const { default: read } = await import('read-excel-file/universal')
    // numbers stay as they are written: 10 is no port 10.0
    const sheets = await read(packed(files), { parseNumber: (text) => text, trim: false })
    return {
      sheets: sheets.slice(0, MAX_SHEETS).map(({ sheet, data }) => ({
        name: sheet,
        rows: data
          .map((cells, i) => ({ row: i + 1, cells: cells.map(textOf) }))
          .filter(({ cells }) => cells.some((cell) => cell !== '')),
      })),
    }
  } catch {
    return { problem: 'damaged' }
  }
}

const ZIP = [0x50, 0x4b, 0x03, 0x04]
const OLE = [0xd0, 0xcf, 0x11, 0xe0]

function begins(bytes: Uint8Array, mark: readonly number[]): boolean {
  return mark.every((byte, i) => bytes[i] === byte)
}

function textOf(cell: unknown): string {
  if (cell === null || cell === undefined) return ''
  return (cell instanceof Date ? cell.toISOString().slice(0, 10) : String(cell)).trim()
}

/** One cell far out makes a reader fill everything before it. */
function isBounded(files: ReadonlyMap<string, Uint8Array>): boolean {
  for (const [name, bytes] of files) {
    if (!/worksheets\/[^/]+\.xml$/.test(name)) continue
    for (const [, letters, number] of new TextDecoder().decode(bytes).matchAll(/\sr="([A-Z]{0,3})(\d{1,9})"/g)) {
      const column = [...(letters ?? '')].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0)
      if (column > MAX_COLUMNS || Number(number) > MAX_ROWS) return false
    }
  }
  return true
}

/** The XML files of the archive; each is inflated only as far as the limit for all allows, whatever its header says. */
async function unpacked(bytes: Uint8Array<ArrayBuffer>): Promise<Map<string, Uint8Array> | 'too-large'> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let end = bytes.length - 22
  while (end > 0 && view.getUint32(end, true) !== 0x06054b50) end--
  const count = view.getUint16(end + 10, true)
  if (count > MAX_ENTRIES) return 'too-large'
  const files = new Map<string, Uint8Array>()
  let room = MAX_UNPACKED
  for (let i = 0, at = view.getUint32(end + 16, true); i < count; i++) {
    const u16 = (offset: number) => view.getUint16(at + offset, true)
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + u16(28)))
    const local = view.getUint32(at + 42, true)
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true)
    const content = bytes.subarray(start, start + view.getUint32(at + 20, true))
    if (/\.xml(\.rels)?$/.test(name)) {
      const file = u16(10) === 0 ? content : await inflated(content, room)
      room -= file?.length ?? room + 1
      if (room < 0) return 'too-large'
      files.set(name, file as Uint8Array)
    }
    at += 46 + u16(28) + u16(30) + u16(32)
  }
  return files
}

/** undefined: more than `most` bytes. */
async function inflated(content: Uint8Array<ArrayBuffer>, most: number): Promise<Uint8Array | undefined> {
  const reader = new Blob([content]).stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader()
  const parts: Uint8Array<ArrayBuffer>[] = []
  let size = 0
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    size += next.value.length
    if (size > most) {
      await reader.cancel()
      return undefined
    }
    parts.push(next.value as Uint8Array<ArrayBuffer>)
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer())
}

/** An archive without compression: what the library would inflate by itself goes to a worker that our CSP forbids. */
function packed(files: ReadonlyMap<string, Uint8Array>): ArrayBuffer {
  const names = new Map([...files.keys()].map((name) => [name, new TextEncoder().encode(name)]))
  const total = [...files].reduce(
    (sum, [name, file]) => sum + 76 + 2 * (names.get(name)?.length ?? 0) + file.length,
    22,
  )
  const bytes = new Uint8Array(total)
  const view = new DataView(bytes.buffer)
  const starts: number[] = []
  let at = 0
  for (const [name, file] of files) {
    const own = names.get(name) as Uint8Array
    starts.push(at)
    view.setUint32(at, 0x04034b50, true)
    header(view, at + 4, file.length, own.length)
    bytes.set(own, at + 30)
    bytes.set(file, at + 30 + own.length)
    at += 30 + own.length + file.length
  }
  const directory = at
  ;[...files].forEach(([name, file], i) => {
    const own = names.get(name) as Uint8Array
    view.setUint32(at, 0x02014b50, true)
    header(view, at + 6, file.length, own.length)
    view.setUint32(at + 42, starts[i] as number, true)
    bytes.set(own, at + 46)
    at += 46 + own.length
  })
  view.setUint32(at, 0x06054b50, true)
  view.setUint16(at + 8, files.size, true)
  view.setUint16(at + 10, files.size, true)
  view.setUint32(at + 12, at - directory, true)
  view.setUint32(at + 16, directory, true)
  return bytes.buffer
}

/** The fields both headers share, from `version needed` on: sizes and the length of the name. */
function header(view: DataView, at: number, size: number, name: number): void {
  view.setUint16(at, 20, true)
  view.setUint32(at + 14, size, true)
  view.setUint32(at + 18, size, true)
  view.setUint16(at + 22, name, true)
}
