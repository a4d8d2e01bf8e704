import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { csvOf, rowsOfCsv, textOfFile, withoutGuard } from './csv.ts'

const bytesOf = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'))

describe('a table as text', () => {
  it('keeps the row numbers of the spreadsheet: empty rows and line breaks inside cells do not shift them', () => {
    expect(rowsOfCsv('a;b\r\n\r\n"x\ny";1\n;\n2;3')).toEqual([
      { row: 1, cells: ['a', 'b'] },
      { row: 3, cells: ['x\ny', '1'] },
      { row: 5, cells: ['2', '3'] },
    ])
  })

  it('is read back whatever stands in its cells, and holds nothing a spreadsheet would run', () => {
    const cell = fc
      .string()
      .map((text) => text.replaceAll('\r', '').replace(/^\ufeff/, ''))
      .filter((text) => text.trim() !== '' && !text.startsWith("'"))
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1 }), (rows) => {
        const titled = [['a', 'b', 'c', 'd'], ...rows]
        const read = rowsOfCsv(csvOf(titled)).map(({ cells }) => cells)
        expect(read.map((cells) => cells.map(withoutGuard))).toEqual(titled)
        expect(read.flat().filter((text) => /^[=+\-@]/.test(text))).toEqual([])
      }),
    )
    for (const formula of ['=1+1', '+1', '-1', '@SUM(A1)', '＝1', '\t=1', '  =1', '=HYPERLINK("http://x","y")'])
      expect(
        rowsOfCsv(
          csvOf([
            ['a', 'b'],
            ['x', formula],
          ]),
        )[1]?.cells[1],
      ).toBe(`'${formula}`)
  })
})

describe('a text file', () => {
  it.each([
    ['UTF-8', Buffer.from('名称,address').toString('hex')],
    ['UTF-8 with a byte-order mark', `efbbbf${Buffer.from('名称,address').toString('hex')}`],
    ['UTF-16', `fffe${Buffer.from('名称,address', 'utf16le').toString('hex')}`],
    ['GB 18030', 'c3fbb3c62c61646472657373'],
  ])('in %s is read', (_name, hex) => {
    expect(rowsOfCsv(textOfFile(bytesOf(hex)))[0]?.cells).toEqual(['名称', 'address'])
  })
})
