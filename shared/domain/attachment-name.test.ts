import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plainFileName, savedAs } from './attachment-name.ts'

describe('names of attached files', () => {
  it.each([
    ['report.pdf', 'report.pdf'],
    ['现场照片 1.jpg', '现场照片 1.jpg'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\windows\\system32\\cmd.exe', 'cmd.exe'],
    ['invoice\u202egnp.exe', 'invoicegnp.exe'],
    ['a\u200bb\ufeffc.txt', 'abc.txt'],
    ['one\r\nSet-Cookie: x=1', 'oneSet-Cookie_ x=1'],
    ['<img src=x onerror=alert(1)>.html', '_img src=x onerror=alert(1)_.html'],
    ['CON.txt', '_CON.txt'],
    ['...', 'file'],
    ['', 'file'],
    ['\ud800.png', '\ufffd.png'],
    [`${'x'.repeat(300)}.conf`, `${'x'.repeat(115)}.conf`],
  ])('%j is kept as %j', (given, kept) => expect(plainFileName(given)).toBe(kept))

  it('are never empty, never a path, and stay as they are when cleaned again', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (given) => {
        const name = plainFileName(given)
        expect(name).not.toBe('')
        expect(name).not.toMatch(/[\\/\r\n\0"]/)
        expect([...name].length).toBeLessThanOrEqual(121)
        expect(plainFileName(plainFileName(name))).toBe(plainFileName(name))
      }),
    ))

  it('make a header of printable ASCII whose parts end where they should', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (given) => {
        const name = plainFileName(given)
        const parts = /^attachment; filename="([\x20-\x7e]*)"; filename\*=UTF-8''([A-Za-z0-9%._~-]*)$/.exec(
          savedAs(name),
        )
        expect(parts).not.toBeNull()
        expect(parts?.[1]).not.toMatch(/["\\]/)
        expect(decodeURIComponent(parts?.[2] ?? '')).toBe(name)
      }),
    ))
})
