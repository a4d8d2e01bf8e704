// Tables as text: read as spreadsheets write and copy them, written so that they open as what they are.

export interface TableRow {
  /** From 1, as the spreadsheet numbers it; empty rows count. */
  readonly row: number
  readonly cells: readonly string[]
}

/** Cells as in RFC 4180, with the separator the first line uses most; empty rows are left out. */
export function rowsOfCsv(text: string): TableRow[] {
  const clean = text.replace(/^\ufeff/, '')
  const first = clean.split(/\r?\n/, 1)[0] ?? ''
  const count = (separator: string) => first.split(separator).length
  const separator = ['\t', ';', ','].reduce((best, one) => (count(one) > count(best) ? one : best), ',')
  const rows: TableRow[] = []
  let number = 0
  let cells: string[] = []
  let cell = ''
  let quoted = false
  const endRow = () => {
    number++
    cells.push(cell)
    if (cells.some((one) => one.trim() !== '')) rows.push({ row: number, cells })
    cells = []
    cell = ''
  }
  for (let i = 0; i < clean.length; i++) {
    const char = clean[i] as string
    if (quoted) {
      if (char !== '"') cell += char
      else if (clean[i + 1] === '"') {
        cell += '"'
        i++
      } else quoted = false
    } else if (char === '"' && cell === '') quoted = true
    else if (char === separator) {
      cells.push(cell)
      cell = ''
    } else if (char === '\n') endRow()
    else if (char !== '\r') cell += char
  }
  endRow()
  return rows
}

/** A file a spreadsheet opens rightly: with a byte-order mark, and no cell that it would take for a formula. */
export function csvOf(rows: readonly (readonly string[])[]): string {
  return `\ufeff${rows.map((row) => row.map(cellOf).join(',')).join('\r\n')}\r\n`
}

/** What csvOf() put before a cell is taken away again. */
export function withoutGuard(cell: string): string {
  return /^'\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/.test(cell) ? cell.slice(1) : cell
}

/** Text of a file in UTF-8 or UTF-16; else in GB 18030, as spreadsheets in China still save. */
export function textOfFile(bytes: Uint8Array): string {
  const mark = `${bytes[0]} ${bytes[1]}`
  if (mark === '255 254' || mark === '254 255')
    return new TextDecoder(mark === '255 254' ? 'utf-16le' : 'utf-16be').decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('gb18030').decode(bytes)
  }
}

function cellOf(cell: string): string {
  // full-width signs begin a formula too where such keyboards are usual
  const safe = /^\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/.test(cell) ? `'${cell}` : cell
  return /[",;\t\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
