import { describe, expect, it } from 'vitest'
import { csvCell, csvStream } from './csv-stream.ts'

describe('CSV', () => {
  it.each([
    ['=HYPERLINK("x")', '"\'=HYPERLINK(""x"")"'],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', '"\'\t=1"'],
    ['\r=1', '"\'\r=1"'],
    ['  =1', "'  =1"],
    ['＝1', "'＝1"],
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ['two\nlines', '"two\nlines"'],
    ['plain 链路', 'plain 链路'],
  ])('writes %j so that it is no formula and one cell', (cell, written) => expect(csvCell(cell)).toBe(written))

  it('comes in parts with a mark for spreadsheets at its start', async () => {
    const rows = Array.from({ length: 1200 }, (_, i) => [String(i), 'x'])
    const parts: string[] = []
    for await (const part of csvStream(['No.', 'Text'], rows)) parts.push(part)
    expect(parts).toHaveLength(3)
    const lines = parts.join('').split('\r\n')
    expect(lines[0]).toBe('\ufeffNo.,Text')
    expect(lines).toHaveLength(1202)
    expect(lines[1200]).toBe('1199,x')
  })
})
