import { describe, expect, it } from 'vitest'
import { xlsxBytes, zipBytes } from '#test/support/xlsx-bytes.ts'
import { isSpreadsheet, readSpreadsheet } from './spreadsheet.ts'

const read = (bytes: Buffer) => readSpreadsheet(new Uint8Array(bytes))

describe('a spreadsheet', () => {
  it('is read sheet by sheet: texts, numbers as written, the value of a formula, dates; rows keep their numbers', async () => {
    const bytes = xlsxBytes({
      设备: [
        ['名称', 'address', 'tcp', 'since'],
        ['核心 & <b>', '10.1.0.1', 443, { days: 46_348 }],
        null,
        ['x', { formula: 'CONCATENATE("10.1.0.",2)', value: '10.1.0.2' }, 8080, null],
      ],
      'Sheet 2': [['nothing']],
    })
    expect(isSpreadsheet(new Uint8Array(bytes))).toBe(true)
    expect(await read(bytes)).toEqual({
      sheets: [
        {
          name: '设备',
          rows: [
            { row: 1, cells: ['名称', 'address', 'tcp', 'since'] },
            { row: 2, cells: ['核心 & <b>', '10.1.0.1', '443', '2026-11-22'] },
            { row: 4, cells: ['x', '10.1.0.2', '8080', ''] },
          ],
        },
        { name: 'Sheet 2', rows: [{ row: 1, cells: ['nothing'] }] },
      ],
    })
  })

  it('of a thousand long rows is read', async () => {
    const rows = Array.from({ length: 3000 }, (_, i) => [
      `device ${i}`,
      `10.0.${i >> 8}.${i & 255}`,
      'x'.repeat(200) + i,
    ])
    const found = await read(xlsxBytes({ a: [['name', 'address', 'text'], ...rows] }))
    expect('sheets' in found && found.sheets[0]?.rows.length).toBe(3001)
  })

  it('that is old, has a password, is damaged or is none is named so', async () => {
    expect(await read(Buffer.from('d0cf11e0a1b11ae1', 'hex'))).toEqual({ problem: 'protected' })
    const whole = xlsxBytes({ a: [['address']] })
    expect(await read(whole.subarray(0, whole.length - 40))).toEqual({ problem: 'damaged' })
    expect(await read(zipBytes({ 'word/document.xml': '<w/>' }))).toEqual({ problem: 'damaged' })
    expect(isSpreadsheet(new TextEncoder().encode('name,address'))).toBe(false)
  })

  it('cannot fill the memory: not by what it unpacks to, whatever it says, nor by one cell far out', async () => {
    const bomb = zipBytes({ 'xl/workbook.xml': Buffer.alloc(40_000_000, 32) }, 1000)
    expect(bomb.length).toBeLessThan(100_000)
    expect(await read(bomb)).toEqual({ problem: 'too-large' })
    const far = '<worksheet><sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    expect(await read(zipBytes({ 'xl/worksheets/sheet1.xml': far }))).toEqual({ problem: 'too-large' })
  })
})
