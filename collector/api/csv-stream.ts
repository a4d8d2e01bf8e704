// Tables as CSV, in parts: no cell is a formula, and nobody waits for a long one.
import { setImmediate } from 'node:timers/promises'

/** Rows between two turns of the event loop. */
const PART = 500

/** Text of a file a spreadsheet opens rightly: with a byte-order mark, quoted as RFC 4180 asks. */
export async function* csvStream(
  head: readonly string[],
  rows: Iterable<readonly string[]> | AsyncIterable<readonly string[]>,
): AsyncGenerator<string> {
  let text = `\ufeff${lineOf(head)}`
  let count = 0
  for await (const row of rows) {
    text += lineOf(row)
    if (++count % PART !== 0) continue
    yield text
    text = ''
    await setImmediate()
  }
  yield text
}

const lineOf = (cells: readonly string[]): string => `${cells.map(csvCell).join(',')}\r\n`

/** A cell that a spreadsheet would take for a formula begins with an apostrophe; full-width signs begin one too. */
export function csvCell(cell: string): string {
  const safe = /^\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/.test(cell) ? `'${cell}` : cell
  return /[",;\t\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
