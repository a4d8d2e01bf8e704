// Colours as people see them: text passes WCAG AA in both themes, and the palette for colour-blind eyes can be told apart.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8')
const marks = readFileSync(new URL('../ui/marks.module.css', import.meta.url), 'utf8')
const SEVERITIES = ['critical', 'major', 'minor', 'warning', 'indeterminate', 'cleared'] as const

describe.each(['light', 'dark'] as const)('in the %s theme', (theme) => {
  describe.each(['normal', 'colour-blind'] as const)('with the palette %s', (palette) => {
    const token = tokensOf(theme, palette)

    it('text stands out from everything it stands on', () => {
      const inks = ['ink', 'ink-2', 'accent', ...SEVERITIES.map((one) => `${one}-ink`)]
      const papers = ['panel', 'page', 'sunken', 'hover']
      const weak = inks.flatMap((ink) =>
        papers
          .filter((paper) => contrast(token(ink), token(paper)) < 4.5)
          .map((paper) => `${ink} on ${paper} ${contrast(token(ink), token(paper)).toFixed(2)}`),
      )
      expect(weak).toEqual([])
      expect(contrast(token('critical-ink'), token('critical-wash'))).toBeGreaterThanOrEqual(4.5)
      expect(contrast(token('nav-ink'), token('nav'))).toBeGreaterThanOrEqual(4.5)
      expect(contrast(token('nav-quiet'), token('nav'))).toBeGreaterThanOrEqual(4.5)
    })

    it('letters stand out from their marks', () => {
      const dark = /\.minor \.letter \{[^}]*color: (#\w{6})/.exec(marks)?.[1] as string
      for (const one of SEVERITIES)
        expect(contrast(token(one), one === 'minor' ? dark : '#ffffff'), one).toBeGreaterThanOrEqual(4.5)
    })
  })

  it.each(['protanopia', 'deuteranopia', 'tritanopia', 'usual'] as const)('severities differ with %s', (sight) => {
    const token = tokensOf(theme, 'colour-blind')
    expect(nearest(SEVERITIES.map((one) => token(one)).map(seenWith(sight)))).toBeGreaterThan(15)
    expect(nearest(SEVERITIES.map((one) => token(`${one}-ink`)).map(seenWith(sight)))).toBeGreaterThan(12)
  })
})

it('would find the usual palette wanting for colour-blind eyes', () => {
  const token = tokensOf('light', 'normal')
  expect(nearest(SEVERITIES.map((one) => token(one)).map(seenWith('deuteranopia')))).toBeLessThan(5)
})

function tokensOf(theme: 'light' | 'dark', palette: 'normal' | 'colour-blind'): (name: string) => string {
  const wanted = [
    ':root',
    ...(theme === 'dark' ? [':root[data-mantine-color-scheme="dark"]'] : []),
    ...(palette === 'normal' ? [] : [':root[data-palette="colour-blind"]']),
    ...(theme === 'dark' && palette !== 'normal'
      ? [':root[data-palette="colour-blind"][data-mantine-color-scheme="dark"]']
      : []),
  ]
  const values = new Map<string, string>()
  for (const selector of wanted)
    for (const [, name, value] of blockOf(selector).matchAll(/--o-([\w-]+):\s*(#[0-9a-f]{3,6});/g))
      values.set(name as string, long(value as string))
  return (name) => values.get(name) ?? expect.fail(`no token ${name}`)
}

function blockOf(selector: string): string {
  const at = css.indexOf(`\n${selector} {`)
  return at < 0 ? expect.fail(`no block ${selector}`) : css.slice(at, css.indexOf('}', at))
}

const long = (hex: string) => (hex.length === 4 ? `#${[...hex.slice(1)].map((digit) => digit + digit).join('')}` : hex)

type Triple = readonly [number, number, number]

/** Linear light of a `#rrggbb` (IEC 61966-2-1). */
function linear(hex: string): Triple {
  const part = (i: number) => {
    const c = Number.parseInt(hex.slice(i, i + 2), 16) / 255
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  }
  return [part(1), part(3), part(5)]
}

const dot = (a: Triple, b: Triple) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
const luminance = (hex: string) => dot([0.2126, 0.7152, 0.0722], linear(hex))

/** WCAG 2.2, 1.4.3. */
function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((p, q) => p - q) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

/** Machado, Oliveira, Fernandes 2009, severity 1. */
const SIGHT: Readonly<Record<string, readonly [Triple, Triple, Triple]>> = {
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
  usual: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
}

/** CIELAB (D65) of what somebody sees. */
const seenWith =
  (sight: string) =>
  (hex: string): Triple => {
    const rows = SIGHT[sight] as readonly [Triple, Triple, Triple]
    const rgb = rows.map((row) => Math.min(1, Math.max(0, dot(row, linear(hex))))) as unknown as Triple
    const f = (t: number) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116)
    const x = f(dot([0.4124, 0.3576, 0.1805], rgb) / 0.95047)
    const y = f(dot([0.2126, 0.7152, 0.0722], rgb))
    const z = f(dot([0.0193, 0.1192, 0.9505], rgb) / 1.08883)
    return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
  }

/** Smallest distance (CIE76) of any two. */
function nearest(colours: readonly Triple[]): number {
  const distances = colours.flatMap((a, i) =>
    colours.slice(i + 1).map((b) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])),
  )
  return Math.min(...distances)
}
