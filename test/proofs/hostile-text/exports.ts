// Files for spreadsheets, read as a spreadsheet does.
import type { ApiClient } from '../../support/api-client.ts'

const label = (id: string) => ({ id, label: id })
const BOARD = ['severity', 'customer', 'site', 'device', 'resource', 'type', 'text', 'owner', 'model', 'note', 'cause']
const HISTORY = ['severity', 'customer', 'site', 'device', 'resource', 'type', 'text', 'by', 'note', 'rule']

/** Every cell of what can be exported; a formula is a cell that a spreadsheet would work out. */
export async function exportedCells(api: ApiClient): Promise<{ cells: number; formulas: string[] }> {
  const zone = 'Asia/Shanghai'
  const files = [
    await api.text('/api/v1/alarms/export', { columns: BOARD.map(label), zone, query: { view: 'all' } }),
    await api.text('/api/v1/alarms/history/export', { columns: HISTORY.map(label), zone, query: {} }),
  ]
  const cells = files.flatMap((text) => cellsOf(text.replace(/^\ufeff/, '')))
  return { cells: cells.length, formulas: cells.filter(isFormula) }
}

/** Spreadsheets look past blanks, and take full-width signs too; a plain negative number is a number. */
function isFormula(cell: string): boolean {
  const text = cell.trimStart()
  return /^[=+\-@\uff1d\uff0b\uff0d\uff20]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text)
}

function cellsOf(text: string): string[] {
  const cells: string[] = []
  let cell = ''
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string
    if (quoted) {
      if (c !== '"') cell += c
      else if (text[i + 1] === '"') cell += text[i++]
      else quoted = false
    } else if (c === '"' && cell === '') quoted = true
    else if (c === ',' || c === '\n') {
      cells.push(cell)
      cell = ''
    } else if (c !== '\r' || text[i + 1] !== '\n') cell += c
  }
  return cell === '' ? cells : [...cells, cell]
}
